"""What the ears are taught with: noise, and which part of a sound is speech."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from firmware.frame import RATE
from services.wake.teaching.noises import KINDS, noise
from training.ears.sounds import Sound, active, level_of


def speechlike(seconds: float = 2.0) -> Sound:
    """Bursts of a buzz with pauses."""
    time = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 120 * at * time) / at for at in range(1, 20))
    return np.asarray(0.1 * buzz * (np.sin(2 * np.pi * 1.5 * time) > 0), np.float32)


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS], ids=lambda kind: kind.__name__)
def test_every_kind_of_noise_is_as_long_as_asked_and_the_same_for_a_seed(
    kind: Callable[[int, np.random.Generator], Sound],
) -> None:
    for seed, count in enumerate((1_601, 48_000, 48_000)):
        made = kind(count, np.random.default_rng(seed))
        assert made.shape == (count,) and np.isfinite(made).all() and np.any(made)
        np.testing.assert_array_equal(made, kind(count, np.random.default_rng(seed)))


def test_noise_has_unit_power() -> None:
    for seed in range(10):
        assert np.mean(noise(32_000, np.random.default_rng(seed)) ** 2) == pytest.approx(1, abs=0.01)


def test_speech_is_told_from_the_pauses_beside_it() -> None:
    sound = speechlike()
    speech = active(sound)
    assert 0.4 < np.mean(speech) < 0.75
    assert level_of(sound) == pytest.approx(float(np.sqrt(2 * np.mean(sound**2))), rel=0.2)
