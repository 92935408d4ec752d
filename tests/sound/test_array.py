"""Sound to sound across a room: four microphones in one device hear a command, and the reply tells what was done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.acoustics.scenes import SCENES
from firmware.frame import Frame
from services.store.documents import Task
from services.store.store import Store
from tests.sound.appliance import Appliance, start
from tests.virtual_sound import VirtualSoundCard
from tests.voices import turn

pytestmark = [pytest.mark.sound, pytest.mark.engine, pytest.mark.timeout(240)]

ARRAY = "equerry_array"


@pytest.fixture
def appliance(sound_card: VirtualSoundCard, tmp_path: Path) -> Iterator[Appliance]:
    sound_card.plug(ARRAY, channels=4)
    running = start(
        sound_card,
        tmp_path,
        environ={"EQUERRY_MICROPHONE__NAME": ARRAY, "EQUERRY_BOARD__NAME": "respeaker-4-mic"},
    )
    yield running
    if running.process.poll() is None:
        running.stop()
    sound_card.pull(ARRAY)


def channels(frames: list[Frame]) -> np.ndarray:
    """Shape (n, microphones)."""
    return np.concatenate([frame.channels for frame in frames if frame.channels is not None])


def test_a_command_across_a_loud_room_is_done(appliance: Appliance, sound_card: VirtualSoundCard) -> None:
    appliance.await_log(r"4 channel\(s\)")
    room = next(scene for scene in SCENES if scene.name == "across a loud room")
    said = turn("Create a task to water the plants tomorrow.", lead=3.0, tail=1.5, gap=0.5)
    position = len(appliance.log)
    sound_card.play(ARRAY, channels(room.heard(said, 4, seed=1)))
    appliance.await_log(r"turn \d+: said", after=position)
    appliance.stop()
    with Store(appliance.folder / "equerry.db") as store:
        (task,) = store.find(Task)
    assert task.title == "water the plants" and task.due is not None
