"""One wake word and several commands: a real daemon, parser, actions, jobs and store; only the ear and the voice are
scripted.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.hearing.mute import MuteMarker
from device.jobs.jobs import Jobs
from device.lights.projection import LightsProjection
from device.records.sessions.fold import Folding
from device.records.sessions.record import SessionRecord
from device.speaking.mouth import Mouth
from device.speaking.reply import Speaking
from device.turn import effects as do
from device.turn import events as on
from device.turn.due_store import StoreCalendar
from device.turn.machine import STILL, Deadlines, Session
from device.turn.reactor import Reactor
from services.actions.call import Call, Prepared
from services.actions.execution.executor import Executor
from services.actions.registry import PREPARATIONS
from services.files.local import LocalFiles
from services.speech.base import Endpoint, Final
from services.store.base import Item, Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find
from services.wake.base import Detection
from tests.doubles.body import MemorySpeaker
from tests.doubles.speech import SineVoice

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
PATIENCE = 20.0


class Dark:
    """Lights that nobody sees."""

    def show(self, *_: object, **__: object) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Told:
    """An ear that hears what the test says, as soon as it is open."""

    def __init__(self) -> None:
        self.opened: list[tuple[int, float | None]] = []

    def take(self, order: do.Microphone) -> None:
        if isinstance(order, do.OpenEar):
            self.opened.append((order.turn, order.patience))

    def run(self) -> None:
        """Nothing of its own."""

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *_args, **_fields: None


class Desk:
    """The appliance; reports are held up until `gate` is set."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.gate = store, threading.Event()
        self.inbox: Any = queue.SimpleQueue()
        self.ear, self.voice = Told(), SineVoice()
        self.session = Session()
        self.history: list[Any] = []
        self.states: queue.SimpleQueue[Session] = queue.SimpleQueue()
        self.folding = Folding(client="microphone")
        self.records: list[SessionRecord] = []
        files = LocalFiles(folder / "inbox", folder / "files", largest=1 << 20)
        files.open()
        preparations = {**PREPARATIONS, "report.create": self._report}
        executor = Executor(
            store, find_when=find, zone=NOW.tzinfo, read_amount=amount_of, files=files, preparations=preparations
        )
        responder = Responder(
            CommandParser(ROOT / "config" / "sentences"), executor, lambda: NOW, directory=StoreDirectory(store)
        )
        self.daemon = Reactor(
            inbox=self.inbox,
            listener=self.ear,  # type: ignore[arg-type]
            mouth=Mouth(Speaking(self.voice, MemorySpeaker()), self.inbox.put),
            jobs=Jobs(
                responder,
                now=lambda: NOW,
                takes_long=lambda command: any(step.action in PREPARATIONS for step in command.steps),
                keep=self.history.extend,
                crashed=lambda bug: self.inbox.put(on.Crashed(bug)),
            ),
            calendar=StoreCalendar(store),
            lights=LightsProjection(Dark()),  # type: ignore[arg-type]
            mute=MuteMarker(folder / "muted"),
            now=lambda: NOW,
            deadlines=Deadlines(acting=0.2, open=8.0),
            watchers=[self._watch],
        )
        self.thread = threading.Thread(target=self.daemon.run)

    def _report(self, call: Call) -> Prepared:
        assert self.gate.wait(PATIENCE)
        return PREPARATIONS["report.create"](call)

    def _watch(self, event: on.Event, session: Session) -> None:
        if record := self.folding.take(event, session, NOW):
            self.records.append(record)
        self.states.put(session)

    def until(self, holds: Callable[[], object]) -> None:
        """From state to state, none left out however short it was, to the first in which it holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            try:
                self.session = self.states.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"waited in vain: {self.session.phase}, {self.voice.said}")

    def wake(self) -> None:
        self.inbox.put(on.WakeHeard(self.session.turn + 1 + self.session.turn % 2, Detection("hey_jarvis", 0.9, 1.0)))
        self.until(lambda: self.session.phase == "listening" and self.session.turn % 2)

    def say(self, text: str, confidence: float = 0.9) -> None:
        """Into the open ear; until it has been thought over."""
        turn = self.session.turn
        self.inbox.put(on.SpeechBegan(turn))
        self.inbox.put(on.SpeechEnded(turn, Endpoint(3.0, "silence", 1.0, 2.3)))
        self.inbox.put(on.FinalHeard(turn, Final(text, confidence, 0.0)))
        self.until(lambda: self.session.turn != turn or self.session.phase not in ("listening", "thinking"))

    def open(self) -> None:
        """Until the ear has opened by itself."""
        self.until(lambda: self.session.talk and self.session.talk.unasked and self.session.phase == "listening")

    @property
    def titles(self) -> list[str]:
        return [task.title for task in self.store.find(Task)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store(tmp_path / "equerry.db") as store:
        made = Desk(store, tmp_path)
        made.thread.start()
        made.until(lambda: made.session.phase == "idle")
        yield made
        made.gate.set()
        made.inbox.put(on.Stopping())
        made.thread.join(PATIENCE)
        assert not made.thread.is_alive()


def test_several_commands_and_one_wake_word(desk: Desk) -> None:
    desk.wake()
    desk.say("Create a task to call the bank.")
    desk.open()
    assert desk.ear.opened == [(desk.session.turn, 8.0)]
    desk.say("Create a task to water the plants.")
    desk.open()
    desk.say("Thank you.")
    desk.until(lambda: desk.session.phase == "idle")
    assert desk.titles == ["call the bank", "water the plants"]
    [record] = desk.records
    assert (record.state, record.turns, record.commands, record.done) == ("words", 3, 2, 2)


@pytest.mark.parametrize("more", ["And butter.", "Also some butter.", "And some butter too."])
def test_what_goes_on_from_the_command_before_needs_no_wake_word(desk: Desk, more: str) -> None:
    desk.wake()
    desk.say("Add milk to the shopping list.", 0.8)
    desk.open()
    desk.say(more, 0.8)
    desk.open()
    assert {item.name for item in desk.store.find(Item)} == {"milk", "butter"}


def test_what_people_say_among_themselves_does_nothing_and_is_kept_nowhere(desk: Desk) -> None:
    desk.wake()
    desk.say("Create a task to call the bank.")
    desk.open()
    said = list(desk.voice.said)
    desk.say("And then she told him that she would never come back.")
    desk.open()
    desk.say("Create a task to paint the fence.", confidence=0.5)  # hardly heard
    desk.until(lambda: desk.session.phase == "idle")
    assert desk.titles == ["call the bank"] and desk.voice.said == said
    assert [record.state for record in desk.records] == ["passed"] and desk.records[0].passed == 2
    assert not any(job.text for job in desk.daemon.jobs.view() if job.unasked), "not even in the list of jobs"
    desk.inbox.put(on.Stopping())
    desk.thread.join(PATIENCE)
    assert [row["text"] for _, row in desk.history] == ["Create a task to call the bank."]


def test_what_was_not_heard_well_after_the_wake_word_is_told_as_ever(desk: Desk) -> None:
    desk.wake()
    desk.say("And then she told him.")
    desk.until(lambda: desk.voice.said)
    desk.open()
    assert desk.records == [] and desk.folding.open and desk.folding.open.unclear == 1


def test_one_speaks_on_while_a_long_job_runs_and_hears_what_came_of_it(desk: Desk) -> None:
    desk.wake()
    desk.say("make a report of all tasks")
    desk.until(lambda: STILL in " ".join(desk.voice.said))
    desk.open()
    desk.say("Create a task to call the bank.")
    desk.open()
    assert desk.titles == ["call the bank"] and desk.session.running == 1
    turn = desk.session.turn
    desk.inbox.put(on.SpeechBegan(turn))
    desk.gate.set()
    desk.until(lambda: desk.session.untold)
    assert desk.session.phase == "listening", "somebody speaks: it waits"
    desk.say("Create a task to water the plants.")
    desk.until(lambda: desk.session.saying and "report" in desk.session.saying.text.lower())
    desk.open()
    desk.say("That's all.")
    desk.until(lambda: desk.session.phase == "idle")
    assert desk.titles == ["call the bank", "water the plants"]
    [record] = desk.records
    assert (record.jobs, record.commands, record.done) == (1, 3, 3)


def test_a_report_that_is_ready_while_nobody_speaks_is_told_at_once(desk: Desk) -> None:
    desk.wake()
    desk.say("make a report of all tasks")
    desk.open()
    before = desk.session.turn
    desk.gate.set()
    desk.until(lambda: desk.session.saying)
    desk.open()
    assert desk.session.turn > before
