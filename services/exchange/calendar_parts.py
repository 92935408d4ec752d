"""The VTODO and VEVENT parts of an iCalendar file, each with the line it begins in; files from anywhere, so nothing is
believed.

Each part is parsed by itself: what is wrong has a line then, and no part can be larger than it may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icalendar import Event, Timezone, Todo

from services.exchange.base import MOST, EntryNotUnderstood, TooMuch

_LARGEST_PART = 256 << 10
_MOST_ZONES = 500
_TAKEN: dict[str, type[Any]] = {"VTODO": Todo, "VEVENT": Event}


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """One of them, parsed."""

    name: str
    """VTODO or VEVENT."""
    properties: Any
    where: str


def parts(text: str, path: Path) -> Iterator[CalendarPart]:
    """Those that there are, in their order. Raises EntryNotUnderstood, TooMuch."""
    count = zones = 0
    for name, line, body in _split(text, path):
        if name == "VTIMEZONE":
            zones += 1
            if zones <= _MOST_ZONES:
                _parsed(Timezone, body, line, path)  # the library knows it from now on
        elif name in _TAKEN:
            count += 1
            if count > MOST:
                raise TooMuch(path=path, most=f"{MOST} entries")
            properties = _parsed(_TAKEN[name], body, line, path)
            for wrong, reason in getattr(properties, "errors", ()):
                raise EntryNotUnderstood(
                    path=path, where=f"line {line}", reason=f"{wrong or 'a property'}: {reason}"[:200]
                )
            yield CalendarPart(name, properties, f"line {line}")


def _split(text: str, path: Path) -> Iterator[tuple[str, int, str]]:
    """Name, first line and text of each part directly within a VCALENDAR."""
    inside: list[str] = []
    begun, size = 0, 0
    lines: list[str] = []
    for number, line in enumerate(text.lstrip("\ufeff").replace("\r\n", "\n").split("\n"), 1):
        word, _, name = line.strip().upper().partition(":")
        if word == "BEGIN":
            inside.append(name)
            if len(inside) > 8:
                raise EntryNotUnderstood(path=path, where=f"line {number}", reason="parts within parts within parts")
            if len(inside) == 2:
                begun, size, lines = number, 0, []
        if not inside and line.strip():
            raise EntryNotUnderstood(path=path, where=f"line {number}", reason="a calendar begins with BEGIN:VCALENDAR")
        if len(inside) >= 2:
            lines.append(line)
            size += len(line)
            if size > _LARGEST_PART:
                raise TooMuch(path=path, most=f"{_LARGEST_PART >> 10} KiB in the entry of line {begun}")
        if word == "END":
            if not inside or inside.pop() != name:
                raise EntryNotUnderstood(path=path, where=f"line {number}", reason=f"END:{name[:40]} without its BEGIN")
            if len(inside) == 1:
                yield name, begun, "\r\n".join((*lines, ""))
    if inside:
        raise EntryNotUnderstood(path=path, where="its end", reason=f"BEGIN:{inside[-1][:40]} without its END")


def _parsed(part: type[Any], body: str, line: int, path: Path) -> Any:
    try:
        return part.from_ical(body.encode())  # bytes: the library takes a short text for the path of a file
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise EntryNotUnderstood(
            path=path, where=f"line {line}", reason=str(error).partition("\n")[0][:200] or "it can't be read"
        ) from error
