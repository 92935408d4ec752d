"""How a turn sounded, from frames that are known."""

from __future__ import annotations

import numpy as np
import pytest

from firmware.frame import FRAME_SAMPLES, Frame
from services.speech.quality import TurnSound


def frame(index: int, amplitude: int) -> Frame:
    """A square wave: its root mean square is its amplitude."""
    samples = np.full(FRAME_SAMPLES, amplitude, np.int16)
    samples[::2] = -amplitude
    return Frame(samples, index)


def test_levels_of_voice_and_room_and_their_distance() -> None:
    sounding = TurnSound()
    for index in range(20):
        voice = index % 2 == 0
        sounding.take(frame(index, 3277 if voice else 33), 0.9 if voice else 0.05)
    sounding.take(frame(20, 15_000), 0.35)
    quality = sounding.quality()
    assert quality.level == pytest.approx(-20.0, abs=0.05), "what may be either counts to neither"
    assert quality.floor == pytest.approx(-60.0, abs=0.2)
    assert quality.snr == pytest.approx(40.0, abs=0.2)
    assert (quality.clipped, quality.dropouts) == (0.0, 0)


def test_clipping_is_the_share_of_samples_at_full_scale() -> None:
    sounding = TurnSound()
    for index in range(4):
        sounding.take(frame(index, 32_767 if index == 0 else 1000), 0.9)
    assert sounding.quality().clipped == 0.25
    negative = TurnSound()
    negative.take(Frame(np.full(FRAME_SAMPLES, -32_768, np.int16), 0), 0.9)
    assert negative.quality().clipped == 1.0


def test_gaps_are_those_between_frames_and_what_was_lost_before() -> None:
    sounding = TurnSound()
    for index in (0, 1, 5, 6, 9):
        sounding.take(frame(index, 100), 0.9)
    assert sounding.quality(lost=3).dropouts == 5
    assert sounding.quality(lost=-1).dropouts == 2, "another microphone counts from the start"


def test_what_is_not_known_is_not_told() -> None:
    quality = TurnSound().quality()
    assert (quality.level, quality.floor, quality.snr, quality.clipped) == (None, None, None, 0.0)
    digital = TurnSound()
    digital.take(frame(0, 0), 0.0)
    assert digital.quality().floor == -100.0
