"""CSV (RFC 4180) into documents: what `sheet_written` wrote, and tasks as other programs head their columns."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import datetime, time, tzinfo
from pathlib import Path
from typing import Any

from services.exchange.base import MOST, EntryNotUnderstood, Incoming, Read, TooMuch, document_id
from services.exchange.sheet_write import FORMULA
from services.store.base import Document, Task

_LONGEST_CELL = 1_000_000

FindTime = Callable[[str], tuple[datetime, bool] | None]
"""A time in words ("next Friday") → when, and whether it is a whole day."""

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("uid", "key"),
    "title": ("task", "name", "summary", "subject", "content", "todo"),
    "due": ("due date", "deadline", "due by", "end date"),
    "priority": ("importance",),
    "assignees": ("assignee", "assigned to", "owner", "owners", "responsible", "who"),
    "project": ("project name", "list", "category"),
    "tags": ("tag", "labels", "label"),
    "status": ("progress",),
    "completed": ("completed at", "completion date", "date completed", "done at"),
}
_PRIORITIES = {
    "low": ("low", "lowest", "minor", "p4", "4", "5"),
    "normal": ("normal", "medium", "none", "default", "p3", "3"),
    "high": ("high", "important", "major", "p2", "2"),
    "urgent": ("urgent", "critical", "highest", "blocker", "p1", "1"),
}
_STATUSES = {
    "todo": ("todo", "to do", "open", "new", "not started", "pending", "backlog", "no", "false"),
    "in_progress": ("in progress", "in_progress", "doing", "started", "active", "in review"),
    "blocked": ("blocked", "waiting", "on hold"),
    "done": ("done", "completed", "complete", "closed", "finished", "resolved", "yes", "true", "x"),
    "cancelled": ("cancelled", "canceled", "dropped", "won't do"),
}


def read(text: str, path: Path, kind: type[Document], zone: tzinfo, find_time: FindTime) -> Read:
    """The documents of a file; headings that mean nothing to us are left out, and that is noted. Raises
    EntryNotUnderstood, TooMuch.
    """
    rows = _rows(text, path)
    line, head = next(rows, (1, []))
    columns = _columns(kind, head)
    required = [each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING]
    if missing := [name for name in required if name not in columns.values()]:
        reason = f"there is no column {' and no column '.join(missing)}; there are: {', '.join(head)[:200] or 'none'}"
        raise EntryNotUnderstood(path=path, where=f"line {line}", reason=reason)
    left_out = [name for index, name in enumerate(head) if index not in columns and name.strip()]
    seen: Counter[str] = Counter()
    incoming: list[Incoming] = []
    for line, row in rows:
        if len(incoming) >= MOST:
            raise TooMuch(path=path, most=f"{MOST} rows")
        cells = {columns[index]: _unguarded(cell) for index, cell in enumerate(row) if index in columns}
        if any(cells.values()):
            incoming.append(_Row(kind, cells, path, line, zone, find_time).incoming(seen))
    return Read(tuple(incoming), (f"Columns left out: {', '.join(left_out)[:200]}.",) if left_out else ())


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row. Parted by comma, semicolon or tab, whatever the first line has most of."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    sheet = csv.reader(
        io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=max(",;\t", key=first.count), strict=True
    )
    csv.field_size_limit(_LONGEST_CELL)
    line = 0
    while True:
        line = sheet.line_num + 1
        try:
            yield line, next(sheet)
        except StopIteration:
            return
        except csv.Error as error:
            raise EntryNotUnderstood(path=path, where=f"line {line}", reason=str(error)) from error


def _columns(kind: type[Document], head: list[str]) -> dict[int, str]:
    """The field of each column that has one."""
    known = {each.name.casefold().replace("_", " "): each.name for each in fields(kind)}
    if kind is Task:
        known |= {heading: name for name, headings in _HEADINGS.items() for heading in (name, *headings)}
    found: dict[int, str] = {}
    for index, heading in enumerate(head):
        name = known.get(" ".join(heading.casefold().replace("_", " ").split()))
        if name and name not in found.values():
            found[index] = name
    return found


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, and what it takes to understand its cells."""

    kind: type[Document]
    cells: Mapping[str, str]
    path: Path
    line: int
    zone: tzinfo
    find_time: FindTime

    def incoming(self, seen: Counter[str]) -> Incoming:
        """Raises EntryNotUnderstood. `seen`: rows without an id so far, so that two that are the same make two
        documents.
        """
        values: dict[str, Any] = {}
        for each in fields(self.kind):
            if each.name in self.cells and each.name != "id":
                values |= self._value(each, self.cells[each.name])
        given = frozenset(values)
        values["id"] = (
            document_id(self.cells["id"].strip()) if self.cells.get("id", "").strip() else self._made_id(seen)
        )
        return Incoming(self.kind(**values), f"line {self.line}", given, self.cells.get("project", "").strip())

    def _made_id(self, seen: Counter[str]) -> str:
        """From what tells it apart: the same row again means the same document."""
        named = "\0".join(
            self.cells.get(name, "").strip().casefold()
            for name in ("title", "name", "content", "due", "start", "project")
        )
        seen[named] += 1
        return document_id(f"{self.kind.kind}\0{named}\0{seen[named]}")

    def _value(self, each: Field[Any], cell: str) -> dict[str, Any]:
        type_, text = str(each.type), cell.strip()
        if not text:
            return self._empty(each)
        if type_.startswith("tuple["):
            return {each.name: self._several(each.name, text)}
        if "Instant" in type_:
            at, whole_day = self._time(each.name, text)
            has_grain = (
                each.name == "due" and "due_grain" in self.kind.__dataclass_fields__ and "due_grain" not in self.cells
            )
            return {each.name: at, **({"due_grain": "day" if whole_day else "minute"} if has_grain else {})}
        if each.name in ("priority", "status") and self.kind is Task:
            return {each.name: self._one_of(each.name, text)}
        return {each.name: cell}

    def _empty(self, each: Field[Any]) -> dict[str, Any]:
        if each.default is MISSING and each.default_factory is MISSING:
            raise self._refused(f"{each.name} is empty")
        return {each.name: each.default}

    def _several(self, name: str, cell: str) -> list[Any]:
        if cell.startswith("["):
            try:
                values = json.loads(cell)
            except (json.JSONDecodeError, RecursionError) as error:
                raise self._refused(f"{name}: {cell[:60]} is no list") from error
            return values if isinstance(values, list) else [values]
        parts = cell.split(";" if ";" in cell or "_ids" in name else ",")
        return [part.strip() for part in parts if part.strip()]

    def _time(self, name: str, cell: str) -> tuple[datetime, bool]:
        try:
            at = datetime.fromisoformat(cell)
        except ValueError:
            found = self.find_time(cell[:200])
            if found is None:
                reason = f"{name}: I know no time {cell[:60]!r}; write it as 2026-11-30 or 2026-11-30 14:00"
                raise self._refused(reason) from None
            return found
        whole_day = at.time() == time() and len(cell) <= len("2026-11-30")
        return at if at.tzinfo else at.replace(tzinfo=self.zone), whole_day

    def _one_of(self, name: str, cell: str) -> str:
        known = _PRIORITIES if name == "priority" else _STATUSES
        folded = " ".join(cell.casefold().replace("_", " ").split())
        for value, words in known.items():
            if folded in words or folded == value.replace("_", " "):
                return value
        raise self._refused(f"{name}: I know no {cell[:60]!r}; there are {', '.join(known)}")

    def _refused(self, reason: str) -> EntryNotUnderstood:
        return EntryNotUnderstood(path=self.path, where=f"line {self.line}", reason=reason)
