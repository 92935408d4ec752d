"""What is done to the appliance itself is done once, after the commit, whoever asks and however."""

from __future__ import annotations

from typing import Any

import pytest

from services.actions.call import nothing_read
from services.actions.execution.executor import Executor
from services.store.base import Routine
from services.store.errors import DiskFull
from services.understanding.base import Command, Step
from services.understanding.when import find
from tests.appliance import MockAppliance


@pytest.fixture
def device(desk: Any) -> MockAppliance:
    appliance = desk.appliance = MockAppliance()
    return appliance


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        ("control.mute", [("mute", True)]),
        ("control.unmute", [("mute", False)]),
        ("control.stop", [("hush", None)]),
        ("control.cancel", []),
        ("control.deny", []),
        ("control.repeat", []),
    ],
)
def test_one_word(desk: Any, device: MockAppliance, action: str, asked: list[tuple[str, object]]) -> None:
    desk.say(action)
    assert desk.outcomes[0].ok and device.asked == asked


def test_what_is_refused_does_nothing(desk: Any, device: MockAppliance) -> None:
    desk.say("control.mute", duration="an hour")
    device.switched_off = True
    desk.say("control.unmute")
    assert desk.say("control.setup", way="start").startswith("I am not running")
    assert device.asked == []


def test_what_is_rolled_back_does_nothing(desk: Any, device: MockAppliance) -> None:
    desk.command(Step("control.mute"), Step("task.complete", {"title": "nothing of that name"}))
    assert not desk.outcomes[0].ok and device.asked == []


def test_the_steps_of_a_routine_do_it_too(desk: Any, device: MockAppliance) -> None:
    desk.read_commands = lambda texts, _: [Command(text, (Step(text),), 1.0, "template") for text in texts]
    with desk.store.transaction("kept", now=desk.now, undoable=False) as tx:
        tx.add(Routine(name="good night", steps=("control.stop", "control.mute")))
    desk.say("routine.run", name="good night")
    assert desk.outcomes[0].ok and device.asked == [("hush", None), ("mute", True)]


def test_nothing_is_done_where_the_commit_fails(desk: Any, device: MockAppliance, monkeypatch: Any) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="/disk")

    executor = Executor(desk.store, find_when=find, zone=desk.now.tzinfo, appliance=device, read_commands=nothing_read)
    monkeypatch.setattr(type(desk.store), "transaction", full)
    command = Command("mute", (Step("control.mute"),), 1.0, "reserved")
    assert not executor.run(command, now=desk.now, client="test").outcomes[0].ok
    assert device.asked == []


@pytest.mark.parametrize(("slots", "way"), [({}, "continue"), ({"way": "start"}, "start"), ({"way": "skip"}, "skip")])
def test_the_setup_by_voice(desk: Any, device: MockAppliance, slots: dict[str, str], way: str) -> None:
    class Works:
        def of(self, *_: object, **__: object) -> tuple[()]:
            return ()

        def stop(self, ids: object) -> None: ...

    executor = Executor(desk.store, find_when=find, zone=desk.now.tzinfo, appliance=device, works=Works())
    command = Command("set up", (Step("control.setup", slots),), 1.0, "template")
    assert executor.run(command, now=desk.now, client="test").reply.text == "All right."
    assert device.asked == [("guide", way)]
