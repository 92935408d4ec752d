"""Partials on a real Vosk model, spoken to in Korean."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from services.speech.base import Partial, SpeechModelUnusable
from services.speech.partials.vosk import VoskPartials

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def vosk(model_folder: Callable[[str], Path]) -> VoskPartials:
    return VoskPartials(model_folder("vosk-ko"))


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    file = tmp_path_factory.mktemp("korean") / "said.wav"
    subprocess.run(
        ["espeak-ng", "-v", "ko", "-s", "130", "-w", str(file), "안녕하세요 내일 아침에 회의가 있습니다"], check=True
    )
    sound, rate = soundfile.read(file, dtype="float32")
    said = (soxr.resample(sound, rate, RATE) * 16_000).astype(np.int16)
    return np.concatenate([np.zeros(RATE // 2, np.int16), said, np.zeros(RATE, np.int16)])


def feed(vosk: VoskPartials, samples: Samples) -> list[Partial]:
    frames = samples[: samples.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return [shown for index, part in enumerate(frames) if (shown := vosk.process(Frame(part, index)))]


def test_partials_grow_and_the_final_comes(vosk: VoskPartials, korean: Samples) -> None:
    vosk.reset()
    shown = feed(vosk, korean)
    counts = [len(partial.text.split()) for partial in shown]
    assert len(shown) >= 4
    assert counts[-1] > counts[len(counts) // 2] > counts[0] > 0
    assert [partial.at for partial in shown] == sorted(partial.at for partial in shown)
    assert 0.5 < shown[0].at < korean.size / RATE
    final = vosk.finish()
    assert len(final.split()) >= counts[-1] - 1
    assert any("가" <= letter <= "힣" for letter in final)


def test_reset_forgets(vosk: VoskPartials, korean: Samples) -> None:
    vosk.reset()
    assert feed(vosk, korean)
    vosk.reset()
    assert vosk.finish() == ""
    assert feed(vosk, np.zeros(4 * FRAME_SAMPLES, np.int16)) == []


def test_the_final_begins_a_new_utterance(vosk: VoskPartials, korean: Samples) -> None:
    vosk.reset()
    feed(vosk, korean)
    first = vosk.finish()
    feed(vosk, korean)
    again = vosk.finish()
    assert first
    assert abs(len(again.split()) - len(first.split())) <= 4


def test_a_pause_within_the_utterance_loses_nothing(vosk: VoskPartials, korean: Samples) -> None:
    vosk.reset()
    feed(vosk, korean)
    once = vosk.finish()
    pause = np.zeros(2 * RATE, np.int16)
    shown = feed(vosk, np.concatenate([korean, pause, korean, pause]))
    assert len(vosk.finish().split()) >= 1.5 * len(once.split())
    assert len(shown[-1].text.split()) >= 1.5 * len(once.split())


def test_holding_leaves_no_word_out(vosk: VoskPartials, korean: Samples) -> None:
    vosk.reset()
    vosk.hold(True)
    assert feed(vosk, korean)
    vosk.hold(False)
    assert vosk.finish()


@pytest.mark.parametrize("nothing", ["silence", "hiss"])
def test_no_words_in_silence(vosk: VoskPartials, nothing: str) -> None:
    vosk.reset()
    hiss = np.random.default_rng(1).normal(0, 20, 2 * RATE)
    assert feed(vosk, (hiss if nothing == "hiss" else 0 * hiss).astype(np.int16)) == []
    assert vosk.finish() == ""


@pytest.mark.parametrize(
    ("file", "damage", "reason"),
    [
        ("am/final.mdl", "missing", "am/final.mdl is missing"),
        ("am/final.mdl", "empty", "am/final.mdl is empty"),
        ("am/final.mdl", "truncated", "Failed to create"),
        ("graph/HCLr.fst", "truncated", "Failed to create"),
        ("conf/model.conf", "missing", "conf/model.conf is missing"),
        ("ivector/final.ie", "other", "Failed to create"),
    ],
)
def test_broken_models_are_named(
    model_folder: Callable[[str], Path], tmp_path: Path, file: str, damage: str, reason: str
) -> None:
    broken = tmp_path / "vosk-ko"
    # Links, not copies: the model is large.
    shutil.copytree(
        model_folder("vosk-ko"), broken, copy_function=lambda source, target: Path(target).symlink_to(source)
    )
    whole = (broken / file).read_bytes()
    (broken / file).unlink()
    if damage != "missing":
        (broken / file).write_bytes(
            {"empty": b"", "truncated": whole[: len(whole) // 2], "other": b"not a model"}[damage]
        )
    with pytest.raises(SpeechModelUnusable, match=reason) as caught:
        VoskPartials(broken)
    assert str(broken) in str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeechModelUnusable, match="there is no such folder"):
        VoskPartials(tmp_path / "nothing")


def test_kaldi_says_nothing(model_folder: Callable[[str], Path]) -> None:
    code = (
        "from pathlib import Path; from services.speech.partials.vosk import VoskPartials;"
        f" VoskPartials(Path({str(model_folder('vosk-ko'))!r}))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout + said.stderr == ""
