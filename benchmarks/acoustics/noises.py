"""Noises of a house, made of nothing but numbers; each about as loud as every other (RMS 1)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import butter, sosfilt

from benchmarks.acoustics.room import Sound
from firmware.frame import RATE
from tests.voices import pink_noise, speak

Random = np.random.Generator

NEWS = (
    "And now the weather. It will be cloudy in the north with rain in the afternoon, and sunny later. In other news,"
    " the minister said on Tuesday that the bridge will be open again this year, and that traffic should improve."
)


def fan(count: int, random: Random) -> Sound:
    """A steady hum of air."""
    return pink_noise(count, -26.0, int(random.integers(1 << 30))) / 32768


def kitchen(count: int, random: Random) -> Sound:
    """A tap that runs, and dishes."""
    water = sosfilt(butter(2, [900, 6500], "bandpass", fs=RATE, output="sos"), random.normal(0, 1, count))
    water *= 1 + 0.3 * np.sin(2 * np.pi * 0.7 * np.arange(count) / RATE)
    sound = water / np.sqrt(np.mean(water**2))
    for _ in range(max(1, round(2.5 * count / RATE))):
        at, length = int(random.integers(count)), round(0.12 * RATE)
        time = np.arange(min(length, count - at)) / RATE
        for pitch in random.uniform(1800, 6000, 4):
            sound[at : at + time.size] += (
                random.uniform(1, 4) * np.exp(-time / 0.025) * np.sin(2 * np.pi * pitch * time)
            )
    return np.asarray(sound)


def street(count: int, random: Random) -> Sound:
    """Motors beyond a window that pass by."""
    rumble = sosfilt(butter(2, 500, "lowpass", fs=RATE, output="sos"), random.normal(0, 1, count))
    time = np.arange(count) / RATE
    swell = sum(np.exp(-(((time - at) / 1.5) ** 2)) for at in random.uniform(0, count / RATE, 2))
    return np.asarray(rumble * (0.3 + swell))


def television(count: int, random: Random) -> Sound:
    """Somebody who reads the news, from anywhere in them."""
    told = speak(NEWS, "flite:rms") / 32768
    return np.resize(np.roll(told, -int(random.integers(told.size))), count)


def music(count: int, random: Random) -> Sound:
    """Chords of plucked strings over a bass, twice a second."""
    sound = np.zeros(count + 2 * RATE)
    for beat in range(0, count, RATE // 2):
        root = 110.0 * 2 ** (int(random.choice([0, 5, 7, 9])) / 12)
        for step in (0, 12, 16, 19, 24):
            pitch, time = root * 2 ** (step / 12), np.arange(RATE) / RATE
            for overtone in range(1, 6):
                tone = np.sin(2 * np.pi * overtone * pitch * time) * np.exp(-3.0 * overtone**0.5 * time)
                sound[beat : beat + RATE] += tone / overtone
    return sound[:count]


NOISES: dict[str, Callable[[int, Random], Sound]] = {
    "fan": fan,
    "kitchen": kitchen,
    "street": street,
    "television": television,
    "music": music,
}
