"""CSV (RFC 4180) into documents: what `sheet_write` wrote, and tasks and people as others head their columns."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import datetime, time, tzinfo
from pathlib import Path
from typing import Any

from services.exchange.base import (
    MOST,
    EntryNotUnderstood,
    Incoming,
    KindUnclear,
    Read,
    TooMuch,
    document_id,
    kind_called,
)
from services.exchange.sheet_write import FORMULA
from services.store.base import Document, Person, Task, kinds

_LONGEST_CELL = 1_000_000

FindTime = Callable[[str], tuple[datetime, bool] | None]
"""A time in words ("next Friday") → when, and whether it is a whole day."""

_HEADINGS: Mapping[type[Document], Mapping[str, tuple[str, ...]]] = {
    Task: {
        "id": ("uid", "key"),
        "title": ("task", "name", "summary", "subject", "content", "todo"),
        "due": ("due date", "deadline", "due by", "end date"),
        "priority": ("importance",),
        "assignees": ("assignee", "assigned to", "owner", "owners", "responsible", "who"),
        "project": ("project name", "list", "category"),
        "tags": ("tag", "labels", "label"),
        "status": ("progress",),
        "completed": ("completed at", "completion date", "date completed", "done at"),
    },
    Person: {
        "name": ("full name", "display name", "contact", "person", "who"),
        "first name": ("given name", "forename"),
        "last name": ("family name", "surname"),
        "phone": (
            *("phone number", "telephone", "telephone number", "tel", "mobile", "mobile phone", "cell", "cell phone"),
            *("number", "primary phone", "business phone", "home phone", "phone 1 - value"),
        ),
        "email": ("e-mail", "mail", "email address", "e-mail address", "e-mail 1 - value", "email 1 - value"),
        "role": ("job", "job title", "position", "title", "organization title"),
        "team": ("department", "organization department", "group"),
        "nicknames": ("nickname", "alias", "aliases"),
    },
}
_NAME_PARTS = ("first name", "last name")
"""Of a person, where no column has the whole name."""
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


def read(text: str, path: Path, kind: type[Document] | None, zone: tzinfo, find_time: FindTime) -> Read:
    """The documents of a file; headings that mean nothing to us are left out, and that is noted. `kind`: None: the one
    that the headings fit best. Raises KindUnclear, EntryNotUnderstood, TooMuch.
    """
    rows = _rows(text, path)
    line, head = next(rows, (1, []))
    told, kind = kind, kind or _kind_of(head, path)
    columns = _columns(kind, head)
    if missing := _missing(kind, columns):
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
            incoming.append(_Row(kind, _named(cells), path, line, zone, find_time).incoming(seen))
    return Read(
        tuple(incoming),
        (f"Columns left out: {', '.join(left_out)[:200]}.",) if left_out else (),
        "" if told else kind.about.plural,
    )


def _kind_of(head: list[str], path: Path) -> type[Document]:
    """The kind that most of the headings are those of; among such, what the file is called, tasks, then people."""
    columns = {kind: _columns(kind, head) for kind in kinds().values()}
    fit = {kind: len(found) for kind, found in columns.items() if not _missing(kind, found, kind.about.title)}
    if not fit:
        return Task
    best = [kind for kind, count in fit.items() if count == max(fit.values())]
    called = [kind_called(path.stem), *map(kind_called, re.findall(r"[^\W\d_]+", path.stem))]
    if chosen := next((kind for kind in (*called, Task, Person) if kind in best), None):
        return chosen
    if len(best) > 1:
        raise KindUnclear(path=path, known=", ".join(sorted(kind.kind for kind in best)), first=best[0].kind)
    return best[0]


def _missing(kind: type[Document], columns: Mapping[int, str], *more: str) -> list[str]:
    """The fields without a column that no document of the kind can do without, nor we without those `more`."""
    required = [each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING]
    required += [name for name in more if name and name not in required]
    there = {*columns.values(), *(("name",) if set(_NAME_PARTS) & set(columns.values()) else ())}
    return [name for name in required if name not in there]


def _named(cells: Mapping[str, str]) -> Mapping[str, str]:
    """With the whole name of somebody whose first and last one stand apart."""
    parts = [cells[part].strip() for part in _NAME_PARTS if cells.get(part, "").strip()]
    return {**cells, "name": " ".join(parts)} if parts and not cells.get("name", "").strip() else cells


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
    known |= {heading: name for name, headings in _HEADINGS.get(kind, {}).items() for heading in (name, *headings)}
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
        given: set[str] = set()
        id_ = self.cells.get("id", "").strip()
        for each in fields(self.kind):
            if each.name in self.cells and each.name != "id":
                told = self._value(each, self.cells[each.name])
                values |= told
                if id_ or self.cells[each.name].strip():  # where it is known by its name, an empty cell takes nothing
                    given |= told.keys()
        if empty := _missing(self.kind, dict(enumerate(values))):
            raise self._refused(f"{empty[0]} is empty")
        values["id"] = document_id(id_) if id_ else self._made_id(seen)
        project = self.cells.get("project", "").strip() if self.kind is Task else ""
        return Incoming(self.kind(**values), f"line {self.line}", frozenset(given), project, bool(id_))

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
