"""How much there is to do, in numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from device.mqtt.counts import counts
from services.store.documents import Alarm, Reminder, Task
from services.store.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=BERLIN)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=BERLIN)


def test_nothing_to_do(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        assert counts(store, NOW, BERLIN) == {
            "open_tasks": 0,
            "overdue_tasks": 0,
            "next_reminder": None,
            "next_alarm": None,
        }


def test_open_and_overdue_tasks_and_what_rings_next(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store, store.transaction("set", now=NOW) as tx:
        for task in (
            Task(title="no date"),
            Task(title="done", status="done", due=NOW - timedelta(days=3)),
            Task(title="cancelled", status="cancelled", due=NOW - timedelta(days=3)),
            Task(title="an hour ago", due=NOW - timedelta(hours=1)),
            Task(title="in an hour", status="blocked", due=NOW + timedelta(hours=1)),
            Task(title="today", due=MIDNIGHT, due_grain="day"),
            Task(title="yesterday", status="in_progress", due=MIDNIGHT - timedelta(days=1), due_grain="day"),
        ):
            tx.add(task)
        for hours in (-1, 5, 3):
            tx.add(Reminder(title="call", due=NOW + timedelta(hours=hours)))
        tx.add(Reminder(title="rung", due=NOW + timedelta(hours=1), status="rung"))
        tx.add(Alarm(due=NOW + timedelta(days=1)))
    with Store(tmp_path / "s.db") as store:
        found = counts(store, NOW, BERLIN)
        assert found == {
            "open_tasks": 5,
            "overdue_tasks": 2,
            "next_reminder": (NOW + timedelta(hours=3)).astimezone(UTC).isoformat(),
            "next_alarm": (NOW + timedelta(days=1)).astimezone(UTC).isoformat(),
        }
        evening = counts(store, NOW.replace(hour=23, minute=59), BERLIN)
        assert evening["overdue_tasks"] == 3, "what is due today is late from tomorrow on"
        assert counts(store, NOW + timedelta(days=1), BERLIN)["overdue_tasks"] == 4
