"""What comes onto lists, told by their names, or as what is missing: "hardware list, tape", "we're out of eggs". Pure."""

from __future__ import annotations

import re

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation import list_remarks as beside
from services.understanding.conversation.known_lists import (
    Deed,
    KnownList,
    ListTalk,
    called_as,
    named,
    rows_of,
    standing,
)
from services.understanding.conversation.list_things import (
    are_things,
    head_of_name,
    is_remark,
    is_talk,
    without_asides,
    without_remarks,
)
from services.understanding.words import split_words

_MOST_ITEM_WORDS = 9
_MOST_OF_SEVERAL = 5
_MOST_BARE_WORDS = 4
_MOST_NAME_WORDS = 4


def newly_made(said: str, talk: ListTalk) -> list[Deed]:
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
    rows = [{"item": each} for each in counted] or rows_of(rest)
    name = re.sub(rf"^{say.OPEN}(?:the|my|our|a)\s+|\s+list$", "", name, flags=re.IGNORECASE)
    called = say.THINGS_THAT.match(name) or are_things([{"item": name}], _MOST_NAME_WORDS)
    if not called or (rest and not counted and not are_things(rows, _MOST_BARE_WORDS)):
        return []
    there = any(each.name.casefold() == name.casefold() for each in talk.lists)
    return [Deed("list.add" if there else "list.create", name, rows)] if rows or not there else []


def made_missing(said: str, name: str) -> list[Deed]:
    """ "Then make one for her, a horse book and felt pens", where there was no list of that name."""
    found = say.MISSING.fullmatch(said.strip()) if name else None
    rows = rows_of(found["rest"].strip(" .!")) if found and found["rest"] else ()
    fits = found is not None and (not found["rest"] or are_things(rows, _MOST_ITEM_WORDS))
    return [Deed("list.create", name, rows)] if fits else []


def headed(said: str, talk: ListTalk) -> list[Deed]:
    """ "Hardware list, filler and tape", "add to the handover, bed two": what is told behind a list's name."""
    onto = say.ONTO.fullmatch(said)
    there = named(onto["place"], talk.lists) if onto else None
    if onto and there and are_things(more := rows_of(onto["rest"].rstrip(" .!")), _MOST_ITEM_WORDS):
        return [Deed("list.add", there.name, more)]
    found = say.HEAD.fullmatch(said)
    name = re.fullmatch(r"(.+) list|(groceries)", found["place"], re.IGNORECASE) if found else None
    if found is None or name is None:
        return []
    place, rows = named(found["place"], talk.lists), rows_of(found["rest"].rstrip(" .!"))
    called = place.name if place else name[1] or name[2]
    fits = are_things(rows, _MOST_BARE_WORDS) and (place or are_things([{"item": called}], 2))
    return [Deed("list.add", called, rows)] if fits else []


def told_otherwise(said: str, talk: ListTalk) -> list[Deed]:
    """What belongs on a list, told otherwise than by its names: for whom it is, what is to be asked."""
    *before, last = [part.strip(" ,") for part in re.split(r"[,.;]\s+", said.rstrip(" .!"))]
    for found in say.fitting(say.GOES_ON, last):
        if (there := named(found["list"], talk.lists)) and (things := beside.wanted(before)):
            return [Deed("list.add", there.name, rows_of(things))]
    if not talk.action or not talk.focus or talk.is_command(said):
        return []
    told = beside.for_somebody(said) or beside.to_ask(said, talk.focus.name)
    return [Deed("list.add", talk.focus.name, [{"item": each} for each in told])] if told else []


def there_already(said: str, talk: ListTalk) -> list[Deed]:
    """ "The trowel's already in the van", "Mike's bringing the rope", of what stands on the list spoken of."""
    focus = talk.focus if talk.action else None
    for found in say.fitting(say.IS_THERE, said):
        rows = rows_of(found["items"])
        if focus and rows and all(standing(row["item"], focus) for row in rows):
            return [Deed("list.complete", focus.name, [{"item": standing(row["item"], focus)[0]} for row in rows])]
    return []


def run_out(said: str, talk: ListTalk) -> list[Deed]:
    """ "We're running low on milk, and we need butter": onto the shopping list, or the list spoken of."""
    pieces = [each for each in re.split(r"[,.;]\s+(?:and )?|\s+and (?=(?:we|i|there)\b)", said.rstrip(" .!")) if each]
    told = [(each, beside.wanted([each])) for each in pieces]
    rows = [row for _, things in told if things for row in rows_of(without_remarks(things))]
    shop = called_as("buy", talk.lists) or (None if talk.lists else KnownList("shopping"))
    there = talk.focus if talk.action and talk.focus else shop
    gone = any(beside.has_run_out(each) for each, _ in told)
    plain = all(things or rows_of(each) for each, things in told) and not said.rstrip().endswith("?")
    if not plain or there is None or not (gone or talk.action) or not told or not told[0][1]:
        return []
    more = [row for each, things in told[1:] if not things and not is_talk(each) for row in rows_of(each)]
    rows = [*rows, *more]
    fits = are_things(rows, _MOST_BARE_WORDS) and not any(beside.is_no_ware(head_of_name(row["item"])) for row in rows)
    return [Deed("list.add", there.name, rows)] if fits and not talk.is_command(said) else []


def on_list(said: str, talk: ListTalk) -> list[Deed]:
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
    told = [without_remarks(first), *(piece for piece in later if not is_remark(piece, talk))]
    rows = rows_of(
        ", ".join(
            [found["rest"][put.end() if put else 0 :], *(each.strip(" ,.") for each in told if each.strip(" ,."))]
        )
    )
    return [Deed("list.add", place.name, rows)] if are_things(rows, _MOST_ITEM_WORDS) else []


def additions(said: str, talk: ListTalk) -> list[Deed]:
    """ "And butter", "plums, twenty kilos, and sugar", behind a list."""
    lead = say.LEAD.match(said)
    words = without_asides(said[lead.end() if lead else 0 :].rstrip(" .!"))
    more = say.AS_WELL.search(words)
    behind = words[more.end() :].strip(" ,.") if more else ""
    if not talk.action or not talk.focus or said.endswith("?") or (behind and not is_remark(behind, talk)):
        return []
    words = words[: more.start()] if more else words
    rows = rows_of(without_remarks(words))
    on = [standing(row["item"], talk.focus) for row in rows]
    if talk.action == "list.remove" and say.SOME.match(behind or words) and not any(on):
        rows = rows_of(behind or words)  # what comes for what went off
        fits = are_things(rows, _MOST_BARE_WORDS) and not talk.is_command(said)
        return [Deed("list.add", talk.focus.name, rows)] if fits else []
    opened, counted = bool(lead or more), any("quantity" in row for row in rows)
    if talk.action in ("list.complete", "list.remove") and (opened or any(on) or not counted):
        same = on and all(on) and opened
        return [Deed(talk.action, talk.focus.name, [{"item": names[0]} for names in on])] if same else []
    loose = re.search(r"[.;!]|'s\b", words) or say.IT_WORDS & {word.text for word in split_words(words)}
    fits = (
        (lead or not loose)
        and are_things(rows, _MOST_ITEM_WORDS if lead else _MOST_OF_SEVERAL if len(rows) > 1 else _MOST_BARE_WORDS)
        and (opened or counted or len(rows) > 1)
    )
    return [Deed("list.add", talk.focus.name, rows)] if fits and not talk.is_command(said) else []
