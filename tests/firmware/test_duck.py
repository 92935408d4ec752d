"""What the loudspeaker's device is given while it is ducked, without a device."""

from __future__ import annotations

import numpy as np
import pytest

from firmware.base import LONGEST_DUCK
from firmware.frame import RATE, Samples, level_dbfs
from firmware.sound.speaker import PyAudioSpeaker
from tests.virtual_sound import tone

CHUNK = 480


def playing(seconds: float = 3.0) -> PyAudioSpeaker:
    """A speaker in the middle of a tone."""
    speaker = PyAudioSpeaker(None)
    speaker._rate = RATE
    speaker._rest = tone(440, seconds)
    return speaker


def taken(speaker: PyAudioSpeaker, seconds: float) -> Samples:
    """What the device takes in that time."""
    return np.concatenate([speaker._take(CHUNK) for _ in range(round(seconds * RATE / CHUNK))])


@pytest.mark.parametrize("db", [6.0, 20.0, 40.0])
def test_it_is_quieter_from_the_next_sample_on_without_a_click(db: float) -> None:
    speaker = playing()
    before = taken(speaker, 0.3)
    speaker.duck(db)
    after = taken(speaker, 0.6)
    assert level_dbfs(before) - level_dbfs(after[CHUNK:]) == pytest.approx(db, abs=0.5)
    assert level_dbfs(before) - level_dbfs(after[80:CHUNK]) == pytest.approx(db, abs=0.7), "five milliseconds later"
    steps = np.abs(np.diff(np.concatenate((before, after)).astype(int))).max()
    assert steps <= 1.1 * np.abs(np.diff(before.astype(int))).max()
    speaker.duck(0.0)
    assert level_dbfs(taken(speaker, 0.3)[CHUNK:]) == pytest.approx(level_dbfs(before), abs=0.1)


def test_a_duck_that_nobody_ends_is_over_after_a_second() -> None:
    speaker = playing()
    loud = level_dbfs(taken(speaker, 0.3))
    speaker.duck(20.0)
    assert level_dbfs(taken(speaker, LONGEST_DUCK)[CHUNK:]) == pytest.approx(loud - 20, abs=0.5)
    taken(speaker, 0.06)
    assert level_dbfs(taken(speaker, 0.3)) == pytest.approx(loud, abs=0.1)


def test_silence_ends_a_duck() -> None:
    speaker = playing()
    loud = level_dbfs(taken(speaker, 0.3))
    speaker.duck(20.0)
    speaker.stop()
    speaker._rest = tone(440, 1.0)
    assert level_dbfs(taken(speaker, 0.3)[CHUNK:]) == pytest.approx(loud, abs=0.5)
    speaker.stop()


def test_a_louder_volume_is_no_click_either() -> None:
    speaker = playing()
    speaker.volume = 0.1
    soft = taken(speaker, 0.3)
    speaker.volume = 1.0
    loud = taken(speaker, 0.3)
    steps = np.abs(np.diff(np.concatenate((soft, loud)).astype(int)))
    assert steps.max() <= 1.1 * np.abs(np.diff(loud[CHUNK:].astype(int))).max()
