"""The last seconds of a stream, however young it is."""

from __future__ import annotations

import numpy as np

from firmware.frame import FRAME_SAMPLES, RATE
from services.wake.recent import RecentSound


def test_it_holds_the_last_seconds_and_no_more() -> None:
    recent = RecentSound(1.5)
    assert recent.last().size == 0
    stream = np.arange(40 * FRAME_SAMPLES, dtype=np.int64).astype(np.int16)
    for number, frame in enumerate(stream.reshape(-1, FRAME_SAMPLES), 1):
        recent.follow(frame)
        heard = stream[: number * FRAME_SAMPLES]
        assert np.array_equal(recent.last(), heard[-round(1.5 * RATE) :])
        assert np.array_equal(recent.last(0.5), heard[-RATE // 2 :])
    recent.reset()
    assert recent.last().size == 0
