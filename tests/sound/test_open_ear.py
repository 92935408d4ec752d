"""One wake word, several commands, sound to sound through the virtual card: what follows, what closes the ear, what is not meant for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from typer.testing import CliRunner

from device.cli import app
from firmware.frame import RATE, Samples
from services.store.documents import Task
from services.store.store import Store
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


def test_a_second_command_needs_no_wake_word_and_thats_all_closes_the_ear(appliance: Appliance) -> None:
    position = len(appliance.log)
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


def test_what_the_television_says_does_nothing_and_shuts_it(appliance: Appliance) -> None:
    position = len(appliance.log)
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


def test_a_silent_ear_closes_quietly(appliance: Appliance) -> None:
    position = len(appliance.log)
    appliance.card.play_into_ear(turn("What time is it?", voice="piper"))
    opened(appliance, position)
    position = len(appliance.log)
    with appliance.card.record_mouth() as recording:
        appliance.await_log(r"light: idle", after=position, within=20.0)
    assert np.abs(recording.samples).max(initial=0) < 50


def test_the_sessions_are_on_record(appliance: Appliance, monkeypatch: pytest.MonkeyPatch) -> None:
    assert appliance.stop() < 2.0
    with Store(appliance.folder / "equerry.db") as store:
        assert {task.title.lower() for task in store.find(Task)} == {"call the bank", "water the plants"}
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(appliance.folder))
    rows = [line.split("\t") for line in CliRunner().invoke(app, ["sessions"]).stdout.splitlines()]
    assert [row[3:6] for row in rows] == [
        ["3", "2", "you closed it"],
        ["3", "1", "nothing was meant for it"],
        ["1", "1", "nobody spoke"],
    ]
    first = CliRunner().invoke(app, ["sessions", "export", rows[0][0]]).stdout.lower()
    assert "water the plants" in first and "that's all" in first
    second = CliRunner().invoke(app, ["sessions", "export", rows[1][0]]).stdout.lower()
    assert "minister" not in second and "weather" not in second
