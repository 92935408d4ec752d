"""Which call is meant, and which of its proposals."""

from __future__ import annotations

import re

from services.actions.base import Refused
from services.actions.call import Call
from services.actions.matching import words
from services.actions.wording import number_told
from services.store.base import CallRecord

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ALL = re.compile(r"\b(?:all|both|everything|every one|them|any|each)\b", re.IGNORECASE)
_PARTS = re.compile(r",|\band\b|\bplus\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|latest)\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:except|but not|but|without|apart from)\b(.*)", re.IGNORECASE)


def going_on(call: Call) -> CallRecord | None:
    """The call that is followed now."""
    running = call.tx.find(CallRecord, lambda fields: fields.get("status") == "going_on")
    return running[-1] if running else None


def calls_with(call: Call, slot: str) -> list[CallRecord]:
    """Those with whom the slot names, the latest last; without a name all. Raises Refused where there are none."""
    name = call.text(slot)
    if not (found := calls_named(call, name)):
        raise Refused("call.unknown", f"I know of no call with {name}" if name else "I know of no call")
    return found


def calls_named(call: Call, name: str) -> list[CallRecord]:
    """Those with somebody, by as much of the name as is known of either, the latest last; without a name all."""
    wanted = _folded(name)
    every = sorted(call.tx.find(CallRecord), key=lambda each: each.started)
    return [each for each in every if not wanted or (who := _folded(each.who)) <= wanted or wanted <= who]


def _folded(name: str) -> set[str]:
    return {word.casefold() for word in words(name)}


def meant(said: str, told: list[str]) -> list[int]:
    """The places of the proposals that words such as "the first and the third", "all but the second" or "the quote"
    mean; none where nothing fits. `told`: what each says.
    """
    if exception := _EXCEPT.search(said):
        without = meant(exception[1], told)
        return [place for place in range(len(told)) if place not in without] if without else []
    if _ALL.search(said) or not said.strip():
        return list(range(len(told)))
    places = [place for part in _PARTS.split(said) if part.strip() for place in _places(part, told)]
    return sorted(dict.fromkeys(places))


def _places(part: str, told: list[str]) -> list[int]:
    spoken = {word.casefold() for word in words(part)}
    places = [index for index, ordinal in enumerate(_ORDINALS) if ordinal in spoken and index < len(told)]
    if _LAST.search(part) and told:
        places.append(len(told) - 1)
    if not places and "number" in spoken and (number := number_told(part)):
        places = [number - 1] if 0 < number <= len(told) else []
    if places:
        return places
    small = {"the", "a", "an", "one", "that", "about", "of", "to", "promise", "proposal", "thing"}
    wanted = spoken - small
    return [index for index, each in enumerate(told) if wanted and wanted <= {word.casefold() for word in words(each)}]
