"""What teaches the second stage sees the very numbers that the appliance sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from firmware.frame import FRAME_SAMPLES, RATE, Samples
from services.wake.features import FeatureStream
from services.wake.openwakeword import OpenWakeWord
from services.wake.second_look import SecondLook
from tests.voices import speak
from training.wake.embedded import STEPS, Embedder, suppressed
from training.wake.phrases import NEAR, UNHEARD_NEAR, WORDS


@pytest.fixture(scope="module")
def folder(model_folder: Callable[[str], Path]) -> Path:
    """The wake word models."""
    return model_folder("openwakeword")


def sound() -> Samples:
    quiet = np.random.default_rng(0).normal(0, 8, RATE).astype(np.int16)
    return np.concatenate((quiet, speak("alexa"), quiet, speak("hey jarvis"), quiet))[: 51 * FRAME_SAMPLES]


@pytest.mark.engine
def test_whole_sounds_are_embedded_as_streams_are(folder: Path) -> None:
    embedder, models = Embedder(folder, ["alexa"]), OpenWakeWord(folder, {})._shared
    found, stream, second = embedder.embed(sound()), FeatureStream(models, STEPS), SecondLook(models, STEPS)
    for at in range(len(sound()) // FRAME_SAMPLES):
        samples = sound()[at * FRAME_SAMPLES : (at + 1) * FRAME_SAMPLES]
        stream.push(samples)
        second.follow(samples)
        second.look()
        np.testing.assert_allclose(embedder.windows(found.raw)[at], stream.last(STEPS)[0], atol=1e-3)
        np.testing.assert_allclose(embedder.windows(found.quiet)[at], second.last(STEPS)[0], atol=1e-3)


@pytest.mark.engine
def test_one_frame_is_embedded_as_in_the_whole(folder: Path) -> None:
    embedder = Embedder(folder, ["alexa"])
    found, quiet = embedder.embed(sound()), suppressed(sound())
    for frame in (0, 3, 9, 15, 16, 26, 40, 50):
        np.testing.assert_allclose(embedder.ending(sound(), frame), embedder.windows(found.raw)[frame], atol=1e-3)
        np.testing.assert_allclose(embedder.ending(quiet, frame), embedder.windows(found.quiet)[frame], atol=1e-3)


def test_what_measures_is_not_learnt_from() -> None:
    assert set(NEAR) == set(UNHEARD_NEAR) == set(WORDS)
    for word, near in NEAR.items():
        assert not set(near) & set(UNHEARD_NEAR[word])
        assert not {each.lower() for each in (*near, *UNHEARD_NEAR[word])} & {each.lower() for each in WORDS[word]}
