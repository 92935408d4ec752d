"""The voices that tests speak with."""

from __future__ import annotations

import numpy as np
import pytest

from firmware.frame import RATE, level_dbfs
from tests.voices import SPEECH_DBFS, VOICES, installed, speak, take, turn


@pytest.mark.engine
@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_speaks_at_the_same_level_and_the_same_each_time(voice: str) -> None:
    if not installed(voice):
        pytest.skip(f"{voice} is not installed")
    slow, fast = speak("add milk to the shopping list", voice, 0.8), speak("add milk to the shopping list", voice, 1.25)
    assert slow.dtype == np.int16
    assert len(slow) > 1.2 * len(fast)
    assert 0.7 * RATE < len(fast) < 4 * RATE
    assert abs(level_dbfs(slow) - SPEECH_DBFS) < 0.5
    assert np.array_equal(slow, speak("add milk to the shopping list", voice, 0.8))


@pytest.mark.engine
def test_a_take_says_where_its_parts_lie() -> None:
    heard = take("start a timer", gap=1.0, lead=0.5, tail=1.5)
    assert heard.command_start - heard.wake_end == pytest.approx(1.0)
    assert len(heard.samples) / RATE == pytest.approx(heard.command_end + 1.5, abs=1e-3)
    hush = heard.samples[int((heard.wake_end + 0.05) * RATE) : int((heard.command_start - 0.05) * RATE)]
    assert level_dbfs(hush) < -60


@pytest.mark.engine
def test_noise_lies_as_far_below_the_words_as_asked() -> None:
    noisy = turn("start a timer", snr_db=15, lead=2.0, seed=3)
    assert level_dbfs(noisy[: 2 * RATE]) == pytest.approx(SPEECH_DBFS - 15, abs=1.5)
    assert not np.array_equal(noisy, turn("start a timer", snr_db=15, lead=2.0, seed=4))
