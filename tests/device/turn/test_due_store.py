"""What the daemon asks of the store: what is due, after a restart too."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from device.turn.due_store import StoreCalendar
from services.actions.rings.due_now import Manner
from services.actions.rings.quiet import FOREVER, QuietHours
from services.store.documents import Alarm, Reminder, Timer
from services.store.store import Store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


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


def test_nobody_wants_to_be_disturbed_until_they_do_again(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        with store.transaction("set", now=NOW) as tx:
            tx.add(Reminder(title="water the plants", due=NOW + timedelta(minutes=5)))
            tx.add(Reminder(title="take the pill", due=NOW + timedelta(minutes=5), urgent=True))
            tx.add(Alarm(due=NOW + timedelta(minutes=5)))
        calendar = StoreCalendar(store)
        calendar.disturb((NOW, FOREVER))
        later = NOW + timedelta(minutes=6)
        come = calendar.due(later)
        assert sorted(due.kind for due in come) == ["alarm", "reminder"], "alarms and what is urgent ring"
        for due in come:
            calendar.rung(due, later)
        assert not calendar.due(NOW + timedelta(hours=3))
        over = NOW + timedelta(hours=4)
        calendar.disturb((NOW, over))
        (due,) = calendar.due(over)
        assert "water the plants" in due.words and due.how == "ring"
        calendar.rung(due, over)
        assert not calendar.due(over + timedelta(minutes=1))


def test_quiet_hours_and_not_to_be_disturbed_are_told_apart(tmp_path: Path) -> None:
    hours = Manner(QuietHours(time(22), time(7)))
    night = NOW.replace(hour=23)
    with Store(tmp_path / "s.db") as store:
        calendar = StoreCalendar(store, manner=hours)
        assert [calendar.quiet(at) for at in (NOW, night)] == [(False, False), (True, False)]
        calendar.disturb((NOW, FOREVER))
        assert [calendar.quiet(at) for at in (NOW, night)] == [(False, True), (True, True)]
        calendar.disturb((NOW, NOW + timedelta(hours=1)))
        assert calendar.quiet(night) == (True, False)
