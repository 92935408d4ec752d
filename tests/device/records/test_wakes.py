"""Which wakes are learnt from, and as what."""

from __future__ import annotations

import logging
import stat
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from device.records.wake_sounds import FOLDER, MOST, keep_sound, sounds_in
from device.records.wakes import MEANT, WRONG, WakeKeeping, kept
from device.turn import events as on
from device.turn.machine import Session
from firmware.frame import Samples
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Endpoint, Final
from services.understanding.base import Command
from services.wake.base import Detection
from services.wake.kept import STEPS
from tests.doubles.wake import ScriptedWake


class Desk:
    """The keeping, told of turns one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wake, self.time = folder, ScriptedWake({}), 0.0
        self.keeping = WakeKeeping(folder, self.wake, now=lambda: 7.0, clock=lambda: self.time)

    def woken(self, turn: int, word: str = "alexa", sound: Samples | None = None) -> None:
        self.tell(on.WakeHeard(turn, Detection(word, 0.9, 1.0, np.full((STEPS, 96), turn, np.float16), sound)))

    def silence(self, turn: int) -> None:
        self.tell(on.SpeechEnded(turn, Endpoint(4.0, "no_speech")))

    def says(self, turn: int, text: str, *, done: bool = True) -> None:
        self.tell(on.FinalHeard(turn, Final(text, 0.9, 0.0)))
        if text:
            outcomes = (Outcome("task.create", done, ""),)
            self.tell(on.Replied(turn, Response(Command(text, (), 1.0, "template"), outcomes, Reply("All right"))))

    def tell(self, event: on.Event) -> None:
        self.keeping.watch(event, Session())

    def kept(self, file: str) -> tuple[list[int], list[bool]]:
        """Turns and how sure, once all is written."""
        self.keeping.stop()
        self.keeping.run()
        found = kept(self.folder / file)
        return [int(each) for each in found.features[:, 0, 0]], list(found.sure)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty one."""
    return Desk(tmp_path / "wake")


def test_silence_after_a_wake_marks_it_unsurely(desk: Desk) -> None:
    desk.woken(1)
    desk.silence(1)
    desk.woken(2)
    desk.says(2, "")
    assert desk.kept(WRONG) == ([1, 2], [False, False])


def test_that_wasnt_for_you_means_the_wake_before_and_leaves_its_own(desk: Desk) -> None:
    desk.woken(1)
    desk.says(1, "what is the weather in Paris", done=False)
    desk.woken(2)
    desk.says(2, "That wasn't for you")
    assert desk.kept(WRONG) == ([1], [True])


def test_said_into_the_open_ear_it_means_the_last_wake(desk: Desk) -> None:
    desk.woken(1)
    desk.says(1, "call the bank")
    desk.says(2, "no, not you")
    assert desk.kept(WRONG) == ([1], [True])
    assert desk.kept(MEANT) == ([], [])


def test_said_right_upon_a_wrong_wake_it_means_that_one(desk: Desk) -> None:
    desk.woken(1)
    desk.says(1, "I wasn't talking to you")
    assert desk.kept(WRONG) == ([1], [True])


def test_a_wake_of_long_ago_is_not_meant(desk: Desk) -> None:
    desk.woken(1)
    desk.says(1, "call the bank")
    desk.time = 600.0
    desk.woken(2)
    desk.says(2, "that wasn't for you")
    assert desk.kept(WRONG) == ([2], [True])


def test_what_a_command_followed_was_meant_once_it_can_be_disowned_no_more(desk: Desk) -> None:
    for turn in range(1, 7):
        desk.woken(turn)
        desk.says(turn, "call the bank", done=turn != 2)
    assert desk.kept(MEANT) == ([1], [True])
    assert desk.kept(WRONG) == ([], [])


def test_the_sound_of_wrong_wakes_is_kept_where_it_is_wanted_and_of_no_others(desk: Desk) -> None:
    sound = np.arange(35_200).astype(np.int16)
    desk.woken(1, sound=sound)
    desk.silence(1)
    desk.woken(2)
    desk.silence(2)
    for turn in range(3, 9):
        desk.woken(turn, sound=sound)
        desk.says(turn, "call the bank")
    assert desk.kept(WRONG)[0] == [1, 2]
    assert desk.kept(MEANT)[0] != []
    (kept_sound,) = sounds_in(desk.folder / FOLDER)
    assert kept_sound.name == "19700101T000007.000000Z-alexa.wav"
    assert np.array_equal(soundfile.read(kept_sound, dtype="int16")[0], sound)
    assert stat.S_IMODE(kept_sound.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept_sound.parent.stat().st_mode) == 0o700


def test_of_many_sounds_the_oldest_go(tmp_path: Path) -> None:
    folder = tmp_path / "wake" / FOLDER
    made = [keep_sound(folder, "alexa", 1e9 + at, np.zeros(160, np.int16)) for at in range(MOST + 3)]
    assert sounds_in(folder) == made[3:]


def test_the_detector_learns_at_once(desk: Desk) -> None:
    desk.woken(1, "hey_jarvis")
    desk.silence(1)
    desk.kept(WRONG)
    wrong, meant = desk.wake.lessons[-1]
    assert (wrong.words, wrong.at, meant.words) == (("hey_jarvis",), (7.0,), ())


def test_a_damaged_file_is_told_and_begun_anew(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.folder.mkdir()
    (desk.folder / WRONG).write_bytes(b"not what it was")
    desk.woken(1)
    desk.silence(1)
    with caplog.at_level(logging.WARNING):
        assert desk.kept(WRONG) == ([1], [False])
    assert "Delete it: it is learnt anew" in caplog.text


def test_a_folder_that_cant_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "wake").write_text("a file in its place")
    desk = Desk(tmp_path / "wake")
    desk.woken(1)
    desk.silence(1)
    desk.keeping.stop()
    with caplog.at_level(logging.WARNING):
        desk.keeping.run()
    assert "could not be learnt from" in caplog.text


def test_the_button_is_no_wake(desk: Desk) -> None:
    desk.tell(on.WakeHeard(1, Detection("", 1.0, 0.0)))
    desk.silence(1)
    assert desk.kept(WRONG) == ([], [])


def test_the_time_is_of_this_century(tmp_path: Path) -> None:
    keeping = WakeKeeping(tmp_path, wake := ScriptedWake({}))
    keeping.watch(on.WakeHeard(1, Detection("alexa", 0.9, 1.0, np.zeros((STEPS, 96), np.float16))), Session())
    keeping.watch(on.SpeechEnded(1, Endpoint(4.0, "no_speech")), Session())
    keeping.stop()
    keeping.run()
    assert wake.lessons[-1][0].at[0] > datetime(2025, 1, 1, tzinfo=UTC).timestamp()
