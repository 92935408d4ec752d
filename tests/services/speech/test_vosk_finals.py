"""Finals on a real Vosk model, spoken to in Korean: another engine behind services.speech.base.FinalRecognizer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from rapidfuzz.fuzz import ratio

from firmware.frame import RATE, Samples
from services.speech.base import FinalRecognizer, SpeechModelUnusable
from services.speech.finals.vosk import VoskFinals

pytestmark = pytest.mark.engine

TOMORROW, MEETING = "내일", "회의"


@pytest.fixture(scope="module")
def finals(model_folder: Callable[[str], Path]) -> FinalRecognizer:
    return VoskFinals(model_folder("vosk-ko"))


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Samples]:
    def said(text: str) -> Samples:
        file = tmp_path_factory.mktemp("korean") / "said.wav"
        subprocess.run(["espeak-ng", "-v", "ko", "-s", "130", "-w", str(file), text], check=True)
        sound, rate = soundfile.read(file, dtype="float32")
        voice = (soxr.resample(sound, rate, RATE) * 16_000).astype(np.int16)
        return np.concatenate([np.zeros(RATE // 2, np.int16), voice, np.zeros(RATE, np.int16)])

    return said


def sentence(korean: Callable[[str], Samples]) -> Samples:
    return korean("안녕하세요 내일 아침에 회의가 있습니다")


def test_a_final_has_words_confidence_and_times(finals: FinalRecognizer, korean: Callable[[str], Samples]) -> None:
    finals.warm_up()
    sound = sentence(korean)
    final = finals.transcribe(sound)
    assert len(final.text.split()) >= 4
    assert any("가" <= letter <= "힣" for letter in final.text)
    assert 0 < final.confidence <= 1
    assert final.dropped is None
    assert 0 < final.segments[0].start < final.segments[-1].end <= sound.size / RATE


def test_the_same_sound_gives_the_same_words_from_several_threads(
    finals: FinalRecognizer, korean: Callable[[str], Samples]
) -> None:
    sound = sentence(korean)
    with ThreadPoolExecutor(3) as threads:
        heard = [final.text for final in threads.map(finals.transcribe, [sound] * 3)]
    assert all(ratio(each, finals.partial(sound)) > 70 for each in heard)  # Kaldi adds a little noise to each sound


def test_a_pause_within_the_utterance_loses_nothing(finals: FinalRecognizer, korean: Callable[[str], Samples]) -> None:
    sound = sentence(korean)
    once, twice = finals.transcribe(sound), finals.transcribe(np.concatenate([sound, sound]))
    assert len(twice.text.split()) >= 1.5 * len(once.text.split())
    assert len(twice.segments) >= 2


def test_another_word_is_not_taken_for_one_that_is_expected(
    finals: FinalRecognizer, korean: Callable[[str], Samples]
) -> None:
    assert finals.expecting(korean("아침"), [TOMORROW, MEETING]) not in (TOMORROW, MEETING)


@pytest.mark.parametrize("loudness", [0, 20])
def test_no_words_in_silence(finals: FinalRecognizer, loudness: int) -> None:
    hiss = (loudness * np.random.default_rng(1).normal(0, 1, 2 * RATE)).astype(np.int16)
    final = finals.transcribe(hiss, said="Hey Jarvis,")
    assert (final.text, final.confidence, final.dropped) == ("", 0.0, "silence")
    assert finals.partial(hiss) == finals.expecting(hiss, [TOMORROW]) == ""


@pytest.mark.parametrize("count", [0, 1, RATE // 100])
def test_hardly_any_sound(finals: FinalRecognizer, count: int) -> None:
    assert finals.transcribe(np.full(count, 9000, np.int16)).text == ""


def test_a_model_of_another_engine_is_named(model_folder: Callable[[str], Path]) -> None:
    with pytest.raises(SpeechModelUnusable, match=r"whisper-tiny.en .*am/final.mdl is missing"):
        VoskFinals(model_folder("whisper-tiny.en"))
