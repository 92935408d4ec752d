"""The spectrogram is the one Whisper was trained on."""

from __future__ import annotations

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from firmware.frame import RATE, Samples
from services.speech.finals.mel import log_mel


def noise(count: int) -> Samples:
    return np.random.default_rng(count).normal(0, 3000, count).astype(np.int16)


@pytest.mark.parametrize("bands", [80, 128])
@pytest.mark.parametrize("count", [400, 1_600, 16_000, 16_123, 80_000])
def test_it_is_what_others_compute(bands: int, count: int) -> None:
    sound = noise(count)
    theirs = FeatureExtractor(feature_size=bands)(sound.astype(np.float32) / 32768)
    ours = log_mel(sound, bands)
    assert ours.dtype == np.float32
    assert ours.shape == (bands, count // 160)
    # Theirs is padded by 10 ms; only the column that overlaps it may differ.
    np.testing.assert_allclose(ours[:, :-2], theirs[:, : ours.shape[1] - 2], atol=1e-4)


@pytest.mark.parametrize("count", [0, 1, 159, 160, 399])
def test_hardly_any_sound(count: int) -> None:
    spectrogram = log_mel(noise(count))
    assert spectrogram.shape == (80, count // 160)
    assert np.isfinite(spectrogram).all()


def test_a_tone_lies_in_its_band() -> None:
    tone = (8000 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)).astype(np.int16)
    loudest = log_mel(tone).mean(axis=1).argmax()
    assert 20 <= loudest <= 28  # 1 kHz is 15 of 45.2 mel: a third of 80 bands


def test_silence_is_flat() -> None:
    assert np.unique(log_mel(np.zeros(RATE, np.int16))).size == 1
