"""equerry mic calibrate and equerry wake test on recordings, with every bad input; tests/sound has them on a sound
card.
"""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from device.cli import app
from device.configuration.layers import read
from device.configuration.load import load
from device.models.errors import ModelMissing, ModelUnknown
from device.wiring.ear import load_engines, load_wake_alone
from firmware.base import AudioFileEmpty, AudioFileMissing, AudioFileUnreadable
from firmware.frame import RATE
from firmware.sound.audio_file import FileMicrophone
from services.wake.head import Head
from tests.voices import ROOM_DBFS, pink_noise, speak


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "own.toml"
    path.write_text("[wake]\nthreshold = 0.5 # mine\n")
    for variable in os.environ:
        if variable.startswith("EQUERRY_") and variable != "EQUERRY_PATHS__MODELS":
            monkeypatch.delenv(variable)
    monkeypatch.setenv("EQUERRY_CONFIG", str(path))
    return path


def equerry(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def recording(path: Path, *channels: np.ndarray, rate: int = RATE) -> str:
    soundfile.write(path, np.stack(channels, axis=1), rate)
    return str(path)


def like_speech(seconds: float = 4.0, gain: float = 0.2) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(0).standard_normal(len(t))
    return np.clip(noise * gain * (np.sin(2 * np.pi * t) > 0) + noise * 1e-3, -1, 1)


def test_a_dead_channel_is_told_and_with_yes_the_other_one_set(tmp_path: Path, own: Path) -> None:
    file = recording(tmp_path / "two.wav", np.zeros(4 * RATE), like_speech(gain=0.05))
    result = equerry("mic", "calibrate", "--file", file, "--yes")
    assert result.exit_code == 1
    assert "channel 1" in result.stdout and "dead" in result.stdout
    assert "microphone.channel is set in" in result.stderr
    assert read({"EQUERRY_CONFIG": str(own)}).tree["microphone"]["channel"] == 2
    assert "# mine" in own.read_text()


@pytest.mark.parametrize("words", [("--dry-run",), (), ("--dry-run", "--yes")])
def test_nothing_is_set_that_nobody_agreed_to(tmp_path: Path, own: Path, words: tuple[str, ...]) -> None:
    before = own.read_text()
    file = recording(tmp_path / "two.wav", np.zeros(4 * RATE), like_speech())
    result = equerry("mic", "calibrate", "--file", file, *words)
    assert "Suggested: microphone.channel = 2" in result.stderr
    assert own.read_text() == before


def test_for_programs(tmp_path: Path) -> None:
    file = recording(tmp_path / "one.flac", like_speech(gain=0.01))
    told = json.loads(equerry("mic", "calibrate", "--file", file, "--json").stdout)
    assert told["ok"] and told["set"] == []
    assert told["gain"]["turn_db"] > 6
    assert told["channels"][0]["channel"] == 1 and told["channels"][0]["snr"] > 10
    assert {each["what"] for each in told["findings"]} >= {"room", "speech", "clarity", "clipping"}


BAD = [
    (b"", AudioFileEmpty),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", AudioFileUnreadable),
    (b"no sound at all" * 99, AudioFileUnreadable),
    (None, AudioFileMissing),
]


@pytest.mark.parametrize("command", [("mic", "calibrate"), ("wake", "test")])
@pytest.mark.parametrize(("content", "error"), BAD)
def test_what_is_no_recording_is_told(
    tmp_path: Path, command: tuple[str, str], content: bytes | None, error: type[Exception]
) -> None:
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    assert isinstance(equerry(*command, "--file", str(path)).exception, error)


def test_one_sample_and_sixteen_channels_are_no_trouble(tmp_path: Path) -> None:
    assert equerry("mic", "calibrate", "--file", recording(tmp_path / "short.wav", np.array([0.5]))).exit_code == 1
    many = recording(tmp_path / "many.wav", *[like_speech(1.0)] * 16, rate=44_100)
    assert "very same sound" in equerry("mic", "calibrate", "--file", many, "--dry-run").stdout


@pytest.mark.parametrize(
    "words",
    [("mic", "calibrate", "--quiet", "0"), ("wake", "test", "--tries", "0"), ("wake", "test", "--seconds", "x")],
)
def test_what_can_not_be_is_refused(words: tuple[str, ...]) -> None:
    assert equerry(*words).exit_code == 2


def spoken(path: Path, *words: tuple[str, float]) -> str:
    """Each said at so many dB, with pauses, in a quiet room."""
    hush = np.zeros(RATE * 3 // 2)
    parts = [part for text, decibels in words for part in (speak(text) * 10 ** (decibels / 20), hush)]
    sound = np.concatenate([hush, *parts])
    return recording(path, (sound + pink_noise(len(sound), ROOM_DBFS)) / 32768)


@pytest.mark.engine
def test_each_try_is_heard_or_not(tmp_path: Path, own: Path) -> None:
    file = spoken(
        tmp_path / "wake.wav", ("hey jarvis", 0), ("hey jarvis", -6), ("good morning everybody", 0), ("hey jarvis", -3)
    )
    result = equerry("wake", "test", "--file", file, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1, "three of four are not nine of ten"
    assert [each["heard"] for each in told["said"]] == [True, True, False, True]
    assert (told["heard"], told["tries"]) == (3, 4) and told["words"] == ["hey_jarvis"]
    assert told["said"][2]["peak"] < 0.2 and "not like" in told["said"][2]["hint"]
    assert "heard" in result.stderr and own.read_text().count("0.5") == 1


@pytest.mark.engine
def test_it_scores_as_the_running_device_does(tmp_path: Path) -> None:
    file = spoken(tmp_path / "wake.wav", ("hey jarvis", 0), ("hey Travis", 0), ("hey jarvis", -20))
    said = json.loads(equerry("wake", "test", "--file", file, "--json").stdout)["said"]
    microphone, scores = FileMicrophone(Path(file)), []
    microphone.open()
    with load_engines(load(), inline=True) as engines:
        assert engines.wake is not None
        engines.wake.reset()
        while frame := microphone.read():
            engines.wake.process(frame)
            scores.append((frame.end, engines.wake.score))
    for each in said:
        assert each["peak"] == pytest.approx(
            max(score for end, score in scores if each["start"] < end <= each["end"] + 0.8)
        )


def keep_learnt(word: str, about: dict[str, str]) -> None:
    layers = tuple((np.zeros(shape, np.float32), np.zeros(shape[1], np.float32)) for shape in ((16 * 96, 4), (4, 1)))
    head = Head(word, np.zeros(96, np.float32), np.ones(96, np.float32), layers, about)
    folder = load().paths.wake_words
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{word}.npz").write_bytes(head.packed())


@pytest.mark.engine
@pytest.mark.parametrize(
    ("words", "second_look", "asks"),
    [
        ("hey_jarvis", 0.2, True),
        ("hey_jarvis", 0, False),
        ("hey_otto", 0.2, True),
        ("hey_otto", 0, False),
        ("hey_xylq", 0.2, False),
    ],
)
def test_the_recogniser_is_loaded_only_where_a_word_asks_it(
    words: str, second_look: float, asks: bool, own: Path, tmp_path: Path
) -> None:
    paths = f'[paths]\ndata = "{tmp_path}/data"\nmodels = "{load().paths.models}"\n'
    own.write_text(f'{paths}[wake]\nwords = ["{words}"]\nsecond_look = {second_look}\n[finals]\nmodel = "none"\n')
    keep_learnt("hey_otto", {"ears": "Hey Otto"})
    keep_learnt("hey_xylq", {})
    with pytest.raises((ModelMissing, ModelUnknown)) if asks else nullcontext():
        assert load_wake_alone(load()).words == (words,)


@pytest.mark.engine
def test_a_threshold_that_is_too_high_is_lowered_with_yes(tmp_path: Path, own: Path) -> None:
    own.write_text("[wake]\nthreshold = 0.99 # mine\nsecond_look = 0.0\n")
    result = equerry("wake", "test", "--file", spoken(tmp_path / "wake.wav", *[("hey jarvis", 0.0)] * 3), "--yes")
    assert "wake.threshold is set in" in result.stderr
    assert 0.3 <= read({"EQUERRY_CONFIG": str(own)}).tree["wake"]["threshold"] <= 0.8
    assert "# mine" in own.read_text()


@pytest.mark.engine
def test_silence_is_no_try(tmp_path: Path) -> None:
    result = equerry("wake", "test", "--file", recording(tmp_path / "silence.wav", pink_noise(RATE * 3, -60) / 32768))
    assert result.exit_code == 1 and "Nobody was heard" in result.stdout
