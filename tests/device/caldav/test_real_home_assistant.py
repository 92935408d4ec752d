"""A real Home Assistant with its CalDAV integration on our server: to-do lists and calendars, both ways.

Left out where its environment and Radicale are not made (scripts/house).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("radicale", reason="needs Radicale, which is no part of Equerry")

from device.caldav.accounts import Accounts
from services.store.documents import Item, Meeting, Task
from tests.device.caldav.conftest import DUE, NOW, ZONE, Desk
from tests.device.caldav.serving import serving
from tests.real_home_assistant import HASS, WHY, RealHomeAssistant, real_home_assistant

pytestmark = [pytest.mark.skipif(not HASS.exists(), reason=WHY), pytest.mark.timeout(300)]
PATIENCE_S = 20.0


class House(NamedTuple):
    """Home Assistant as anna, and the store."""

    real: RealHomeAssistant
    desk: Desk

    def items(self, list_: str) -> dict[str, str]:
        """Summary and status of each of a to-do list, asked anew."""
        self.real.call("homeassistant.update_entity", list_)
        told = self.real.ask(
            "call_service",
            domain="todo",
            service="get_items",
            service_data={"status": ["needs_action", "completed"]},
            target={"entity_id": list_},
            return_response=True,
        )
        return {each["summary"]: each["status"] for each in told["response"][list_]["items"]}

    def named(self, kind: type[Task] | type[Item], name: str) -> Any:
        """The one of that name in the store; None: there is none."""
        return next(
            (
                each
                for each in self.desk.store.find(kind)
                if getattr(each, "title", "") == name or getattr(each, "name", "") == name
            ),
            None,
        )


@pytest.fixture
def house(desk: Desk, accounts: Accounts, tmp_path: Path) -> Iterator[House]:
    with serving(desk, accounts) as port, real_home_assistant(tmp_path / "config") as real:
        url = f"http://127.0.0.1:{port}/"
        real.integrate("caldav", url=url, username="anna", password="correct horse", verify_ssl=True)
        yield House(real, desk)


def until(holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)
    return found


def test_lists_and_calendars_are_there_and_go_both_ways(house: House) -> None:
    def ours() -> set[str]:
        return {
            each["entity_id"] for each in house.real.ask("config/entity_registry/list") if each["platform"] == "caldav"
        }

    lists = {"todo.tasks", "todo.launch", "todo.shopping", "todo.secret"}
    assert until(lambda: ours() >= {*lists, "calendar.meetings", "calendar.reminders"}), ours()
    assert house.items("todo.tasks") == {"send the report": "needs_action"}
    assert house.items("todo.shopping") == {"2 loaves bread": "needs_action"}

    due = (NOW + timedelta(days=2)).date().isoformat()
    house.real.call("todo.add_item", "todo.launch", item="book the hall", due_date=due, description="the large one")
    task = until(lambda: house.named(Task, "book the hall"))
    assert task.due.astimezone(ZONE.zone).date().isoformat() == due and task.project_id
    house.real.call("todo.update_item", "todo.launch", item="book the hall", rename="book the small hall")
    assert until(lambda: house.named(Task, "book the small hall")).id == task.id
    house.real.call("todo.update_item", "todo.launch", item="book the small hall", status="completed")
    until(lambda: house.named(Task, "book the small hall").status == "done")
    house.real.call("todo.remove_item", "todo.tasks", item="send the report")
    until(lambda: house.named(Task, "send the report") is None)
    house.real.call("todo.add_item", "todo.shopping", item="milk")
    assert until(lambda: house.named(Item, "milk"))

    with house.desk.store.transaction("said", now=NOW) as tx:
        tx.add(Task(title="call the bank"))
        tx.add(Meeting(title="review", start=DUE + timedelta(hours=2), end=DUE + timedelta(hours=3)))
    assert house.items("todo.tasks") == {"call the bank": "needs_action"}
    told = house.real.ask(
        "call_service",
        domain="calendar",
        service="get_events",
        service_data={"start_date_time": NOW.isoformat(), "end_date_time": (NOW + timedelta(days=7)).isoformat()},
        target={"entity_id": "calendar.meetings"},
        return_response=True,
    )
    events = {each["summary"]: each["start"] for each in told["response"]["calendar.meetings"]["events"]}
    assert set(events) == {"standup", "review"}
