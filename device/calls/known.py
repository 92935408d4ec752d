"""What is known when a call begins: of a script, of the store while the appliance holds it, of the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from device.calls.script import CallScript
from services.actions.matching import words
from services.store.base import Customer, Document, DocumentStore, LedgerEntry, Meeting, Person, Task
from services.store.sqlite.codec import decode
from services.store.store import Store

D = TypeVar("D", bound=Document)
_CURRENCY = "EUR"
_SOON = timedelta(minutes=10)


def fill(store: Store, script: CallScript, now: datetime) -> None:
    """Write what is known into an empty store that is open."""
    with store.transaction("a scripted call", now=now) as tx:
        for name in script.known.people:
            tx.add(Person(name=name))
        for name, owed in script.known.customers.items():
            customer = tx.add(Customer(name=name))
            if owed:
                minor = -round(100 * owed)
                tx.add(
                    LedgerEntry(customer_id=customer.id, customer=name, minor=minor, currency=_CURRENCY, reason="debit")
                )
        for each in script.known.meetings:
            start = _local(each.when or each.due or now, now)
            tx.add(Meeting(title=each.title, start=start, end=start + timedelta(hours=1)))
        for each in script.known.tasks:
            due = each.due or each.when
            tx.add(Task(title=each.title, due=_local(due, now) if due else None))


def planned_minutes(store: DocumentStore, who: str, now: datetime) -> float:
    """Minutes that are left of the meeting with somebody that is now, or begins within ten; 0 where there is none."""
    wanted = {word.casefold() for word in words(who)}
    for meeting in store.find(Meeting, lambda fields: fields.get("status") == "planned"):
        named = {word.casefold() for name in (meeting.title, *meeting.attendees) for word in words(name)}
        if wanted & named and meeting.start - _SOON <= now < meeting.end and not meeting.whole_day:
            return round((meeting.end - max(now, meeting.start)).total_seconds() / 60.0, 1)
    return 0.0


class KeptDocuments:
    """Documents as they were read from a file (services.calls.facts.Documents), while another process holds it."""

    def __init__(self, kept: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """`kept`: kind → id → fields."""
        self._kept = kept

    def find(self, kind: type[D]) -> list[D]:
        """All of a kind, oldest first."""
        found = [decode(kind, id_, fields) for id_, fields in self._kept.get(kind.kind, {}).items()]
        return sorted(found, key=lambda document: (document.created, document.id))


def empty_store(folder: Path) -> Store:
    """In a folder that goes away again; to be opened by whoever asks."""
    return Store(folder / "call.db")


def _local(at: datetime, now: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
