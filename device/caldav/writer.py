"""What a phone changes: each request a command of its account, checked against its role, in one transaction with its
record for undo.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from device.caldav.errors import ChangedMeanwhile, EntryGone, Unchangeable
from device.caldav.home import CalendarHome, HomeCollection, HomeResource, client_of
from firmware.errors import FacultyError
from services.actions.policy.policy import Policy
from services.actions.tasks.status import following_of, unblocked
from services.actions.times import next_occurrence
from services.exchange.base import Incoming, Read, document_id
from services.exchange.calendar_changes import Sent, There, understood
from services.exchange.intake import take
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
    Transaction,
    natural_id,
)
from services.understanding.base import Command, Step

_DELETES = {Task: "task.delete", Item: "list.remove", Meeting: "meeting.cancel", Reminder: "reminder.cancel"}
_MAKES = {Task: "task.create", Item: "list.add", Meeting: "meeting.create", Reminder: "reminder.create"}
_CHANGES = {Task: "task.update", Item: "list.add", Meeting: "meeting.update", Reminder: "reminder.update"}
_LONGEST_NAME = 300


class CalendarWriter:
    """Carries out changes of accounts, one at a time. Raises Denied for what a role may not, and what a commit raises;
    nothing is changed then.
    """

    def __init__(self, store: DocumentStore, policy: Policy, home: CalendarHome, now: Callable[[], datetime]) -> None:
        self._store = store
        self._policy = policy
        self._home = home
        self._now = now
        self._one = threading.Lock()

    def put(self, account: str, collection: HomeCollection, name: str, text: str, before: str) -> HomeResource:
        """Take a resource in. `before`: the ETag of what it replaces, empty where nothing is there. Raises
        ChangedMeanwhile, Unchangeable, EntryNotUnderstood, TooMuch.
        """
        if len(name) > _LONGEST_NAME:
            raise Unchangeable(words=f"The name of an entry may have {_LONGEST_NAME} characters")
        kind, zone, now = collection.kind, self._home.zone(), self._now()
        with self._one:
            seen = self._policy.sees(self._store, client_of(account))
            there = self._home.resources(account, collection, seen).get(name)
            if (there.etag if there else "") != before:
                raise ChangedMeanwhile(name=name)
            sent = understood(text, kind, name, zone, now=now, there=None)
            id_ = there.id if there else sent.incoming[0].document.id
            was = seen.get(kind, id_)
            if was is not None:
                label, had = self._label(seen, kind, id_), there or self._elsewhere(account, kind, id_, seen)
                base = There(was, had.text, label.kept if label else "")
                sent = understood(text, kind, name, zone, now=now, there=base)
            sent = self._placed(sent, collection, was, now)
            action = self._action(kind, was, sent.incoming[0])
            with self._command(account, action, _told(action, sent.incoming[0].document)) as (tx, view):
                self._unchanged_since(account, collection, name, before, view)
                self._keep(tx, view, sent, was, name)
        return self._home.resource(account, self._home.collection(account, collection.name), name)

    def delete(self, account: str, collection: HomeCollection, name: str, before: str) -> None:
        """Raises EntryGone, ChangedMeanwhile."""
        kind = collection.kind
        with self._one:
            seen = self._policy.sees(self._store, client_of(account))
            there = self._home.resource(account, collection, name, seen)
            document = seen.get(kind, there.id)
            if document is None:
                raise EntryGone(name=name)
            with self._command(account, _DELETES[kind], _told(_DELETES[kind], document)) as (tx, view):
                self._unchanged_since(account, collection, name, before, view)
                view.remove(document)
                if isinstance(document, Task):
                    unblocked(view, [document])
                if label := self._label(tx, kind, document.id):
                    tx.remove(label)

    def move(self, account: str, source: HomeCollection, name: str, target: HomeCollection, new_name: str) -> None:
        """From one collection into another of its kind. Raises EntryGone, Unchangeable."""
        if source.kind is not target.kind:
            raise Unchangeable(words=f"“{target.title}” does not hold what “{source.title}” holds")
        with self._one:
            seen = self._policy.sees(self._store, client_of(account))
            there = self._home.resource(account, source, name, seen)
            document = seen.get(source.kind, there.id)
            if document is None:
                raise EntryGone(name=name)
            moved = _into(document, target)
            with self._command(account, _CHANGES[source.kind], _told(_CHANGES[source.kind], moved)) as (tx, view):
                if moved != document:
                    view.put(moved)
                self._keep_label(tx, moved, there.uid, new_name)

    def create(self, account: str, name: str, title: str, component: str) -> None:
        """A collection for tasks is a project. Raises Unchangeable."""
        if "VTODO" not in component:
            raise Unchangeable(words="There is one calendar of meetings; only lists of tasks can be made")
        title = " ".join(title.split())[:100] or "New project"
        with self._one, self._command(account, "project.create", f"project created: {title}") as (_, view):
            if view.get(Project, document_id(name)) is None:
                view.keep(Project(id=document_id(name), name=title))

    def rename(self, account: str, collection: HomeCollection, title: str) -> None:
        """Its project or list. Raises Unchangeable for the others."""
        title = " ".join(title.split())[:100]
        kind: type[Project | TodoList] = Project if collection.kind is Task else TodoList
        if not title or title == collection.title:
            return
        if not collection.of:
            raise Unchangeable(words=f"“{collection.title}” has its name for good")
        action = "project.update" if kind is Project else "list.create"
        with self._one, self._command(account, action, f"{kind.kind} renamed: {title}") as (_, view):
            found = view.get(kind, collection.of)
            if found is not None:
                view.put(replace(found, name=title))

    # --- within a change

    @contextmanager
    def _command(self, account: str, action: str, label: str) -> Iterator[tuple[Transaction, Transaction]]:
        """The transaction, and the same as the account may see it."""
        client, now = client_of(account), self._now()
        # It names one thing and was done by hand: that is as good as a yes where the role's yes counts.
        command = Command("", (Step(action),), 1.0, "explicit", confirmed=True)
        permit = self._policy.permit(command, client, now)
        try:
            with self._store.transaction(label, now=now, client=client) as tx:
                yield tx, permit.view(tx)
                permit.settle(tx, [label])
        except FacultyError as error:
            raise permit.failed(error) from error.__cause__  # which records what was refused under way

    def _elsewhere(self, account: str, kind: type[Document], id_: str, seen: Reader) -> HomeResource:
        """In whichever collection it lies. Raises EntryGone: it is in none, such as a list that was deleted."""
        for each in self._home.collections(account, seen).values():
            if each.kind is kind:
                for found in self._home.resources(account, each, seen).values():
                    if found.id == id_:
                        return found
        raise EntryGone(name=id_)

    def _unchanged_since(
        self, account: str, collection: HomeCollection, name: str, before: str, view: Transaction
    ) -> None:
        """Nobody else is writing from here on: what is there is what will be replaced."""
        there = self._home.resources(account, collection, view).get(name)
        if (there.etag if there else "") != before:
            raise ChangedMeanwhile(name=name)

    def _action(self, kind: type[Document], was: Document | None, incoming: Incoming) -> str:
        if was is None:
            return _MAKES[kind]
        given, document = incoming.given or frozenset(), incoming.document
        if isinstance(document, Task) and "status" in given:
            return "task.complete" if document.status == "done" else "task.status"
        if isinstance(document, Item) and "done" in given:
            return "list.complete"
        if isinstance(document, Meeting | Reminder) and "status" in given and document.status == "cancelled":
            return _DELETES[kind]
        return _CHANGES[kind]

    def _placed(self, sent: Sent, collection: HomeCollection, was: Document | None, now: datetime) -> Sent:
        """In its project or list; a reminder that repeats with the time at which it rings next."""
        first, given = sent.incoming[0], set(sent.incoming[0].given or ())
        document = _into(first.document, collection)
        given |= {"project_id"} if isinstance(document, Task) and _moves(was, collection) else set()
        given |= {"list_id"} if isinstance(document, Item) else set()
        if isinstance(document, Reminder) and document.rrule and document.first:
            due = next_occurrence(document.rrule, document.first, now, self._home.zone().zone)
            over = due is None and document.first <= now
            document = replace(document, due=due or document.first, status="rung" if over else document.status)
        return replace(sent, incoming=(replace(first, document=document, given=frozenset(given)), *sent.incoming[1:]))

    def _keep(self, tx: Transaction, view: Transaction, sent: Sent, was: Document | None, name: str) -> None:
        first = sent.incoming[0]
        if was is None or first.given or len(sent.incoming) > 1:
            take(view, Read(sent.incoming), Path(name))
        document = view.get(type(first.document), first.document.id)
        assert document is not None, "it was kept, and is seen"
        if isinstance(document, Task) and document.status == "done" and getattr(was, "status", "") != "done":
            if document.completed is None:
                document = view.put(replace(document, completed=tx.now))
            if was is not None:
                following_of(view, document, tx.now, self._home.zone().zone)
            unblocked(view, [document])
        self._keep_label(tx, document, sent.uid, name, kept=sent.kept)

    def _keep_label(self, tx: Transaction, document: Document, uid: str, name: str, *, kept: str | None = None) -> None:
        """Nothing is kept where its id says all there is to know. `kept`: None: what was."""
        before = self._label(tx, type(document), document.id)
        kept = (before.kept if before else "") if kept is None else kept
        if before is None and not kept and uid == document.id and name == f"{document.id}.ics":
            return
        entry = CalendarEntry(
            id=_label_id(type(document), document.id),
            of_kind=document.kind,
            of_id=document.id,
            uid=uid,
            name=name,
            kept=kept,
        )
        if before is None or (before.uid, before.name, before.kept) != (uid, name, kept):
            tx.keep(entry if before is None else replace(before, uid=uid, name=name, kept=kept))

    def _label(self, reader: Reader, kind: type[Document], id_: str) -> CalendarEntry | None:
        return reader.get(CalendarEntry, _label_id(kind, id_))


def _label_id(kind: type[Document], id_: str) -> str:
    return natural_id(CalendarEntry.kind, f"{kind.kind}/{id_}")


def _moves(was: Document | None, collection: HomeCollection) -> bool:
    """Whether it changes its project: one that has no collection, such as a closed one, is kept."""
    if not isinstance(was, Task):
        return True
    return not collection.holds({"project_id": was.project_id})


def _into(document: Document, collection: HomeCollection) -> Document:
    match document:
        case Task() if collection.of or collection.elsewhere & {document.project_id or ""}:
            return replace(document, project_id=collection.of or None)
        case Item():
            return replace(document, list_id=collection.of)
    return document


def _told(action: str, document: Document) -> str:
    """What undo says was undone: task created: call Anna."""
    done = {
        "task.complete": "completed",
        **dict.fromkeys(_MAKES.values(), "created"),
        **dict.fromkeys(_DELETES.values(), "deleted"),
    }.get(action, "changed")
    if document.kind == Item.kind:
        done = {"list.add": "put down", "list.complete": "ticked", "list.remove": "taken off"}[action]
    return f"{document.about.noun} {done}: {document.called}"
