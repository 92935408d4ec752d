"""One wake word, several commands, sound to sound through the virtual card: what follows, what closes the ear, what is
not meant for it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import numpy as np
import pytest
from typer.testing import CliRunner

from device.cli import app
from firmware.frame import RATE, Samples
from tests.sound.appliance import Appliance, start
from tests.virtual_sound import VirtualSoundCard
from tests.voices import speak, turn

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(240)]

TELEVISION = (
    "The prime minister told reporters on Thursday that the talks had gone well.",
    "And now the weather: rain in the north, sunny spells in the south.",
)


@pytest.fixture(scope="module")
def appliance(sound_card: VirtualSoundCard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    # As shipped: what the television says the language model would take for a command.
    shipped = {"EQUERRY_SESSION__OPEN_S": "8", "EQUERRY_LANGUAGE_MODEL__ENABLED": "true"}
    running = start(sound_card, tmp_path_factory.mktemp("appliance"), environ=shipped)
    yield running
    if running.process.poll() is None:
        running.stop()


def alone(text: str) -> Samples:
    """Said without the wake word."""
    quiet = np.zeros(RATE // 4, np.int16)
    return np.concatenate((quiet, speak(text), quiet))


def opened(appliance: Appliance, after: int) -> None:
    """Until the reply is said and the ear has opened by itself."""
    sounds = after + appliance.await_log(r"turn \d+: sounds", after=after).end()
    for what in ("said to the end", "light: listening"):  # in either order: one is a log, the other the lights
        appliance.await_log(what, after=sounds)


def closed(appliance: Appliance, closed_before: int) -> tuple[list[str], str]:
    """The session that has closed since so many had: its turns, its commands and why it closed; and what was said in
    it.
    """
    for _ in range(100):
        rows = [line.split("\t") for line in _told(appliance, "sessions").splitlines()]
        if len(rows) > closed_before and rows[-1][5]:
            (row,) = rows[closed_before:]
            return row[3:6], _told(appliance, "sessions", "export", row[0]).lower()
        time.sleep(0.1)
    raise AssertionError("no session is on record")


def sessions(appliance: Appliance) -> int:
    """How many are on record."""
    return len(_told(appliance, "sessions").splitlines())


def _told(appliance: Appliance, *command: str) -> str:
    return CliRunner().invoke(app, command, env={"EQUERRY_PATHS__DATA": str(appliance.folder)}).stdout


def test_a_second_command_needs_no_wake_word_and_thats_all_closes_the_ear(appliance: Appliance) -> None:
    position, before = len(appliance.log), sessions(appliance)
    appliance.card.play_into_ear(turn("Create a task to call the bank.", voice="piper"))
    opened(appliance, position)
    position = len(appliance.log)
    appliance.card.play_into_ear(alone("Create a task to water the plants."))
    with appliance.card.record_mouth() as recording:
        opened(appliance, position)
        assert "hey_jarvis" not in appliance.log[position:]
        position, said = len(appliance.log), recording.samples.size
        appliance.card.play_into_ear(alone("That's all."))
        appliance.await_log(r"light: idle", after=position)
    assert "sounds" not in appliance.log[position:], "no words"
    assert np.abs(recording.samples[said:]).max() > 500, "a soft tone"
    on_record, words = closed(appliance, before)
    assert on_record == ["3", "2", "you closed it"]
    assert "water the plants" in words and "that's all" in words
    assert {line.lower().partition("\t")[0] for line in _told(appliance, "tasks").splitlines()} == {
        "call the bank",
        "water the plants",
    }


def test_what_the_television_says_does_nothing_and_shuts_it(appliance: Appliance) -> None:
    position, before = len(appliance.log), sessions(appliance)
    appliance.card.play_into_ear(turn("What time is it?", voice="piper"))
    opened(appliance, position)
    position = len(appliance.log)
    with appliance.card.record_mouth() as recording:
        for number, sentence in enumerate(TELEVISION):
            appliance.card.play_into_ear(alone(sentence))
            appliance.await_log(r"light: thinking" + r"(?:.|\n)*light: thinking" * number, after=position)
        appliance.await_log(r"light: idle", after=position)
    assert not re.search(r"sounds|done", appliance.log[position:])
    assert np.abs(recording.samples).max(initial=0) < 50, "it keeps silent"
    on_record, words = closed(appliance, before)
    assert on_record == ["3", "1", "nothing was meant for it"]
    assert "minister" not in words and "weather" not in words


def test_a_silent_ear_closes_quietly(appliance: Appliance) -> None:
    position, before = len(appliance.log), sessions(appliance)
    appliance.card.play_into_ear(turn("What time is it?", voice="piper"))
    opened(appliance, position)
    position = len(appliance.log)
    with appliance.card.record_mouth() as recording:
        appliance.await_log(r"light: idle", after=position, within=20.0)
    assert np.abs(recording.samples).max(initial=0) < 50
    assert closed(appliance, before)[0] == ["1", "1", "nobody spoke"]
