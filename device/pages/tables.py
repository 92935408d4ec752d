"""The store as rows of tables (`equerry tasks` and its like). Pure: documents and time are arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from device.errors import ApplianceError
from services.actions.accounts.money import Money, said, totals
from services.actions.files.query import size
from services.actions.meetings.calendar import first_each, occurrences
from services.store.documents import (
    Alarm,
    Channel,
    Customer,
    Document,
    Item,
    LedgerEntry,
    Meeting,
    Person,
    Project,
    Reminder,
    SharedFile,
    Task,
    Timer,
    TodoList,
)
from services.store.sqlite.codec import decode

Fields = Mapping[str, Any]
_OVER = ("done", "cancelled", "archived", "rung")
_PRIORITIES = ("urgent", "high", "normal", "low")
_AHEAD = timedelta(days=366)
_LAST = datetime.max.replace(tzinfo=UTC)


class ListUnknown(ApplianceError):
    """There is no list {name}. Lists: {known}."""

    code = "lists.unknown"


class Row(NamedTuple):
    """One document."""

    cells: dict[str, str]
    """By the heading of its column."""
    fields: Fields
    """For a program: all that the store has of it."""


class Tables:
    """The documents of a store at one moment."""

    def __init__(self, documents: Mapping[str, Mapping[str, Fields]], now: datetime) -> None:
        """`documents`: kind → id → fields; `now` has the zone in which times are told."""
        self._documents = documents
        self._now = now

    def tasks(self, *, everything: bool = False) -> list[Row]:
        """By when they are due, then by priority."""
        projects = self._of(Project)
        wanted = [each for each in self._of(Task).values() if everything or each["status"] not in _OVER]
        wanted.sort(
            key=lambda each: (_instant(each.get("due")) or _LAST, _PRIORITIES.index(each["priority"]), each["id"])
        )
        return [
            Row(
                {
                    "task": each["title"],
                    "due": self._due(each),
                    "priority": "" if each["priority"] == "normal" else each["priority"],
                    "status": _spaced(each.get("state") or each["status"]),
                    "who": ", ".join(each.get("assignees", ())),
                    "project": projects.get(each.get("project_id") or "", {}).get("name", ""),
                },
                each,
            )
            for each in wanted
        ]

    def lists(self) -> list[Row]:
        """By name."""
        left = Counter(each["list_id"] for each in self._of(Item).values() if not each["done"])
        every = Counter(each["list_id"] for each in self._of(Item).values())
        return [
            Row(
                {"list": each["name"], "left": str(left[each["id"]]), "of": str(every[each["id"]])},
                {**each, "left": left[each["id"]]},
            )
            for each in _by_name(self._of(TodoList).values())
        ]

    def items(self, name: str, *, everything: bool = False) -> list[Row]:
        """What is on the lists of this name. Raises ListUnknown."""
        known = _by_name(self._of(TodoList).values())
        ids = {each["id"] for each in known if each["name"].casefold() == name.casefold()}
        if not ids:
            raise ListUnknown(name=name, known=", ".join(each["name"] for each in known) or "none yet")
        there = [
            each for each in self._of(Item).values() if each["list_id"] in ids and (everything or not each["done"])
        ]
        return [
            Row({"item": each["name"], "quantity": each["quantity"], "done": "✓" if each["done"] else ""}, each)
            for each in there
        ]

    def people(self) -> list[Row]:
        """By name."""
        columns = ("role", "team", "phone", "email")
        people = _by_name(self._of(Person).values())
        return [Row({"name": each["name"], **{column: each[column] for column in columns}}, each) for each in people]

    def projects(self, *, everything: bool = False) -> list[Row]:
        """By name."""
        tasks: dict[str, list[str]] = {}
        for each in self._of(Task).values():
            if each.get("project_id") and each["status"] != "cancelled":
                tasks.setdefault(each["project_id"], []).append(each["status"])
        return [
            Row(
                {
                    "project": each["name"],
                    "status": _spaced(each["status"]),
                    "due": self._due(each),
                    "done": (
                        f"{(of := tasks.get(each['id'], [])).count('done')} of {len(of)}" if each["id"] in tasks else ""
                    ),
                },
                each,
            )
            for each in _by_name(self._of(Project).values())
            if everything or each["status"] not in _OVER
        ]

    def meetings(self, *, everything: bool = False) -> list[Row]:
        """Those of the next year, each once, by their next start; `everything`: also over or cancelled ones."""
        known = [decode(Meeting, each["id"], _without_id(each)) for each in self._of(Meeting).values()]
        zone = self._now.tzinfo
        assert zone is not None, "now must be zone-aware"
        planned = [each for each in known if each.status == "planned"]
        coming = {
            each.meeting.id: each.start
            for each in first_each(occurrences(planned, self._now, self._now + _AHEAD, zone))
        }
        wanted = [each for each in known if everything or each.id in coming]
        wanted.sort(key=lambda each: (coming.get(each.id, each.start), each.id))
        return [
            Row(
                {
                    "meeting": each.title,
                    "start": self._at(coming.get(each.id, each.start), whole_day=each.whole_day),
                    "again": "yes" if each.rrule else "",
                    "with": ", ".join(each.attendees),
                    "where": each.location,
                    **(
                        {"status": each.status if each.id in coming or each.status == "cancelled" else "over"}
                        if everything
                        else {}
                    ),
                },
                self._of(Meeting)[each.id],
            )
            for each in wanted
        ]

    def reminders(self, *, everything: bool = False) -> list[Row]:
        """Reminders, alarms and timers, by when they ring next."""
        found: list[tuple[datetime, Row]] = []
        for kind in (Reminder, Alarm, Timer):
            for each in self._of(kind).values():
                if everything or each["status"] not in _OVER:
                    due = _instant(each["due"]) or _LAST
                    cells = {
                        "what": each["title" if kind is Reminder else "name"],
                        "kind": kind.kind,
                        "rings": "paused" if each["status"] == "paused" else self._at(due),
                        "again": "yes" if each.get("rrule") else "",
                    }
                    cells |= {"status": each["status"]} if everything else {}
                    found.append((due, Row(cells, {"kind": kind.kind, **each})))
        return [row for _, row in sorted(found, key=lambda each: each[0])]

    def customers(self) -> list[Row]:
        """By name; what they owe has a minus."""
        entries: dict[str, list[LedgerEntry]] = {}
        for each in self._of(LedgerEntry).values():
            entries.setdefault(each["customer_id"], []).append(decode(LedgerEntry, each["id"], _without_id(each)))
        rows = []
        for each in _by_name(self._of(Customer).values()):
            sums = [money for money in totals(entries.get(each["id"], ())).values() if money.minor]
            balances = {money.currency: str(money.major) for money in sums}
            rows.append(
                Row(
                    {"customer": each["name"], "balance": ", ".join(map(_signed, sums)) or "0"},
                    {**each, "balances": balances},
                )
            )
        return rows

    def files(self) -> list[Row]:
        """Those that are kept, the latest first."""
        names = {id_: each["name"] for kind in (Channel, Person, Project) for id_, each in self._of(kind).items()}
        kept = [each for each in self._of(SharedFile).values() if each.get("versions")]
        kept.sort(key=lambda each: str(each["versions"][-1]["at"]), reverse=True)
        return [
            Row(
                {
                    "file": each["name"],
                    "size": size(each["versions"][-1]["bytes"]),
                    "kept": self._at(datetime.fromisoformat(each["versions"][-1]["at"])),
                    "with": ", ".join(
                        names[id_]
                        for id_ in (*each["channel_ids"], *each["person_ids"], each.get("project_id"))
                        if id_ in names
                    ),
                },
                each,
            )
            for each in kept
        ]

    def _of(self, kind: type[Document]) -> Mapping[str, Fields]:
        """Each with all its fields and its id."""
        found = self._documents.get(kind.kind, {})
        return {doc_id: {"id": doc_id, **fields} for doc_id, fields in found.items()}

    def _due(self, each: Fields) -> str:
        due = _instant(each.get("due"))
        return self._at(due, whole_day=each.get("due_grain") == "day") if due else ""

    def _at(self, at: datetime, *, whole_day: bool = False) -> str:
        here = at.astimezone(self._now.tzinfo)
        return f"{here:%Y-%m-%d}" if whole_day else f"{here:%Y-%m-%d %H:%M}"


def _by_name(found: Iterable[Fields]) -> list[Fields]:
    return sorted(found, key=lambda each: (each["name"].casefold(), each["id"]))


def _signed(money: Money) -> str:
    return f"{'−' if money.minor < 0 else ''}{said(money)}"


def _spaced(words: str) -> str:
    return words.replace("_", " ")


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _without_id(each: Fields) -> Fields:
    return {name: value for name, value in each.items() if name != "id"}
