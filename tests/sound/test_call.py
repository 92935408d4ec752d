"""A call as it goes on, sound to sound: the owner's microphone, the other side on a device of its own, an ear on a
third. What the other side could hear has no whisper in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from device.calls.watched import watched
from device.control.client import request
from firmware.frame import RATE, Samples
from services.store.base import CallRecord, Task
from services.store.sqlite.read_only import documents_of
from services.store.store import Store
from tests.sound.appliance import Appliance, start
from tests.virtual_sound import EAR as MICROPHONE
from tests.virtual_sound import MOUTH, Recording, VirtualSoundCard
from tests.voices import speak, turn

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(240)]

LINE, WHISPER = "call_line", "call_whisper"
CALLS = {"EQUERRY_CALLS__LINE": LINE, "EQUERRY_CALLS__EAR": WHISPER, "EQUERRY_SESSION__OPEN_S": "8"}
NO_WHISPER_DB = -50.0


class Watching(threading.Thread):
    """What `equerry call watch` shows, with when it came."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.came: list[tuple[float, dict[str, Any]]] = []
        self.start()

    def run(self) -> None:
        for message in watched(self.folder):
            self.came.append((time.monotonic(), dict(message.found)))

    def find(self, event: str, **fields: str) -> tuple[float, dict[str, Any]] | None:
        """The first of these whose fields hold these words."""
        for at, found in self.came:
            if found.get("event") == event and all(
                value in str(found.get(name, "")).lower() for name, value in fields.items()
            ):
                return at, found
        return None

    def wait_for(self, event: str, *, within: float = 20.0, **fields: str) -> tuple[float, dict[str, Any]]:
        until = time.monotonic() + within
        while time.monotonic() < until:
            if found := self.find(event, **fields):
                return found
            time.sleep(0.05)
        raise AssertionError(f"no {event} with {fields} within {within} s in {[each for _, each in self.came]}")


@pytest.fixture(scope="module")
def card(sound_card: VirtualSoundCard) -> Iterator[VirtualSoundCard]:
    for name in (LINE, WHISPER):
        sound_card.plug(name)
    yield sound_card
    for name in (LINE, WHISPER):
        sound_card.pull(name)


@pytest.fixture(scope="module")
def appliance(card: VirtualSoundCard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    running = start(card, tmp_path_factory.mktemp("appliance"), environ=CALLS)
    yield running
    if running.process.poll() is None:
        running.stop()


def do(appliance: Appliance, action: str, **slots: str) -> str:
    steps = [{"action": action, "slots": slots}]
    return str(request(appliance.folder, {"request": "command", "steps": steps})["reply"])


def begin(appliance: Appliance) -> Watching:
    position, watching = len(appliance.log), Watching(appliance.folder)
    assert "Henderson" in do(appliance, "call.start", name="Henderson")
    appliance.await_log("a call is followed", after=position)
    return watching


def end(appliance: Appliance) -> None:
    position = len(appliance.log)
    assert do(appliance, "call.end") == "The call with Henderson is over."
    appliance.await_log("the call is over", after=position)


def contained_db(whisper: Samples, where: Samples) -> float:
    """How loud the whisper is in a recording, beside itself: its highest cross-correlation over its own energy."""
    sound, whole = whisper.astype(np.float64), where.astype(np.float64)
    size = 1 << (sound.size + whole.size).bit_length()
    both = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(sound, size)), size)
    return float(20 * np.log10(np.abs(both).max() / np.dot(sound, sound) + 1e-12))


def loud(recording: Recording) -> Samples:
    """From its first sound to its last."""
    at = np.flatnonzero(np.abs(recording.samples.astype(np.int32)) > 100)
    assert at.size, "nothing was heard"
    return recording.samples[at[0] : at[-1] + 1]


def test_it_says_at_the_beginning_that_it_listens(appliance: Appliance) -> None:
    with appliance.card.record_mouth() as said:
        watching = begin(appliance)
    assert loud(said).size > 2 * RATE, "the announcement"
    watching.wait_for("began", who="henderson")
    end(appliance)
    watching.wait_for("ended")


def test_a_whisper_is_in_the_ear_in_time_and_nowhere_else(appliance: Appliance) -> None:
    watching, card = begin(appliance), appliance.card
    time.sleep(1.0)
    with ExitStack() as stack:
        ear = stack.enter_context(card.record(WHISPER))
        card.play(LINE, speak("Well, how much would that cost us in total?"))
        others = {name: stack.enter_context(card.record(name)) for name in (LINE, MOUTH, MICROPHONE)}
        _, heard = watching.wait_for("segment", text="cost")
        triggered, _ = watching.wait_for("trigger")
        watching.wait_for("whisper", words="price")
        appliance.await_log("whispered")
    assert heard["side"] == "other"
    assert ear.first_sound() - triggered < 0.8
    whisper = loud(ear)
    assert whisper.size > RATE // 2
    assert max(each.began for each in others.values()) < ear.first_sound(), "they recorded all of it"
    contained = {name: contained_db(whisper, each.samples) for name, each in others.items()}
    print("whisper contained, dB:", contained, "after the trigger, s:", ear.first_sound() - triggered)
    assert max(contained.values()) < NO_WHISPER_DB, contained
    assert contained_db(whisper, ear.samples) == pytest.approx(0.0, abs=0.1), "the measure finds one that is there"
    end(appliance)


def test_the_wake_word_works_and_the_answer_is_for_the_ear(appliance: Appliance) -> None:
    watching, position = begin(appliance), len(appliance.log)
    with appliance.card.record(WHISPER) as ear, appliance.card.record_mouth() as mouth:
        appliance.card.play_into_ear(turn("Create a task to call the bank.", voice="piper", lead=0.5, tail=0.1))
        appliance.await_log(r"turn \d+: task.create done", after=position)
        appliance.await_log(r"said to the end", after=position)
        position = len(appliance.log)
        appliance.card.play_into_ear(speak("Create a task to sell the car."))
        watching.wait_for("segment", text="sell the car")
        assert "task.create" not in appliance.log[position:], "the ear does not stay open during a call"
    assert loud(ear).size > RATE // 2
    assert np.abs(mouth.samples).max(initial=0) < 50, "the room hears nothing"
    end(appliance)
    watching.wait_for("ended")
    assert not watching.find("segment", text="bank"), "what was said to the appliance was not said on the call"


def test_commands_of_the_other_side_do_nothing(appliance: Appliance) -> None:
    watching, position = begin(appliance), len(appliance.log)
    appliance.card.play(LINE, turn("Create a task to sell the house.", voice="piper", lead=0.2, tail=0.1))
    watching.wait_for("segment", text="sell the house")
    end(appliance)
    assert "hey_jarvis" not in appliance.log[position:] and "task.create" not in appliance.log[position:]
    tasks = documents_of(appliance.folder / "equerry.db").get(Task.kind, {})
    assert [each["title"].lower() for each in tasks.values()] == ["call the bank"]


def test_a_line_that_is_pulled_out_is_told_and_heard_again(appliance: Appliance) -> None:
    watching = begin(appliance)
    appliance.card.pull(LINE)
    watching.wait_for("notice", words="other side is not heard")
    appliance.card.plug(LINE)
    watching.wait_for("notice", words="heard again", within=30)
    appliance.card.play(LINE, speak("I am back on the line now."))
    watching.wait_for("segment", text="back")
    end(appliance)


def test_killed_in_the_middle_what_was_promised_is_there(appliance: Appliance, card: VirtualSoundCard) -> None:
    watching = begin(appliance)
    time.sleep(0.5)
    card.play_into_ear(speak("I will send you the quote by Friday."))
    watching.wait_for("commitment", commitment="quote")
    appliance.process.kill()
    appliance.process.wait(10)
    again = start(card, appliance.folder, environ=CALLS)
    try:
        until = time.monotonic() + 10
        while time.monotonic() < until and "going_on" in str(_calls(again)):
            time.sleep(0.1)
    finally:
        again.stop()
    with Store(appliance.folder / "equerry.db") as store:
        last = store.find(CallRecord)[-1]
    assert last.status == "broken_off"
    assert ["quote" in each.what for each in last.proposals] == [True]


def _calls(appliance: Appliance) -> object:
    return documents_of(appliance.folder / "equerry.db").get(CallRecord.kind, {})
