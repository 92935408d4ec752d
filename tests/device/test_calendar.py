"""What the daemon asks of the store: what is due, after a restart too, and which names may be said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from device import events as on
from device.calendar import StoreCalendar
from device.machine import Session
from services.actions.base import Reply
from services.store.documents import Task, Timer, TodoList
from services.store.store import Store
from services.understanding.base import Command

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
REPLIED = on.Replied(1, Command("x", (), 1.0, "template"), (), Reply("Done."))


def timer(due: datetime) -> Timer:
    return Timer(seconds=600, due=due)


def test_a_timer_rings_after_a_restart_and_only_until_it_was_rung(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store, store.transaction("timer", now=NOW) as tx:
        tx.add(timer(NOW + timedelta(minutes=10)))
    with Store(tmp_path / "s.db") as store:
        calendar = StoreCalendar(store)
        assert not calendar.due(NOW)
        assert calendar.next_due(NOW) == NOW + timedelta(minutes=10)
        later = NOW + timedelta(minutes=11)
        (due,) = calendar.due(later)
        calendar.rung(due, later)
        assert not calendar.due(later)
    with Store(tmp_path / "s.db") as store:
        assert not StoreCalendar(store).due(NOW + timedelta(days=1))


def test_names_are_those_of_the_store_the_latest_first(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        calendar = StoreCalendar(store)
        assert calendar.names() == ()
        with store.transaction("add", now=NOW) as tx:
            tx.add(Task(title="one", assignees=("Sarah",)))
            tx.add(Task(title="two", assignees=("Mike", "Sarah")))
            tx.add(TodoList(name="shopping"))
        assert calendar.names() == (), "read once between two commands"
        calendar.watch(REPLIED, Session())
        assert calendar.names() == ("Mike", "Sarah", "shopping")
        assert calendar.is_name("sarah") and not calendar.is_name("Anna")
