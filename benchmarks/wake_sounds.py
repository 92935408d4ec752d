"""What is replayed for benchmarks/wake_hours.py: recordings of folders, or sentences that synthetic voices say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from scipy.signal import oaconvolve

from firmware.frame import RATE, Samples
from services.wake.teaching.noises import noise
from services.wake.teaching.rooms import response
from tests.voices import VOICES, installed, speak
from training.wake.gather import is_held
from training.wake.phrases import COMMANDS, UNHEARD_NEAR

Sound = npt.NDArray[np.float32]
_SPOKEN = {"alexa": "alexa", "hey_jarvis": "jarvis", "hey_mycroft": "mycroft", "hey_rhasspy": "rhasspy"}
_SHARE = 0.7
_SILENCE = 0.6
"""Seconds of room behind each clip."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One piece of sound."""

    name: str
    """Its group, what is said where that is known, and its file."""
    about: str
    """All that is known of it, in small letters."""
    sound: Sound

    def says(self, word: str) -> bool:
        """Whether the wake word, or the part of it that makes it one, is said."""
        return _SPOKEN[word] in self.about or word in self.about


class Replayed:
    """Sounds through rooms and noises, both drawn from a small bank: to make them anew for each would take longer than
    to listen.
    """

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng((11, seed))
        self._rooms = [response(self._random) for _ in range(24)]
        self._noises = [noise(20 * RATE, self._random) for _ in range(24)]

    def heard(self, sound: Sound) -> Samples:
        """In a room in seven of ten cases, in noise 2 to 28 dB below in as many; -42 to -16 dBFS."""
        random, made = self._random, sound
        if random.random() < _SHARE:
            made = oaconvolve(sound, self._rooms[random.integers(24)])[: len(sound)]
        made = made * (10 ** (random.uniform(-42, -16) / 20) / _loudness(made))
        if random.random() < _SHARE:
            other = np.resize(np.roll(self._noises[random.integers(24)], random.integers(20 * RATE)), len(made))
            made = made + other * (_loudness(made) / 10 ** (random.uniform(2, 28) / 20))
        made = made + random.standard_normal(len(made), np.float32) * 10 ** (-76 / 20)
        return np.asarray(np.clip(np.rint(made * 32768), -32768, 32767), np.int16)


def clips_of(folders: Sequence[Path], learnt: Sequence[Path] = ()) -> list[Clip]:
    """All that folders list; of what is in `learnt`, groups say whether it was learnt from."""
    found = []
    for folder in (*folders, *learnt):
        for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("kind") == "rir" or row.get("word") or not (folder / row["file"]).is_file():
                continue
            sound, rate = soundfile.read(folder / row["file"], dtype="float32", always_2d=True)
            mono = sound[:, 0] if rate == RATE else soxr.resample(sound[:, 0], rate, RATE)
            group = "sounds alike" if row.get("near") else str(row.get("group") or row.get("kind") or folder.name)
            group += ", learnt from" if folder in learnt and not is_held(row) else ""
            said = str(row.get("text") or row.get("label") or "")
            name = f"{group}: {said} ({row['file']})" if said else f"{group}: {row['file']}"
            about = f"{said} {group} {row['file']}".lower()
            found.append(Clip(name, about, np.pad(np.asarray(mono, np.float32), (0, round(_SILENCE * RATE)))))
    return found


def said_by_voices() -> list[Clip]:
    """Commands, and what sounds like the words, in every voice that is installed."""
    texts = [("sentence", text) for text in COMMANDS]
    texts += [("sounds alike", text) for near in UNHEARD_NEAR.values() for text in near]
    return [
        Clip(f"{group}: {text} ({voice})", text.lower(), _padded(speak(text, voice)))
        for voice in VOICES
        if installed(voice)
        for group, text in texts
    ]


def _padded(sound: npt.NDArray[np.int16]) -> Sound:
    return np.pad(np.asarray(sound / 32768, np.float32), (RATE // 2, round(_SILENCE * RATE)))


def _loudness(sound: Sound) -> float:
    """Root mean square of its louder half."""
    power = np.sort(np.mean(sound[: len(sound) // 320 * 320].reshape(-1, 320) ** 2, axis=1))
    return float(np.sqrt(np.mean(power[len(power) // 2 :]))) + 1e-9
