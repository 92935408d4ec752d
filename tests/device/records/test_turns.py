"""Records of turns and commands: what is kept, when it is late, that it survives a stop and costs a turn nothing."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from device.commands.responder import Responder
from device.hearing.mute import MuteMarker
from device.jobs.job import Job, JobEvent
from device.jobs.jobs import Jobs
from device.lights.projection import LightsProjection
from device.records.turns import Recorder
from device.speaking.mouth import Mouth
from device.speaking.reply import Speaking
from device.turn import events as on
from device.turn.machine import Session, step
from device.turn.reactor import Reactor
from services.actions.base import Outcome, Reply, Response
from services.actions.execution.executor import Executor
from services.insight.base import KIND, Targets, TurnEntry
from services.insight.entries import entries_of, entry_of
from services.speech.base import Endpoint, Final
from services.store.base import DiskFull
from services.store.store import Store
from services.understanding.base import Command, Step
from services.understanding.parser import CommandParser
from services.understanding.when import find
from services.voiceprints.base import Who
from services.wake.base import Detection
from tests.doubles.body import MemorySpeaker
from tests.doubles.speech import SineVoice
from tests.shown import ShownNames

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENTENCES = Path(__file__).resolve().parents[3] / "config" / "sentences"
HEARD = Detection("hey_jarvis", 0.9, 1.0)
TASK = Command("add milk", (Step("task.create"),), 0.8, "template")
DONE = (Outcome("task.create", True, "Done."),)


class Desk:
    """A recorder with a clock that is moved by hand, fed as the daemon feeds it."""

    def __init__(self, **settings: Any) -> None:
        self.rows: list[Any] = []
        self.late: list[on.Slow] = []
        self.time = 100.0
        self.failing = False
        self.nearly = 0
        self.session = Session(phase="idle")
        self.recorder = Recorder(
            self.keep,
            now=lambda: NOW,
            targets=Targets(),
            alert=self.late.append,
            near_misses=lambda: self.nearly,
            clock=lambda: self.time,
            **settings,
        )

    def keep(self, rows: Any) -> None:
        if self.failing:
            raise DiskFull(path="/disk")
        self.rows += rows

    def see(self, *events: Any) -> None:
        """Each event, a tenth of a second after the other; a number is so many seconds in which nothing happens."""
        for event in events:
            if isinstance(event, float):
                self.time += event
                continue
            self.time += 0.1
            self.session, _ = step(self.session, event)
            self.recorder.watch(event, self.session)

    @property
    def entries(self) -> list[TurnEntry]:
        self.recorder.flush()
        return [entry for at, fields in self.rows if (entry := entry_of(at, fields)) is not None]


def ended(turn: int, reason: Any = "silence") -> on.SpeechEnded:
    return on.SpeechEnded(turn, Endpoint(2.7, reason, 1.0, 2.0 if reason == "silence" else None))


def test_a_spoken_turn() -> None:
    desk = Desk()
    final = on.FinalHeard(1, Final("add milk", 0.9, 0.0))
    answer = on.Replied(1, Response(TASK, DONE, Reply("Done.")))
    desk.see(
        on.WakeHeard(1, HEARD), ended(1), final, on.ActingBegan(1, TASK), answer, on.Sounded(1), on.Played(1, True)
    )
    (entry,) = desk.entries
    assert entry.stages is not None
    assert {stage: round(taken, 3) for stage, taken in entry.stages.items()} == {
        "endpoint": 0.7,
        "final": 0.1,
        "command": 0.1,
        "acted": 0.1,
        "sounded": 0.1,
    }
    assert entry.total == pytest.approx(1.1)
    assert (entry.client, entry.result, entry.source, entry.text) == ("microphone", "done", "template", "add milk")
    assert (entry.heard, entry.understood, entry.actions, entry.code) == (0.9, 0.8, ("task.create",), None)
    assert entry.spoken and entry.at == NOW and not desk.late


def test_whose_voice_it_was() -> None:
    for who in (Who("Anna", 0.93, (("Anna", 0.93),)), Who(None, 0.6, (("Anna", 0.4),)), None):
        desk = Desk()
        final = on.FinalHeard(1, Final("add milk", 0.9, 0.0, who=who))
        answer = on.Replied(1, Response(TASK, DONE, Reply("Done.")))
        desk.see(on.WakeHeard(1, HEARD), ended(1), final, on.ActingBegan(1, TASK), answer, on.Sounded(1))
        (entry,) = desk.entries
        assert (entry.who, entry.sureness) == ((who.name, who.sureness) if who else (None, None))


@pytest.mark.parametrize(
    ("command", "outcomes", "reply", "result", "code"),
    [
        (TASK, DONE, Reply("Done."), "done", None),
        (TASK, DONE, Reply("Done. More?", awaits=True), "done", None),
        (TASK, (Outcome("task.create", False, "Which?", "asked"),), Reply("Which?", awaits=True), "asked", "asked"),
        (TASK, (Outcome("task.create", False, "No.", "list.unknown"),), Reply("No."), "failed", "list.unknown"),
        (TASK, (*DONE, Outcome("task.create", False, "No.", "file.full")), Reply("No."), "failed", "file.full"),
        (Command("mumble", (), 0.0, "none"), (), Reply("I didn't understand."), "unclear", None),
    ],
)
def test_how_it_came_out(command: Command, outcomes: Any, reply: Reply, result: str, code: str | None) -> None:
    desk = Desk()
    desk.see(
        on.TextGiven(command.text), on.Replied(2, Response(command, outcomes, reply)), on.Sounded(2), on.Played(2, True)
    )
    (entry,) = desk.entries
    assert (entry.result, entry.code, entry.spoken) == (result, code, False)
    assert entry.total == pytest.approx(0.2)


def test_followers_are_told_what_is_kept() -> None:
    desk = Desk(transcripts=False)
    told: list[TurnEntry] = []
    desk.recorder.follow(told.append)
    desk.see(
        on.TextGiven("add milk"), on.Replied(2, Response(TASK, DONE, Reply("Done."))), on.Sounded(2), on.Played(2, True)
    )
    desk.recorder.answered(
        Response(TASK, DONE, Reply("Done.")), client="mqtt:phone#kitchen", understood_s=0.1, acted_s=0.1
    )
    assert [(entry.client, entry.text) for entry in told] == [("microphone", None), ("mqtt:phone", None)]
    assert told[0].total == pytest.approx(0.2)


def test_words_are_only_kept_where_they_may_be() -> None:
    desk = Desk(transcripts=False)
    desk.see(on.TextGiven("add milk"), on.Replied(2, Response(TASK, DONE, Reply("Done."))), on.Sounded(2))
    assert [entry.text for entry in desk.entries] == [None]
    assert "milk" not in str(desk.rows)


def test_what_was_heard_first_is_kept_with_the_words() -> None:
    for kept, first in ((True, "camera hawker"), (False, None)):
        desk = Desk(transcripts=kept)
        final = on.FinalHeard(1, Final("Cameron Okafor", 0.9, 0.0, first="camera hawker"))
        answer = on.Replied(1, Response(TASK, DONE, Reply("Done.")))
        desk.see(on.WakeHeard(1, HEARD), ended(1), final, answer, on.Sounded(1), on.Played(1, True))
        assert [entry.first for entry in desk.entries] == [first]


def test_a_late_reply_is_told() -> None:
    desk = Desk()
    several = Command("add milk and call Anna", (Step("item.add"), Step("reminder.create")), 0.9, "template")
    for turn, command in ((1, TASK), (3, several), (5, several)):
        wait = 4.9 if turn == 5 else 1.9
        desk.see(on.WakeHeard(turn, HEARD), ended(turn), on.FinalHeard(turn, Final("x", 0.9, 0.0)), wait)
        desk.see(on.Replied(turn, Response(command, DONE, Reply("Done."))), on.Sounded(turn), on.Played(turn, True))
    assert [(slow.turn, slow.target, round(slow.seconds, 1)) for slow in desk.late] == [(1, 2.0, 2.9), (5, 5.0, 5.9)]
    assert desk.late[0].actions == ("task.create",) and len(desk.entries) == 3


def test_nothing_said_and_near_misses() -> None:
    desk = Desk()
    desk.nearly = 3
    desk.see(on.WakeHeard(1, HEARD), ended(1, "no_speech"))
    desk.see(on.WakeHeard(3, HEARD), ended(3), on.FinalHeard(3, Final("", 0.0, 0.9, dropped="noise")))
    desk.nearly = 4
    desk.see(
        on.WakeHeard(5, HEARD),
        ended(5),
        on.FinalHeard(5, Final("x", 0.9, 0.0)),
        on.Replied(5, Response(TASK, DONE, Reply(""))),
    )
    assert [(entry.result, entry.code, entry.near_misses) for entry in desk.entries] == [
        ("silent", "no_speech", 3),
        ("silent", "noise", 0),
        ("done", None, 1),
    ]


def test_an_ear_that_opened_after_a_reply_is_no_wake_word() -> None:
    desk = Desk()
    desk.session = Session(phase="idle", open_s=8.0)
    desk.see(on.WakeHeard(1, HEARD), ended(1), on.FinalHeard(1, Final("x", 0.9, 0.0)))
    desk.see(on.Replied(1, Response(TASK, DONE, Reply("Done."))), on.Sounded(1), on.Played(1, True))
    turn = desk.session.turn
    desk.see(on.SpeechBegan(turn), ended(turn), on.FinalHeard(turn, Final("and butter", 0.9, 0.0)))
    desk.see(on.Replied(turn, Response(Command("", (), 0.0, "none"), (), Reply(""))))
    assert desk.session.phase == "listening"
    desk.see(ended(desk.session.turn, "no_speech"))
    desk.see(on.Pressed(), on.Released(0.2))
    assert desk.session.phase == "listening"
    desk.see(ended(desk.session.turn, "no_speech"))
    assert [(entry.result, entry.code) for entry in desk.entries] == [
        ("done", None),
        ("silent", "overheard"),
        ("silent", "closed"),
        ("silent", "closed"),
    ]


def test_what_is_disowned_is_no_command_also_in_an_ear_that_was_open() -> None:
    desk = Desk()
    desk.session = Session(phase="idle", open_s=8.0)
    told, stop = Final("That wasn't for you.", 0.9, 0.0), Command("that wasn't for you", TASK.steps, 1.0, "reserved")
    desk.see(on.WakeHeard(1, HEARD), ended(1), on.FinalHeard(1, Final("x", 0.9, 0.0)))
    desk.see(on.Replied(1, Response(TASK, DONE, Reply("Done."))), on.Sounded(1), on.Played(1, True))
    turn = desk.session.turn
    desk.see(on.SpeechBegan(turn), ended(turn), on.FinalHeard(turn, told))
    desk.see(on.WakeHeard(turn + 2, HEARD), ended(turn + 2), on.FinalHeard(turn + 2, told))
    desk.see(on.Replied(turn + 2, Response(stop, DONE, Reply("All right."))), on.Sounded(turn + 2))
    assert [(entry.result, entry.code) for entry in desk.entries] == [
        ("done", None),
        ("silent", "disowned"),
        ("silent", "disowned"),
    ]


def test_a_reply_that_came_when_another_turn_had_begun() -> None:
    desk = Desk()
    desk.see(on.WakeHeard(1, HEARD), ended(1), on.FinalHeard(1, Final("x", 0.9, 0.0)), on.ActingBegan(1, TASK), 3.0)
    desk.see(on.WakeHeard(3, HEARD), on.Replied(1, Response(TASK, DONE, Reply("Done."))))
    (entry,) = desk.entries
    assert entry.total == pytest.approx(0.7 + 0.1 + 0.1 + 3.0 + 0.2) and len(desk.late) == 1


def test_turns_that_never_end_are_forgotten() -> None:
    desk = Desk()
    for turn in range(1, 2001, 2):
        desk.see(on.WakeHeard(turn, HEARD), ended(turn), on.FinalHeard(turn, Final("x", 0.9, 0.0)))
        desk.see(on.WakeHeard(turn + 2, HEARD), ended(turn + 2, "no_speech"))
    kept = vars(desk.recorder)
    assert (
        max(len(kept[name]) for name in ("_given", "_sure", "_answered")) <= 16
        and len(kept["_stopwatch"].records) <= 17
    )


def test_commands_of_others() -> None:
    desk = Desk()
    job = Job("id", "mqtt:phone", "add milk", submitted=100.0, started=100.5)
    desk.time = 100.6
    desk.recorder.job(JobEvent("began", job, TASK))
    response = Response(TASK, DONE, Reply("Done."))
    over = Job("id", "mqtt:phone", "add milk", submitted=100.0, started=100.5, ended=100.9, state="completed")
    desk.recorder.job(JobEvent("completed", over, response=response))
    spoken = Job(
        "other", "microphone", "add milk", submitted=100.0, started=100.5, ended=100.9, state="completed", turn=3
    )
    desk.recorder.job(JobEvent("completed", spoken, response=response))
    desk.recorder.answered(response, client="console", understood_s=0.1, acted_s=0.2)
    first, second = desk.entries
    assert first.client == "mqtt:phone" and first.total == pytest.approx(0.9)
    assert first.stages == {"queued": 0.5, "command": pytest.approx(0.1), "acted": pytest.approx(0.3)}
    assert (second.client, second.total) == ("console", pytest.approx(0.3))


def test_a_full_disk_loses_nothing_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.failing = True
    desk.see(on.TextGiven("add milk"), on.Replied(2, Response(TASK, DONE, Reply("Done."))), on.Sounded(2))
    for _ in range(2):
        assert desk.entries == []
    assert caplog.text.count("wait to be written") == 1, "said once"
    desk.failing = False
    assert len(desk.entries) == 1


class Waits:
    """A listener that only ends when told to."""

    def __init__(self) -> None:
        self._end = threading.Event()

    def run(self) -> None:
        self._end.wait(timeout=30)

    def stop(self) -> None:
        self._end.set()

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


def test_through_a_real_daemon_and_a_normal_stop(tmp_path: Path, store: Store) -> None:
    inbox: Any = queue.SimpleQueue()
    recorder = Recorder(
        lambda rows: store.journal.add_all(KIND, rows), now=lambda: NOW, targets=Targets(), alert=inbox.put
    )
    responder = Responder(CommandParser(SENTENCES), Executor(store, find_when=find, zone=UTC), lambda: NOW)
    jobs = Jobs(responder, now=lambda: NOW, crashed=lambda error: inbox.put(on.Crashed(error)))
    jobs.watch(recorder.job)
    texts = iter(["create a task to call the bank", "what about the purple elephants of Mars"])
    other = threading.Event()

    def drive(event: on.Event, session: Session) -> None:
        if session.phase == "idle" and type(event) in (on.Ready, on.Played):
            if text := next(texts, None):
                inbox.put(on.TextGiven(text))
            elif not other.is_set():
                other.set()
                jobs.submit(
                    "add milk to the shopping list", client="mqtt:phone", done=lambda _: inbox.put(on.Stopping())
                )

    class Never:
        def due(self, *_: Any, **__: Any) -> tuple[()]:
            return ()

        def next_due(self, _: datetime) -> None:
            return None

    daemon = Reactor(
        inbox=inbox,
        listener=Waits(),  # type: ignore[arg-type]
        mouth=Mouth(Speaking(SineVoice(), MemorySpeaker()), inbox.put),
        jobs=jobs,
        calendar=Never(),  # type: ignore[arg-type]
        lights=LightsProjection(ShownNames()),
        mute=MuteMarker(tmp_path / "muted"),
        now=lambda: NOW,
        watchers=[recorder.watch, drive],
        beside=[recorder],
    )
    guard = threading.Timer(30, inbox.put, (on.Crashed(TimeoutError("the test's daemon hangs")),))
    guard.start()
    try:
        daemon.run()
    finally:
        guard.cancel()
        recorder.flush()
    entries = entries_of(store.journal.rows(KIND))
    assert [(entry.client, entry.result, entry.actions) for entry in entries] == [
        ("microphone", "done", ("task.create",)),
        ("microphone", "unclear", ()),
        ("mqtt:phone", "done", ("list.add",)),
    ]
    assert entries[0].stages is not None and set(entries[0].stages) == {"command", "acted", "sounded"}
    assert all((entry.total or 0) > 0 for entry in entries)
