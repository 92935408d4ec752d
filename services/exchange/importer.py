"""A file of any format that we read, understood and taken into the store in one transaction."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

from services.exchange import calendar_read, json_form, sheet_read
from services.exchange.base import (
    LARGEST,
    EntryNotUnderstood,
    FileUnusable,
    FormatUnknown,
    ImportResult,
    Read,
    TooMuch,
    kind_named,
)
from services.exchange.intake import take
from services.exchange.sheet_read import FindTime
from services.store.base import DocumentStore


class _DryRun(Exception):
    """Nothing is to be kept."""


def read(path: Path, *, kind: str, zone: tzinfo, find_time: FindTime) -> Read:
    """Understand a file by its suffix. `kind`: of a CSV file's rows; empty: what its headings are those of.

    Raises FileUnusable, FormatUnknown, KindUnknown, KindUnclear, EntryNotUnderstood, TooMuch.
    """
    suffix = path.suffix.lower()
    if suffix not in (".json", ".csv", ".tsv", ".ics", ".ical"):
        raise FormatUnknown(path=path)
    text = _text(path)
    if suffix == ".json":
        return json_form.read(text, path)
    if suffix in (".ics", ".ical"):
        return calendar_read.read(text, path, zone)
    return sheet_read.read(text, path, kind_named(kind) if kind else None, zone, find_time)


def import_(store: DocumentStore, found: Read, path: Path, *, client: str, dry_run: bool = False) -> ImportResult:
    """Take in what was read, in one transaction that undo reverses. Raises EntryNotUnderstood and what a commit raises;
    nothing is kept then.
    """
    taken = ImportResult()
    try:
        with store.transaction(f"imported {path.name}", client=client) as tx:
            taken = take(tx, found, path)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return taken


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise FileUnusable(path=path, reason=error.strerror or error) from error
    if len(data) > LARGEST:
        raise TooMuch(path=path, most=f"{LARGEST >> 20} MiB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise EntryNotUnderstood(path=path, where=f"line {line}", reason="it is not in UTF-8") from error
