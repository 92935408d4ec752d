"""Sentences on stdin, a line each, as `parse` and `when` read them; and their answers, a JSON line each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from device.configuration.settings import Settings
    from device.pages.status import StatusLine


@dataclass(frozen=True, slots=True)
class InputLine:
    """A sentence, and the time it is said at."""

    text: str
    now: datetime


def read_lines(now: str | None, *, jsonl: bool, zone: tzinfo) -> Iterator[InputLine]:
    """The sentences of stdin. With `jsonl` a line that begins with a brace is {"text", "now"}; a time without offset is
    of `zone`.

    Ends the command with status 2 and a sentence that names the line when one can't be read.
    """
    fixed = read_time(now, zone, "--now") if now is not None else None
    for number, raw in enumerate(sys.stdin.buffer, 1):
        line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        if jsonl and line.lstrip().startswith("{"):
            text, told = _record(line, number)
            at = read_time(told, zone, f'line {number}: "now"') if told is not None else fixed
        else:
            text, at = line, fixed
        yield InputLine(text, at or datetime.now(zone))


def print_json(fields: Mapping[str, Any]) -> None:
    """One JSON line, at once, so that a program can ask line by line."""
    print(json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8"), flush=True)


def shown(text: str) -> str:
    """A text of the store for a terminal, which must not obey what it says."""
    from device.control.wire import plain

    return plain(text)


def await_engine(settings: Settings) -> None:
    """Wait until the language model's engine is compiled, where that is being done and the model is wanted: half of the
    answers with it and half without would be of no use. On stderr: how far it is, or that there is none.
    """
    from device.models.engine import waited_for

    if settings.language_model.enabled:
        waited_for(lambda words: print(f"equerry: the language model's engine is {words}", file=sys.stderr, flush=True))


def print_status(lines: Sequence[StatusLine]) -> None:
    """One thing a line, what is amiss first; for a program never folded."""
    from rich.console import Console as Terminal

    from device.pages.status import page

    terminal = Terminal(highlight=False)
    if not terminal.is_terminal:
        terminal.width = 1000
    terminal.print(page(lines))


def _record(line: str, number: int) -> tuple[str, str | None]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        fail(f"line {number} is no JSON: {error}")
    text, now = record.get("text"), record.get("now")
    if not isinstance(text, str):
        fail(f'line {number}: "text" must be a string')
    if now is not None and not isinstance(now, str):
        fail(f'line {number}: "now" must be a string')
    return text, now


def read_time(value: str, zone: tzinfo, where: str) -> datetime:
    """A time of the command line; without offset it is of `zone`. Ends the command with status 2 where it is none."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        fail(f"{where}: I can't read the time {value!r}. Give it like 2026-11-23T09:30:00+00:00")
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    if not 1 < at.year < 9998:
        fail(f"{where}: the year {at.year} is out of range")
    return at


def fail(words: str) -> NoReturn:
    """End the command: bad input, status 2."""
    print(f"equerry: {words}", file=sys.stderr)
    raise typer.Exit(2)
