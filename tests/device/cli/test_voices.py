"""equerry voices on recordings, with every bad input; the microphone's way is that of equerry wake test."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from device.cli import app, completion
from device.models.errors import ModelMissing
from device.voiceprints.book import VoiceprintBook
from device.voiceprints.enrolling import recorded, said
from device.voiceprints.errors import (
    AlreadyEnrolled,
    FileTaken,
    NameUnfit,
    NobodyEnrolled,
    NobodyOfThatName,
    VoiceprintsDamaged,
    VoicesAlike,
)
from firmware.base import AudioFileMissing
from firmware.frame import RATE, Frame
from firmware.sound.audio_file import FileMicrophone
from services.speech.endpoint import AdaptiveEndpoint
from services.voiceprints.enrolment import EnrolmentRefused, EnrolmentSentenceUnfit
from tests.doubles.speech import ScriptedVad
from tests.doubles.voiceprints import person
from tests.voices import speak, turn

SAID = (
    "turn on the light in the kitchen and close the blinds",
    "remind me to call the dentist tomorrow at half past nine",
    "what is on my calendar for the rest of the week",
    "schedule a meeting with Michael next Tuesday at ten",
)
ANNA, BEN = "flite:slt", "flite:rms"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in os.environ:
        if variable.startswith("EQUERRY_"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("EQUERRY_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EQUERRY_PATHS__MODELS", str(Path.home() / ".local/share/equerry/models"))
    (tmp_path / "none.toml").touch()
    return tmp_path / "data"


def voices(*words: str) -> Result:
    return CliRunner().invoke(app, ["voices", *words])


def recordings(folder: Path, voice: str, count: int = 3) -> list[str]:
    options = []
    for number, words in enumerate(SAID[:count]):
        path = folder / f"{voice.replace(':', '-')}-{number}.wav"
        room = np.random.default_rng(number).normal(0, 10, RATE).astype(np.int16)
        soundfile.write(path, np.concatenate((room[:5000], speak(words, voice), room)), RATE)
        options += ["--file", str(path)]
    return options


@pytest.mark.engine
def test_enrolled_known_exported_and_forgotten(tmp_path: Path, data: Path) -> None:
    anna, ben = recordings(tmp_path, ANNA, 4), recordings(tmp_path, BEN, 4)
    assert "Anna is enrolled, with 3 sentences" in voices("add", "Anna", *anna[:6]).output
    assert voices("add", "Ben", *ben[:6]).exit_code == 0
    assert [json.loads(line)["name"] for line in voices("list", "--jsonl").stdout.splitlines()] == ["Anna", "Ben"]
    assert completion.voices("a") == ["Anna"]
    tested = voices("test", "--json", *anna[6:], *ben[6:])
    assert [json.loads(line)["name"] for line in tested.stdout.splitlines()] == ["Anna", "Ben"]
    assert tested.exit_code == 0

    spoken = CliRunner().invoke(app, ["hear", "--jsonl", "--no-wake", "--dry-run", anna[7], ben[7]])
    events = [json.loads(line) for line in spoken.stdout.splitlines()]
    assert [event["who"]["name"] for event in events if event["event"] == "final"] == ["Anna", "Ben"]

    exported = tmp_path / "anna.json"
    assert voices("export", "anna", str(exported)).exit_code == 0
    assert exported.stat().st_mode & 0o777 == 0o600
    assert len(json.loads(exported.read_text())["recordings"]) == 3
    assert isinstance(voices("export", "Anna", str(exported)).exception, FileTaken)

    assert isinstance(voices("add", "Twin", *anna[2:]).exception, VoicesAlike)
    assert voices("forget", "anna").exit_code == 0
    stranger = voices("test", *anna[6:])
    assert (stranger.exit_code, "nobody known for sure" in stranger.output) == (1, True)
    assert voices("forget", "Ben").exit_code == 0
    assert not (data / "voiceprints.json").exists()


@pytest.mark.engine
def test_where_only_known_voices_wake_it_a_strangers_wake_word_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voices("add", "Ben", *recordings(tmp_path, BEN))
    known, strange = tmp_path / "known.wav", tmp_path / "strange.wav"
    soundfile.write(known, turn("add milk to the shopping list", voice=BEN), RATE)
    soundfile.write(strange, turn("add milk to the shopping list"), RATE)

    def woken(file: Path) -> bool:
        heard = CliRunner().invoke(app, ["hear", "--jsonl", "--dry-run", str(file)])
        return any(json.loads(line)["event"] == "detection" for line in heard.stdout.splitlines())

    assert woken(known) and woken(strange)
    monkeypatch.setenv("EQUERRY_WAKE__ONLY_KNOWN_VOICES", "true")
    assert woken(known) and not woken(strange)
    tried = CliRunner().invoke(app, ["wake", "test", "--file", str(known), "--file", str(strange)])
    assert tried.output.count("✓ heard") == 1, tried.output
    voices("forget", "Ben")
    assert woken(strange), "where nobody is enrolled everybody may"


@pytest.mark.engine
def test_recordings_that_are_not_fit_are_all_told_at_once(tmp_path: Path, data: Path) -> None:
    silence = tmp_path / "silence.wav"
    soundfile.write(silence, np.zeros(RATE, np.int16), RATE)
    talk = tmp_path / "talk.wav"
    soundfile.write(talk, np.tile(speak(SAID[0], ANNA), 600 // 3), RATE)
    unfit = [part for each in (silence, silence, talk) for part in ("--file", str(each))]
    refused = voices("add", "Anna", *recordings(tmp_path, ANNA), *unfit)
    assert isinstance(refused.exception, EnrolmentRefused)
    assert str(refused.exception).count("nobody speaks in it") == 2
    assert "talk.wav: it is longer than 30 s. Record one sentence by itself." in str(refused.exception)
    assert recorded(talk).size < 31 * RATE
    assert isinstance(voices("add", "Anna", *recordings(tmp_path, ANNA, 1)).exception, EnrolmentRefused)
    assert isinstance(voices("add", "Anna", "--file", str(tmp_path / "no.wav")).exception, AudioFileMissing)
    assert not data.exists() or list(data.iterdir()) == []


def test_bad_input_is_a_sentence_before_anything_is_asked(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(voices("add", "12").exception, NameUnfit)
    assert isinstance(voices("test").exception, NobodyEnrolled)
    assert isinstance(voices("forget", "Anna").exception, NobodyOfThatName)
    assert isinstance(voices("export", "Anna", "x.json").exception, NobodyOfThatName)
    assert "Nobody is enrolled" in voices("list").output
    VoiceprintBook(data / "voiceprints.json").add(person("Anna"))
    assert isinstance(voices("add", "anna").exception, AlreadyEnrolled)
    monkeypatch.setenv("EQUERRY_PATHS__MODELS", str(tmp_path))
    for missing in (voices("add", "Ben"), voices("test")):
        assert isinstance(missing.exception, ModelMissing)
        assert "Run: equerry models pull wespeaker-resnet34" in str(missing.exception)
    (data / "voiceprints.json").write_text("{")
    for words in (["list"], ["add", "Ben"], ["forget", "Anna"], ["test"], ["export", "Anna", "x.json"]):
        assert isinstance(voices(*words).exception, VoiceprintsDamaged)
    assert completion.voices("") == []


@pytest.mark.engine
def test_enrolled_and_tried_at_the_microphone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = np.random.default_rng(5).normal(0, 10, 2 * RATE).astype(np.int16)
    file = tmp_path / "said.wav"
    parts = [part for words in SAID for part in (room, speak(words, BEN))]
    soundfile.write(file, np.concatenate((*parts, room)), RATE)
    monkeypatch.setattr("device.wiring.body.build_microphone", lambda _: FileMicrophone(file))
    enrolled = voices("add", "Ben", "--sentences", "3")
    assert enrolled.exit_code == 0, enrolled.exception
    assert "3 of 3. Say, as you would to it" in enrolled.stderr
    assert "microphone: Ben" in voices("test").output
    soundfile.write(file, np.tile(room, 12), RATE)
    silent = voices("add", "Carl")
    assert isinstance(silent.exception, EnrolmentSentenceUnfit)
    assert silent.stderr.count("Once more. sentence 1: nobody speaks in it") == 2
    assert voices("test").exit_code == 1


class Speaks:
    """A microphone of the sound of these frames (firmware.base.Microphone)."""

    name = "test"

    def __init__(self, frames: list[Frame]) -> None:
        self.left = frames

    def read(self) -> Frame | None:
        return self.left.pop(0) if self.left else None


def test_a_sentence_is_listened_to_until_its_end_and_silence_is_none() -> None:
    sound = np.random.default_rng(0).normal(0, 5, 20 * RATE)
    sound[2 * RATE : 4 * RATE] *= 800
    frames = [Frame(each, index) for index, each in enumerate(sound.astype(np.int16).reshape(-1, 1280))]
    microphone = Speaks(frames)
    heard = said(microphone, ScriptedVad([(2.0, 4.0)]), AdaptiveEndpoint())  # type: ignore[arg-type]
    assert 4.0 < heard.size / RATE < 6.0
    assert said(microphone, ScriptedVad([(2.0, 4.0)]), AdaptiveEndpoint(), patience=3.0).size == 0  # type: ignore[arg-type]
