"""What is said of a list while it is spoken of, in words that name no list, or name it anywhere: "take those off",
"what's still missing", "hardware list, tick off tape". Pure.

A sentence is read clause by clause. Those that say nothing of a list are remarks ("the organiser's got those"), as
far as they look like talk; else nothing of the sentence is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation import list_remarks as beside
from services.understanding.slots.items import split_items
from services.understanding.words import split_words

Rows = Sequence[dict[str, str]]

_SAME_WORD, _STEM, _ENDING = 85.0, 4, 3
_MOST_ITEM_WORDS, _MOST_OF_SEVERAL, _MOST_BARE_WORDS, _MOST_NAME_WORDS, _MOST_COUNT, _WITH_MEASURE = 9, 5, 4, 4, 3, 2


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list of the store, and what is open on it: (name, how much)."""

    name: str
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do with a list: an action, the items, which list, a new one with its name."""

    action: str
    list: str = ""
    items: Rows = ()


@dataclass(frozen=True, slots=True)
class ListTalk:
    """What was said before, and what else the words may mean."""

    lists: Sequence[KnownList]
    focus: KnownList | None = None
    """The list spoken of last."""
    action: str = ""
    """What was done with it last; empty where something else was spoken of since."""
    told: Rows = ()
    """With what items."""
    lone: bool = False
    """One thing was put on it, and nothing else was done."""
    before: KnownList | None = None
    """The list that was spoken of before something else."""
    is_command: Callable[[str], bool] = field(default=lambda _: False)
    """Whether words are an order of another kind."""


def deeds(text: str, talk: ListTalk) -> list[Deed]:
    """What a sentence asks to do with lists; nothing where it asks for anything else, or only perhaps."""
    said = say.STUTTER.sub(r"\g<word>", say.FILLER.sub("", text)).strip()
    said = say.SAY_COUNT.sub("", said)
    said = say.OFF_IT.sub(r"\g<before>take it off", say.WHICH.sub("", say.WAIT.sub("", said)))
    if (
        say.TAKES_BACK.fullmatch(said.rstrip(" .!"))
        or say.PUTS_RIGHT.search(said)
        or (talk.lone and _one_for_other(said, talk))
    ):
        return []  # undone, or undone and done otherwise
    whole = _question(said, talk) or _asked_of_things(said, talk) or _of_all(said, talk) or _recounted(said, talk)
    whole = whole or _made(said, talk) or _moved(said, talk) or _belongs(said, talk) or _more(said, talk)
    whole = whole or _in_clauses(said, talk) or _headed(said, talk) or _on_list(said, talk) or _told(said, talk)
    whole = whole or _there_already(said, talk) or _run_out(said, talk)
    return whole or _additions(said, talk) or _called(said, talk)


def _one_for_other(said: str, talk: ListTalk) -> bool:
    """ "Not tea, coffee", of the tea that was just put there."""
    found = next(say.fitting((say.SWAP[1], say.SWAP[-1]), said), None)
    if found is None or not _are_things(_rows(found["in"]), _MOST_BARE_WORDS):
        return False
    told = talk.told[0]["item"] if talk.told else ""
    return found.re is say.SWAP[1] or _words(found["out"]) == _words(told)


def named(words: str, lists: Sequence[KnownList]) -> KnownList | None:
    """The list that words name: all of its name, or a part that no other list has."""
    said = set(_words(re.sub(r"\s+ones?$", "", words.strip(), flags=re.IGNORECASE)))
    if not said:
        return None
    fitting = [each for each in lists if all(_has(_words(each.name), word) for word in said)]
    whole = [each for each in fitting if len(_words(each.name)) == len(said)]
    return next((found[0] for found in (whole, fitting) if len(found) == 1), None)


def called_as(verb: str, lists: Sequence[KnownList]) -> KnownList | None:
    """The list that is called as what is to be done with its things: what is "to pack" is on the packing list."""
    called = (named(each, lists) for each in say.CALLED_SO.get(verb.lower(), ()))
    return next((each for each in called if each), None)


def standing(told: str, there: KnownList) -> list[str]:
    """The items of a list that have all these words; only those that have no other, where there are such."""
    said = _words(told)
    fitting = [name for name, _ in there.items if said and all(_has(_words(name), word) for word in said)]
    return [name for name in fitting if len(_words(name)) == len(said)] or fitting


def holder(told: Sequence[str], talk: ListTalk) -> KnownList | None:
    """The list on which all these things stand: the one spoken of, else the only one."""
    if talk.focus and all(standing(each, talk.focus) for each in told):
        return talk.focus
    having = [each for each in talk.lists if all(standing(item, each) for item in told)]
    return having[0] if len(having) == 1 else None


def _words(text: str) -> list[str]:
    found = [word.text.removesuffix("'s") for word in split_words(text)]
    return [word for word in found if word not in say.IDLE] or found


def _has(words: Sequence[str], word: str) -> bool:
    return any(
        each == word or _same_stem(each, word) or (len(word) > _STEM and fuzz.ratio(each, word) >= _SAME_WORD)
        for each in words
    )


def _same_stem(one: str, other: str) -> bool:
    """Charger and chargers, not charcoal."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return same >= _STEM and max(len(one), len(other)) - same <= _ENDING and abs(len(one) - len(other)) < _ENDING


def _rows(words: str) -> Rows:
    return split_items(split_words(words), words)


def _question(said: str, talk: ListTalk) -> list[Deed]:
    for on in say.fitting(say.ON, said) if talk.focus else ():
        if talk.focus and _are_things(rows := _rows(on["items"]), _MOST_ITEM_WORDS):
            return [Deed("list.query", talk.focus.name, rows)]
    if talk.focus and talk.action and any(say.fitting(say.EMPTY, said)):
        return [Deed("list.delete", talk.focus.name)]
    first = re.split(r"[,.;?](?:\s|$)", said, maxsplit=1)[0] if "?" not in said[:-1] else said
    if there := _left_to(said, talk):
        return [Deed("list.query", there.name)]
    if talk.focus and any(say.fitting((*say.OF_IT, *(say.BY_ITSELF if talk.action else ())), said)):
        return [Deed("list.query", talk.focus.name)]
    there = talk.before if any(say.fitting(say.STILL_TO_COME, said)) else None
    forms = (*say.fitting(say.NAMES_IT, said), *say.fitting(say.NAMES_IT, first))
    there = there or next((found for form in forms if (found := _list_of(form["list"], talk))), None)
    return [Deed("list.query", there.name)] if there else []


def _list_of(words: str, talk: ListTalk) -> KnownList | None:
    return named(words, talk.lists) or (called_as("buy", talk.lists) if say.SHOPS.fullmatch(words) else None)


def _asked_of_things(said: str, talk: ListTalk) -> list[Deed]:
    """ "How much plaster was it", "did I say screws", "are napkins on any of them": behind a list, or of what stands on
    one.
    """
    about_things = talk.action == "list.query" and bool(talk.told)
    for forms in (say.HOW_MUCH, say.STANDS, say.WHAT_OF, *((say.AND_OF,) if about_things else ())):
        for found in say.fitting(forms, said):
            rows = _rows(found["items"])
            on = holder([row["item"] for row in rows], talk) if rows else None
            if (forms is say.WHAT_OF and not (on and talk.action)) or (forms is say.AND_OF and not on):
                continue
            if not _are_things(rows, _MOST_BARE_WORDS) or not (on or (talk.action and forms is say.STANDS)):
                continue
            if on is None and say.ANYWHERE.search(said):
                return [Deed("list.query", "", rows)]
            there = on or talk.focus
            return [Deed("list.query", there.name, rows)] if there else []
    return []


def _of_all(said: str, talk: ListTalk) -> list[Deed]:
    """ "Everything on the merchant list is bought"; "read me both lists"."""
    if talk.lists and any(say.fitting(say.ALL_LISTS, said)):
        return [Deed("list.query", each.name) for each in talk.lists]
    focus = talk.focus if talk.action == "list.query" and not talk.told else None
    if focus and focus.items and any(say.fitting(say.THAT_IS_ALL, said)):
        return [Deed("list.complete", focus.name, [{"item": "everything"}])]
    found = say.ALL_OF_IT.fullmatch(said)
    there = _there(found["list"], talk) if found and (found["verb"] or found["done"]) else None
    if found is None or there is None or not there.items:
        return []
    return [Deed("list.complete", there.name, [{"item": f"everything{found['but'] or ''}"}])]


def _recounted(said: str, talk: ListTalk) -> list[Deed]:
    """Another number of what stands there, or was just put there or asked about."""
    for found in say.fitting(say.RECOUNTED, said):
        place = named(found["list"], talk.lists) if found.groupdict().get("list") else talk.focus
        many = re.sub(r"^(?:to |it |that )", "", found["many"].strip().lower())
        rows = _rows(many)
        if place is None or len(rows) != 1:
            continue
        row = rows[0]
        if "quantity" in row and (on := standing(row["item"], place)):
            return [Deed("list.add", place.name, [{"item": on[0], "quantity": row["quantity"]}])]
        counted = _rows(f"{many} of them")[0].get("quantity", "")
        measure = _words(many)[-1]
        of_it = [name for name, much in place.items if counted and much and _same_stem(_words(much)[-1], measure)]
        if len(of_it) == 1 and len(split_words(many)) == _WITH_MEASURE:
            return [Deed("list.add", place.name, [{"item": of_it[0], "quantity": counted}])]
        if talk.lone and found["sure"].lower() in ("make it", "make that"):
            return []  # it is put right as a whole
        lone = len(talk.told) == 1 and standing(talk.told[0]["item"], place)
        if lone and counted and talk.action in ("list.add", "list.query") and len(split_words(many)) <= _MOST_COUNT:
            return [Deed("list.add", place.name, [{"item": lone[0], "quantity": _measured(counted, lone[0], place)}])]
    return []


def _measured(many: str, item: str, there: KnownList) -> str:
    """Twelve bags, where it was ten bags."""
    before = dict(there.items).get(item, "").split()
    return f"{many} {before[-1]}" if len(before) > 1 and before[0] != "a" and len(many.split()) == 1 else many


def _left_to(said: str, talk: ListTalk) -> KnownList | None:
    """The list that is called as what is still to be done with its things: "what's left to pack", of the packing."""
    verb = next((found["verb"] for found in say.fitting(say.LEFT_TO, said)), "")
    there = called_as(verb, talk.lists)
    return there if verb.lower() not in say.BUYING or not (talk.focus and talk.action) else None


def _called(said: str, talk: ListTalk) -> list[Deed]:
    """ "Seeds list please" asks what is on it."""
    there = next((named(form["list"], talk.lists) for form in say.fitting(say.NAME_ALONE, said)), None)
    return [Deed("list.query", there.name)] if there else []


def _made(said: str, talk: ListTalk) -> list[Deed]:
    """A new list, its name and what is to stand on it; a list of that name may be there."""
    found = say.NEW.fullmatch(said)
    if found is None:
        return []
    name, rest = (found["name"] or found["called"] or "").strip(), found["rest"].strip(" .!")
    if not name and found["before"] and found["it"]:
        name = found["before"].strip(" .,;")
    elif not name:
        name, *behind = re.split(r"\s*[,.:;]\s*", rest, maxsplit=1)
        rest = behind[0] if behind else ""
    counted = beside.numbered(rest)
    rows = [{"item": each} for each in counted] or _rows(rest)
    name = re.sub(rf"^{say.OPEN}(?:the|my|our|a)\s+|\s+list$", "", name, flags=re.IGNORECASE)
    called = say.THINGS_THAT.match(name) or _are_things([{"item": name}], _MOST_NAME_WORDS)
    if not called or (rest and not counted and not _are_things(rows, _MOST_BARE_WORDS)):
        return []
    there = any(each.name.casefold() == name.casefold() for each in talk.lists)
    return [Deed("list.add" if there else "list.create", name, rows)] if rows or not there else []


def made_missing(said: str, name: str) -> list[Deed]:
    """ "Then make one for her, a horse book and felt pens", where there was no list of that name."""
    found = say.MISSING.fullmatch(said.strip()) if name else None
    rows = _rows(found["rest"].strip(" .!")) if found and found["rest"] else ()
    fits = found is not None and (not found["rest"] or _are_things(rows, _MOST_ITEM_WORDS))
    return [Deed("list.create", name, rows)] if fits else []


def _moved(said: str, talk: ListTalk) -> list[Deed]:
    """Off one list and onto another, or one thing for another."""
    for found in say.fitting(say.MOVE, said):
        names = found.groupdict()
        onto = named(found["to"], talk.lists) or _new_list(found["to"])
        told = [row["item"] for row in _pointed(_rows(found["items"]), [], talk)]
        off = named(names["from"], talk.lists) if "from" in names else holder(told, talk)
        if onto and off and onto != off and told and all(standing(each, off) for each in told):
            return _shifted(told, off, onto)
    return []


def _shifted(told: Sequence[str], off: KnownList, onto: KnownList) -> list[Deed]:
    kept = [item for each in told for item in off.items if item[0] == standing(each, off)[0]]
    rows = [{"item": name, **({"quantity": many} if many else {})} for name, many in kept]
    gone = [{"item": name} for name, _ in kept]
    return [Deed("list.remove", off.name, gone), Deed("list.add", onto.name, rows)]


def _new_list(words: str) -> KnownList | None:
    """The shopping list, where there is none yet."""
    found = re.fullmatch(r"(?:the|my|our) (shopping|grocery) list", words.strip(), re.IGNORECASE)
    return KnownList(found[1].lower()) if found else None


def _belongs(said: str, talk: ListTalk) -> list[Deed]:
    """It should be on that list; it is taken off the other, where it stands on one."""
    for found in say.fitting(say.BELONGS, said):
        onto = named(found["to"], talk.lists) or _new_list(found["to"])
        told = [row["item"] for row in _pointed(_rows(found["items"]), [], talk)]
        if onto is None or not told:
            continue
        off = named(found["from"], talk.lists) if found["from"] else holder(told, talk)
        if off and off != onto and all(standing(each, off) for each in told):
            return _shifted(told, off, onto)
    for found in say.fitting(say.NOT_THERE, said):
        off = named(found["list"], talk.lists)
        told = [row["item"] for row in talk.told]
        if off and told and off != talk.focus and all(standing(each, off) for each in told):
            return [Deed("list.remove", off.name, [{"item": standing(each, off)[0]} for each in told])]
    return []


def _more(said: str, talk: ListTalk) -> list[Deed]:
    """Two more of the one thing that was put on the list."""
    found = next(say.fitting(say.MORE, said), None)
    if found is None or talk.action not in ("list.add", "list.query") or len(talk.told) != 1 or not talk.focus:
        return []
    many = _rows(f"{found['many']} of them")[0].get("quantity")
    there = standing(talk.told[0]["item"], talk.focus)
    before = dict(talk.focus.items).get(there[0], "") if there else ""
    if any(_same_stem(word, found["many"].lower()) for word in _words(before)):
        many = "one"  # another roll, where there are two rolls
    row = {"item": there[0] if there else talk.told[0]["item"], "quantity": f"{many} more"}
    return [Deed("list.add", talk.focus.name, [row])] if many else []


def _in_clauses(said: str, talk: ListTalk) -> list[Deed]:
    remarks: list[str] = []
    here = talk
    found = _swapped(said, talk)
    for clause in [] if found else [part.strip(" ,") for part in say.CLAUSES.split(said) if part]:
        if not clause:
            continue
        if done := _deed(clause, here, remarks) or _further(clause, found) or _instead(clause, found):
            found = _joined(found, done)
            there = next((each for each in talk.lists if each.name == done[-1].list), here.focus)
            here = replace(here, focus=there, action=done[-1].action, told=done[-1].items)
        elif place := _place(clause, talk):
            here = replace(here, focus=place, action=talk.action or "list.query")
        else:
            remarks.append(clause)
    return found if all(_is_remark(each, talk) for each in remarks) else []


def _further(clause: str, found: Sequence[Deed]) -> list[Deed]:
    """ "Put filler on — and brushes": more of what was put there."""
    lead = say.LEAD.match(clause)
    if not lead or not found or found[-1].action != "list.add":
        return []
    rows = _rows(_without_remarks(clause[lead.end() :]))
    return [Deed("list.add", found[-1].list, rows)] if _are_things(rows, _MOST_BARE_WORDS) else []


def _instead(clause: str, found: Sequence[Deed]) -> list[Deed]:
    """ "She mustn't have chocolates. A nice candle": what comes for what went off."""
    if not found or found[-1].action != "list.remove" or not say.SOME.match(clause):
        return []
    rows = _rows(re.sub(r" instead$", "", _without_remarks(clause), flags=re.IGNORECASE))
    return [Deed("list.add", found[-1].list, rows)] if _are_things(rows, _MOST_BARE_WORDS) else []


def _joined(found: list[Deed], more: Sequence[Deed]) -> list[Deed]:
    """With what comes on: things that were told already are told once."""
    for deed in more:
        told = [row for each in found if each.action != "list.add" or deed.action == each.action for row in each.items]
        rows = [row for row in deed.items if row not in told]
        if deed.items and not rows:
            continue
        last = found[-1] if found else None
        if last and (last.action, last.list) == (deed.action, deed.list) and deed.items:
            found = [*found[:-1], Deed(deed.action, deed.list, [*last.items, *rows])]
        else:
            found = [*found, Deed(deed.action, deed.list, rows)]
    return found


def _without_remarks(words: str) -> str:
    """Without what is said of things behind a comma: "brushes, we've ruined all of them"."""
    first, *more = words.rstrip(" .!").split(",")
    return ",".join([first, *(piece for piece in more if not _talks(piece) or beside.orders(piece))])


def _talks(piece: str) -> bool:
    """Whether a clause is talk: but a "no" puts right, and "them" counts."""
    words = {word.text for word in split_words(piece)}
    if beside.no_thing(piece):
        return True
    counts = len(words) < 4 and words & say.IT_WORDS
    return not counts and (bool((say.TALK - {"no"}) & words) or say.REMARK.search(piece) is not None)


def _place(clause: str, talk: ListTalk) -> KnownList | None:
    """A clause that names a list and nothing else: "hardware list, …", "pharmacy order, …"."""
    words = re.fullmatch(rf"{say.OPEN}(?:on |for )?(.+?)( list| order)?[\s,:]*", clause.strip(), re.IGNORECASE)
    there = named(words[1], talk.lists) if words else None
    whole = there is not None and words is not None and len(_words(there.name)) == len(_words(words[1]))
    return there if whole or (words and words[2]) else None


def _deed(clause: str, talk: ListTalk, remarks: Sequence[str]) -> list[Deed]:
    """What one clause asks for, with or without why; remarks may stand behind its comma, and more of what is put on."""
    bare = say.BECAUSE.sub("", clause)
    return _asked_for(clause, talk, remarks) or (_asked_for(bare, talk, remarks) if bare != clause else [])


def _asked_for(clause: str, talk: ListTalk, remarks: Sequence[str]) -> list[Deed]:
    pieces = clause.split(",")
    for end in range(len(pieces), 0, -1):
        rest, tail = ",".join(pieces[:end]), [piece.strip() for piece in pieces[end:]]
        found = _ordered(rest.strip(), talk, remarks)
        further = [_further(piece, found) for piece in tail if say.LEAD.match(piece)]
        instead = [_instead(piece, found) for piece in tail if found and not say.LEAD.match(piece)]
        further += [each for each in instead if each]
        found, tail = _counted(found, tail)
        if found and all(further) and all(say.LEAD.match(each) or _is_remark(each, talk) for each in tail):
            return _joined(found, [deed for deeds_ in further for deed in deeds_])
    return []


def _counted(found: list[Deed], tail: list[str]) -> tuple[list[Deed], list[str]]:
    """ "Stick them on the fair list, two packs": how many of what is put there; and what else is said."""
    lone = found[-1].items[0] if found and found[-1].action == "list.add" and len(found[-1].items) == 1 else None
    if lone is None or "quantity" in lone or not tail:
        return found, tail
    rows = _rows(f"{lone['item']}, {tail[0]}")
    if len(rows) != 1 or "quantity" not in rows[0]:
        return found, tail
    return [*found[:-1], replace(found[-1], items=[{**lone, "quantity": rows[0]["quantity"]}])], tail[1:]


_TAKING = ((say.OFF, "list.remove"), (say.TICK, "list.complete"), (say.GO, "list.remove"), (say.COME, "list.complete"))


def _ordered(clause: str, talk: ListTalk, remarks: Sequence[str]) -> list[Deed]:
    if whole := _swapped(clause, talk) or _question(clause, talk):
        return whole
    for found in say.fitting(say.EMPTIES, clause):
        if there := named(found["list"], talk.lists):
            return [Deed("list.remove", there.name, [{"item": "everything"}])] if there.items else []
    bare, place = _at(clause, talk)
    here = replace(talk, focus=place, action=talk.action or "list.query") if place else talk
    bought = say.BOUGHT.search(clause) is not None
    for pattern, action in _TAKING:
        for tried in dict.fromkeys((clause if place is None else f"{bare} off" if pattern is say.OFF else bare, bare)):
            for found in say.fitting(pattern, tried):
                if gone := _gone(found["items"], here, remarks, pattern, bought=bought):
                    return [Deed(action, *gone)]
    for found in say.fitting(say.PUT, bare) if here.focus and (here.action or place) else ():
        words = re.sub(r" (?:on|in|down|back)(?=,|$)", "", found["items"], flags=re.IGNORECASE)
        rows = _pointed(_rows(_without_remarks(words)), remarks, talk, onto=True)
        to_other = not place and _to_other(bare, talk)
        things = rows if say.POINTS.fullmatch(words) else _are_things(rows, _MOST_ITEM_WORDS)
        if here.focus and not to_other and things:
            other = not place and not _is_alike(rows, here.focus) and talk.is_command(clause)
            return [] if other else [Deed("list.add", here.focus.name, rows)]
    return []


def _at(clause: str, talk: ListTalk) -> tuple[str, KnownList | None]:
    """The words without the list at their end, and that list: "milk in a carton on the shopping"."""
    words = re.sub(rf"{say.CLOSE}$", "", clause, flags=re.IGNORECASE)
    for found in reversed(list(say.AT.finditer(words))):
        if not set(",.;") & set(words[found.end() :]) and (place := _there(words[found.end() :], talk)):
            return words[: found.start()], place
    return clause, None


def _to_other(clause: str, talk: ListTalk) -> bool:
    """Whether it goes anywhere else: to the calendar, for another list."""
    whom = re.search(r"\bfor (?:the|my|our) (?P<whom>[^,.;]+)", clause)
    return bool(re.search(r"\b(?:to|into|onto) (?:the|my|our)\b", clause) or (whom and named(whom["whom"], talk.lists)))


def _gone(
    told: str, talk: ListTalk, remarks: Sequence[str], forms: say.Forms, *, bought: bool = False
) -> tuple[str, Rows] | None:
    """The list and what goes off it."""
    focus = talk.focus if talk.action else None
    told = re.sub(r"\s+(?:already|now|too)$", "", told, flags=re.IGNORECASE)
    if everything := say.EVERYTHING.fullmatch(told):
        but = [row["item"] for row in _rows(everything["but"] or "")]
        there = focus or (holder(but, talk) if but else None)
        return (there.name, [{"item": told}]) if there and there.items else None
    if say.PLACE.fullmatch(told) and forms in (say.OFF, say.GO, say.TICK):
        return (focus.name, [{"item": told}]) if focus and focus.items else None
    points = say.POINTS.fullmatch(told)
    all_of_it = points and told.lower() in ("it", "this", "that") and len(talk.told) != 1
    if points and (
        forms is say.COME or (forms is say.GO and not remarks and (all_of_it or talk.action == "list.create"))
    ):
        return None  # "got it" is said of what was said; "delete it" of the list
    rows = _pointed([{"item": told}] if points else _rows(told), remarks, talk)
    surely = forms in (say.OFF, say.TICK)
    return _off(rows, talk, focus, surely=surely, listed=surely or bought) if rows else None


def _off(rows: Rows, talk: ListTalk, focus: KnownList | None, *, surely: bool, listed: bool) -> tuple[str, Rows] | None:
    """The list that has these things; where none has, that in focus, if it is `surely` one of them that is meant."""
    names = [row["item"] for row in rows]
    there = holder(names, talk)
    if there is None:
        return (focus.name, rows) if focus and surely and _are_things(rows, _MOST_BARE_WORDS) else None
    exact = all(len(_words(name)) == len(_words(standing(name, there)[0])) for name in names)
    by_head = listed and all(_words(name)[-1:] == _words(_head(standing(name, there)[0]))[-1:] for name in names)
    if there != focus and not (exact or by_head):
        return None  # a part of the name is enough for what was just spoken of
    return there.name, [
        {"item": standing(name, there)[0] if len(standing(name, there)) == 1 else name} for name in names
    ]


def _is_alike(rows: Rows, there: KnownList) -> bool:
    """Whether they begin as something does that stands there: bed five, where there is bed three."""
    return _words(rows[0]["item"])[:1] in [_words(name)[:1] for name, _ in there.items if len(_words(name)) > 1]


def _head(name: str) -> str:
    """What a thing is, without what it is for: rubber boots for the kids."""
    return re.split(r" (?:for|of|with|from|in) ", name, maxsplit=1)[0]


def _put_there(remarks: Sequence[str], talk: ListTalk) -> Rows:
    """What "that" stands for where it is put on a list: what is said to be missing, what was just looked for there,
    else the remark itself.
    """
    if things := beside.wanted(remarks):
        return _rows(_without_remarks(things))
    if talk.told and talk.action == "list.query":
        return talk.told
    whole = beside.joined(remarks)
    words = {word.text for word in split_words(whole)}
    is_told = 1 < len(words) <= _MOST_ITEM_WORDS and not words & (say.SPEAKERS | say.IT_WORDS) and "?" not in whole
    return [{"item": whole}] if is_told else []


def _pointed(rows: Rows, remarks: Sequence[str], talk: ListTalk, *, onto: bool = False) -> Rows:
    """The rows, with what "those" stand for: what the remarks before speak of, else what was told last. `onto`: they
    are not there yet.
    """
    found: list[dict[str, str]] = []
    for row in rows:
        if not say.POINTS.fullmatch(row["item"]):
            found.append(row)
            continue
        if onto and (put := _put_there(remarks, talk)):
            found += put
            continue
        there = talk.focus.items if talk.focus else [item for each in talk.lists for item in each.items]
        spoken = {word for remark in remarks for word in _words(remark)}
        meant = [
            {"item": name}
            for name, _ in there
            if any(
                _has(list(spoken), word) and sum(_has(_words(n), word) for n, _ in there) == 1 for word in _words(name)
            )
        ]
        meant = meant or [{"item": each["item"]} for each in talk.told if not say.EVERYTHING.fullmatch(each["item"])]
        if not meant and len(there) == 1:
            meant = [{"item": there[0][0]}]  # the one thing that is there
        if not meant:
            return []
        found += meant
    return found


def _swapped(said: str, talk: ListTalk) -> list[Deed]:
    """One thing of the list goes, another comes."""
    for found in say.fitting(say.SWAP, said):
        there, rows = holder([found["out"]], talk), _rows(found["in"])
        if there and (there == talk.focus or talk.action) and _are_things(rows, _MOST_BARE_WORDS):
            gone = standing(found["out"], there)[:1]
            return [
                Deed("list.remove", there.name, [{"item": name} for name in gone]),
                Deed("list.add", there.name, rows),
            ]
    return []


def _there(words: str, talk: ListTalk) -> KnownList | None:
    if re.fullmatch(say.IT, words.strip(), re.IGNORECASE):
        return talk.focus
    return named(words, talk.lists)


def _headed(said: str, talk: ListTalk) -> list[Deed]:
    """ "Hardware list, filler and tape", "add to the handover, bed two": what is told behind a list's name."""
    onto = say.ONTO.fullmatch(said)
    there = named(onto["place"], talk.lists) if onto else None
    if onto and there and _are_things(more := _rows(onto["rest"].rstrip(" .!")), _MOST_ITEM_WORDS):
        return [Deed("list.add", there.name, more)]
    found = say.HEAD.fullmatch(said)
    name = re.fullmatch(r"(.+) list|(groceries)", found["place"], re.IGNORECASE) if found else None
    if found is None or name is None:
        return []
    place, rows = named(found["place"], talk.lists), _rows(found["rest"].rstrip(" .!"))
    called = place.name if place else name[1] or name[2]
    fits = _are_things(rows, _MOST_BARE_WORDS) and (place or _are_things([{"item": called}], 2))
    return [Deed("list.add", called, rows)] if fits else []


def _told(said: str, talk: ListTalk) -> list[Deed]:
    """What belongs on a list, told otherwise than by its names: for whom it is, what is to be asked."""
    *before, last = [part.strip(" ,") for part in re.split(r"[,.;]\s+", said.rstrip(" .!"))]
    for found in say.fitting(say.GOES_ON, last):
        if (there := named(found["list"], talk.lists)) and (things := beside.wanted(before)):
            return [Deed("list.add", there.name, _rows(things))]
    if not talk.action or not talk.focus or talk.is_command(said):
        return []
    told = beside.for_somebody(said) or beside.to_ask(said, talk.focus.name)
    return [Deed("list.add", talk.focus.name, [{"item": each} for each in told])] if told else []


def _there_already(said: str, talk: ListTalk) -> list[Deed]:
    """ "The trowel's already in the van", "Mike's bringing the rope", of what stands on the list spoken of."""
    focus = talk.focus if talk.action else None
    for found in say.fitting(say.IS_THERE, said):
        rows = _rows(found["items"])
        if focus and rows and all(standing(row["item"], focus) for row in rows):
            return [Deed("list.complete", focus.name, [{"item": standing(row["item"], focus)[0]} for row in rows])]
    return []


def _run_out(said: str, talk: ListTalk) -> list[Deed]:
    """ "We're running low on milk, and we need butter": onto the shopping list, or the list spoken of."""
    pieces = [each for each in re.split(r"[,.;]\s+(?:and )?|\s+and (?=(?:we|i|there)\b)", said.rstrip(" .!")) if each]
    told = [(each, beside.wanted([each])) for each in pieces]
    rows = [row for _, things in told if things for row in _rows(_without_remarks(things))]
    shop = called_as("buy", talk.lists) or (None if talk.lists else KnownList("shopping"))
    there = talk.focus if talk.action and talk.focus else shop
    gone = any(beside.has_run_out(each) for each, _ in told)
    plain = all(things or _rows(each) for each, things in told) and not said.rstrip().endswith("?")
    if not plain or there is None or not (gone or talk.action) or not told or not told[0][1]:
        return []
    more = [row for each, things in told[1:] if not things and not _talks(each) for row in _rows(each)]
    rows = [*rows, *more]
    fits = _are_things(rows, _MOST_BARE_WORDS) and not any(beside.is_no_ware(_head(row["item"])) for row in rows)
    return [Deed("list.add", there.name, rows)] if fits and not talk.is_command(said) else []


def _on_list(said: str, talk: ListTalk) -> list[Deed]:
    """ "Cement on the merchant list, ten bags"."""
    found = say.MIDST.fullmatch(said)
    place = named(found["place"], talk.lists) if found else None
    if found is None or place is None:
        return []
    more = (found["more"] or "").rstrip(" .!")
    put = re.match(rf"{say.OPEN}(?:add|put|stick|pop|write|jot)(?: down)? ", found["rest"], re.IGNORECASE)
    if put is None and talk.is_command(said):
        return []
    first, *later = re.split(r"\s*[—;]\s*", more)
    told = [_without_remarks(first), *(piece for piece in later if not _is_remark(piece, talk))]
    rows = _rows(
        ", ".join(
            [found["rest"][put.end() if put else 0 :], *(each.strip(" ,.") for each in told if each.strip(" ,."))]
        )
    )
    return [Deed("list.add", place.name, rows)] if _are_things(rows, _MOST_ITEM_WORDS) else []


def _additions(said: str, talk: ListTalk) -> list[Deed]:
    """ "And butter", "plums, twenty kilos, and sugar", behind a list."""
    lead = say.LEAD.match(said)
    words = _without_asides(said[lead.end() if lead else 0 :].rstrip(" .!"))
    more = say.AS_WELL.search(words)
    behind = words[more.end() :].strip(" ,.") if more else ""
    if not talk.action or not talk.focus or said.endswith("?") or (behind and not _is_remark(behind, talk)):
        return []
    words = words[: more.start()] if more else words
    rows = _rows(_without_remarks(words))
    on = [standing(row["item"], talk.focus) for row in rows]
    if talk.action == "list.remove" and say.SOME.match(behind or words) and not any(on):
        rows = _rows(behind or words)  # what comes for what went off
        fits = _are_things(rows, _MOST_BARE_WORDS) and not talk.is_command(said)
        return [Deed("list.add", talk.focus.name, rows)] if fits else []
    opened, counted = bool(lead or more), any("quantity" in row for row in rows)
    if talk.action in ("list.complete", "list.remove") and (opened or any(on) or not counted):
        same = on and all(on) and opened
        return [Deed(talk.action, talk.focus.name, [{"item": names[0]} for names in on])] if same else []
    loose = re.search(r"[.;!]|'s\b", words) or say.IT_WORDS & {word.text for word in split_words(words)}
    fits = (
        (lead or not loose)
        and _are_things(rows, _MOST_ITEM_WORDS if lead else _MOST_OF_SEVERAL if len(rows) > 1 else _MOST_BARE_WORDS)
        and (opened or counted or len(rows) > 1)
    )
    return [Deed("list.add", talk.focus.name, rows)] if fits and not talk.is_command(said) else []


def _without_asides(words: str) -> str:
    """ "Beer — at two in the afternoon — for after": what stands between dashes goes on only behind an "and"."""
    first, *later = [piece for piece in re.split(r"\s+[—–-]+\s+", words) if piece] or [""]
    return ", ".join([first, *(piece for piece in later if piece.casefold().startswith("and "))])


def _are_things(rows: Rows, most: int) -> bool:
    """Whether these may be things for a list, and no talk."""
    for row in rows:
        words = [word.text for word in split_words(row["item"])]
        if "quantity" in row and words and words[-1] in say.TIME:
            return False  # twelve minutes are a timer's
        names = say.PRAISE | (say.NOUNS & set(words[-1:])) if len(words) > 1 else frozenset[str]()
        if say.PLACED.match(row["item"]):
            return False  # "that in the calendar"
        talks = ((say.TALK | say.NO_THINGS) - names) & set(words) or say.REMARK.search(row["item"])
        if talks or not 0 < len(words) <= most or words[0] in say.ORDERS or words[-1] in say.IT_WORDS:
            return False
    return bool(rows)


def _is_remark(clause: str, talk: ListTalk) -> bool:
    """Whether it is said beside what is asked for: talk, or a word or two."""
    words = [word.text for word in split_words(clause)]
    short = all(len(split_words(piece)) <= 2 for piece in clause.split(","))
    talks = bool(say.TALK & set(words)) or say.REMARK.search(clause) is not None
    return (short or talks or bool(talk.action)) and not beside.orders(clause) and not talk.is_command(clause)
