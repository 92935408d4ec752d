"""Noise of many kinds, synthesised: each call makes another. All of about unit power, 16 kHz float."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from firmware.frame import RATE

Sound = npt.NDArray[np.float32]
Random = np.random.Generator

_SOFTENED = 0.3 * 0.7 ** np.arange(40)
"""A one-pole low-pass, as an impulse response: no beeper switches at once."""


def coloured(count: int, random: Random) -> Sound:
    """Noise whose spectrum falls or rises and has a broad peak or two: air, traffic, water, a fan behind it all."""
    size = count + count % 2
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    octaves = np.log2(np.maximum(frequency, 40.0) / 500.0)
    shape = random.uniform(-8.0, 2.0) * octaves
    for _ in range(random.integers(0, 4)):
        away = (octaves - random.uniform(-3, 4)) / random.uniform(0.15, 1.2)
        shape += random.uniform(-6, 14) * np.exp(-0.5 * away**2)
    spectrum = np.fft.rfft(random.standard_normal(size)) * 10 ** (shape / 20)
    return np.asarray(np.fft.irfft(spectrum, size)[:count], np.float32)


def swelling(count: int, random: Random) -> Sound:
    """Coloured noise that comes and goes: passing cars, wind, pouring, rubbing."""
    knots = max(2, int(count / RATE * random.uniform(0.5, 12)))
    level = np.interp(np.linspace(0, knots, count), np.arange(knots + 1), random.uniform(-25, 0, knots + 1))
    return np.asarray(coloured(count, random) * 10 ** (level / 20), np.float32)


def humming(count: int, random: Random) -> Sound:
    """Mains hum or a motor with its harmonics, over noise."""
    time = np.arange(count) / RATE
    base = random.choice((50.0, 60.0, 100.0, 120.0, random.uniform(30, 400)))
    drift = 1 + random.uniform(0, 0.02) * np.sin(2 * np.pi * random.uniform(0.05, 3) * time)
    phase = 2 * np.pi * base * np.cumsum(drift) / RATE
    tone = sum(_strength(at, random) * np.sin(at * phase + random.uniform(0, 6)) for at in range(1, 16))
    return np.asarray(_unit(tone) + random.uniform(0.1, 1.5) * _unit(coloured(count, random)), np.float32)


def struck(count: int, random: Random) -> Sound:
    """Dishes, cutlery, keys, taps, footsteps: things that are struck and ring."""
    made = 0.1 * random.uniform(0, 1) * _unit(coloured(count, random))
    high = random.uniform(300, 3_000)
    for _ in range(random.poisson(count / RATE * random.uniform(0.8, 8)) + 1):
        start = int(random.integers(count))
        time = np.arange(min(count - start, int(RATE * random.uniform(0.02, 0.5)))) / RATE
        ring = random.uniform(0, 0.6) * random.standard_normal(len(time)) * np.exp(-time * random.uniform(60, 400))
        for _ in range(random.integers(1, 6)):
            pitch = min(high * random.uniform(0.5, 4), 7_500)
            tone = np.sin(2 * np.pi * pitch * time + random.uniform(0, 6))
            ring += random.uniform(0.2, 1) * tone * np.exp(-time * random.uniform(8, 120))
        made[start : start + len(time)] += random.uniform(0.15, 1) * ring
    return np.asarray(made, np.float32)


def music(count: int, random: Random) -> Sound:
    """Chords, a tune over them and perhaps a beat."""
    time = np.arange(count) / RATE
    made = np.zeros(count)
    beat = random.uniform(0.25, 0.7)
    root = random.uniform(80, 250)
    for bar in range(int(count / RATE / beat) + 1):
        start = int(bar * beat * RATE)
        here = time[: max(0, min(count - start, int(RATE * beat * random.uniform(0.8, 3))))]
        if not len(here):
            continue
        steps = random.choice((0, 2, 3, 4, 5, 7, 9, 12, 14, 16, 19, 24), size=random.integers(1, 5))
        sound = np.zeros(len(here))
        for step in steps:
            phase = 2 * np.pi * root * 2 ** (step / 12) * here
            phase += random.uniform(0, 0.3) * np.sin(2 * np.pi * random.uniform(4, 7) * here)
            bright = random.uniform(0.4, 2)
            sound += sum(np.sin(at * phase) / at**bright for at in range(1, 9))
        made[start : start + len(here)] += sound * np.exp(-here * random.uniform(0.5, 6))
        if random.random() < 0.6:
            drum = random.standard_normal(len(here)) * np.exp(-here * random.uniform(15, 60))
            made[start : start + len(here)] += random.uniform(0, 4) * drum
    return np.asarray(made, np.float32)


def machine(count: int, random: Random) -> Sound:
    """Noise that beats: fans, washing machines, typing, rain on a window."""
    time = np.arange(count) / RATE
    rate = np.exp(random.uniform(np.log(1), np.log(60)))
    wave = np.sin(2 * np.pi * rate * time + random.uniform(0, 6)) + random.uniform(-0.5, 0.5)
    beat = random.uniform(0.1, 1) + np.maximum(wave, 0) ** random.uniform(0.5, 4)
    return np.asarray(coloured(count, random) * beat, np.float32)


def beeping(count: int, random: Random) -> Sound:
    """A microwave, a phone, an alarm."""
    time = np.arange(count) / RATE
    second, on = (np.sin(2 * np.pi * random.uniform(0.5, 8) * time) > random.uniform(-0.5, 0.7) for _ in range(2))
    pitch = random.uniform(400, 3_500) * (1 + random.uniform(0, 0.4) * second)
    tone = np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * on
    return np.asarray(np.convolve(tone, _SOFTENED)[:count] + 0.05 * _unit(coloured(count, random)), np.float32)


KINDS: tuple[tuple[Callable[[int, Random], Sound], float], ...] = (
    (coloured, 0.26),
    (swelling, 0.2),
    (humming, 0.1),
    (struck, 0.18),
    (music, 0.12),
    (machine, 0.1),
    (beeping, 0.04),
)


def noise(count: int, random: Random) -> Sound:
    """One kind, or two together."""
    kinds = random.choice(len(KINDS), size=1 if random.random() < 0.7 else 2, p=[share for _, share in KINDS])
    return _unit(sum(random.uniform(0.3, 1) * _unit(KINDS[kind][0](count, random)) for kind in kinds))


def _strength(harmonic: int, random: Random) -> float:
    return float(random.uniform(0, 1) / harmonic ** random.uniform(0.3, 1.5))


def _unit(sound: npt.ArrayLike) -> Sound:
    made = np.asarray(sound, np.float32)
    return np.asarray(made / (np.sqrt(np.mean(made**2)) + 1e-9), np.float32)
