"""equerry wake learn, list and forget, with every bad input; learning itself is in tests/services/wake."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer
from typer.testing import CliRunner, Result

from device.cli import app
from device.cli.care.wake_learn import _of_files, _taught
from device.configuration.load import load
from device.wiring.word import WordInUse, WordNotKept, WordTaken, WordUnknown, demand_free, keep, load_teacher
from firmware.base import AudioFileMissing
from firmware.frame import RATE
from firmware.sound.audio_file import FileMicrophone
from services.wake.features import NUMBERS
from services.wake.head import Head, load_head
from services.wake.models import learnt
from services.wake.teaching.appraisal import PhraseRefused
from services.wake.teaching.clips import WordTake
from services.wake.teaching.lesson import Material
from tests.voices import ROOM_DBFS, pink_noise, speak

pytestmark = pytest.mark.engine

TAKE = WordTake(np.zeros(RATE, np.float32))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    models = load().paths.models
    for variable in os.environ:
        if variable.startswith("EQUERRY_"):
            monkeypatch.delenv(variable)
    (tmp_path / "own.toml").write_text("")
    monkeypatch.setenv("EQUERRY_CONFIG", str(tmp_path / "own.toml"))
    monkeypatch.setenv("EQUERRY_PATHS__MODELS", str(models))
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    return tmp_path


def equerry(*words: str) -> Result:
    return CliRunner().invoke(app, ["wake", *words])


def head(word: str = "hey_matilda", **about: object) -> Head:
    ones = np.ones(NUMBERS, np.float32)
    layers = ((np.zeros((16 * NUMBERS, 2), np.float32), ones[:2]), (np.zeros((2, 1), np.float32), ones[:1]))
    return Head(word, ones, ones, layers, about)


def spoken(path: Path, text: str, speed: float = 1.0) -> str:
    quiet = np.zeros(RATE, np.int16)
    sound = np.concatenate((quiet, speak(text, speed=speed), quiet))
    soundfile.write(path, (sound + pink_noise(len(sound), ROOM_DBFS)).astype(np.int16), RATE)
    return str(path)


def test_the_is_refused_with_what_to_do() -> None:
    problem = equerry("learn", "the").exception
    assert isinstance(problem, PhraseRefused) and "Take three syllables or more" in str(problem)


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("hey matilda", "It should do well: 4 syllables"),
        ("good night", "“good night”, which is often said"),
        ("hey jarvin", "“hey jarvis”, to which it listens already"),
    ],
)
def test_before_it_is_recorded_it_is_told_how_good_it_will_be(phrase: str, says: str, data: Path) -> None:
    result = equerry("learn", phrase, "--dry-run")
    assert result.exit_code == 0 and says in result.stderr
    assert not (data / "wake").exists()


def test_what_will_not_do_well_needs_a_yes() -> None:
    result = equerry("learn", "good night")
    assert result.exit_code == 1 and "there is nobody to ask" in result.stderr


def test_a_name_that_is_taken_is_told() -> None:
    problem = equerry("learn", "alexa").exception
    assert isinstance(problem, WordTaken) and "came with the models. Take another phrase" in str(problem)


def test_one_that_was_taught_is_only_replaced_when_asked_for() -> None:
    keep(load(), head())
    problem = equerry("learn", "hey matilda").exception
    assert isinstance(problem, WordTaken) and "Say --again to learn it anew" in str(problem)
    assert equerry("learn", "hey matilda", "--again", "--dry-run").exit_code == 0


@pytest.mark.parametrize("phrase", ["", "🙂", "привет матильда"])
def test_what_gives_no_name_is_told_by_its_letters(phrase: str) -> None:
    problem = equerry("learn", phrase).exception
    assert isinstance(problem, PhraseRefused) and "letters" in str(problem)


@pytest.mark.parametrize("name", ["Hey", "a b", "../x", "x" * 61])
def test_a_name_that_none_may_have_is_told(name: str) -> None:
    result = equerry("learn", "hey matilda", "--name", name)
    assert result.exit_code == 2 and "small letters, digits and _" in result.stderr


def test_recordings_of_no_use_are_told_one_by_one_and_nothing_is_learnt(tmp_path: Path, data: Path) -> None:
    silent, long, loud = tmp_path / "silent.wav", tmp_path / "long.wav", tmp_path / "loud.wav"
    soundfile.write(silent, np.zeros(2 * RATE, np.int16), RATE)
    spoken(long, "hey matilda, this is a sentence that goes on and on for much longer than a word does")
    sound, _ = soundfile.read(spoken(loud, "hey matilda"))
    soundfile.write(loud, np.clip(sound * 60, -1, 1), RATE)
    good = spoken(tmp_path / "good.wav", "hey matilda")
    files = [part for each in (silent, long, loud, good) for part in ("--file", str(each))]
    result = equerry("learn", "hey matilda", *files, *files[-2:])
    assert result.exit_code == 2
    assert "good.wav is a recording that was given already" in result.stderr
    assert "silent.wav has nothing in it" in result.stderr
    assert "long.wav has" in result.stderr and "say the word alone" in result.stderr
    assert "loud.wav is too loud" in result.stderr
    assert "1 recordings of “hey matilda” are of use; 3 are the least" in result.stderr
    assert learnt(data / "wake" / "words") == []


def test_another_word_among_the_recordings_is_left_out(tmp_path: Path) -> None:
    files = [
        spoken(tmp_path / f"{at}.wav", "hey matilda", speed=speed) for at, speed in enumerate((0.8, 0.9, 1.0, 1.1))
    ]
    files.insert(2, spoken(tmp_path / "other.wav", "good evening"))
    assert len(_of_files(load(), [Path(each) for each in files], load_teacher(load()))) == 4


def test_talk_of_minutes_is_left_out_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk, words = tmp_path / "talk.wav", tmp_path / "words.wav"
    sound, _ = soundfile.read(spoken(talk, "this is a sentence that goes on and on for longer than a word does"))
    soundfile.write(talk, np.tile(sound, 20), RATE)
    pauses = [np.zeros(RATE, np.int16) for _ in range(35)]
    said = [part for at, quiet in enumerate(pauses) for part in (quiet, speak("hey matilda", speed=0.8 + at / 100))]
    soundfile.write(words, np.concatenate([*said, pauses[0]]), RATE)
    takes = _of_files(load(), [talk, words], load_teacher(load()))
    told = capsys.readouterr().err
    assert told.count("talk.wav") == 1 and "so are 19 more pieces of it" in told
    assert "There are 35 recordings; the first 30 will do." in told and 25 <= len(takes) <= 30


def test_where_nobody_speaks_it_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.random.default_rng(0).normal(0, 10, 200 * RATE).astype(np.int16), RATE)
    microphone = FileMicrophone(silent)
    monkeypatch.setattr("device.wiring.body.build_microphone", lambda _: microphone)
    result = equerry("learn", "hey matilda")
    assert (
        "Nobody was heard for a minute" in result.stderr and "0 recordings of “hey matilda” are of use" in result.stderr
    )


def test_a_damaged_file_of_wrong_wakes_costs_no_recording(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "wake").mkdir()
    (data / "wake" / "alarms.npz").write_bytes(b"PK")
    learnt_from: list[Material] = []

    def lesson(material: Material, *_: object, **__: object) -> Head:
        learnt_from.append(material)
        return head()

    monkeypatch.setattr("services.wake.teaching.lesson.teach", lesson)
    assert _taught(load(), load_teacher(load()), "hey matilda", "hey_matilda", [TAKE] * 3).word == "hey_matilda"
    assert learnt_from[0].alarms == []


def test_ctrl_c_while_it_learns_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped(*_: object, **__: object) -> Head:
        raise KeyboardInterrupt

    monkeypatch.setattr("services.wake.teaching.lesson.teach", stopped)
    with pytest.raises(typer.Abort):
        _taught(load(), load_teacher(load()), "hey matilda", "hey_matilda", [TAKE] * 3)
    assert capsys.readouterr().err.endswith("Nothing was learnt.\n")


def test_a_file_that_is_not_there_is_told() -> None:
    assert isinstance(equerry("learn", "hey matilda", "--file", "none.wav").exception, AudioFileMissing)


def test_words_are_listed_with_what_is_known_of_them(data: Path) -> None:
    keep(load(), head(made="2026-11-25", recordings=8, missed=0.04, hours=0.9))
    (data / "wake" / "words" / "broken.npz").write_bytes(b"PK")
    (data / "wake" / "words" / "hey_otto.77.part").write_bytes(b"killed in the middle")
    lines = equerry("list").stdout.splitlines()
    assert any(line.startswith("● hey_jarvis") and "came with the models" in line for line in lines)
    assert any("hey_matilda" in line and "8 recordings" in line and "4% were missed" in line for line in lines)
    assert any("broken" in line and "damaged" in line for line in lines)
    assert not any("otto" in line for line in lines)
    rows = {row["word"]: row for row in json.loads(equerry("list", "--json").stdout)}
    assert rows["hey_matilda"]["missed"] == 0.04 and rows["alexa"]["listened_for"] is False


def test_a_word_is_kept_for_its_owner_alone_and_forgotten_for_good(data: Path) -> None:
    path = keep(load(), head())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and load_head(path).word == "hey_matilda"
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path.parent, path.parent.parent)} == {0o700}
    assert equerry("forget", "hey_matilda").exit_code == 0
    assert list((data / "wake" / "words").iterdir()) == []
    assert isinstance(equerry("forget", "hey_matilda").exception, WordUnknown)
    assert isinstance(equerry("forget", "../../own").exception, WordUnknown)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for others")
def test_behind_sudo_a_word_is_kept_for_the_appliance_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder:  # those of pytest are closed to others
        os.chown(folder, 65534, 65534)
        monkeypatch.setenv("EQUERRY_PATHS__DATA", folder)
        path = keep(load(), head())
        assert {each.stat().st_uid for each in (path, path.parent, path.parent.parent)} == {65534}
        assert os.geteuid() == 0


def test_a_word_that_is_listened_for_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(load(), head())
    for listened_for, others in (
        ('["hey_matilda"]', "hey_jarvis"),
        ('["alexa", "hey_matilda", "hey_mycroft"]', "alexa,hey_mycroft"),
    ):
        monkeypatch.setenv("EQUERRY_WAKE__WORDS", listened_for)
        problem = equerry("forget", "hey_matilda").exception
        assert isinstance(problem, WordInUse) and str(problem).endswith(f"equerry config set wake.words {others}")


def test_where_it_cant_be_kept_the_one_before_stays(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = keep(load(), head(recordings=5)).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WordNotKept, match="No space left"):
        keep(load(), head(recordings=9))
    assert [each.name for each in (data / "wake" / "words").iterdir()] == ["hey_matilda.npz"]
    assert (data / "wake" / "words" / "hey_matilda.npz").read_bytes() == kept


def test_a_word_that_was_taught_may_be_named_in_the_settings() -> None:
    keep(load(), head())
    done = CliRunner().invoke(app, ["config", "set", "wake.words", "hey_matilda,alexa"])
    assert done.exit_code == 0, done.stderr or done.exception
    demand_free(load(), "hey_otto")
    assert load().wake.words == ["hey_matilda", "alexa"]
    actions = CliRunner().invoke(app, ["config", "set", "wake.actions", "hey_matilda: stop"])
    assert actions.exit_code == 0 and load().wake.actions == ["hey_matilda: stop"]
    wrong = CliRunner().invoke(app, ["config", "set", "wake.actions", "hey_otto: stop"])
    assert wrong.exit_code != 0 and "hey_otto, which is not among the words" in str(wrong.exception)
