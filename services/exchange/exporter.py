"""Everything of the store, or some kinds, into files of one format."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from services.exchange import calendar_write, json_form, markdown, sheet_write
from services.exchange.base import FileThere, FileUnusable, KindUnfit, kind_named
from services.exchange.calendar_write import Zone
from services.store.base import Document, Reader
from services.store.base import kinds as known_kinds

Format = Literal["json", "csv", "markdown", "ical"]
SUFFIXES: Mapping[str, str] = {"json": ".json", "csv": ".csv", "markdown": ".md", "ical": ".ics"}


def export(
    reader: Reader,
    format_: Format,
    target: Path,
    *,
    kinds: Collection[str] = (),
    zone: Zone,
    now: datetime,
    force: bool = False,
) -> list[Path]:
    """Write the files; which they are. `kinds`: none means all. `target`: a file; for CSV of several kinds a folder,
    with a file each.

    Raises KindUnknown, KindUnfit, FileThere, FileUnusable; files are there whole or not at all.
    """
    wanted = {kind.kind: kind for kind in map(kind_named, kinds or known_kinds())}
    if format_ == "csv":
        return _sheets(reader, target, wanted.values(), force=force)
    if target.is_dir():
        target /= f"equerry-{now:%Y%m%d}{SUFFIXES[format_]}"
    if format_ == "json":
        data = json_form.written(reader, wanted, now).encode()
    elif format_ == "markdown":
        data = markdown.written(reader, wanted, zone.zone, now).encode()
    else:
        if kinds and not wanted.keys() & calendar_write.KINDS:
            raise KindUnfit(kind=next(iter(wanted)), format="iCalendar", known=", ".join(calendar_write.KINDS))
        data = calendar_write.written(reader, wanted, zone, now)
    return [_placed(target, data, force=force)]


def _sheets(reader: Reader, target: Path, kinds: Collection[type[Document]], *, force: bool) -> list[Path]:
    if target.suffix.lower() == ".csv" and len(kinds) == 1:
        there = {target: next(iter(kinds))}
    else:
        there = {target / f"{kind.kind}.csv": kind for kind in kinds if reader.rows(kind)}
    if not force:
        for path in there:
            _refuse_if_there(path)
    return [_placed(path, sheet_write.written(reader, kind).encode(), force=force) for path, kind in there.items()]


def _refuse_if_there(path: Path) -> None:
    if path.exists():
        raise FileThere(path=path)


def _placed(path: Path, data: bytes, *, force: bool) -> Path:
    """Written beside it, synced, then renamed; for its owner alone."""
    if not force:
        _refuse_if_there(path)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as error:
        raise FileUnusable(path=path, reason=error.strerror or error) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return path
