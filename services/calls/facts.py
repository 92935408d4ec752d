"""What the store knows of whom a call mentions, in a few words: once for each name, unless that was long ago."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from services.calls.base import CallSegment
from services.calls.commitments.wording import stem
from services.calls.spoken import word_set
from services.store.base import Customer, Document, LedgerEntry, Meeting, Person, Task

AGAIN_S = 1200.0
"""A name that was mentioned so long ago is told of again."""
_OPEN = ("todo", "in_progress", "blocked")
_SMALL = word_set("the a an to of for with and at on in by my our your new it")
_FEWEST = 2
"""Words of a title that must be said for it to be meant."""


D = TypeVar("D", bound=Document)


SayMoney = Callable[[int, str], str]
"""A sum in words: minor units, and the code of their currency as ISO 4217 has it."""


Mentioned = Callable[[str], Collection[str]]
"""The names that are said in a text, also where a recogniser wrote them otherwise."""


class Documents(Protocol):
    """What facts need of the store."""

    def find(self, kind: type[D]) -> list[D]:
        """All of a kind, oldest first."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """Somebody or something of the store, and how it is told from other words."""

    name: str
    pattern: re.Pattern[str] | None
    """Its name as it may be spoken; None for a title, of which words are enough."""
    title: frozenset[str]
    tell: Callable[[datetime], str]
    """What is whispered of it at a time; empty: nothing."""


class StoreFacts:
    """Facts for one call, from the store as it was when the call began (services.calls.base.FactFinder)."""

    def __init__(self, reader: Documents, say_money: SayMoney, mentioned: Mentioned = lambda _: ()) -> None:
        self._mentioned = mentioned
        self._known = [*_customers(reader, say_money), *_people(reader), *_titles(reader)]
        self._told: dict[str, float] = {}

    def find(self, segment: CallSegment, now: datetime) -> Sequence[tuple[str, str]]:
        """Of each name the fact that is worth a whisper."""
        found, words = [], {stem(word) for word in re.findall(r"[^\W_]+", segment.text.lower())}
        mentioned = self._mentioned(segment.text)
        for known in self._known:
            said = known.pattern.search(segment.text) if known.pattern else known.title <= words
            if not (said or known.name in mentioned):
                continue
            if segment.end_s - self._told.get(known.name, -1e9) < AGAIN_S:
                continue
            if fact := known.tell(now):
                self._told[known.name] = segment.end_s
                found.append((known.name, fact))
        return found


def _customers(reader: Documents, say_money: SayMoney) -> Iterator[KnownName]:
    entries: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in reader.find(LedgerEntry):
        entries[entry.customer_id].append(entry)
    for customer in reader.find(Customer):
        yield KnownName(
            customer.name, _named(customer.name), frozenset(), _owes(customer.name, entries[customer.id], say_money)
        )


def _owes(name: str, entries: Sequence[LedgerEntry], say_money: SayMoney) -> Callable[[datetime], str]:
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.currency] += entry.minor
    if not entries:
        return lambda _: ""
    paid = [entry.created for entry in entries if entry.reason == "payment"]

    def tell(now: datetime) -> str:
        open_ = [say_money(-minor, currency) for currency, minor in sums.items() if minor < 0]
        owing = f"{' and '.join(open_)} open" if open_ else "nothing open"
        last = f", last paid {_day(datetime.fromisoformat(max(paid)), now)}" if paid else ""
        return f"{name}: {owing}{last}"

    return tell


def _people(reader: Documents) -> Iterator[KnownName]:
    tasks, meetings = reader.find(Task), reader.find(Meeting)
    for person in reader.find(Person):
        open_ = sum(task.status in _OPEN and person.id in task.assignee_ids for task in tasks)
        coming = [each for each in meetings if each.status == "planned" and person.id in each.attendee_ids]
        names = (person.name, *person.nicknames)
        yield KnownName(person.name, _named(*names), frozenset(), _of_person(person, open_, coming))


def _of_person(person: Person, open_: int, meetings: Sequence[Meeting]) -> Callable[[datetime], str]:
    def tell(now: datetime) -> str:
        coming = sorted(each.start for each in meetings if each.start > now)
        parts = [person.role] if person.role else []
        parts += [f"{open_} open task{'s' if open_ > 1 else ''}"] if open_ else []
        parts += [f"meeting {_day(coming[0], now)}"] if coming else []
        return f"{person.name}: {', '.join(parts)}" if parts else ""

    return tell


def _titles(reader: Documents) -> Iterator[KnownName]:
    for task in reader.find(Task):
        if task.status in _OPEN:
            yield KnownName(task.title, None, _words(task.title), _dated(task.title, task.due, "your task"))
    for meeting in reader.find(Meeting):
        if meeting.status == "planned":
            yield KnownName(meeting.title, None, _words(meeting.title), _dated(meeting.title, meeting.start, "meeting"))


def _dated(title: str, at: datetime | None, else_: str) -> Callable[[datetime], str]:
    def tell(now: datetime) -> str:
        if at is None:
            return f"{title}: {else_}"
        local = at.astimezone(now.tzinfo)
        hour = f" {local:%H:%M}" if (local.hour, local.minute) != (0, 0) else ""
        return f"{title}: {_day(at, now)}{hour}"

    return tell


def _words(title: str) -> frozenset[str]:
    """The words that tell a title from others; too few of them tell nothing."""
    words = frozenset(stem(word) for word in re.findall(r"[^\W_]+", title.lower()) if word not in _SMALL)
    return words if len(words) >= _FEWEST else frozenset(("\0",))


def _named(*names: str) -> re.Pattern[str]:
    """A name in full, or its first or last word with a capital letter: Mark, not mark."""
    ways: dict[str, None] = dict.fromkeys(names)
    for name in names:
        words = name.split()
        ways |= dict.fromkeys(word for word in (words[0], words[-1]) if word[0].isupper() and len(word) > _FEWEST)
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(way) for way in ways)})(?:'s|’s|s)?(?!\w)")


def _day(at: datetime, now: datetime) -> str:
    """Today, tomorrow, Friday within the week; else 3 March, with the year where it is another."""
    on, today = at.astimezone(now.tzinfo).date(), now.date()
    ahead = (on - today).days
    if ahead in (0, 1, -1):
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[ahead]
    if 0 < ahead < 7:
        return f"{on:%A}"
    return f"{on.day} {on:%B}" + (f" {on.year}" if on.year != today.year else "")
