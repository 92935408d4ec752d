"""Scenes: where somebody speaks, and what else sounds there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve

from benchmarks.acoustics.noises import NOISES
from benchmarks.acoustics.room import Place, Room, Sound
from firmware.frame import FRAME_SAMPLES, RATE, Channels, Frame, Samples
from firmware.sound.array import ArrayFramer
from firmware.sound.echo_canceller import EchoCanceller
from firmware.sound.echo_reference import one_microphone
from firmware.sound.resample import Framer, to_float, to_int16
from firmware.sound.shape import ArrayShape
from tests.voices import speak

SPEECH_DBFS = -30.0
"""Of the voice in the microphone, wherever it comes from: its gain was measured (equerry mic calibrate)."""
HISS_DBFS = -75.0
"""Of each microphone by itself."""
RADIUS = 0.032
"""Metres from the middle of an array to its microphones."""
REPLY = (
    "You have seven open tasks. Call the bank, due tomorrow at nine. Send the quarterly report to Sarah, due Friday at"
    " four. Water the plants. Read the contract and sign the papers by Monday. Order new chairs for the meeting room."
)


@dataclass(frozen=True, slots=True)
class Scene:
    """`over_db`: of the voice over the noise, at the microphone. `own`: the noise comes from its own loudspeaker."""

    name: str
    room: Room
    metres: float
    noise: str = ""
    over_db: float = 0.0
    own: bool = False

    def heard(self, words: Samples, microphones: int, seed: int) -> list[Frame]:
        """What the appliance hears of it, with its own loudspeaker taken out; whole frames."""
        random = np.random.default_rng(seed)
        ears = _ears(self.room, microphones)
        mouth = _away(self.room, self.metres, random.uniform(0, 2 * math.pi), 1.5)
        channels = self._through(to_float(words).astype(np.float64), mouth, ears, seed)
        channels *= 10 ** ((SPEECH_DBFS - _level(channels[0])) / 20)
        played = np.zeros(words.size)
        if self.noise:
            played = self._noise(words.size, random)
            beside = _away(self.room, 0.12 if self.own else 2.2, random.uniform(0, 2 * math.pi), 0.8)
            noises = self._through(played, beside, ears, seed + 1)
            gain = 10 ** ((_level(channels[0]) - self.over_db - _level(noises[0])) / 20)
            channels = channels + gain * noises
        channels = channels + random.normal(0, 10 ** (HISS_DBFS / 20), channels.shape)
        frames = _framed(to_int16(channels.T))
        return _cancelled(frames, played) if self.own else frames

    def _noise(self, count: int, random: np.random.Generator) -> Sound:
        if self.noise == "reply":
            told = to_float(speak(REPLY)).astype(np.float64)
            return np.resize(np.roll(told, -int(random.integers(told.size // 3))), count)
        sound = NOISES[self.noise](count, random)
        return sound * 0.05 / np.sqrt(np.mean(sound**2))

    def _through(self, sound: Sound, place: Place, ears: list[Place], seed: int) -> Sound:
        """Shape (microphones, n)."""
        return np.stack([fftconvolve(sound, self.room.response(place, ear, seed=seed))[: sound.size] for ear in ears])


_DESK = Room((4.2, 3.4, 2.6), 0.3)
_LIVING = Room((6.5, 4.6, 2.7), 0.55)
_KITCHEN = Room((4.0, 3.2, 2.5), 0.6)
SCENES = (
    Scene("near, quiet", _DESK, 0.7),
    Scene("across the room", _LIVING, 3.5, "fan", 15.0),
    Scene("across a loud room", _LIVING, 3.5, "fan", 8.0),
    Scene("kitchen, tap and dishes", _KITCHEN, 2.0, "kitchen", 8.0),
    Scene("street at the window", _DESK, 1.5, "street", 5.0),
    Scene("television talks", _LIVING, 2.5, "television", 8.0),
    Scene("under its own voice", _LIVING, 2.0, "reply", -5.0, own=True),
    Scene("under its own music", _LIVING, 2.0, "music", -5.0, own=True),
)


def _ears(room: Room, count: int) -> list[Place]:
    x, y = room.size[0] * 0.45, room.size[1] * 0.4
    return [(x + east, y + north, 0.8) for east, north in _ring(count)]


def _ring(count: int) -> list[tuple[float, float]]:
    if count == 1:
        return [(0.0, 0.0)]
    turns = (2 * math.pi * index / count for index in range(count))
    return [(RADIUS * math.cos(turn), RADIUS * math.sin(turn)) for turn in turns]


def _away(room: Room, metres: float, turn: float, height: float) -> Place:
    """So far from the microphones in about this direction, and at least 0.3 m from the walls."""
    x, y, _ = _ears(room, 1)[0]
    for part in range(64):
        angle = turn + math.pi * ((part + 1) // 2) * (-1) ** part / 32
        east, north = x + metres * math.cos(angle), y + metres * math.sin(angle)
        if 0.3 < east < room.size[0] - 0.3 and 0.3 < north < room.size[1] - 0.3:
            return (east, north, height)
    raise ValueError(f"nothing in a room of {room.size} is {metres} m away")


def _level(sound: npt.NDArray[np.floating[Any]]) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


def _framed(sound: Channels) -> list[Frame]:
    """As the microphone gives it (firmware/sound/microphone.py)."""
    count = sound.shape[1]
    if count == 1:
        return Framer(RATE).process(np.ascontiguousarray(sound[:, 0]))
    places = tuple((ear[0], ear[1]) for ear in _ring(count))
    framer = ArrayFramer(ArrayShape(count, tuple(range(count)), places), RATE)
    blocks = (sound[at : at + FRAME_SAMPLES] for at in range(0, len(sound), FRAME_SAMPLES))
    return [frame for block in blocks for frame in framer.process(block)]


def _cancelled(frames: Sequence[Frame], played: Sound) -> list[Frame]:
    """As the echo canceller gives it, with nothing of each microphone (firmware/sound/echo_reference.py)."""
    canceller = EchoCanceller()
    told = played[: len(frames) * FRAME_SAMPLES].astype(np.float32).reshape(-1, FRAME_SAMPLES)
    heard = [canceller.process(one_microphone(frame), beside) for frame, beside in zip(frames, told, strict=True)]
    return [Frame(samples, index) for index, samples in enumerate(heard)]
