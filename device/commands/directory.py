"""The names in the store as they may be spoken, made anew when they change; each client finds only its own."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any, TypeVar

from services.actions.meetings.calendar import first_each, occurrences, planned
from services.actions.policy.policy import Policy
from services.actions.policy.view import SeenReader
from services.home.base import Controls, Home
from services.store.base import Reader
from services.store.documents import (
    Alarm,
    Channel,
    Document,
    Item,
    Meeting,
    Person,
    Reminder,
    Routine,
    Task,
    Timer,
    TodoList,
)
from services.store.kinds import kinds
from services.store.search.index import entry
from services.store.search.spelling import folded, stem
from services.store.store import Store
from services.understanding.conversation.known_lists import KnownList
from services.understanding.names.base import Entity, Unknown
from services.understanding.names.names import Names
from services.understanding.stages.base import Connected, Directory, Kept, KnownMeeting, NamedRoutine, Ringing, Titles
from services.understanding.stages.titles import title_words

D = TypeVar("D", bound=Document)

MOST_HINTS = 6
"""Names shown to the recogniser: each costs time, and the more there are the more are imagined."""
_MOST_TASKS = 1_000
"""The latest; the names of people whom only tasks know are gathered from these."""
_RECALLED = ("note", "person", "task", "meeting", "reminder", "message", "file")
"""The kinds that questions without a pattern may be about."""
_MOST_KEPT = 20
_FORM = 5
"""Letters that two forms of a word have in common at least."""
_WORD = re.compile(r"[^\W_]+")
_CALENDAR_AHEAD = timedelta(days=366)
"""How far meetings are known by name."""
_MOST_VIEWS = 8
"""Indices kept for those who do not see everything."""

_RINGS: Mapping[type[Document], str] = {Timer: "name", Alarm: "name", Reminder: "title"}
"""What rings, with the field of what it is called."""

_CLIENT: ContextVar[str] = ContextVar("client", default="")


@contextmanager
def turn_of(client: str) -> Iterator[None]:
    """It is this client's turn on this thread, until the end of the block."""
    before = _CLIENT.set(client)
    try:
        yield
    finally:
        _CLIENT.reset(before)


def whose_turn() -> str:
    """The client whose turn it is on this thread; empty: nobody's."""
    return _CLIENT.get()


class StoreDirectory(Directory):
    """Of one open store. Safe to use from several threads."""

    def __init__(self, store: Store, controls: Controls | None = None) -> None:
        """`controls`: the house, whose names may be heard, too."""
        self._store = store
        self.controls = controls
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._tasks_seen: tuple[int, ...] = ()
        self._in_tasks: tuple[str, ...] = ()
        self._names = Names()
        self._policy: Policy | None = None
        self._views: dict[object, Names] = {}
        self._titles_seen: tuple[int, ...] | None = None
        self._titles: dict[str, dict[tuple[str, ...], list[str]]] = {}
        self._lists_seen: tuple[int, ...] | None = None
        self._lists: tuple[KnownList, ...] = ()
        self._home_seen = 0
        self._home_names = Names()

    def follow(self, policy: Policy) -> None:
        """From now on a client finds only names that it may know."""
        self._policy = policy

    def names(self) -> Names:
        """The index as of now. Most commands change none of the names, and cost nothing here."""
        client = _CLIENT.get()
        view = self._policy.sees(self._store, client) if self._policy and client else None
        if view is not None and (view.hidden.channels or view.hidden.projects):
            return self._names_of(view)
        with self._lock:
            in_tasks, tasks_seen = self._in_tasks, self._revisions([Task])
            if tasks_seen != self._tasks_seen:
                self._tasks_seen = tasks_seen
                in_tasks = _named_in(self._store)
            seen = self._revisions(_indexed())
            if seen != self._seen or set(in_tasks) != set(self._in_tasks):
                self._seen, self._in_tasks = seen, in_tasks
                self._names = Names(_entities(self._store, self._in_tasks))
            return self._names

    def titles(self) -> Titles:
        """Of what is open. A mapping once given never changes."""
        with self._lock:
            seen = self._revisions(_titled())
            if seen != self._titles_seen:
                self._titles_seen, self._titles = seen, {}
                for title, kind in _open(self._store):
                    self._titles.setdefault(title[0], {}).setdefault(title, []).append(kind)
            return self._titles

    def lists(self) -> Sequence[KnownList]:
        """The latest last."""
        with self._lock:
            seen = self._revisions([TodoList, Item])
            if seen != self._lists_seen:
                self._lists_seen, self._lists = seen, _lists(self._store)
            return self._lists

    def routines(self) -> Iterator[NamedRoutine]:
        """As they stand in the store."""
        for id_, fields in self._store.rows(Routine).items():
            yield NamedRoutine(id_, str(fields["name"]), tuple(fields.get("said", ())), tuple(fields.get("steps", ())))

    def kept(self, words: Sequence[str]) -> Sequence[Kept]:
        """By the index of search. What was deleted since is none."""
        reader = self._reader()
        found = reader.search(" ".join(words), kinds=_RECALLED, limit=_MOST_KEPT) if words else []
        there = ((hit.kind, hit.id, reader.rows(kinds()[hit.kind]).get(hit.id)) for hit in found)
        return [_kept(kind, id_, fields, words) for kind, id_, fields in there if fields is not None]

    def when_of(self, kind: str, id_: str) -> datetime | None:
        """By the field of its kind that tells when it is."""
        documents = kinds().get(kind)
        row = self._store.rows(documents).get(id_) if documents and documents.about.at != "created" else None
        at = row.get(documents.about.at) if row and documents else None
        return datetime.fromisoformat(str(at)) if at else None

    def end_of(self, meeting: str) -> datetime | None:
        """By the store."""
        row = self._store.rows(Meeting).get(meeting)
        return datetime.fromisoformat(str(row["end"])) if row and row.get("end") else None

    def meetings(self, now: datetime) -> list[KnownMeeting]:
        """Of what recurs, the next time."""
        until = now + _CALENDAR_AHEAD
        there = occurrences(planned(self._reader(), now, until), now, until, now.tzinfo or UTC)
        return [
            KnownMeeting(
                at.meeting.id, at.meeting.title, at.start, at.end, tuple(at.meeting.attendees), at.meeting.location
            )
            for at in first_each(there)
        ]

    def ringing(self) -> list[Ringing]:
        """Of open timers, alarms and reminders, as they stand in the store."""
        found = [
            Ringing(kind.kind, id_, str(row.get(title, "")), datetime.fromisoformat(str(row["due"])))
            for kind, title in _RINGS.items()
            for id_, row in self._store.rows(kind).items()
            if row.get("status") in ("pending", "running", "paused")
        ]
        return sorted(found, key=lambda each: each.due)

    def _reader(self) -> Reader:
        """The store as whoever speaks may know it."""
        client = _CLIENT.get()
        return self._policy.sees(self._store, client) if self._policy and client else self._store

    def _names_of(self, view: SeenReader) -> Names:
        """Those that somebody may know from whom something is hidden."""
        key = (view.hidden, self._revisions([*_indexed(), Task]))
        with self._lock:
            if key not in self._views:
                if len(self._views) >= _MOST_VIEWS:
                    self._views.clear()
                self._views[key] = Names(_entities(view, _named_in(view)))
            return self._views[key]

    def _revisions(self, kinds: Iterable[type[Document]]) -> tuple[int, ...]:
        """How often something of each kind was written."""
        revisions = self._store.storage.revisions
        return tuple(revisions.get(kind.kind, 0) for kind in kinds)

    def hints(self, heard: Sequence[str], *, known: Collection[str]) -> tuple[str, ...]:
        """Names that words which the recogniser heard may be, the nearest first (services.speech.base.Hints). `known`:
        as in Names.near.
        """
        with turn_of("microphone"):
            near = self.names().near(heard, known=known, limit=MOST_HINTS)
        at_home = self._house().near(heard, known=known, limit=MOST_HINTS)
        in_turn = (name for pair in zip_longest(near, at_home) for name in pair if name)
        return tuple(dict.fromkeys(in_turn))[:MOST_HINTS]

    def home_talks(self) -> bool:
        """Whether Home Assistant's conversation is to be asked, and can be."""
        return self.controls is not None and self.controls.talks

    def connected(self) -> Connected:
        """Whether a house is, and where not, whether one should be."""
        return "no" if self.controls is None else "yes" if self.controls.home else "away"

    def _house(self) -> Names:
        """What things and rooms of the house are called."""
        home = self.controls.home if self.controls else Home()
        with self._lock:
            if home.names != self._home_seen:
                self._home_seen = home.names
                self._home_names = Names(Entity("home", each.id, each.name, each.aliases) for each in home.called)
            return self._home_names


def _kept(kind: str, id_: str, fields: Mapping[str, Any], words: Sequence[str]) -> Kept:
    said = entry(kind, fields)
    title, text = (said.title, f"{said.title} {said.body}") if said else ("", "")
    there = set(_WORD.findall(folded(text)))
    stems = {stem(word) for word in there}
    has = (word for word in words if stem(folded(word)) in stems or any(_is_form(folded(word), each) for each in there))
    return Kept(kind, id_, title or text.strip(), frozenset(has))


def _is_form(word: str, other: str) -> bool:
    """Rotate, rotation: what endings alone do not tell."""
    near = min(len(word), len(other)) >= _FORM and abs(len(word) - len(other)) < _FORM
    return near and word[:_FORM] == other[:_FORM]


def _entities(reader: Reader, in_tasks: Iterable[str]) -> Iterator[Entity]:
    """The latest first: they are the likeliest to be spoken of."""
    people = [
        Entity("person", each.id, each.name, each.nicknames, each.role, each.team) for each in _latest(reader, Person)
    ]
    yield from people
    known = Names(people)
    yield from (
        Entity("person", "", name) for name in in_tasks if isinstance(known.resolve(name, ("person",)), Unknown)
    )
    for kind in _indexed():
        if kind is not Person:
            yield from (
                Entity(kind.kind, each.id, each.called, members=each.members if isinstance(each, Channel) else ())
                for each in _latest(reader, kind)
            )


def _indexed() -> list[type[Document]]:
    """The kinds whose names sentences are read by."""
    return [kind for kind in kinds().values() if kind.about.indexed]


def _latest(reader: Reader, kind: type[D]) -> list[D]:
    return sorted(reader.find(kind), key=lambda document: document.updated, reverse=True)


def _open(reader: Reader) -> Iterator[tuple[tuple[str, ...], str]]:
    """(words of the title, kind) of what is open."""
    for kind in _titled():
        for row in reader.rows(kind).values():
            if row.get("status") in kind.about.open and (title := title_words(str(row[kind.about.title]))):
                yield title, kind.kind


def _lists(reader: Reader) -> tuple[KnownList, ...]:
    """Every list with its open items."""
    items: dict[str, list[tuple[str, str]]] = {}
    for row in reader.rows(Item).values():
        if not row.get("done"):
            items.setdefault(str(row["list_id"]), []).append((str(row["name"]), str(row.get("quantity") or "")))
    return tuple(KnownList(str(row["name"]), tuple(items.get(id_, ()))) for id_, row in reader.rows(TodoList).items())


def _titled() -> list[type[Document]]:
    """The kinds that a title alone may mean; the first that has it is meant, and what has a name comes last."""
    return sorted((kind for kind in kinds().values() if kind.about.open), key=lambda kind: kind.about.spoken == "name")


def _named_in(reader: Reader) -> tuple[str, ...]:
    """People whom only tasks know, the latest first."""
    tasks = list(reader.rows(Task).values())[-_MOST_TASKS:]
    return tuple(dict.fromkeys(str(person) for task in reversed(tasks) for person in task.get("assignees", ())))
