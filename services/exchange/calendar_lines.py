"""The lines of iCalendar (RFC 5545, 3.1) that mean nothing here, kept as they came: notes, alarms, properties of other
programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from icalendar import vDuration

from services.store.base import Document, Item, Meeting, Reminder, Task

LONGEST = 20_000
"""Characters of such lines that one document may have."""

MARK = "X-EQUERRY-AHEAD"
"""Of an alarm that is a reminder of ours: it is no part of what another program said."""

_FOLD = re.compile(r"\r?\n[ \t]")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_OURS = frozenset(("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SUMMARY", "STATUS", "RECURRENCE-ID"))
"""Understood of every part."""
_TIMES = frozenset(("DTSTART", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE"))
_UNDERSTOOD: dict[type[Document], frozenset[str]] = {
    Task: _OURS
    | _TIMES
    | {"PRIORITY", "CATEGORIES", "DUE", "COMPLETED", "PERCENT-COMPLETE", "ATTENDEE", "ORGANIZER", "RELATED-TO"},
    Item: _OURS | {"COMPLETED", "PERCENT-COMPLETE"},
    Meeting: _OURS | _TIMES | {"DTEND", "LOCATION", "ATTENDEE", "ORGANIZER"},
    Reminder: _OURS | _TIMES | {"DTEND", "ATTENDEE", "ORGANIZER"},
}
"""What is read into fields, or would contradict them if it were kept: how far it is done, who invites."""


@dataclass(frozen=True, slots=True)
class Line:
    """One, unfolded."""

    name: str
    """In capitals: BEGIN, SUMMARY."""
    text: str


def lines_of(text: str) -> list[Line]:
    """Those of a text, unfolded; what is none is left out."""
    unfolded = _FOLD.sub("", text.replace("\r\n", "\n")).replace("\r", "\n").split("\n")
    return [Line(found[0].upper(), line) for line in unfolded if (found := _NAME.match(line))]


def folded(line: str) -> str:
    """In pieces of at most 75 bytes, none of which breaks a letter, with its end (RFC 5545, 3.1)."""
    pieces, size = [""], 0
    for letter in line:
        bytes_ = len(letter.encode("utf-8", "replace"))
        if size + bytes_ > 75:
            pieces.append(" ")
            size = 1
        pieces[-1] += letter
        size += bytes_
    return "\r\n".join(pieces) + "\r\n"


def foreign(text: str, kind: type[Document], ours: str) -> tuple[str, ...]:
    """The lines of the first VTODO or VEVENT of a calendar that mean nothing for a kind, the components in it whole,
    but for those alarms that ring when the alarms in our text of it, `ours`, do.
    """
    known = _UNDERSTOOD[kind]
    rings = {_trigger(block) for block in _blocks(_part(lines_of(ours))) if any(line.name == MARK for line in block)}
    if kind is Reminder:
        rings.add(timedelta(0))
    found: list[str] = []
    for block in _blocks(_part(lines_of(text))):
        if len(block) == 1:
            if block[0].name not in known and not block[0].name.startswith("X-EQUERRY-"):
                found.append(block[0].text)
        elif not any(line.name == MARK for line in block) and _trigger(block) not in rings:
            found += [line.text for line in block]
    return tuple(found)


def joined(told: Iterable[str], before: str) -> str:
    """What a program tells anew, and of what was kept the properties of others (X-…) that it does not know."""
    told = list(told)
    names = {line.name for text in told for line in lines_of(text)}
    others = [
        block[0].text
        for block in _blocks(lines_of(before))
        if len(block) == 1 and block[0].name.startswith("X-") and block[0].name not in names
    ]
    return "\n".join((*told, *others))


def marked_as_ours(text: str) -> bool:
    """Whether a program gave back the properties that only we read."""
    return any(line.name.startswith("X-EQUERRY-") for block in _blocks(_part(lines_of(text))) for line in block[:1])


def without_ours(text: str) -> str:
    """As a program would give it back that drops what it does not know."""
    return "\r\n".join(line.text for line in lines_of(text) if not line.name.startswith("X-EQUERRY-")) + "\r\n"


def value_of(text: str, name: str) -> str | None:
    """What the part says by a property, escaped as it stands there; None where it has none."""
    found = (block[0].text for block in _blocks(_part(lines_of(text))) if len(block) == 1 and block[0].name == name)
    line = next(found, None)
    return None if line is None else line.partition(":")[2].strip()


def _trigger(block: Iterable[Line]) -> timedelta | str:
    """How long after its beginning an alarm rings; as it stands there, where that is told otherwise."""
    told = next((line.text.rpartition(":")[2] for line in block if line.name == "TRIGGER"), "")
    try:
        after: timedelta = vDuration.from_ical(told)  # type: ignore[no-untyped-call]
    except ValueError:
        return told
    return after


def _part(lines: list[Line]) -> list[Line]:
    """What stands within the first VTODO or VEVENT that is no moved occurrence of a series."""
    parts: list[list[Line]] = []
    inside = ""
    for line in lines:
        word = line.text.upper().replace(" ", "")
        if not inside and word in ("BEGIN:VTODO", "BEGIN:VEVENT"):
            inside = word.partition(":")[2]
            parts.append([])
        elif inside and word == f"END:{inside}":
            inside = ""
        elif inside:
            parts[-1].append(line)
    whole = (part for part in parts if not any(line.name == "RECURRENCE-ID" for line in part))
    return next(whole, parts[0] if parts else [])


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Properties one by one, components whole."""
    block: list[Line] = []
    depth = 0
    for line in lines:
        depth += line.name == "BEGIN"
        block.append(line)
        depth -= line.name == "END"
        if depth <= 0:
            yield block
            block, depth = [], 0
