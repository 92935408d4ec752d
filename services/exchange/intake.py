"""Takes what a file brought into the store, in the transaction that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from services.exchange.base import EntryNotUnderstood, ImportResult, Incoming, Read
from services.store.base import Document, DocumentInvalid, LedgerEntry, Meeting, Person, Project, Task, Transaction, utc


def take(tx: Transaction, read: Read, path: Path) -> ImportResult:
    """Add what is new, change what is there already. Raises EntryNotUnderstood, naming the place; the transaction is to
    be rolled back then.
    """
    taken = ImportResult()
    people = _people(tx)
    projects = {row["name"].casefold(): id_ for id_, row in tx.rows(Project).items()}
    for incoming in read.incoming:
        try:
            document = _completed(tx, incoming, people, projects, taken)
            _keep(tx, document, taken)
        except DocumentInvalid as error:
            raise EntryNotUnderstood(path=path, where=incoming.where, reason=error.facts["reason"]) from error
        except _EntryChanged as error:
            reason = "an entry of the ledger with this id is there, and is another one"
            raise EntryNotUnderstood(path=path, where=incoming.where, reason=reason) from error
    return taken


class _EntryChanged(Exception):
    """The ledger is only ever added to."""


def _people(tx: Transaction) -> Mapping[str, str]:
    """Ids by name and by address."""
    found: dict[str, str] = {}
    for id_, row in tx.rows(Person).items():
        for name in (row.get("email"), row["name"]):
            if name:
                found.setdefault(name.casefold(), id_)
    return found


def _completed(
    tx: Transaction, incoming: Incoming, people: Mapping[str, str], projects: dict[str, str], taken: ImportResult
) -> Document:
    document, given = _dated(_same_person(tx, incoming, people)), incoming.given
    there = tx.get(type(document), document.id)
    if given is not None and there is not None:
        document = replace(there, **{name: getattr(document, name) for name in given})
    if incoming.project:
        assert isinstance(document, Task)
        document = replace(document, project_id=_project(tx, incoming.project, projects, taken))
    if given is None:
        return document
    return _known(document, there, given, people)


def _same_person(tx: Transaction, incoming: Incoming, people: Mapping[str, str]) -> Document:
    """With the id of whoever in the contacts has that name and no other address, where the file tells no id."""
    document = incoming.document
    if isinstance(document, Person) and not incoming.id_told and tx.get(Person, document.id) is None:
        there = tx.get(Person, people.get(document.name.casefold(), ""))
        if there and document.email.casefold() in ("", there.email.casefold() or document.email.casefold()):
            return replace(document, id=there.id)
    return document


_PEOPLE: Mapping[type[Document], tuple[str, str]] = {
    Task: ("assignees", "assignee_ids"),
    Meeting: ("attendees", "attendee_ids"),
}
"""The fields with names of people, and with their ids."""


def _known(document: Document, there: Document | None, given: frozenset[str], people: Mapping[str, str]) -> Document:
    """With the ids of its people, where their names are new here."""
    names, ids = _PEOPLE.get(type(document), ("", ""))
    told = tuple(getattr(document, names, ()))
    if ids in given or told == tuple(getattr(there, names, ())):
        return document
    found = tuple(people.get(name.casefold(), "") for name in told)
    changed: dict[str, Any] = {ids: found if any(found) else ()}
    return replace(document, **changed)


def _dated(document: Document) -> Document:
    """Without a time of its making that can't be read; the store puts now there."""
    try:
        created = utc(datetime.fromisoformat(document.created)) if document.created else ""
    except (ValueError, TypeError, OverflowError):
        created = ""
    return replace(document, created=created)


def _project(tx: Transaction, name: str, projects: dict[str, str], taken: ImportResult) -> str:
    if name.casefold() not in projects:
        projects[name.casefold()] = tx.add(Project(name=name)).id
        taken.added["project"] = taken.added.get("project", 0) + 1
    return projects[name.casefold()]


def _keep(tx: Transaction, document: Document, taken: ImportResult) -> None:
    kind = type(document)
    before = _fields(tx, document)
    if isinstance(document, LedgerEntry) and before is not None:
        if any(
            before.get(name) != getattr(document, name)
            for name in ("customer_id", "minor", "currency", "reason", "reverses")
        ):
            raise _EntryChanged
        taken.same += 1
        return
    tx.keep(document)
    if before is None:
        taken.added[kind.kind] = taken.added.get(kind.kind, 0) + 1
    elif before != _fields(tx, document):
        taken.updated[kind.kind] = taken.updated.get(kind.kind, 0) + 1
    else:
        taken.same += 1


def _fields(tx: Transaction, document: Document) -> dict[str, Any] | None:
    row = tx.rows(type(document)).get(document.id)
    return None if row is None else {name: value for name, value in row.items() if name != "updated"}
