"""What would be answered is told before it is done, and nothing comes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from services.actions.execution.executor import Executor
from services.actions.policy.policy import Policy
from services.actions.policy.roles import NeverLiterally, Role, Roles
from services.store.base import Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.when import find
from tests.device.commands.conftest import ZONE, Desk

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)
Build = Callable[[Policy | None], Responder]


@pytest.fixture
def build(store: Store, parser: CommandParser, monkeypatch: pytest.MonkeyPatch) -> Build:
    directory = StoreDirectory(store)
    monkeypatch.setattr(Desk, "names", directory.names)

    def built(policy: Policy | None = None) -> Responder:
        executor = Executor(store, find_when=find, zone=ZONE, policy=policy)
        return Responder(parser, executor, lambda: NOW, directory=directory, policy=policy)

    return built


def foreseen(responder: Responder, text: str) -> str:
    return responder.foreseen(responder.understand(text, client="test"))


@pytest.mark.parametrize(
    "text",
    [
        "set a timer for ten minutes",
        "create a task to call the bank by Friday and add milk to the shopping list",
        "complete the report",
        "what are my tasks",
        "what time is it",
        "undo",
        "delete all tasks",
        "charge Henderson 20 euros",
        "delete the task report",
        "are you there",
    ],
)
def test_it_is_what_is_answered_then_or_nothing(build: Build, store: Store, text: str) -> None:
    responder = build(None)
    responder.respond("create a task to write the report", client="test")
    before, version = _kept(store), store.path.stat().st_mtime_ns
    told = foreseen(responder, text)
    assert _kept(store) == before and store.path.stat().st_mtime_ns == version
    answered = responder.respond(text, client="test").reply.text
    assert told in ("", answered)
    assert told or text in ("undo", "delete all tasks", "charge Henderson 20 euros", "are you there")


def test_what_is_foreseen_twice_is_done_once(build: Build, store: Store) -> None:
    responder = build(None)
    for _ in range(2):
        assert foreseen(responder, "create a task to write the report") == "Task created: write the report."
    responder.respond("create a task to write the report", client="test")
    assert len(_kept(store)) == 1


def test_nothing_is_foreseen_for_who_may_not_see_all(build: Build) -> None:
    roles = Roles(default="guest", roles={"guest": Role(may=("*",))}, clients={}, never_literally=NeverLiterally())
    assert foreseen(build(Policy(roles, lambda *_: None)), "what are my tasks") == ""


def _kept(store: Store) -> list[object]:
    return list(store.find(Task))
