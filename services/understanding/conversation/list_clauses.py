"""What is said of a list clause by clause: "take those off", "the towel's packed", "stick brushes on". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation.known_lists import (
    Deed,
    KnownList,
    ListTalk,
    Rows,
    holder,
    named,
    pointed_list,
    rows_of,
    standing,
    words_of,
)
from services.understanding.conversation.list_changes import swapped
from services.understanding.conversation.list_pointing import pointed
from services.understanding.conversation.list_questions import question
from services.understanding.conversation.list_things import (
    are_things,
    head_of_name,
    is_alike,
    is_remark,
    without_remarks,
)

_MOST_ITEM_WORDS = 9
_MOST_BARE_WORDS = 4


def in_clauses(said: str, talk: ListTalk) -> list[Deed]:
    remarks: list[str] = []
    here = talk
    found = swapped(said, talk)
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
    return found if all(is_remark(each, talk) for each in remarks) else []


def _further(clause: str, found: Sequence[Deed]) -> list[Deed]:
    """ "Put filler on — and brushes": more of what was put there."""
    lead = say.LEAD.match(clause)
    if not lead or not found or found[-1].action != "list.add":
        return []
    rows = rows_of(without_remarks(clause[lead.end() :]))
    return [Deed("list.add", found[-1].list, rows)] if are_things(rows, _MOST_BARE_WORDS) else []


def _instead(clause: str, found: Sequence[Deed]) -> list[Deed]:
    """ "She mustn't have chocolates. A nice candle": what comes for what went off."""
    if not found or found[-1].action != "list.remove" or not say.SOME.match(clause):
        return []
    rows = rows_of(re.sub(r" instead$", "", without_remarks(clause), flags=re.IGNORECASE))
    return [Deed("list.add", found[-1].list, rows)] if are_things(rows, _MOST_BARE_WORDS) else []


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


def _place(clause: str, talk: ListTalk) -> KnownList | None:
    """A clause that names a list and nothing else: "hardware list, …", "pharmacy order, …"."""
    words = re.fullmatch(rf"{say.OPEN}(?:on |for )?(.+?)( list| order)?[\s,:]*", clause.strip(), re.IGNORECASE)
    there = named(words[1], talk.lists) if words else None
    whole = there is not None and words is not None and len(words_of(there.name)) == len(words_of(words[1]))
    return there if whole or (words and words[2]) else None


def _deed(clause: str, talk: ListTalk, remarks: Sequence[str]) -> list[Deed]:
    """What one clause asks for, with or without why; remarks may stand behind its comma, and more of what is put on."""
    bare = say.BECAUSE.sub("", clause)
    return _asked_for(clause, talk, remarks) or (_asked_for(bare, talk, remarks) if bare != clause else [])


def _asked_for(clause: str, talk: ListTalk, remarks: Sequence[str]) -> list[Deed]:
    pieces = clause.split(",")
    if say.SLIP.search(clause):
        return []
    for end in range(len(pieces), 0, -1):
        rest, tail = ",".join(pieces[:end]), [piece.strip() for piece in pieces[end:]]
        found = _ordered(rest.strip(), talk, remarks)
        further = [_further(piece, found) for piece in tail if say.LEAD.match(piece)]
        instead = [_instead(piece, found) for piece in tail if found and not say.LEAD.match(piece)]
        further += [each for each in instead if each]
        found, tail = _counted(found, tail)
        if found and all(further) and all(say.LEAD.match(each) or is_remark(each, talk) for each in tail):
            return _joined(found, [deed for deeds_ in further for deed in deeds_])
    return []


def _counted(found: list[Deed], tail: list[str]) -> tuple[list[Deed], list[str]]:
    """ "Stick them on the fair list, two packs": how many of what is put there; and what else is said."""
    lone = found[-1].items[0] if found and found[-1].action == "list.add" and len(found[-1].items) == 1 else None
    if lone is None or "quantity" in lone or not tail:
        return found, tail
    rows = rows_of(f"{lone['item']}, {tail[0]}")
    if len(rows) != 1 or "quantity" not in rows[0]:
        return found, tail
    return [*found[:-1], replace(found[-1], items=[{**lone, "quantity": rows[0]["quantity"]}])], tail[1:]


_TAKING = ((say.OFF, "list.remove"), (say.TICK, "list.complete"), (say.GO, "list.remove"), (say.COME, "list.complete"))


def _ordered(clause: str, talk: ListTalk, remarks: Sequence[str]) -> list[Deed]:
    if whole := swapped(clause, talk) or question(clause, talk):
        return whole
    for found in say.fitting(say.EMPTIES, clause):
        if there := named(found["list"], talk.lists):
            return [Deed("list.remove", there.name, [{"item": "everything"}])] if there.items else []
    for found in say.fitting(say.OFF_WITH, clause):
        there = pointed_list(found["list"], talk)
        off = pointed(rows_of(found["items"]), remarks, replace(talk, focus=there)) if there else ()
        if there and off and all(standing(row["item"], there) for row in off):
            return [Deed("list.remove", there.name, [{"item": standing(row["item"], there)[0]} for row in off])]
    bare, place = _at(clause, talk)
    here = replace(talk, focus=place, action=talk.action or "list.query") if place else talk
    bought = say.BOUGHT.search(clause) is not None
    for pattern, action in _TAKING:
        for tried in dict.fromkeys((clause if place is None else _off_it(bare) if pattern is say.OFF else bare, bare)):
            for found in say.fitting(pattern, tried):
                if gone := _gone(found["items"], here, remarks, pattern, bought=bought):
                    return [Deed(action, *gone)]
    for found in say.fitting(say.PUT, bare) if here.focus and (here.action or place) else ():
        words = re.sub(r" (?:on|in|down|back)(?=,|$)", "", found["items"], flags=re.IGNORECASE)
        rows = pointed(rows_of(without_remarks(words)), remarks, talk, onto=True)
        to_other = not place and _to_other(bare, talk)
        things = rows if say.POINTS.fullmatch(words) else are_things(rows, _MOST_ITEM_WORDS)
        if here.focus and not to_other and things:
            other = not place and not is_alike(rows, here.focus) and talk.is_command(clause)
            return [] if other else [Deed("list.add", here.focus.name, rows)]
    return []


def _off_it(words: str) -> str:
    return words if re.search(r"\b(?:off|out|away)$", words, re.IGNORECASE) else f"{words} off"


def _at(clause: str, talk: ListTalk) -> tuple[str, KnownList | None]:
    """The words without the list at their end, and that list: "milk in a carton on the shopping"."""
    words = re.sub(rf"{say.CLOSE}$", "", clause, flags=re.IGNORECASE)
    for found in reversed(list(say.AT.finditer(words))):
        if not set(",.;") & set(words[found.end() :]) and (place := pointed_list(words[found.end() :], talk)):
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
        but = [row["item"] for row in rows_of(everything["but"] or "")]
        there = focus or (holder(but, talk) if but else None)
        return (there.name, [{"item": told}]) if there and there.items else None
    if say.PLACE.fullmatch(told) and forms in (say.OFF, say.GO, say.TICK, say.COME):
        return (focus.name, [{"item": told}]) if focus and focus.items else None
    points = say.POINTS.fullmatch(told)
    all_of_it = points and told.lower() in ("it", "this", "that") and len(talk.told) != 1
    if points and (
        forms is say.COME or (forms is say.GO and not remarks and (all_of_it or talk.action == "list.create"))
    ):
        return None  # "got it" is said of what was said; "delete it" of the list
    rows = pointed([{"item": told}] if points else rows_of(told), remarks, talk)
    surely = forms in (say.OFF, say.TICK)
    return _off(rows, talk, focus, surely=surely, listed=surely or bought) if rows else None


def _off(rows: Rows, talk: ListTalk, focus: KnownList | None, *, surely: bool, listed: bool) -> tuple[str, Rows] | None:
    """The list that has these things; where none has, that in focus, if it is `surely` one of them that is meant."""
    names = [row["item"] for row in rows]
    there = holder(names, talk)
    if there is None:
        return (focus.name, rows) if focus and surely and are_things(rows, _MOST_BARE_WORDS) else None
    exact = all(len(words_of(name)) == len(words_of(standing(name, there)[0])) for name in names)
    by_head = listed and all(
        words_of(name)[-1:] == words_of(head_of_name(standing(name, there)[0]))[-1:] for name in names
    )
    if there != focus and not (exact or by_head):
        return None  # a part of the name is enough for what was just spoken of
    return there.name, [
        {"item": standing(name, there)[0] if len(standing(name, there)) == 1 else name} for name in names
    ]
