"""Sound to sound with the talk button: push-to-talk without a wake word, and mute, which closes the stream itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from services.store.documents import Task
from services.store.store import Store
from tests.sound.appliance import Appliance, start
from tests.sound.pressed import PIN
from tests.virtual_sound import VirtualSoundCard
from tests.voices import speak, turn

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(240)]


class Pressed:
    """An appliance with a finger on its button."""

    def __init__(self, appliance: Appliance) -> None:
        self.appliance = appliance
        self.card = appliance.card

    def finger(self, what: str, shows: str = "") -> None:
        """Down or up; until the lights show it."""
        assert self.appliance.process.stdin is not None
        position = len(self.appliance.log)
        self.appliance.process.stdin.write(f"{what}\n")
        self.appliance.process.stdin.flush()
        if shows:
            self.appliance.await_log(rf"light: {shows}\b", after=position)

    @property
    def streams(self) -> int:
        """That take sound from the microphone."""
        return sum("ALSA" in block for block in self.card._ask("list", "source-outputs").split("Source Output #")[1:])


@pytest.fixture
def pressed(sound_card: VirtualSoundCard, tmp_path: Path) -> Iterator[Pressed]:
    running = start(sound_card, tmp_path, program="tests.sound.pressed", environ={"EQUERRY_BUTTON__PIN": str(PIN)})
    yield Pressed(running)
    if running.process.poll() is None:
        running.stop()


def test_push_to_talk_then_mute(pressed: Pressed, tmp_path: Path) -> None:
    appliance, card = pressed.appliance, pressed.card
    pause = np.zeros(16_000 * 2, np.int16)  # longer than any that ends a command
    sentence = speak("Create a task to water the plants.")
    position = len(appliance.log)
    with card.record_mouth() as recording:
        pressed.finger("down", "listening")
        card.play_into_ear(np.concatenate([pause, pause, sentence, pause]))
        pressed.finger("up", "speaking")
        appliance.await_log(r"turn \d+: said", after=position)
    assert recording.last_sound() > 0
    assert "hey_jarvis" not in appliance.log[position:], "nobody said the wake word"

    assert pressed.streams == 1
    pressed.finger("down", "button held")
    pressed.finger("up", "muted")
    until = time.monotonic() + 10
    while pressed.streams and time.monotonic() < until:
        pass
    assert pressed.streams == 0, "muted: no stream takes sound from the microphone"
    position = len(appliance.log)
    card.play_into_ear(turn("What time is it?", voice="piper"))
    assert "turn" not in appliance.log[position:]
    pressed.finger("down", "idle")
    pressed.finger("up")
    appliance.command(turn("What time is it?", voice="piper"))
    appliance.stop()
    with Store(tmp_path / "equerry.db") as store:
        assert ["plants" in task.title for task in store.find(Task)] == [True]
