"""Talking over what the appliance says, sound to sound, while its microphone hears its loudspeaker."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.fuzz import partial_ratio

from device.control.client import request
from firmware.frame import level_dbfs
from firmware.sound.speaker import PyAudioSpeaker
from services.speech.finals.whisper import WhisperFinals
from tests.sound.appliance import Appliance, start
from tests.virtual_sound import MOUTH, RATE, Recording, VirtualSoundCard, tone
from tests.voices import turn

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(240)]

TASKS = (
    "water the plants in the hall",
    "order new chairs for the meeting room",
    "read the contract with the printers",
    "sign the papers for the bank",
    "paint the garden fence",
)


@pytest.fixture(scope="module")
def appliance(sound_card: VirtualSoundCard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """One appliance with much to tell."""
    running = start(sound_card, tmp_path_factory.mktemp("appliance"))
    for task in TASKS:
        request(running.folder, {"request": "command", "text": f"Create a task to {task}."})
    yield running
    running.stop()


@pytest.fixture(scope="module")
def transcribe(model_folder: Callable[[str], Path]) -> Callable[[Recording], str]:
    """What the loudspeaker said, in words."""
    finals = WhisperFinals(model_folder("whisper-tiny.en"))
    return lambda recording: finals.transcribe(recording.samples).text.lower()


def tell(appliance: Appliance) -> int:
    """Have it begin to tell all its tasks; where the log is then."""
    position = len(appliance.log)
    appliance.card.play_into_ear(turn("What are my tasks?", tail=0.1))
    appliance.await_log(r"turn \d+: sounds", after=position)
    return len(appliance.log)


def settle(appliance: Appliance, position: int) -> None:
    """Until it is idle again."""
    appliance.await_log(r"light: idle", after=position)


def test_what_sounds_is_twenty_db_quieter_at_once(sound_card: VirtualSoundCard) -> None:
    speaker = PyAudioSpeaker(MOUTH)
    try:
        with sound_card.record_mouth() as recording:
            player = threading.Thread(target=lambda: (speaker.play(tone(440, 2.5), RATE), speaker.drain()))
            player.start()
            while recording.last_sound() == 0:
                time.sleep(0.02)
            time.sleep(0.5)
            speaker.duck(20.0)
            player.join(10)
    finally:
        speaker.close()
    blocks = [level_dbfs(block) for block in np.array_split(recording.samples, len(recording.samples) // 160)]
    loud = max(blocks)
    ducked = [level for level in blocks if loud - 40 < level < loud - 10]
    assert loud - float(np.median(ducked)) == pytest.approx(20.0, abs=2.0)
    assert len(ducked) > 50, "half a second at least: nobody ends it before its second is over"


def test_its_own_voice_interrupts_nothing(appliance: Appliance) -> None:
    """Louder than any room; the tests below have it quieter, and wait for its end, too. First, for a room does not
    become louder by 20 dB from one reply to the next: it learns from replies how loud they come back.
    """
    with appliance.card.loop(-3.0):
        position = tell(appliance)
        appliance.await_log(r"said to the end", after=position, within=40)
        settle(appliance, position)
    assert not re.search(r"hey_jarvis|told to stop|in part", appliance.log[position:])


def test_the_wake_word_and_a_command_during_a_long_reply(appliance: Appliance) -> None:
    with appliance.card.loop(-20.0):
        position = tell(appliance)
        time.sleep(1.5)
        appliance.card.play_into_ear(turn("What time is it?", lead=0.1, tail=0.1))
        appliance.await_log(r"turn \d+: datetime.query done", after=position)
        log = appliance.log[position:]
        assert re.search(r"said in part", log) and "said to the end" not in log.split("hey_jarvis")[0]
        appliance.await_log(r"said to the end", after=position)
        settle(appliance, position)
        assert appliance.log[position:].count(": sounds") == 1, "the rest is dropped"


def test_it_goes_on_at_its_sentence_where_nothing_follows(
    appliance: Appliance, transcribe: Callable[[Recording], str]
) -> None:
    with appliance.card.loop(-20.0):
        position = tell(appliance)
        time.sleep(1.0)
        appliance.card.play_into_ear(turn("Hey Jarvis.", wake="", lead=0.1, tail=0.1))
        appliance.await_log(r"said in part", after=position)
        with appliance.card.record_mouth() as recording:
            appliance.await_log(r"said to the end", after=position, within=40)
    told = transcribe(recording)
    assert partial_ratio(TASKS[2], told) > 75, told
    assert "open tasks" not in told, "the sentence before it is not said again"
    settle(appliance, position)


def test_stop_without_the_wake_word(appliance: Appliance) -> None:
    with appliance.card.loop(-26.0):
        position = tell(appliance)
        for _ in range(4):
            time.sleep(1.3)
            if re.search(r"told to stop|said to the end", appliance.log[position:]):
                break
            appliance.card.play_into_ear(turn("Stop!", wake="", voice="espeak:en-gb-x-rp+f3", lead=0.1, tail=0.1))
        appliance.await_log(r"turn \d+: told to stop", after=position)
        settle(appliance, position)
        assert "hey_jarvis" not in appliance.log[position:]
