"""What an account has on its phone: collections by name, and in each the resources of its documents (RFC 4791, 4.2).

`tasks` and a collection for each open project hold tasks, one for each list its items, `calendar` the meetings and
`reminders` the reminders. What a role may not ask about, or must not know of, is not there.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from device.caldav.errors import EntryGone, NotThere
from services.actions.policy.policy import Policy
from services.exchange.base import document_id
from services.exchange.calendar_resource import ResourceFacts, component_of, resource
from services.exchange.calendar_write import Zone
from services.store.base import (
    CalendarEntry,
    Document,
    DocumentStore,
    Item,
    Meeting,
    Project,
    Reader,
    Reminder,
    Task,
    TodoList,
)

PREFIX = "caldav:"
"""Of the client that an account is, as roles.toml names it."""
_LIST = "list-"
_MOST_KEPT = 50_000
"""Texts that are kept ready."""

WRITES: Mapping[type[Document], tuple[str, ...]] = {
    Task: ("task.create", "task.update", "task.complete", "task.delete"),
    Item: ("list.add", "list.complete", "list.remove"),
    Meeting: ("meeting.create", "meeting.update", "meeting.cancel"),
    Reminder: ("reminder.create", "reminder.update", "reminder.cancel"),
}
"""The actions of which an account must be allowed one, so that a collection can be written."""


@dataclass(frozen=True, slots=True)
class HomeCollection:
    """What a phone calls a calendar, or a list of tasks."""

    name: str
    """In its address."""
    title: str
    kind: type[Document]
    of: str = ""
    """The id of its project or list."""
    writable: bool = False
    elsewhere: frozenset[str] = frozenset()
    """Projects with a collection of their own, whose tasks are not here."""

    @property
    def component(self) -> str:
        """VTODO or VEVENT."""
        return component_of(self.kind)

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether a document with these fields lies here."""
        match self.kind.kind:
            case Task.kind:
                project = row.get("project_id") or ""
                return project == self.of if self.of else project not in self.elsewhere
            case Item.kind:
                return bool(row["list_id"] == self.of)
            case Reminder.kind:
                return not row.get("of_id")  # else it is an alarm of what it rings ahead of
        return True


@dataclass(frozen=True, slots=True)
class HomeResource:
    """A document as it lies in a collection."""

    name: str
    id: str
    uid: str
    text: str
    etag: str
    """Changes whenever the text does (RFC 9110, 8.8.3)."""
    updated: str
    span: tuple[datetime, datetime | None] | None
    """When it takes place; no end: it repeats. None: it may be at any time."""


class _Beside(NamedTuple):
    """What the text of a document is made of beside its own fields."""

    label: Mapping[str, Any]
    """Of its CalendarEntry; empty where there is none."""
    ahead: tuple[float, ...]
    uids: Mapping[str, str]
    """Of documents that it names and other programs made, by id."""
    zone: Zone


def client_of(account: str) -> str:
    """The client that an account is."""
    return f"{PREFIX}{account}"


class CalendarHome:
    """Reads the store for accounts. Safe to use from several threads."""

    def __init__(self, store: DocumentStore, policy: Policy, zone: Callable[[], Zone]) -> None:
        """`zone`: the device's, as of now."""
        self._store = store
        self._policy = policy
        self.zone = zone
        self._texts: dict[tuple[type[Document], str], tuple[Mapping[str, Any], _Beside, HomeResource]] = {}
        self._lock = threading.Lock()

    def collections(self, account: str, reader: Reader | None = None) -> dict[str, HomeCollection]:
        """Those of an account, by name."""
        client = client_of(account)
        seen = reader or self._policy.sees(self._store, client)
        return {each.name: each for each in self._collections(client, seen)}

    def collection(self, account: str, name: str, reader: Reader | None = None) -> HomeCollection:
        """One by its name. Raises NotThere."""
        found = self.collections(account, reader)
        if name in found:
            return found[name]
        same = document_id(name)  # a phone names one that it makes by a UUID in capitals
        if same in found:
            return found[same]
        raise NotThere(name=name)

    def resources(
        self, account: str, collection: HomeCollection, reader: Reader | None = None
    ) -> dict[str, HomeResource]:
        """What lies in a collection, by name."""
        seen = reader or self._policy.sees(self._store, client_of(account))
        return {each.name: each for each in self._resources(seen, collection)}

    def resource(
        self, account: str, collection: HomeCollection, name: str, reader: Reader | None = None
    ) -> HomeResource:
        """One of them. Raises EntryGone."""
        found = self.resources(account, collection, reader).get(name)
        if found is None:
            raise EntryGone(name=name)
        return found

    def _collections(self, client: str, seen: Reader) -> Iterator[HomeCollection]:
        allows = self._policy.role(client).allows
        may = {kind: any(map(allows, actions)) for kind, actions in WRITES.items()}
        if allows(Task.about.query):
            shown = (
                {id_: row for id_, row in seen.rows(Project).items() if row.get("status", "open") in Project.about.open}
                if allows(Project.about.query)
                else {}
            )
            yield HomeCollection("tasks", "Tasks", Task, writable=may[Task], elsewhere=frozenset(shown))
            for id_, row in shown.items():
                yield HomeCollection(id_, row["name"], Task, id_, may[Task])
        if allows(Item.about.query):
            for id_, row in seen.rows(TodoList).items():
                yield HomeCollection(f"{_LIST}{id_}", row["name"], Item, id_, may[Item])
        for name, title, kind in (("calendar", "Meetings", Meeting), ("reminders", "Reminders", Reminder)):
            if allows(kind.about.query):
                yield HomeCollection(name, title, kind, writable=may[kind])

    def _resources(self, seen: Reader, collection: HomeCollection) -> Iterator[HomeResource]:
        kind = collection.kind
        labels = {row["of_id"]: row for row in seen.rows(CalendarEntry).values() if row["of_kind"] == kind.kind}
        ahead: dict[str, tuple[float, ...]] = {}
        for row in seen.rows(Reminder).values() if kind in (Task, Meeting) else ():
            if row.get("of_kind") == kind.kind and row["status"] == "pending":
                ahead[row["of_id"]] = (*ahead.get(row["of_id"], ()), float(row["ahead_s"]))
        zone = self.zone()
        for id_, row in seen.rows(kind).items():
            if collection.holds(row):
                others = (
                    (*row.get("blocked_by", ()), row["parent_id"])
                    if row.get("parent_id")
                    else row.get("blocked_by", ())
                )
                uids = {other: str(labels[other]["uid"]) for other in others if other in labels}
                yield self._made(seen, (kind, id_), row, _Beside(labels.get(id_, {}), ahead.get(id_, ()), uids, zone))

    def _made(
        self, seen: Reader, key: tuple[type[Document], str], row: Mapping[str, Any], beside: _Beside
    ) -> HomeResource:
        with self._lock:
            kept = self._texts.get(key)
        if kept is not None and (kept[0] is row or kept[0] == row) and kept[1] == beside:
            return kept[2]
        kind, id_ = key
        document = seen.get(kind, id_)
        assert document is not None, f"{kind.kind} {id_} is in its table"
        label, uids = beside.label, beside.uids
        uid = str(label.get("uid", id_))
        told = ResourceFacts(uid, str(label.get("kept", "")), beside.ahead, lambda other: uids.get(other, other))
        text = resource(document, told, beside.zone)
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        name = str(label.get("name", f"{id_}.ics"))
        made = HomeResource(name, id_, uid, text, etag, document.updated, _span(document))
        with self._lock:
            if len(self._texts) >= _MOST_KEPT:
                self._texts.clear()
            self._texts[key] = (row, beside, made)
        return made


def _span(document: Document) -> tuple[datetime, datetime | None] | None:
    match document:
        case Meeting():
            return document.start, None if document.rrule else document.end
        case Reminder():
            return document.first or document.due, None if document.rrule else document.due
    return None
