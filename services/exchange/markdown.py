"""Markdown to read, of everything; nothing is read back from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime, tzinfo
from typing import Any

from services.store.base import (
    Channel,
    Customer,
    Document,
    Item,
    LedgerEntry,
    Meeting,
    Message,
    Note,
    Person,
    Project,
    Reader,
    Reminder,
    Task,
    TodoList,
)
from services.store.base import kinds as known_kinds

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_BOXES = {"done": "x", "cancelled": "x"}
_HIDDEN = frozenset({"id", "created", "updated"})


def written(reader: Reader, kinds: Collection[str], zone: tzinfo, now: datetime) -> str:
    """A heading a kind; times as the clock on the wall has them."""
    page = _Page(reader, zone)
    lines = ["# Equerry", "", f"As of {now.astimezone(zone):%A, %d %B %Y, %H:%M}.", ""]
    for document in (document for kind, document in known_kinds().items() if kind in kinds):
        heading = document.about.section or document.about.plural.capitalize()
        section = _SECTIONS.get(heading)
        body = list(section(page)) if section else list(page.table(document))
        while body and not body[-1]:
            body.pop()
        if body and f"## {heading}" not in lines:
            lines += [f"## {heading}", "", *body, ""]
    return "\n".join(lines).rstrip() + "\n"


class _Page:
    """What the sections have in common."""

    def __init__(self, reader: Reader, zone: tzinfo) -> None:
        self.reader = reader
        self.zone = zone

    def time(self, at: datetime | None, *, day: bool = False) -> str:
        """Empty for none."""
        return "" if at is None else f"{at.astimezone(self.zone):{'%Y-%m-%d' if day else '%Y-%m-%d %H:%M'}}"

    def tasks(self) -> Iterator[str]:
        """By project, what is due first first."""
        projects = {project.id: project.name for project in self.reader.find(Project)}
        by_project: dict[str, list[Task]] = {}
        for task in self.reader.find(Task):
            by_project.setdefault(projects.get(task.project_id or "", ""), []).append(task)
        for project in sorted(by_project, key=str.casefold):
            yield from (f"### {_plain(project)}", "") if project else ()
            for task in sorted(by_project[project], key=lambda each: (each.due is None, each.due, each.created)):
                yield f"- [{_BOXES.get(task.status, ' ')}] {_plain(task.title)}{self._about(task)}"
            yield ""

    def _about(self, task: Task) -> str:
        due = self.time(task.due, day=task.due_grain == "day")
        parts = [
            f"for {', '.join(task.assignees)}" if task.assignees else "",
            f"due {due}" if due else "",
            task.priority if task.priority != "normal" else "",
            task.status.replace("_", " ") if task.status not in ("todo", "done") else "",
            " ".join(f"#{tag}" for tag in task.tags),
        ]
        return "".join(f", {_plain(part)}" for part in parts if part)

    def meetings(self) -> Iterator[str]:
        """By time."""
        for meeting in sorted(self.reader.find(Meeting), key=lambda each: each.start):
            place = f", {meeting.location}" if meeting.location else ""
            people = f", with {', '.join(meeting.attendees)}" if meeting.attendees else ""
            state = " (cancelled)" if meeting.status == "cancelled" else " (again and again)" if meeting.rrule else ""
            yield (
                f"- {self.time(meeting.start, day=meeting.whole_day)}:"
                f" {_plain(f'{meeting.title}{people}{place}{state}')}"
            )

    def lists(self) -> Iterator[str]:
        """Each with its items."""
        items: dict[str, list[Item]] = {}
        for item in self.reader.find(Item):
            items.setdefault(item.list_id, []).append(item)
        for each in self.reader.find(TodoList):
            yield from (f"### {_plain(each.name)}", "")
            yield from (
                f"- [{'x' if item.done else ' '}] {_plain(f'{item.quantity} {item.name}'.strip())}"
                for item in items.get(each.id, ())
            )
            yield ""

    def reminders(self) -> Iterator[str]:
        """By time."""
        for each in sorted(self.reader.find(Reminder), key=lambda each: each.due):
            yield (
                f"- {self.time(each.due)}:"
                f" {_plain(each.title)}{'' if each.status == 'pending' else f' ({each.status})'}"
            )

    def notes(self) -> Iterator[str]:
        """The oldest first."""
        yield from (f"- {_plain(' '.join(note.content.split()))}" for note in self.reader.find(Note))

    def people(self) -> Iterator[str]:
        """By name."""
        for each in sorted(self.reader.find(Person), key=lambda each: each.name.casefold()):
            rest = [each.role, each.team, each.phone, each.email]
            yield f"- {_plain(', '.join([each.name, *(part for part in rest if part)]))}"

    def channels(self) -> Iterator[str]:
        """Each with its messages."""
        messages: dict[str | None, list[Message]] = {}
        for message in self.reader.find(Message):
            messages.setdefault(message.channel_id, []).append(message)
        for channel in self.reader.find(Channel):
            yield from (f"### {_plain(channel.name)}", "")
            yield from self._said(messages.get(channel.id, ()))
            yield ""
        if None in messages:
            yield from ("### To people", "")
            yield from self._said(messages[None])

    def _said(self, messages: Iterable[Message]) -> Iterator[str]:
        for each in messages:
            at = self.time(datetime.fromisoformat(each.created))
            yield f"- {at}, {_plain(each.sender)}: {_plain(' '.join(each.content.split()))}"

    def customers(self) -> Iterator[str]:
        """Each with the movements of the ledger, in minor units, and their sum."""
        entries: dict[str, list[LedgerEntry]] = {}
        for entry in self.reader.find(LedgerEntry):
            entries.setdefault(entry.customer_id, []).append(entry)
        for customer in self.reader.find(Customer):
            yield from (
                f"### {_plain(customer.name)}",
                "",
                "| when | what | minor units | currency |",
                "|---|---|---:|---|",
            )
            sums: dict[str, int] = {}
            for entry in entries.get(customer.id, ()):
                at = self.time(datetime.fromisoformat(entry.created))
                sums[entry.currency] = sums.get(entry.currency, 0) + entry.minor
                yield f"| {at} | {entry.reason} | {entry.minor} | {entry.currency} |"
            yield from (f"| | **balance** | **{total}** | {currency} |" for currency, total in sorted(sums.items()))
            yield ""

    def table(self, kind: type[Document]) -> Iterator[str]:
        """Any other kind: its fields, as they are kept."""
        rows = self.reader.rows(kind)
        names = [
            each.name
            for each in fields(kind)
            if each.name not in _HIDDEN and any(row.get(each.name) for row in rows.values())
        ]
        if not names:
            return
        yield from (f"| {' | '.join(names)} |", f"|{'---|' * len(names)}")
        for row in rows.values():
            yield f"| {' | '.join(_cell(row.get(name)) for name in names)} |"


_SECTIONS: Mapping[str, Callable[[_Page], Iterator[str]]] = {
    "Tasks": _Page.tasks,
    "Meetings": _Page.meetings,
    "Reminders": _Page.reminders,
    "Lists": _Page.lists,
    "Notes": _Page.notes,
    "People": _Page.people,
    "Channels": _Page.channels,
    "Customers": _Page.customers,
}
"""How a section is told that reads better than as a table; by its heading."""


def _plain(text: str) -> str:
    """Shown as it was said: nothing of it is markup."""
    return _SPECIAL.sub(r"\\\1", text)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ("; " if any(isinstance(each, dict) for each in value) else ", ").join(map(_cell, value))
    if isinstance(value, dict):
        return ", ".join(f"{_plain(name)} {told}" for name, each in value.items() if (told := _cell(each)))
    return _plain(" ".join(str("" if value is None else value).split()))
