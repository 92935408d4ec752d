"""Rooms and microphones that a word is heard through while it is learnt, made of numbers alone.

A room is its direct sound, some early reflections and a tail of noise that dies away (Polack's model: J.-D. Polack,
"La transmission de l'énergie sonore dans les salles", 1988), faster at high frequencies.
"""

from __future__ import annotations

import numpy as np

from firmware.frame import RATE, Samples
from services.wake.teaching.noises import Random, Sound, noise

_RT60 = (0.12, 0.8)
"""Seconds in which its sound dies away by 60 dB."""
_DIRECT_DB = (-4.0, 16.0)
"""Of the direct sound over all that is reflected: from far across a room to near."""
_OVER_DB = (2.0, 28.0)
"""Of the voice over the noise."""
_LEVEL_DBFS = (-42.0, -16.0)
"""Of the voice."""
_HISS_DBFS = -76.0


def heard(sound: Sound, random: Random, *, noisy: float = 0.7, roomy: float = 0.7) -> Samples:
    """16 kHz sound of any level as a microphone hears it: through a room in this share of cases, in noise in that
    share.
    """
    through = _coloured(_convolved(sound, response(random)) if random.random() < roomy else sound, random)
    level = 10 ** (random.uniform(*_LEVEL_DBFS) / 20)
    made = random.normal(0, 10 ** (_HISS_DBFS / 20), len(through))
    made += through * level / (_loud(through) + 1e-9)
    if random.random() < noisy:
        made += noise(len(through), random) * level / 10 ** (random.uniform(*_OVER_DB) / 20)
    return np.asarray(np.clip(np.rint(made * 32768), -32768, 32767), np.int16)


def response(random: Random) -> Sound:
    """Of a room drawn at random; it begins with the direct sound, which is 1."""
    rt60 = float(np.exp(random.uniform(*np.log(_RT60))))
    count = round(rt60 * RATE)
    time = np.arange(count) / RATE
    tail = random.standard_normal(count) * np.exp(-6.9 * time / rt60)
    high = random.standard_normal(count) * np.exp(-6.9 * time / (rt60 * random.uniform(0.3, 0.8)))
    tail = np.convolve(tail, np.full(4, 0.25))[:count] + 0.4 * high
    tail[: round(0.002 * RATE)] = 0
    for _ in range(6):
        tail[int(random.uniform(0.002, 0.03) * RATE)] += random.uniform(-4, 4)
    tail *= 10 ** (-random.uniform(*_DIRECT_DB) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(tail, np.float32)


def _convolved(sound: Sound, answer: Sound) -> Sound:
    size = 1 << (len(sound) + len(answer) - 1).bit_length()
    whole = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(answer, size), size)
    return np.asarray(whole[: len(sound)], np.float32)


def _coloured(sound: Sound, random: Random) -> Sound:
    """As a microphone's own taste has it: a tilt, and a broad hump or dip."""
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 60.0) / 1000.0)
    shape = random.uniform(-2, 2) * octaves
    shape += random.uniform(-5, 5) * np.exp(-0.5 * ((octaves - random.uniform(-2, 3)) / random.uniform(0.4, 1.5)) ** 2)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound) * 10 ** (shape / 20), len(sound)), np.float32)


def _loud(sound: Sound) -> float:
    """Root mean square of its louder half: pauses around the word do not count."""
    parts = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    power = np.sort(np.mean(parts**2, axis=1))
    return float(np.sqrt(np.mean(power[len(power) // 2 :])))
