"""What every shipped word scores after a start or a reset, before anybody has spoken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from services.wake.base import WakeSettings
from services.wake.models import available
from services.wake.openwakeword import OpenWakeWord
from tests.voices import pink_noise

pytestmark = pytest.mark.engine

SECONDS = 3.0
MOST = 0.05
_COUNT = int(SECONDS * RATE)
_TIME = np.arange(_COUNT) / RATE


def hiss(level: float) -> Samples:
    return np.rint(np.random.default_rng(round(level)).normal(0, level, _COUNT)).astype(np.int16)


def room(dbfs: float) -> Samples:
    return np.rint(pink_noise(_COUNT, dbfs, 3)).astype(np.int16)


def hum(hertz: float, level: float) -> Samples:
    tones = sum(np.sin(2 * np.pi * hertz * at * _TIME + at) / at for at in (1, 2, 3, 5))
    return np.rint(level * tones + np.random.default_rng(1).normal(0, 2, _COUNT)).astype(np.int16)


SILENCES = {
    "digital zero": np.zeros(_COUNT, np.int16),
    **{f"hiss {level}": hiss(level) for level in (1, 3, 10, 30, 100, 300, 1000, 3000)},
    **{f"room at {dbfs} dBFS": room(dbfs) for dbfs in (-80, -66, -50, -40, -30)},
    **{f"hum of {hertz} Hz, {level}": hum(hertz, level) for hertz in (50, 60, 100) for level in (30, 300, 3000)},
}


@pytest.fixture(scope="module")
def detector(model_folder: Callable[[str], Path]) -> OpenWakeWord:
    """Hears every shipped word."""
    folder = model_folder("openwakeword")
    return OpenWakeWord(folder, {word: WakeSettings(threshold=0.99) for word in available(folder)}, second_look=None)


@pytest.mark.parametrize("silence", SILENCES.values(), ids=SILENCES)
def test_no_word_is_half_heard_in_the_silence_after_a_reset(detector: OpenWakeWord, silence: Samples) -> None:
    detector.reset()
    scores = []
    for at in range(len(silence) // FRAME_SAMPLES):
        detector.process(Frame(silence[at * FRAME_SAMPLES : (at + 1) * FRAME_SAMPLES], at))
        scores.append(detector.score)
    assert max(scores) < MOST
