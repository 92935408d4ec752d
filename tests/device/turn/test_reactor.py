"""The reactor with its threads, on scripted parts: turns, deadlines, what rings, crashes, ending."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from device.commands.responder import Responder
from device.hearing.mute import MuteMarker
from device.jobs.jobs import Jobs
from device.lights.projection import LightsProjection
from device.mqtt.base import Site
from device.speaking.mouth import Mouth
from device.speaking.reply import Speaking
from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import Deadlines, Session
from device.turn.reactor import Reactor
from services.actions.base import Due, Outcome, Reply, Response
from services.speech.base import Endpoint, Final
from services.store.base import DiskFull
from services.understanding.base import Command, Step
from services.understanding.stages.base import unread
from services.wake.base import Detection
from tests.doubles.body import MemorySpeaker
from tests.doubles.speech import SineVoice
from tests.shown import ShownNames

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Waits:
    """A listener that only remembers its orders and ends when told to."""

    def __init__(self) -> None:
        self.orders: list[Any] = []
        self.turn = 0
        self._end = threading.Event()

    def run(self) -> None:
        self._end.wait(timeout=30)

    def stop(self) -> None:
        self._end.set()

    def take(self, order: do.Microphone) -> None:
        self.orders.append(order)

    def raise_turn(self, turn: int) -> None:
        self.turn = turn

    def own_voice(self, speaks: bool, *, rings: bool = False) -> None:
        self.orders.append(("own voice", speaks))


class Echoes:
    """Understands everything as one task; a text of `bug` is one."""

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        if text == "bug":
            raise RuntimeError("bug")
        action = {"be quiet": "control.mute", "hear me": "control.unmute", "remind me": "reminder.create"}.get(
            text, "task.create"
        )
        return unread(text) if text == "blah" else Command(text, (Step(action),), 1.0, "template")


class Does:
    """Does everything, or fails as it is told."""

    def __init__(self, put: Callable[[on.Event], None]) -> None:
        self.put = put
        self.done: list[str] = []
        self.failing: DiskFull | None = None

    def run(self, command: Command, *, now: datetime, client: str, **_: object) -> Response:
        if self.failing:
            raise self.failing
        self.done.append(command.text)
        if command.text == "be quiet":
            self.put(on.MuteAsked(True))
            return Response(command, (Outcome("control.mute", True, ""),), Reply(""))
        if command.text == "hear me":
            self.put(on.MuteAsked(False))
            return Response(command, (Outcome("control.unmute", True, ""),), Reply(""))
        if command.text == "remind me":
            return Response(
                command,
                (Outcome("reminder.create", False, "When shall I remind you?"),),
                Reply("When shall I remind you?", awaits=True),
            )
        return Response(command, (Outcome("task.create", True, "Task created."),), Reply("Task created."))


class Nothing:
    """A calendar; `dues` may be filled."""

    def __init__(self) -> None:
        self.dues: list[Due] = []
        self.handed: list[Due] = []
        self.rang: list[Due] = []
        self.failing = False
        self.disturbs = True

    def quiet(self, now: datetime) -> tuple[bool, bool]:
        return False, not self.disturbs

    def due(self, now: datetime, *, present: bool = False) -> list[Due]:
        come = [due for due in self.dues if due.at <= now and due not in self.handed]
        self.handed += come
        return come

    def next_due(self, now: datetime) -> datetime | None:
        return min((due.at for due in self.dues if due.at > now), default=None)

    def rung(self, due: Due, now: datetime, *, heard: bool = True) -> None:
        if self.failing:
            raise DiskFull(path="/disk")
        self.rang.append(due)

    def again(self, due: Due) -> None:
        self.handed.remove(due)


class Rig:
    """A daemon on scripted parts, driven by what its watcher sees."""

    def __init__(
        self, tmp_path: Path, *, site: Site | None = None, switched_off: bool = False, **deadlines: float
    ) -> None:
        self.inbox: Any = queue.SimpleQueue()
        self.listener, self.speaker, self.lights = Waits(), MemorySpeaker(), ShownNames()
        self.executor, self.calendar, self.voice = Does(self.inbox.put), Nothing(), SineVoice()
        self.mute = MuteMarker(tmp_path / "muted", switched_off=switched_off)
        self.seen: list[tuple[str, str]] = []
        self.events: list[on.Event] = []
        self.when: dict[tuple[str, str], Callable[[], None]] = {}
        self.daemon = Reactor(
            inbox=self.inbox,
            listener=self.listener,  # type: ignore[arg-type]
            mouth=Mouth(Speaking(self.voice, self.speaker), self.inbox.put),
            jobs=Jobs(Responder(Echoes(), self.executor, lambda: NOW), now=lambda: NOW, crashed=self.crashed),
            calendar=self.calendar,
            lights=LightsProjection(self.lights),
            mute=self.mute,
            now=lambda: NOW,
            deadlines=Deadlines(**deadlines),
            watchers=[self.watch],
            site=site or Site(),
        )

    def crashed(self, error: BaseException) -> None:
        self.inbox.put(on.Crashed(error))

    def watch(self, event: on.Event, session: Session) -> None:
        name = type(event).__name__
        self.seen.append((name, session.phase))
        self.events.append(event)
        if act := self.when.pop((name, session.phase), None):
            act()

    def put(self, *events: Any) -> Callable[[], None]:
        return lambda: [self.inbox.put(event) for event in events] and None

    def run(self) -> None:
        guard = threading.Timer(20, self.inbox.put, (on.Crashed(TimeoutError("the test's daemon hangs")),))
        guard.start()
        try:
            self.daemon.run()
        finally:
            guard.cancel()


def said(text: str, turn: int = 1) -> list[Any]:
    detection = Detection("hey_jarvis", 0.9, 1.0)
    return [
        on.WakeHeard(turn, detection),
        on.SpeechEnded(turn, Endpoint(2.0, "silence")),
        on.FinalHeard(turn, Final(text, 0.9, 0.0)),
    ]


def test_a_turn_shows_every_phase_speaks_and_ends(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {("Ready", "idle"): rig.put(*said("call the bank")), ("Played", "idle"): rig.put(on.Stopping())}
    rig.run()
    assert rig.lights.names == ["starting", "idle", "listening", "thinking", "acting", "speaking", "idle"]
    assert rig.executor.done == ["call the bank"]
    assert rig.voice.said == ["Task created."]
    assert rig.listener.turn == 1, "the ear knows the latest turn"
    assert ("own voice", True) in rig.listener.orders and rig.listener.orders[-1] == ("own voice", False)


def test_what_is_no_command_is_said_so_and_nothing_is_acted(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {("Ready", "idle"): rig.put(on.TextGiven("blah")), ("Played", "idle"): rig.put(on.Stopping())}
    rig.run()
    assert "acting" not in rig.lights.names


def test_a_full_disk_is_answered_and_the_daemon_lives(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.executor.failing = DiskFull(path="/disk")
    rig.when = {("Ready", "idle"): rig.put(on.TextGiven("call the bank")), ("Played", "idle"): rig.put(on.Stopping())}
    rig.run()
    assert "disk" in " ".join(rig.voice.said) and "Nothing was changed" in " ".join(rig.voice.said)


def test_a_lost_speaker_loses_only_the_sound(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.speaker.failing = True
    rig.when = {("Ready", "idle"): rig.put(on.TextGiven("call the bank")), ("Played", "idle"): rig.put(on.Stopping())}
    rig.run()
    assert rig.executor.done == ["call the bank"]


@pytest.mark.parametrize("text", ["bug"])
def test_a_bug_on_an_act_thread_ends_the_process(tmp_path: Path, text: str) -> None:
    rig = Rig(tmp_path)
    rig.when = {("Ready", "idle"): rig.put(on.TextGiven(text))}
    with pytest.raises(RuntimeError, match="bug"):
        rig.run()


def test_a_bug_on_the_listen_thread_ends_the_process(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    def bug() -> None:
        raise RuntimeError("bug")

    rig.listener.run = bug  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="bug"):
        rig.run()


def test_what_is_due_rings_until_the_button_and_is_noted(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    due = Due("timer", "1", NOW - timedelta(minutes=1), "Your timer is done.")
    rig.calendar.dues = [due]
    rig.when = {("DueCame", "ringing"): rig.put(on.Pressed()), ("Pressed", "idle"): rig.put(on.Stopping())}
    rig.run()
    assert rig.calendar.rang == [due]
    assert [name for name, _ in rig.seen].count("DueCame") == 1


def test_what_others_write_is_looked_at_at_once(tmp_path: Path) -> None:
    """Set over MQTT or by another device: no turn ends here, and the next look would be half a minute later."""
    rig = Rig(tmp_path)

    def write() -> None:
        rig.calendar.dues = [Due("reminder", "1", NOW, "Feed the cat.")]
        rig.daemon.written(())
        rig.daemon.written(())
        assert rig.inbox.qsize() == 1, "told once until it is looked at"

    rig.when = {("Announced", "speaking"): write, ("DueCame", "ringing"): rig.put(on.Stopping())}
    rig.when |= {("Ready", "idle"): rig.put(on.Announced("hello")), ("DueCame", "speaking"): rig.put(on.Stopping())}
    rig.run()
    assert "DueCame" in [name for name, _ in rig.seen]


def test_what_is_announced_waits_while_nobody_wants_to_be_disturbed(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.calendar.disturbs = False
    announced = on.Announced("Lunch."), on.Announced("Done.", waits=False), on.Announced("Fire!", urgent=True)

    def told() -> list[str]:
        return [event.text for event in rig.events if isinstance(event, on.Announced)]

    def over() -> None:
        assert told() == ["Done.", "Fire!"], "what somebody waits for, and what is urgent"
        rig.calendar.disturbs = True
        rig.when[("Announced", "speaking")] = rig.put(on.Stopping())
        rig.daemon.written(())

    rig.when = {("Ready", "idle"): rig.put(*announced, on.BrokerChanged(True)), ("BrokerChanged", "speaking"): over}
    rig.run()
    assert told() == ["Done.", "Fire!", "Lunch."]


def test_ringing_that_cannot_be_noted_does_not_end_the_daemon(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.calendar.dues, rig.calendar.failing = [Due("timer", "1", NOW, "Your timer is done.")], True
    rig.when = {("DueCame", "ringing"): rig.put(on.Pressed()), ("Pressed", "idle"): rig.put(on.Stopping())}
    rig.run()


def test_a_phase_that_lasts_too_long_is_ended(tmp_path: Path) -> None:
    rig = Rig(tmp_path, listening=0.05)
    rig.when = {
        ("Ready", "idle"): rig.put(on.WakeHeard(1, Detection("hey_jarvis", 0.9, 1.0))),
        ("DeadlineCame", "idle"): rig.put(on.Stopping()),
    }
    rig.run()
    assert ("DeadlineCame", "idle") in rig.seen
    assert do.CloseEar() in rig.listener.orders


def test_mute_closes_the_microphone_and_survives_a_restart(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {("Ready", "idle"): rig.put(on.TextGiven("be quiet")), ("Replied", "muted"): rig.put(on.Stopping())}
    rig.run()
    assert do.CloseMicrophone() in rig.listener.orders
    again = Rig(tmp_path)
    again.when = {("Ready", "muted"): again.put(on.Pressed()), ("Pressed", "idle"): again.put(on.Stopping())}
    again.run()
    assert do.OpenMicrophone() in again.listener.orders and not again.mute.muted


@pytest.mark.parametrize("switched_off", [False, True])
def test_what_is_typed_mutes_and_opens_but_no_switch_is_overruled(tmp_path: Path, switched_off: bool) -> None:
    rig = Rig(tmp_path, switched_off=switched_off)

    def typed(text: str) -> Callable[[], None]:
        return lambda: rig.daemon.jobs.submit(text, client="console") and None

    rested = "muted" if switched_off else "idle"
    rig.when = {
        ("Ready", rested): typed("be quiet"),
        ("MuteAsked", "muted"): lambda: (
            rig.when.update({("MuteAsked", rested): rig.put(on.Stopping())}) or typed("hear me")()
        ),
    }
    rig.run()
    assert [event for event in rig.events if isinstance(event, on.MuteAsked)] == [
        on.MuteAsked(True),
        on.MuteAsked(False),
    ]
    assert rig.mute.muted == switched_off and (do.OpenMicrophone() in rig.listener.orders) == (not switched_off)


def test_a_question_opens_the_ear_for_the_answer(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {("Ready", "idle"): rig.put(on.TextGiven("remind me")), ("Played", "asking"): rig.put(on.Stopping())}
    rig.run()
    assert [order for order in rig.listener.orders if isinstance(order, do.OpenEar)]


def test_stopping_ends_it_dark_and_silent(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {("Ready", "idle"): rig.put(on.Stopping())}
    rig.run()
    assert not [thread for thread in threading.enumerate() if thread.name in ("listen", "speak") and thread.is_alive()]


def test_a_routine_whose_time_has_come_is_a_job_of_its_own_and_its_reply_is_said(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    due = Due("routine", "1", NOW, "run the Monday routine", how="run", client="routine:Monday@console")
    rig.calendar.dues = [due]
    rig.when[("Played", "idle")] = rig.put(on.Stopping())
    rig.run()
    assert rig.executor.done == ["run the Monday routine"]
    assert rig.calendar.rang == [due]
    assert ("Announced", "speaking") in rig.seen and ("DueCame", "ringing") not in rig.seen


# --- from afar
# ----------------------------------------------------------------------------------------------------------------------


def heard(text: str, turn: int) -> list[Any]:
    return [on.SpeechEnded(turn, Endpoint(9.0, "silence")), on.FinalHeard(turn, Final(text, 0.9, 0.0))]


def test_what_is_urgent_is_said_between_two_sentences_of_a_reply(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.inbox.put(on.Announced("One is first. Two is second. Three is third."))
    began, hold = threading.Event(), threading.Event()

    def play() -> None:
        began.set()
        hold.wait(10)

    def interrupt() -> None:
        began.wait(10)
        rig.inbox.put(on.Announced("The door is open.", urgent=True))

    rig.speaker.on_play = play
    rig.when = {
        ("Ready", "speaking"): lambda: threading.Thread(target=interrupt).start(),
        ("Announced", "speaking"): hold.set,
        ("Played", "idle"): rig.put(on.Stopping()),
    }
    rig.run()
    said = rig.voice.said
    assert said[0] == "One is first." and said[-2:] == ["Two is second.", "Three is third."]
    assert said.count("The door is open.") == 1
    assert [rig.voice.words_in(sound) for sound, _ in rig.speaker.played if rig.voice.words_in(sound)] == [3, 4, 3, 3]


def test_a_question_of_another_program_is_answered_aloud(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {
        ("Ready", "idle"): rig.put(on.QuestionAsked("q", "Shall I close the door?")),
        ("Played", "asking"): lambda: (
            [rig.inbox.put(event) for event in heard("Yes please.", rig.listener.turn)] and None
        ),
        ("Answered", "idle"): rig.put(on.Stopping()),
    }
    rig.run()
    assert on.Answered("q", "Yes please.", 0.9) in rig.events
    assert rig.voice.said == ["Shall I close the door?"]
    assert rig.executor.done == [], "an answer is no command"


def test_who_asks_as_it_ends_gets_an_answer_too(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {
        ("Ready", "idle"): rig.put(on.QuestionAsked("q", "Why?"), on.QuestionAsked("r", "Why not?"), on.Stopping())
    }
    rig.run()
    assert [event.id for event in rig.events if isinstance(event, on.Answered)] == ["q", "r"]


def test_a_switch_that_is_closed_at_the_start_leaves_no_marker(tmp_path: Path) -> None:
    rig = Rig(tmp_path, switched_off=True)
    rig.when = {
        ("Ready", "muted"): rig.put(on.Pressed(), on.MuteAsked(False), on.SwitchTurned(closed=False)),
        ("SwitchTurned", "idle"): rig.put(on.Stopping()),
    }
    rig.run()
    assert [each for each in rig.listener.orders if isinstance(each, do.CloseMicrophone | do.OpenMicrophone)] == [
        do.OpenMicrophone()
    ]
    assert ("MuteAsked", "muted") in rig.seen and not rig.mute.silenced


def test_muted_from_afar_it_is_muted_after_a_restart(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {("Ready", "idle"): rig.put(on.MuteAsked(True)), ("MuteAsked", "muted"): rig.put(on.Stopping())}
    rig.run()
    assert Rig(tmp_path, switched_off=True).mute.silenced
    again = Rig(tmp_path)
    again.when = {("Ready", "muted"): again.put(on.MuteAsked(False)), ("MuteAsked", "idle"): again.put(on.Stopping())}
    again.run()
    assert not again.mute.silenced


def test_a_broker_that_is_away_is_shown_and_hidden_again(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {("Ready", "idle"): rig.put(on.BrokerChanged(False, "refused"), on.BrokerChanged(True), on.Stopping())}
    rig.run()
    assert rig.lights.names == ["starting", "idle", "broker away", "idle"]


# --- several devices
# ----------------------------------------------------------------------------------------------------------------


class Others:
    """Other devices that always win, or always lose; what they are asked stays in `asked`."""

    def __init__(self, *, win: bool) -> None:
        self.win = win
        self.asked: list[Any] = []
        self.put: Callable[[on.Event], None] = lambda _: None

    def claim_turn(self, turn: int) -> bool:
        self.asked.append(turn)
        self.put(on.ClaimSettled(turn, won=not self.win))
        return True

    def hold_turn(self) -> None:
        self.asked.append("hold turn")

    def claim_due(self, due: Due) -> bool:
        self.asked.append(due)
        if not self.win:
            self.put(on.DueCame(due))
            self.put(on.DueCame(due))
        return True

    def hold_due(self, due: Due) -> None:
        self.asked.append(("hold", due))


def site(tmp_path: Path, *, win: bool, **deadlines: float) -> tuple[Rig, Others]:
    others = Others(win=win)
    rig = Rig(tmp_path, site=others, **deadlines)
    others.put = rig.inbox.put
    return rig, others


def test_who_loses_the_wake_word_is_silent(tmp_path: Path) -> None:
    rig, others = site(tmp_path, win=True)
    rig.when = {
        ("Ready", "idle"): rig.put(*said("call the bank")[:1]),
        ("ClaimSettled", "idle"): rig.put(*said("call the bank")[1:], on.Stopping()),
    }
    rig.run()
    assert others.asked == [1] and rig.executor.done == [] and rig.speaker.played == []
    assert rig.lights.names == ["starting", "idle", "listening", "idle"]
    assert do.CloseEar() in rig.listener.orders


def test_who_wins_it_chimes_and_does_what_is_said(tmp_path: Path) -> None:
    rig, _ = site(tmp_path, win=False)
    rig.when = {
        ("Ready", "idle"): rig.put(*said("call the bank")[:1]),
        ("ClaimSettled", "listening"): rig.put(*said("call the bank")[1:]),
        ("Played", "idle"): rig.put(on.Stopping()),
    }
    rig.run()
    assert rig.executor.done == ["call the bank"]
    assert [rig.voice.words_in(sound) for sound, _ in rig.speaker.played][-1] == 2 and len(rig.speaker.played) == 2, (
        "a chime, the reply"
    )


def test_alone_it_chimes_at_once(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.when = {
        ("Ready", "idle"): rig.put(*said("call the bank")[:1]),
        ("ClaimSettled", "listening"): rig.put(on.Stopping()),
    }
    rig.run()
    names = [name for name, _ in rig.seen]
    assert names.index("ClaimSettled") == names.index("WakeHeard") + 1


@pytest.mark.parametrize("event", [on.Pressed(), on.ListenAsked(), on.ListenAsked(held=True)])
def test_asked_to_listen_it_tells_the_others_and_asks_nobody(tmp_path: Path, event: on.Event) -> None:
    rig, others = site(tmp_path, win=True)
    rig.when = {("Ready", "idle"): rig.put(event, on.Stopping())}
    rig.run()
    assert others.asked == ["hold turn"] and (type(event).__name__, "listening") in rig.seen


def test_what_rings_elsewhere_does_not_ring_here_and_is_not_asked_for_again_and_again(tmp_path: Path) -> None:
    rig, others = site(tmp_path, win=True)
    due = Due("reminder", "1", NOW, "Call Anna.")
    rig.calendar.dues = [due]
    rig.when = {("Ready", "idle"): rig.put(on.BrokerChanged(True), on.Slow(None, "", (), 1.0, 1.0), on.Stopping())}
    rig.run()
    assert others.asked == [due] and ("DueCame", "ringing") not in rig.seen


def test_what_is_won_rings_once(tmp_path: Path) -> None:
    rig, others = site(tmp_path, win=False)
    due = Due("reminder", "1", NOW, "Call Anna.")
    rig.calendar.dues = [due]
    rig.when = {
        ("DueCame", "ringing"): rig.put(on.Pressed()),
        ("Pressed", "idle"): rig.put(on.DueCame(due), on.Stopping()),
    }
    rig.run()
    assert others.asked[0] == due and rig.calendar.rang == [due]
    assert [name for name, _ in rig.seen].count("DueCame") == 1, "told twice, or too late, it does not ring again"
