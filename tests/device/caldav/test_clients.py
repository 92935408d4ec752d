"""Programs that speak CalDAV, each as it is published, against our server: `caldav` (Python) and vdirsyncer.

Left out where they and Radicale are not there (scripts/house).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("radicale", reason="needs Radicale, which is no part of Equerry")

from device.caldav.accounts import Accounts
from services.store.documents import Item, Meeting, Task, TodoList
from tests.device.caldav.conftest import NOW, Desk, todo
from tests.device.caldav.serving import serving

CLIENTS = Path(__file__).resolve().parents[3] / "var" / "clients" / "bin"
pytestmark = pytest.mark.skipif(
    not CLIENTS.exists(), reason="no clients are installed for the tests; scripts/house does"
)
SCRIPT = """
import json, sys
from datetime import datetime, timedelta, timezone
import caldav
with caldav.DAVClient(url=sys.argv[1], username="anna", password="correct horse") as client:
    home = client.principal()
    lists = {each.get_display_name(): each for each in home.calendars()}
    tasks = lists["Tasks"]
    before = sorted(str(each.icalendar_component["summary"]) for each in tasks.todos())
    token = tasks.objects_by_sync_token().sync_token
    made = tasks.save_todo(summary="call the bank", due=datetime(2026, 11, 25, 10, tzinfo=timezone.utc), priority=1)
    changed = [each.icalendar_component["summary"] for each in tasks.objects_by_sync_token(token, load_objects=True)]
    made.complete()
    open_ = sorted(str(each.icalendar_component["summary"]) for each in tasks.todos())
    start = datetime(2026, 11, 26, 9, tzinfo=timezone.utc)
    lists["Meetings"].save_event(summary="review", dtstart=start, dtend=start + timedelta(hours=1))
    near = {"start": start - timedelta(days=1), "end": start + timedelta(days=30)}
    found = lists["Meetings"].search(event=True, expand=True, **near)
    events = sorted(str(each.icalendar_component["summary"]) for each in found)
    told = {"lists": sorted(lists), "before": before, "changed": changed, "open": open_, "events": events}
    print(json.dumps(told, default=str))
"""
PAIR = """
[general]
status_path = "{folder}/status"
[pair all]
a = "files"
b = "device"
collections = ["from b"]
conflict_resolution = "b wins"
[storage files]
type = "filesystem"
path = "{folder}/files"
fileext = ".ics"
[storage device]
type = "caldav"
url = "{url}"
username = "anna"
password = "correct horse"
"""


@pytest.fixture
def url(desk: Desk, accounts: Accounts) -> Iterator[str]:
    with serving(desk, accounts) as port:
        yield f"http://127.0.0.1:{port}/"


def test_caldav_for_python(url: str, desk: Desk) -> None:
    done = subprocess.run(
        [CLIENTS / "python", "-c", SCRIPT, url], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"Tasks", "Launch", "Shopping", "Meetings", "Reminders"} <= set(told["lists"])
    assert told["before"] == told["open"] == ["send the report"]
    assert told["changed"] == ["call the bank"]
    assert told["events"] == ["review", "standup"]
    made = next(each for each in desk.store.find(Task) if each.title == "call the bank")
    assert (made.status, made.priority) == ("done", "urgent")
    assert {each.title for each in desk.store.find(Meeting)} == {"standup", "review"}


def test_vdirsyncer(url: str, desk: Desk, tmp_path: Path) -> None:
    with desk.store.transaction("said", now=NOW) as tx:
        tx.add(Item(list_id=desk.store.find(TodoList)[0].id, name="milk"))
    config = tmp_path / "vdirsyncer.conf"
    config.write_text(PAIR.format(folder=tmp_path, url=url))

    def run(*words: str, said: str = "") -> None:
        command = [CLIENTS / "vdirsyncer", "-c", config, *words]
        done = subprocess.run(command, input=said, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr

    run("discover", said="y\n" * 20)
    run("sync")
    files = tmp_path / "files"
    report = next(each for each in files.glob("tasks/*.ics") if "send the report" in each.read_text())
    report.write_text(report.read_text().replace("send the report", "send the long report"))
    (files / "tasks" / "new.ics").write_text(todo("water the plants", "X-OURS:kept", uid="new"))
    bread = next(each for each in files.rglob("*.ics") if "SUMMARY:2 loaves bread" in each.read_text())
    bread.unlink()
    run("sync")
    assert {each.title for each in desk.store.find(Task)} >= {"send the long report", "water the plants"}
    assert [each.name for each in desk.store.find(Item)] == ["milk"]
    run("sync")
    assert any("X-OURS:kept" in each.read_text() for each in files.glob("tasks/*.ics"))
