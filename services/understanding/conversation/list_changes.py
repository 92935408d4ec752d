"""Other numbers and places for what stands on lists: "make that two boxes", "move batteries to shopping". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation.known_lists import (
    Deed,
    KnownList,
    ListTalk,
    holder,
    named,
    new_list,
    pointed_list,
    rows_of,
    same_stem,
    standing,
    words_of,
)
from services.understanding.conversation.list_pointing import pointed
from services.understanding.conversation.list_things import are_things
from services.understanding.slots.amounts import number_of
from services.understanding.words import split_words

_MOST_BARE_WORDS = 4
_MOST_COUNT = 3
_WITH_MEASURE = 2
_MOST_PLACE = 3


def of_all(said: str, talk: ListTalk) -> list[Deed]:
    """ "Everything on the merchant list is bought"; "read me both lists"."""
    if talk.lists and any(say.fitting(say.ALL_LISTS, said)):
        return [Deed("list.query", each.name) for each in talk.lists]
    focus = talk.focus if talk.action == "list.query" and not talk.told else None
    if focus and focus.items and any(say.fitting(say.THAT_IS_ALL, said)):
        return [Deed("list.complete", focus.name, [{"item": "everything"}])]
    found = say.ALL_OF_IT.fullmatch(said)
    there = pointed_list(found["list"], talk) if found and (found["verb"] or found["done"]) else None
    if found is None or there is None or not there.items:
        return []
    return [Deed("list.complete", there.name, [{"item": f"everything{found['but'] or ''}"}])]


def recounted(said: str, talk: ListTalk) -> list[Deed]:
    """Another number of what stands there, or was just put there or asked about."""
    if deeds := _otherwise_many(said, talk.focus if talk.action == "list.add" else None):
        return deeds
    for found in say.fitting(say.RECOUNTED, said):
        place = named(found["list"], talk.lists) if found.groupdict().get("list") else talk.focus
        many = re.sub(r"^(?:to |it |that )", "", found["many"].strip().lower())
        many = f"{many} {of}" if (of := found.groupdict().get("items")) else many
        rows = rows_of(many)
        if place is None or len(rows) != 1:
            continue
        row = rows[0]
        if "quantity" in row and (on := standing(row["item"], place)):
            return [Deed("list.add", place.name, [{"item": on[0], "quantity": row["quantity"]}])]
        counted = rows_of(f"{many} of them")[0].get("quantity", "")
        measure = words_of(many)[-1]
        of_it = [name for name, much in place.items if counted and much and same_stem(words_of(much)[-1], measure)]
        if len(of_it) == 1 and len(split_words(many)) == _WITH_MEASURE:
            return [Deed("list.add", place.name, [{"item": of_it[0], "quantity": counted}])]
        if talk.lone and found["sure"].lower() in ("make it", "make that"):
            return []  # it is put right as a whole
        lone = len(talk.told) == 1 and standing(talk.told[0]["item"], place)
        if lone and counted and talk.action in ("list.add", "list.query") and len(split_words(many)) <= _MOST_COUNT:
            return [Deed("list.add", place.name, [{"item": lone[0], "quantity": _measured(counted, lone[0], place)}])]
    return []


def _otherwise_many(said: str, there: KnownList | None) -> list[Deed]:
    """ "Not two, three", where one thing stands there twice."""
    for found in say.fitting(say.NOT_SO_MANY, said) if there else ():
        old, new = number_of(found["old"]), number_of(found["many"])
        so_many = [name for name, much in there.items if much and number_of(much.split()[0]) == old] if there else []
        if there and old is not None and new is not None and len(so_many) == 1:
            return [Deed("list.add", there.name, [{"item": so_many[0], "quantity": found["many"]}])]
    return []


def _measured(many: str, item: str, there: KnownList) -> str:
    """Twelve bags, where it was ten bags."""
    before = dict(there.items).get(item, "").split()
    return f"{many} {before[-1]}" if len(before) > 1 and before[0] != "a" and len(many.split()) == 1 else many


def moved(said: str, talk: ListTalk) -> list[Deed]:
    """Off one list and onto another, or one thing for another."""
    for found in say.fitting(say.MOVE, said):
        names = found.groupdict()
        onto = named(found["to"], talk.lists) or new_list(found["to"])
        told = [row["item"] for row in pointed(rows_of(found["items"]), [], talk)]
        off = named(names["from"], talk.lists) if "from" in names else holder(told, talk)
        if onto and off and onto != off and told and all(standing(each, off) for each in told):
            return _shifted(told, off, onto)
        if onto and names.get("from") and not talk.is_command(said):
            return _not_to_be_moved(names["from"], off, onto, told)
    return []


def _not_to_be_moved(name: str, off: KnownList | None, onto: KnownList, told: Sequence[str]) -> list[Deed]:
    """From a list that there is not, or that has no such thing: taken off it first, which tells so."""
    place = off.name if off else re.sub(r"^(?:the|my|our) | list$", "", name.strip(), flags=re.IGNORECASE)
    rows = [{"item": each} for each in told]
    plain = bool(told) and place != onto.name and len(words_of(place)) <= _MOST_PLACE
    return [Deed("list.remove", place, rows), Deed("list.add", onto.name, rows)] if plain else []


def _shifted(told: Sequence[str], off: KnownList, onto: KnownList) -> list[Deed]:
    kept = [item for each in told for item in off.items if item[0] == standing(each, off)[0]]
    rows = [{"item": name, **({"quantity": many} if many else {})} for name, many in kept]
    gone = [{"item": name} for name, _ in kept]
    return [Deed("list.remove", off.name, gone), Deed("list.add", onto.name, rows)]


def belongs(said: str, talk: ListTalk) -> list[Deed]:
    """It should be on that list; it is taken off the other, where it stands on one."""
    for found in say.fitting(say.BELONGS, said):
        onto = named(found["to"], talk.lists) or new_list(found["to"])
        told = [row["item"] for row in pointed(rows_of(found["items"]), [], talk)]
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


def more_of_it(said: str, talk: ListTalk) -> list[Deed]:
    """Two more of the one thing that was put on the list."""
    found = next(say.fitting(say.MORE, said), None)
    if found is None or talk.action not in ("list.add", "list.query") or len(talk.told) != 1 or not talk.focus:
        return []
    many = rows_of(f"{found['many']} of them")[0].get("quantity")
    there = standing(talk.told[0]["item"], talk.focus)
    before = dict(talk.focus.items).get(there[0], "") if there else ""
    if any(same_stem(word, found["many"].lower()) for word in words_of(before)):
        many = "one"  # another roll, where there are two rolls
    row = {"item": there[0] if there else talk.told[0]["item"], "quantity": f"{many} more"}
    return [Deed("list.add", talk.focus.name, [row])] if many else []


def swapped(said: str, talk: ListTalk) -> list[Deed]:
    """One thing of the list goes, another comes."""
    for found in say.fitting(say.SWAP, said):
        there, rows = holder([found["out"]], talk), rows_of(found["in"])
        if there and (there == talk.focus or talk.action) and are_things(rows, _MOST_BARE_WORDS):
            gone = standing(found["out"], there)[:1]
            return [
                Deed("list.remove", there.name, [{"item": name} for name in gone]),
                Deed("list.add", there.name, rows),
            ]
    return []


def one_for_other(said: str, talk: ListTalk) -> bool:
    """ "Not tea, coffee", of the tea that was just put there."""
    found = next(say.fitting((say.SWAP[1], say.SWAP[-1]), said), None)
    if found is None or not are_things(rows_of(found["in"]), _MOST_BARE_WORDS):
        return False
    told = talk.told[0]["item"] if talk.told else ""
    return found.re is say.SWAP[1] or words_of(found["out"]) == words_of(told)


def reworded(said: str, talk: ListTalk) -> list[Deed]:
    """ "Green cannulas I mean", "what am I saying, he's turning five. Five candles": of what was just put there."""
    found = say.MEANT.fullmatch(said) if talk.action == "list.add" and talk.focus else None
    if found is None or talk.focus is None or not (found["sure"] or say.OBJECTS.search(found["lead"] or "")):
        return []
    rows = rows_of(found["items"])
    before = [each["item"] for each in talk.told if rows and _may_be_meant(rows[0]["item"], each["item"])]
    if (
        len(rows) != 1
        or not are_things(rows, _MOST_BARE_WORDS)
        or len(before) != 1
        or not (on := standing(before[0], talk.focus))
    ):
        return []
    if words_of(rows[0]["item"]) == words_of(on[0]):
        return [Deed("list.add", talk.focus.name, [{**rows[0], "item": on[0]}])] if "quantity" in rows[0] else []
    return [Deed("list.remove", talk.focus.name, [{"item": on[0]}]), Deed("list.add", talk.focus.name, rows)]


def _may_be_meant(new: str, old: str) -> bool:
    """Green cannulas, of cannulas; the oat yoghurt, of "the oat thing Jonas likes"."""
    one, other = words_of(new), words_of(old)
    return one[-1:] == other[-1:] or (len(one) > 1 and one[:1] == other[:1] and "thing" in other)


def measured_otherwise(said: str, talk: ListTalk) -> list[Deed]:
    """ "Two packs of discs", of what was just put there: a pack of sanding discs; "six crates", of four of them."""
    fresh = talk.action in ("list.add", "list.create") and talk.focus is not None and "," not in said
    rows = rows_of(said.strip(" .!")) if fresh else ()
    many = rows[0].get("quantity", "") if len(rows) == 1 else ""
    if talk.focus is None or not many:
        return []
    item = rows[0]["item"]
    told = [each for each in talk.told if each.get("quantity") and standing(item, KnownList("", ((each["item"], ""),)))]
    if not told and len(item.split()) == 1:
        there = [{"item": name, "quantity": much} for name, much in talk.focus.items if len(words_of(much)) > 1]
        told, many = [each for each in there if words_of(each["quantity"])[-1:] == words_of(item)], f"{many} {item}"
    same = len(told) == 1 and same_stem(words_of(told[0]["quantity"])[-1], words_of(many)[-1])
    row = {"item": told[0]["item"], "quantity": many} if same else {}
    return [Deed("list.add", talk.focus.name, [row])] if row and row != told[0] else []


def asked_for(said: str, talk: ListTalk) -> list[Deed]:
    """ "Then add some", "put it on, and rocket", of the one thing that was asked about."""
    found = next(say.fitting(say.ASKED_FOR, said), None) if talk.action == "list.query" and talk.focus else None
    if found is None or talk.focus is None or len(talk.told) != 1:
        return []
    more = rows_of(found["more"]) if found["more"] else []
    fits = not more or are_things(more, _MOST_BARE_WORDS)
    return [Deed("list.add", talk.focus.name, [{"item": talk.told[0]["item"]}, *more])] if fits else []


def left_out(said: str, talk: ListTalk) -> list[Deed]:
    """ "No, leave the water", of what was just put there."""
    found = say.LEAVES.fullmatch(said) if talk.action == "list.add" and talk.focus else None
    told = [each["item"] for each in talk.told]
    rows = rows_of(found["items"]) if found else ()
    gone = [one for row in rows for one in told if words_of(one) == words_of(row["item"])]
    if talk.focus is None or not rows or len(gone) != len(rows):
        return []
    return [Deed("list.remove", talk.focus.name, [{"item": each} for each in gone])]
