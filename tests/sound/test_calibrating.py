"""equerry mic calibrate and equerry wake test on a virtual sound card: somebody reads aloud, and the card's gain is
really turned.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from device.cli.care.mic import SENTENCE
from firmware.sound.mixer import Mixer
from tests.virtual_sound import EAR, RATE, VirtualSoundCard
from tests.voices import speak

pytestmark = pytest.mark.sound
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(f'[microphone]\nname = "{EAR}"\n[paths]\ndata = "{tmp_path}"\n')
    return path


@contextmanager
def equerry(own: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    models = os.environ.get("EQUERRY_PATHS__MODELS") or str(Path.home() / ".local/share/equerry/models")
    env = {**os.environ, "EQUERRY_CONFIG": str(own), "EQUERRY_PATHS__MODELS": models}
    command = [sys.executable, "-m", "device", *words]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stderr is not None
    told = ""
    for line in process.stderr:
        told += line
        if words in line:
            return told
    raise AssertionError(told)


def test_gain_is_turned_down_with_yes(sound_card: VirtualSoundCard, own: Path) -> None:
    mixer = Mixer(EAR)
    before = mixer.volume()
    loud = np.clip(speak(SENTENCE).astype(np.float64) * 8, -32768, 32767).astype(np.int16)
    try:
        with equerry(own, "mic", "calibrate", "--yes", "--json", "--speech", "4") as process:
            until(process, "read this aloud")
            playing = threading.Thread(
                target=sound_card.play_into_ear, args=(np.concatenate((loud, loud))[: 7 * RATE],)
            )
            playing.start()
            out, _ = process.communicate(timeout=60)
            playing.join(30)
        told = json.loads(out)
        assert next(each for each in told["findings"] if each["what"] == "speech")["state"] == "look"
        assert told["microphone"] == EAR and told["gain"]["turn_db"] <= -6 and told["gain"]["set"]
        assert mixer.volume().percent < before.percent
    finally:
        mixer.set(before)


def test_the_wake_word_is_counted_and_then_it_ends(sound_card: VirtualSoundCard, own: Path) -> None:
    word = np.concatenate((speak("hey jarvis"), np.zeros(RATE * 3 // 2, np.int16)))
    with equerry(own, "wake", "test", "--tries", "2", "--seconds", "40", "--background", "2", "--json") as process:
        until(process, "say “Hey Jarvis” 2 times")
        playing = threading.Thread(
            target=sound_card.play_into_ear, args=(np.concatenate((word, word, np.zeros(RATE, np.int16))),)
        )
        playing.start()
        out, _ = process.communicate(timeout=90)
        playing.join(30)
    told = json.loads(out)
    assert (told["heard"], told["tries"], told["alarms"]) == (2, 2, 0) and process.returncode == 0
    assert told["background"] < 0.2
