"""What the guide makes is made once, though the power fails before it is kept how far it is: on real jobs and a real
store.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from device.commands.responder import Responder
from device.control.client import accepted, request
from device.control.server import Control
from device.guide.base import Did, Do
from device.jobs.jobs import Jobs
from device.jobs.keys import DoneBefore
from device.wiring.guide import SetUp
from services.actions.execution.executor import Executor
from services.store.base import Project, Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.when import find
from tests.answering import until

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
MADE = Do(
    (
        ("project.create", {"name": "Garden"}),
        *(("task.create", {"title": title, "project": "Garden"}) for title in ("dig", "sow")),
    ),
    "setup:7:Garden",
)


def jobs_of(store: Store) -> Jobs:
    executor = Executor(store, find_when=find, zone=UTC)
    responder = Responder(CommandParser(ROOT / "config" / "sentences"), executor, lambda: NOW)
    return Jobs(responder, now=lambda: NOW, was_done=store.done)


def made(jobs: Jobs, wanted: Do) -> Did:
    did: SimpleQueue[Did] = SimpleQueue()
    absent: Any = None
    SetUp(absent, jobs, absent, absent, absent).do(wanted, did.put)
    return did.get(timeout=20)


def test_the_project_is_made_once(tmp_path: Path) -> None:
    for start in range(3):  # the second is a restart; so is the third
        with Store(tmp_path / "equerry.db") as store, jobs_of(store) as jobs:
            assert made(jobs, MADE).ok, start
            assert made(jobs, MADE).ok, "and within one run"
            assert len(store.find(Project)) == 1 and len(store.find(Task)) == 2


def test_what_is_asked_through_the_socket_with_an_id_is_done_once(tmp_path: Path) -> None:
    asked = {"request": "command", "text": "create a task to dig", "id": "1"}
    for start in range(2):
        with Store(tmp_path / "equerry.db") as store, jobs_of(store) as jobs, Control(tmp_path) as control:
            control.attend(jobs, dict, lambda _: None)
            until((tmp_path / "control.sock").exists)
            told = request(tmp_path, asked)
            assert told["ok"] if start == 0 else told["code"] == DoneBefore.code
            assert accepted(request(tmp_path, {**asked, "id": f"other {start}"}))["reply"]
            assert len(store.find(Task)) == 2 + start
