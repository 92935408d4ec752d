"""What the store knows of whom a call mentions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from device.wiring.calls.rules import say_money
from services.calls.base import CallSegment
from services.calls.facts import AGAIN_S, StoreFacts
from services.store.base import Customer, LedgerEntry, Meeting, Person, Task
from services.store.store import Store
from services.understanding.names.base import Entity
from services.understanding.names.names import Names
from services.understanding.words import word_set
from tests.services.calls.conftest import NOW


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        with opened.transaction("fill", now=NOW - timedelta(days=30)) as tx:
            henderson = tx.add(Customer(name="Henderson"))
            for minor, reason in ((-50_000, "debit"), (5_000, "payment")):
                tx.add(LedgerEntry(customer_id=henderson.id, minor=minor, currency="EUR", reason=reason))  # type: ignore[arg-type]
            tx.add(Customer(name="Gopal Stores"))
            sarah = tx.add(Person(name="Sarah Chen", role="designer"))
            tx.add(Person(name="Mark Will"))
            tx.add(Task(title="send the samples", due=NOW + timedelta(days=1), assignee_ids=(sarah.id,)))
            start = NOW + timedelta(days=2, hours=-4)
            tx.add(Meeting(title="site visit", start=start, end=start + timedelta(hours=1)))
        yield opened


def mentioned(text: str) -> frozenset[str]:
    names = Names(Entity("customer", "", name) for name in ("Henderson", "Gopal Stores", "Sarah Chen", "Mark Will"))
    return names.mentioned(text, known=word_set("i mark will it the a is"))


def whispers(store: Store, *texts: str, gap_s: float = 5.0) -> list[str]:
    facts = StoreFacts(store, say_money, mentioned)
    told: list[str] = []
    for index, text in enumerate(texts):
        at_s = index * gap_s
        told += [fact for _, fact in facts.find(CallSegment("other", "Tom", at_s, at_s + 3, text), NOW)]
    return told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It's Henderson here.", ["Henderson: 450 euros open, last paid 26 October"]),
        ("The Hendersons are in.", ["Henderson: 450 euros open, last paid 26 October"]),
        ("Ask Sarah about it.", ["Sarah Chen: designer, 1 open task"]),
        ("And then sarah chin called.", ["Sarah Chen: designer, 1 open task"]),  # as ears may write it
        ("I mark. Will it do?", []),
        ("Did you send me those samples?", ["send the samples: tomorrow 14:00"]),
        ("Are we still on for the site visit?", ["site visit: Friday 10:00"]),
        ("Gopal Stores called.", []),  # nothing is known of them
        ("I will mark it.", []),  # Mark and Will are names, mark and will are not
        ("They had samples of soup.", []),  # one word of a title tells nothing
        ("", []),
    ],
)
def test_what_is_whispered_of_whom(store: Store, text: str, told: list[str]) -> None:
    assert whispers(store, text)[: len(told)] == told and bool(whispers(store, text)) == bool(told)


def test_once_for_each_name_unless_that_was_long_ago(store: Store) -> None:
    assert len(whispers(store, "Henderson.", "Henderson again.")) == 1
    assert len(whispers(store, "Henderson.", "Henderson again.", gap_s=AGAIN_S + 10)) == 2


def test_plain_credits_are_told_as_everywhere(store: Store) -> None:
    with store.transaction("known", now=NOW) as tx:
        osei = tx.add(Customer(name="Osei"))
        tx.add(LedgerEntry(customer_id=osei.id, minor=-4_000, currency="XXX", reason="debit"))
    assert whispers(store, "Osei is on the line.") == ["Osei: 40 open"]
