"""A real store and its roles, as accounts see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from device.caldav.accounts import Accounts
from device.caldav.home import CalendarHome, HomeCollection, HomeResource
from device.caldav.writer import CalendarWriter
from device.configuration import roles, secrets
from services.actions.policy.policy import Policy
from services.actions.policy.roles import Identity
from services.exchange.calendar_write import Zone
from services.store.base import Document, Item, Meeting, Person, Project, Reminder, Task, TodoList
from services.store.store import Store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
ZONE = Zone(ZoneInfo("Europe/Berlin"), "Europe/Berlin")
WHO = {
    "caldav:anna": Identity(role="owner"),
    "caldav:sarah": Identity(role="member", person="Sarah Chen"),
    "caldav:guest": Identity(role="guest"),
}


@dataclass
class Desk:
    """A store with one of each kind, and what serves it."""

    store: Store
    policy: Policy
    now: datetime = NOW
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home = CalendarHome(self.store, self.policy, lambda: ZONE)
        self.writer = CalendarWriter(self.store, self.policy, self.home, lambda: self.now)

    def collection(self, account: str, name: str) -> HomeCollection:
        return self.home.collection(account, name)

    def there(self, account: str, name: str) -> dict[str, HomeResource]:
        return self.home.resources(account, self.collection(account, name))

    def one(self, account: str, collection: str, document: Document) -> HomeResource:
        return next(each for each in self.there(account, collection).values() if each.id == document.id)

    def put(self, account: str, collection: str, name: str, text: str) -> HomeResource:
        """As a phone does that knows what is there."""
        where = self.collection(account, collection)
        before = self.home.resources(account, where).get(name)
        return self.writer.put(account, where, name, text, before.etag if before else "")

    def delete(self, account: str, collection: str, name: str) -> None:
        where = self.collection(account, collection)
        self.writer.delete(account, where, name, self.home.resource(account, where, name).etag)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    loaded, _ = roles.load({})
    refused: list[str] = []

    def record(what: str, **facts: object) -> None:
        refused.append(f"{what} {facts['client']} {facts['code']}")

    with Store(tmp_path / "equerry.db", clock=lambda: NOW) as store:
        with store.transaction("made", now=NOW) as tx:
            sarah = tx.add(Person(name="Sarah Chen"))
            project = tx.add(Project(name="Launch"))
            tx.add(Project(name="Secret", private=True))
            tx.add(Project(name="Old", status="done"))
            tx.add(Task(title="send the report", due=DUE, assignees=("Sarah Chen",), assignee_ids=(sarah.id,)))
            tx.add(Task(title="print the posters", project_id=project.id))
            shopping = tx.add(TodoList(name="Shopping"))
            tx.add(Item(list_id=shopping.id, name="bread", quantity="2 loaves"))
            meeting = tx.add(Meeting(title="standup", start=DUE, end=DUE + timedelta(hours=1)))
            tx.add(Reminder(title="call mum", due=DUE))
            tx.add(Reminder(title="standup", due=DUE, of_kind="meeting", of_id=meeting.id, ahead_s=600.0))
        roles_of = loaded.model_copy(update={"clients": {**loaded.clients, **WHO}})
        yield Desk(store, Policy(roles_of, record), refused=refused)


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """Those of a machine whose secrets lie in a folder of the test."""
    folders = (tmp_path / "secrets", tmp_path / "secrets")
    monkeypatch.setattr(secrets, "FOLDERS", folders)
    monkeypatch.setattr("device.caldav.accounts.FOLDERS", folders)
    return Accounts({})


def todo(summary: str, *lines: str, uid: str = "phone-1", part: str = "VTODO") -> str:
    """What a phone sends."""
    return "\r\n".join(
        (
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//A phone//EN", f"BEGIN:{part}", f"UID:{uid}"),
            *("DTSTAMP:20261123T080000Z", f"SUMMARY:{summary}", *lines, f"END:{part}", "END:VCALENDAR", ""),
        )
    )
