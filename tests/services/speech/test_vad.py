"""Silero VAD on spoken words, and its way through frames that hold two and a half of its chunks."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from services.speech.base import SpeechModelUnusable
from services.speech.vad import CHUNK_SAMPLES, SileroVad
from tests.doubles.speech import ScriptedVad
from tests.voices import speak


@pytest.fixture
def vad(model_folder: Callable[[str], Path]) -> SileroVad:
    return SileroVad(model_folder("silero-vad"))


def probabilities(vad: SileroVad, samples: Samples) -> list[float]:
    count = len(samples) // FRAME_SAMPLES
    return [vad.process(Frame(samples[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], i)) for i in range(count)]


def hiss(seconds: float, level: float = 15.0) -> Samples:
    return np.random.default_rng(0).normal(0, level, int(seconds * RATE)).astype(np.int16)


@pytest.mark.engine
def test_speech_is_told_from_silence_and_noise(vad: SileroVad) -> None:
    word = speak("turn off the light in the kitchen")
    speech = probabilities(vad, np.concatenate((hiss(1.0), word, hiss(1.0))))
    lead, end = int(0.9 / 0.08), int((1.0 + len(word) / RATE + 0.4) / 0.08)
    assert max(speech[:lead]) < 0.3
    assert np.mean(np.array(speech[13 : end - 5]) > 0.5) > 0.8
    assert max(speech[end:]) < 0.3
    for level in (0.0, 15.0, 3000.0):
        vad.reset()
        assert max(probabilities(vad, hiss(3.0, level))) < 0.5


@pytest.mark.engine
def test_each_frame_has_the_highest_of_the_chunks_it_completes(vad: SileroVad, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def scripted(chunk: np.ndarray) -> float:
        assert chunk.shape == (CHUNK_SAMPLES,)
        given.append((len(given) * 7 % 10) / 10)
        return given[-1]

    monkeypatch.setattr(vad, "_probability", scripted)
    found = probabilities(vad, hiss(0.8))
    bounds = [FRAME_SAMPLES * i // CHUNK_SAMPLES for i in range(len(found) + 1)]
    assert found == [max(given[a:b]) for a, b in itertools.pairwise(bounds)]


@pytest.mark.engine
@pytest.mark.parametrize(("content", "reason"), [(None, "missing"), (b"", "damaged"), (b"not an onnx file", "damaged")])
def test_a_model_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, reason: str) -> None:
    if content is not None:
        (tmp_path / "silero_vad_v6.onnx").write_bytes(content)
    with pytest.raises(SpeechModelUnusable, match=reason):
        SileroVad(tmp_path)


@pytest.mark.engine
def test_after_a_reset_the_same_sound_gives_the_same_again(vad: SileroVad) -> None:
    samples = speak("what time is it")[: 13 * FRAME_SAMPLES]
    first = probabilities(vad, samples)
    vad.reset()
    assert probabilities(vad, samples) == first


def test_a_scripted_detector_hears_what_it_is_told_to() -> None:
    vad = ScriptedVad([(0.1, 0.2)])
    silence = np.zeros(FRAME_SAMPLES, dtype=np.int16)
    assert [vad.process(Frame(silence, i)) for i in range(4)] == [0.02, 0.95, 0.95, 0.02]
