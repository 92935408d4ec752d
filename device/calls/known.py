"""What the owner knows when a call begins: of a script, or of the store while the appliance holds it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from device.calls.script import CallScript
from services.store.base import Customer, Document, LedgerEntry, Meeting, Person, Task
from services.store.sqlite.codec import decode
from services.store.store import Store

D = TypeVar("D", bound=Document)
_CURRENCY = "EUR"


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
