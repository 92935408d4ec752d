"""The Piper voice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from firmware.frame import level_dbfs
from services.speech.base import VoiceUnusable
from services.speech.voice.piper import KEPT_SECONDS, Piper, trim

RATE = 22_050


@pytest.fixture(scope="module")
def joe(model_folder: Callable[[str], Path]) -> Piper:
    return Piper(model_folder("piper-en-us-joe"))


@pytest.mark.engine
def test_it_speaks_a_sentence(joe: Piper) -> None:
    sound = joe.synthesize("The task is created.")
    assert (joe.rate, sound.dtype, sound.ndim) == (RATE, np.int16, 1)
    assert 0.8 * RATE < sound.size < 2.5 * RATE
    assert -30 < level_dbfs(sound) < -8
    assert np.abs(sound.astype(np.int32)).max() < 32767 * 0.85


@pytest.mark.engine
def test_little_silence_is_left_at_its_ends(joe: Piper) -> None:
    sound = np.abs(joe.synthesize("Done.").astype(np.int32))
    loud = np.flatnonzero(sound > sound.max() / 20)
    assert loud[0] < 0.12 * RATE
    assert sound.size - loud[-1] < 0.2 * RATE


@pytest.mark.engine
def test_several_sentences_are_all_said(joe: Piper) -> None:
    assert joe.synthesize("One is done. Two is done.").size > 1.5 * joe.synthesize("One is done.").size


@pytest.mark.engine
@pytest.mark.parametrize("nothing", ["", " ", "\n", "."])
def test_nothing_to_say_is_short(joe: Piper, nothing: str) -> None:
    assert joe.synthesize(nothing).size < RATE


@pytest.mark.engine
@pytest.mark.parametrize("odd", ["[[not phonemes]]", "김민수 called", "\x00", "\ud800", "a" * 300, "Zoë & José 🎉"])
def test_any_text_is_taken(joe: Piper, odd: str) -> None:
    assert joe.synthesize(odd).dtype == np.int16


@pytest.mark.engine
def test_speed(joe: Piper, model_folder: Callable[[str], Path]) -> None:
    fast = Piper(model_folder("piper-en-us-joe"), speed=1.5)
    sentence = "I have added milk, eggs and bread to the shopping list."
    assert fast.synthesize(sentence).size < 0.8 * joe.synthesize(sentence).size
    assert fast.name != joe.name


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceUnusable, match=r"no \.onnx files.*equerry models pull"):
        Piper(tmp_path / "none")


def test_a_missing_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").write_bytes(b"")
    with pytest.raises(VoiceUnusable, match=r"voice\.onnx\.json can't be used \(it is missing\)"):
        Piper(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"num_symbols": 1}', '"voice"', "null"])
def test_a_broken_configuration_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "voice.onnx").write_bytes(b"")
    (tmp_path / "voice.onnx.json").write_text(text)
    with pytest.raises(VoiceUnusable, match="not the configuration of a Piper voice"):
        Piper(tmp_path)


@pytest.mark.engine
@pytest.mark.parametrize("keep", [0, 1_000, 1_000_000])
def test_a_truncated_network_is_named(tmp_path: Path, model_folder: Callable[[str], Path], keep: int) -> None:
    network = next(model_folder("piper-en-us-joe").glob("*.onnx"))
    shutil.copy(network.with_name(network.name + ".json"), tmp_path)
    with network.open("rb") as whole:
        (tmp_path / network.name).write_bytes(whole.read(keep))
    with pytest.raises(VoiceUnusable, match="damaged or not an ONNX network"):
        Piper(tmp_path)


@pytest.mark.engine
def test_a_network_of_another_kind_is_named(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    shutil.copy(next(model_folder("piper-en-us-joe").glob("*.json")), tmp_path)
    shutil.copy(model_folder("openwakeword") / "melspectrogram.onnx", tmp_path / "en_US-joe-medium.onnx")
    with pytest.raises(VoiceUnusable, match="not a Piper voice"):
        Piper(tmp_path)


@pytest.mark.engine
def test_a_configuration_of_another_voice_is_named(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    network = next(model_folder("piper-en-us-joe").glob("*.onnx"))
    (tmp_path / network.name).symlink_to(network)
    config = json.loads(network.with_name(network.name + ".json").read_text())
    config["phoneme_id_map"] = {symbol: [9_999] for symbol in config["phoneme_id_map"]}
    (tmp_path / f"{network.name}.json").write_text(json.dumps(config))
    with pytest.raises(VoiceUnusable, match="it can't speak"):
        Piper(tmp_path)


def test_trim_keeps_a_little_silence() -> None:
    sound = np.zeros(RATE, np.int16)
    sound[8_000:12_000] = 10_000
    assert trim(sound, RATE).size == 4_000 + 2 * round(KEPT_SECONDS * RATE)
    assert trim(np.zeros(100, np.int16), RATE).size == 0
    assert trim(sound[8_000:12_000], RATE).size == 4_000
