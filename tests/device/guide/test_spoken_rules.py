"""When the guide begins by itself, goes on, waits, is quiet: its thread and the real machine, with a mouth and ears
that take no time.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from device.guide.base import Did, Do, Here, State
from device.guide.body import Hearing
from device.guide.by_voice import MOST_STARTS, SpokenGuide
from device.guide.progress import NAME, ProgressFile
from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import Session, step
from services.actions.base import Due, Reply, Response
from services.speech.base import Endpoint, Final
from services.understanding.base import Command
from services.wake.base import Detection

ROOM = [-66.0] * 20
SPEECH = [-26.0] * 20


class Room:
    """The main thread of an appliance, and somebody who says what `answers` hold, in turn; None: nothing."""

    def __init__(
        self, folder: Path, *answers: str | None, enabled: bool = True, new: bool = True, muted: bool = False
    ) -> None:
        self.answers = list(answers)
        self.events: queue.SimpleQueue[on.Event] = queue.SimpleQueue()
        self.session = Session(muted=muted, silenced=muted)
        self.said: list[str] = []
        self.commands: list[Any] = []
        self.tuned: list[float] = []
        self.zones: list[str] = []
        self.nowhere = False
        """Nobody has told where it stands."""
        self.responds: list[str] = []
        self.level: float | None = -60.0
        self.score: float | None = 0.9
        self.lesson_looks = 0
        """How often a lesson is looked at until it is over; 0: no voice can be learnt."""
        self.meanwhile: dict[str, list[on.Event]] = {}
        """What happens while it says this, once."""
        self.guide = SpokenGuide(
            ProgressFile(folder), self, self.events.put, enabled=enabled, new=lambda: new, wake_s=0.05, still_s=0.02
        )
        self.thread = threading.Thread(target=self.guide.run, daemon=True)
        self.folder = folder

    # --- what the guide needs ---

    def here(self) -> Here:
        return Here("desk", ("hey jarvis",), asks_zone=self.nowhere, teaches_voice=self.lesson_looks > 0, now="6:46 PM")

    def learns_voice(self) -> bool:
        self.lesson_looks -= self.commands[-1][0][0] == "voice.learn"
        return self.lesson_looks > 0

    def settle(self, zone: str) -> bool:
        self.zones.append(zone)
        return False

    def hearing(self) -> Hearing:
        return Hearing(self.level, ROOM + SPEECH, 40, 0, 0)

    def do(self, wanted: Do, done: Callable[[Did], None]) -> None:
        self.commands.append(wanted.steps)
        done(Did(True, "Done."))

    def addressed(self, text: str) -> tuple[str, bool]:
        rest = text.removeprefix("Hey Jarvis, ")
        return rest, rest != text and "name" not in rest

    def tune(self, threshold: float) -> None:
        self.tuned.append(threshold)

    # --- what happens ---

    def __enter__(self) -> Room:
        self.thread.start()
        self.events.put(on.Ready())
        return self

    def __exit__(self, *_: object) -> None:
        self.guide.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()

    def until(self, holds: Callable[[], object], within: float = 10.0) -> None:
        end = time.monotonic() + within
        while not holds():
            assert time.monotonic() < end, (self.session.phase, self.said)
            try:
                self.take(self.events.get(timeout=0.01))
            except queue.Empty:
                continue

    def quiet(self) -> None:
        """Until nothing comes for a while."""
        while True:
            try:
                self.take(self.events.get(timeout=0.15))
            except queue.Empty:
                return

    def take(self, event: on.Event) -> None:
        self.session, effects = step(self.session, event)
        self.guide.watch(event, self.session)
        for effect in effects:
            match effect:
                case do.Speak(turn, text):
                    self.said.append(text)
                    for words in [each for each in self.meanwhile if each in text]:
                        for between in self.meanwhile.pop(words):
                            self.take(on.StopHeard(turn) if between == STOP else between)
                    self.take(on.Played(turn, True))
                    if self.session.phase == "idle" and (
                        "Say it now" in text or "nce more" in text or "third time" in text
                    ):
                        self.wake()
                case do.Respond(_, text):
                    self.responds.append(text)
                case do.OpenEar(turn):
                    self.answer(turn)
                case do.Answer(id, text, confidence):
                    self.take(on.Answered(id, text, confidence))

    def answer(self, turn: int) -> None:
        text = self.answers.pop(0) if self.answers else None
        if text == "hey jarvis":  # a command comes between
            self.events.put(on.WakeHeard(turn + 1, Detection("hey_jarvis", 0.9, 1.0)))
            self.events.put(on.SpeechEnded(turn + 1, Endpoint(2.0, "no_speech", None, None)))
        elif text == "press":
            self.events.put(on.Pressed())
            self.events.put(on.Released(0.1))
        elif text is None:
            self.events.put(on.SpeechEnded(turn, Endpoint(2.0, "no_speech", None, None)))
        else:
            self.events.put(on.FinalHeard(turn, Final(text, 0.9, 0.1, ())))

    def wake(self) -> None:
        if self.score is not None:
            turn = self.session.turn + 1
            self.events.put(on.WakeHeard(turn, Detection("hey_jarvis", self.score, 1.0)))
            self.events.put(on.SpeechEnded(turn, Endpoint(2.0, "no_speech", None, None)))

    @property
    def kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads((self.folder / NAME).read_text())
        return kept


WHOLE = ("My name is Anna", "yes", "Tomorrow I will buy bread", "yes", "Garden")


def test_a_whole_one(tmp_path: Path) -> None:
    with Room(tmp_path, *WHOLE) as room:
        room.until(lambda: (tmp_path / NAME).exists() and room.kept["step"] == "")
        room.quiet()
    assert room.kept.items() >= {"step": "", "waiting": False, "starts": 1, "owner": "Anna"}.items()
    assert [steps[0][0] for steps in room.commands] == ["contact.create", "project.create"] and not room.tuned
    assert room.said[-1].startswith("That was all, Anna.")
    assert room.guide.standing()["done"]


def test_the_voice_of_the_owner_is_learnt_before_it_goes_on(tmp_path: Path) -> None:
    room = Room(tmp_path, "Anna", "yes", "Tomorrow I will buy bread", "yes", "yes", "Garden")
    room.lesson_looks = 2
    with room:
        room.until(lambda: (tmp_path / NAME).exists() and room.kept["step"] == "")
    assert [steps[0] for steps in room.commands][1] == ("voice.learn", {"name": "Anna"})
    assert room.commands[2][0][0] == "project.create" and not room.lesson_looks
    assert sum("Shall I learn your voice, Anna" in words for words in room.said) == 1


def test_where_it_stands_is_asked_by_ear(tmp_path: Path) -> None:
    room = Room(tmp_path, *WHOLE, "no", "I'm in Berlin", "yes")
    room.nowhere = True
    with room:
        room.until(lambda: "my next start" in room.said[-1] if room.said else False)
        assert room.zones == ["Europe/Berlin"]
        assert any(words.endswith("as in Berlin. Is that right?") for words in room.said)


@pytest.mark.parametrize(
    "how",
    [{"enabled": False}, {"new": False}, {"enabled": False, "new": False}],
    ids=["switched off", "not new", "neither"],
)
def test_it_does_not_begin_where_it_shall_not(tmp_path: Path, how: dict[str, bool]) -> None:
    with Room(tmp_path, **how) as room:
        room.quiet()
        assert not room.said and not (tmp_path / NAME).exists()
        room.guide.wanted("start")
        room.until(lambda: room.said)
    assert room.said[0].startswith("Hello, I am desk.")


def test_it_waits_until_the_microphone_is_open(tmp_path: Path) -> None:
    with Room(tmp_path, *WHOLE, muted=True) as room:
        room.quiet()
        assert not room.said
        room.take(on.Pressed())
        room.until(lambda: room.said)


def test_nobody_answers(tmp_path: Path) -> None:
    for start in range(1, MOST_STARTS + 1):
        with Room(tmp_path, None, None) as room:
            room.until(lambda: (tmp_path / NAME).exists() and room.kept["starts"] == start and room.kept["waiting"])  # noqa: B023
            room.quiet()
        assert len(room.said) == 2, "twice, and no more"
    with Room(tmp_path) as room:
        room.quiet()
        assert not room.said, "no more of itself"
        room.guide.wanted("continue")
        room.until(lambda: len(room.said) == 2)


@pytest.mark.parametrize("cut", range(len(WHOLE)))
def test_a_power_cut_between_any_two_answers(tmp_path: Path, cut: int) -> None:
    """The next start goes on at the step that it was in; what was written is neither lost nor written again."""
    begins = {"name": 0, "level": 2, "project": 3}
    with Room(tmp_path, *WHOLE[:cut]) as room:
        room.until(lambda: not room.answers and (tmp_path / NAME).exists() and room.kept["step"] in begins)
        room.quiet()
        at_the_cut, commands = room.kept | {"waiting": False}, list(room.commands)
    (tmp_path / NAME).write_text(json.dumps(at_the_cut))
    with Room(tmp_path, *WHOLE[begins[str(at_the_cut["step"])] :], new=False) as room:
        room.until(lambda: room.kept["step"] == "")
        commands += room.commands
    assert [steps[0] for steps in commands] == [
        ("contact.create", {"name": "Anna", "role": "owner"}),
        ("project.create", {"name": "Garden"}),
    ]
    assert room.kept["owner"] == "Anna" and room.kept["starts"] == 2


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"step": "no such"}', '{"step": "name", "waiting": 1, "starts": 0, "owner": ""}', "\0\0"]
)
def test_a_broken_file_begins_anew_and_says_so(tmp_path: Path, broken: str) -> None:
    (tmp_path / NAME).write_text(broken)
    with Room(tmp_path, new=False) as room:
        room.until(lambda: room.said)
    assert room.said[0].startswith("I could not read how far we were, so the setup begins anew. Hello")


def test_a_command_in_between_is_no_silence(tmp_path: Path) -> None:
    with Room(tmp_path, "hey jarvis", "hey jarvis", "hey jarvis", *WHOLE) as room:
        room.until(lambda: room.commands)
    assert sum("What is your name?" in text for text in room.said) == 4


def test_a_command_with_the_wake_word_before_it_is_no_answer(tmp_path: Path) -> None:
    with Room(tmp_path, "Hey Jarvis, what time is it?", "Hey Jarvis, my name is Anna") as room:
        room.until(lambda: room.session.phase == "thinking")
        assert room.responds == ["what time is it?"]
        room.take(on.Replied(room.session.turn, Response(Command("", (), 1.0, "none"), (), Reply("Noon."))))
        room.until(lambda: any("Did you say Anna?" in text for text in room.said))
    assert "Noon." in room.said


def test_the_button_puts_it_off(tmp_path: Path) -> None:
    with Room(tmp_path, "press") as room:
        room.until(lambda: (tmp_path / NAME).exists() and room.kept["waiting"])
        room.quiet()
    assert room.said[-1] == "All right. Say, continue the setup, whenever you like."


def test_somebody_says_skip_the_setup_in_a_terminal(tmp_path: Path) -> None:
    with Room(tmp_path) as room:
        room.until(lambda: room.said)
        room.guide.wanted("skip")
        room.until(lambda: (tmp_path / NAME).exists() and room.kept["waiting"])
        before = len(room.said)
        room.quiet()
    assert len(room.said) <= before + 1


def test_it_goes_on_in_a_terminal(tmp_path: Path) -> None:
    """What was told there is not asked again here: the answer to the question that was put is dropped."""
    with Room(tmp_path) as room:
        room.until(lambda: room.said)
        ProgressFile(tmp_path).save(State("privacy", owner="Bob", starts=1))
        room.answers = ["Anna"]
        room.quiet()
        assert not room.commands and room.kept["owner"] == "Bob"
        room.guide.wanted("continue")
        room.until(lambda: room.kept["step"] == "")
    assert any("That was all, Bob." in text for text in room.said)


def test_the_wake_word_is_not_heard(tmp_path: Path) -> None:
    with Room(tmp_path, "skip") as room:
        room.score = None
        room.until(lambda: any("equerry wake test" in text for text in room.said))


def test_it_listens_more_closely_after_a_yes(tmp_path: Path) -> None:
    with Room(tmp_path, "skip", "yes") as room:
        room.score = 0.55
        room.until(lambda: room.tuned)
    assert room.tuned == [0.4]


def test_a_disk_that_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / NAME).with_suffix(".new").mkdir()
    with Room(tmp_path, *WHOLE) as room:
        room.until(lambda: room.commands or "can't be written" in caplog.text)
    assert "can't be written" in caplog.text


STOP = on.StopHeard(0)
"""In the turn that is being said."""
PRESS: list[on.Event] = [on.Pressed(), on.Released(0.1)]
RING = Due("timer", "1", "The timer is done.", datetime(2026, 3, 1, 9, 0, tzinfo=UTC), "ring")
LATER = "All right. Say, continue the setup, whenever you like."


@pytest.mark.parametrize(
    "says", ["What is your name?", "Say it now", "what can I say"], ids=["asks", "waits for the wake word", "tells"]
)
@pytest.mark.parametrize("how", [PRESS, [on.StopAsked()], [STOP]], ids=["press", "stop from afar", "stop said"])
def test_stopped_while_it_speaks_it_ends_for_now(tmp_path: Path, says: str, how: list[on.Event]) -> None:
    with Room(tmp_path, *WHOLE) as room:
        room.meanwhile[says] = how
        room.until(lambda: (tmp_path / NAME).exists() and room.kept["waiting"])
        room.quiet()
        assert room.said[-1] == LATER and sum(says in text for text in room.said) == 1


def test_whoever_holds_the_button_while_it_asks_has_something_to_say(tmp_path: Path) -> None:
    with Room(tmp_path, "What time is it?", *WHOLE) as room:
        room.meanwhile["What is your name?"] = [on.Pressed(), on.Held(0.4)]
        room.until(lambda: room.responds)
        room.take(on.Replied(room.session.turn, Response(Command("", (), 1.0, "none"), (), Reply("Noon."))))
        room.quiet()
        assert len(room.said) == 2, "it waits until the button is up"
        room.take(on.Released(2.0))
        room.until(lambda: "Did you say Anna" in room.said[-1])
    assert "What is your name?" in room.said[2]


def test_what_rings_meanwhile_is_stopped_and_the_guide_is_not(tmp_path: Path) -> None:
    with Room(tmp_path, *WHOLE) as room:
        room.score = None
        room.meanwhile["Say it now"] = [on.DueCame(RING)]
        room.until(lambda: room.session.phase == "ringing")
        room.quiet()
        assert "Say it now" in room.said[-1], "however long it rings, nothing was missed"
        room.score = 0.9
        room.take(on.StopAsked())
        room.wake()
        room.until(lambda: room.kept["step"] == "")
    assert not any("did not hear" in text for text in room.said)


def test_behind_a_closed_microphone_no_wake_word_is_missed(tmp_path: Path) -> None:
    with Room(tmp_path, *WHOLE) as room:
        room.score = None
        room.meanwhile["Say it now"] = [on.SwitchTurned(True)]
        room.until(lambda: room.session.phase == "muted")
        room.quiet()
        room.score = 0.9
        room.take(on.SwitchTurned(False))
        room.until(lambda: room.kept["step"] == "")
    assert sum("Say it now" in text for text in room.said) == 2 and not any(
        "did not hear" in text for text in room.said
    )


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() <= before
