"""Who pauses within a sentence, sound to sound: what is said behind the pause belongs to it, though the end of the turn
came before, and its reply; and nothing is done twice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import numpy as np
import pytest

from device.control.client import request
from firmware.frame import RATE, Samples
from tests.sound.appliance import Appliance, start
from tests.virtual_sound import VirtualSoundCard
from tests.voices import speak, turn

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def appliance(sound_card: VirtualSoundCard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """One appliance that has spoken, and knows that its own voice is not heard here, as with headphones."""
    running = start(sound_card, tmp_path_factory.mktemp("appliance"))
    for asked in ("What can you do?", "What time is it?"):
        running.command(turn(asked, lead=0.2, tail=0.1))
    yield running
    running.stop()


def paused(*parts: str, pause: float, voice: str = "piper") -> Samples:
    """The wake word and these parts of a sentence, with so many seconds between them."""
    quiet = np.zeros(round(pause * RATE), np.int16)
    first = turn(parts[0], gap=None, lead=0.2, tail=0.0, voice=voice)
    return np.concatenate((first, *(each for part in parts[1:] for each in (quiet, speak(part, voice)))))


def told(appliance: Appliance, text: str) -> str:
    """What it answers to a text."""
    return str(request(appliance.folder, {"request": "command", "text": text})["reply"])


@pytest.mark.parametrize("pause", [0.5, 0.7])
def test_what_follows_a_pause_belongs_to_the_sentence(appliance: Appliance, pause: float) -> None:
    position = len(appliance.log)
    appliance.card.play_into_ear(paused("set a timer for ten minutes", "and thirty seconds.", pause=pause))
    appliance.await_log(r"said to the end", after=position)
    answer = told(appliance, "what timers do I have")
    assert re.search(r"has 10 minutes and \d+ seconds left", answer), (answer, appliance.log[position:])
    assert told(appliance, "cancel the timer") == "Timer cancelled.", "there is one"


@pytest.mark.parametrize("pause", [0.5, 0.8])
def test_digits_are_read_out_in_groups(appliance: Appliance, pause: float) -> None:
    position = len(appliance.log)
    groups = ("make a note that the number of the plumber is oh one seven one", "five five two", "nine four six.")
    appliance.card.play_into_ear(paused(*groups, pause=pause))
    appliance.await_log(r"said to the end", after=position)
    answer = told(appliance, "what is the number of the plumber")
    assert re.sub(r"\D", "", answer).endswith("171552946"), (answer, appliance.log[position:])
    told(appliance, "delete that note")


@pytest.mark.parametrize("later", [0.3, 1.0])
def test_yes_to_a_question(appliance: Appliance, later: float) -> None:
    told(appliance, "create a task to paint the fence")
    position = len(appliance.log)
    appliance.card.play_into_ear(turn("delete all my tasks", lead=0.2, tail=0.1))
    appliance.await_log(r"light: asking", after=position)
    time.sleep(later)
    appliance.card.play_into_ear(speak("yes"))
    appliance.await_log(r"turn \d+: task.delete done", after=position)
