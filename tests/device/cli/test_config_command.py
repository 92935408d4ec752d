"""equerry config as its owner uses it, on real files; also with bad input of every kind."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from device.configuration import places
from device.configuration.layers import read
from device.configuration.settings import WakeSection
from device.wiring.ear import EngineUnknown, final_engine
from firmware.errors import ExpectedError


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "own.toml"
    path.write_text("[wake]\nthreshold = 0.4 # mine\n")
    for variable in os.environ:
        if variable.startswith("EQUERRY_"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("EQUERRY_CONFIG", str(path))
    return path


def config(*words: str) -> Result:
    return CliRunner().invoke(app, ["config", *words])


def told(*words: str) -> str:
    result = config(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str) -> str:
    """An expected failure; the sentence that main() prints."""
    result = config(*words)
    assert isinstance(result.exception, ExpectedError), result.output
    return str(result.exception)


def test_show_says_what_is_in_force_and_who_says_so(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped = own.with_suffix(".d")
    dropped.mkdir()
    (dropped / "20-b.toml").write_text("[ring]\nlimit_s = 60\n")
    (dropped / "10-a.toml").write_text("[ring]\nlimit_s = 50\n[speaker]\nvolume = 0.5\n")
    monkeypatch.setenv("EQUERRY_SPEAKER__VOLUME", "0.25")
    assert told("show", "--changed").splitlines() == [
        "speaker.volume = 0.25  # environment, EQUERRY_SPEAKER__VOLUME",
        f"wake.threshold = 0.4  # {own}:2",
        f"ring.limit_s = 60  # {dropped / '20-b.toml'}:2",
    ]
    assert 'wake.words = ["hey_jarvis"]' in told("show").splitlines()
    assert told("show", "speaker").splitlines()[0] == 'speaker.name = ""'
    fields = json.loads(told("show", "wake.threshold", "--jsonl"))
    assert fields == {"key": "wake.threshold", "value": 0.4, "default": 0.5, "source": str(own), "line": 2}


def test_what_is_shown_is_toml(own: Path) -> None:
    again = own.with_name("again.toml")
    again.write_text(told("show"))
    assert read({"EQUERRY_CONFIG": str(again)}).tree == read({"EQUERRY_CONFIG": str(own)}).tree


def test_get_set_unset(own: Path) -> None:
    assert told("get", "wake.threshold") == "0.4\n"
    assert told("get", "partials.engine") == "auto\n"
    assert f"is set in {own}" in told("set", "wake.threshold", "0.6")
    assert own.read_text() == "[wake]\nthreshold = 0.6 # mine\n"
    told("set", "wake.words", "alexa, hey_jarvis")
    told("set", "quiet.chime", "on")
    told("set", "mqtt.version", "3.1.1")
    told("set", "device.name", '"Desk 1"')
    assert told("get", "wake.words") == '["alexa", "hey_jarvis"]\n'
    assert told("get", "quiet.chime") == "true\n" and told("get", "device.name") == "Desk 1\n"
    assert "says so already" in told("set", "wake.threshold", "0.6")
    told("unset", "wake.words")
    assert told("get", "wake.words") == '["hey_jarvis"]\n'
    assert told("set", "lights.pins", "") and told("get", "lights.pins") == "[]\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("wake.treshold", "0.4"), "wake.treshold is no setting of ours; did you mean wake.threshold?"),
        (("threshold", "0.4"), "did you mean wake.threshold or barge.threshold?"),
        (("microfone.name", "x"), "did you mean microphone.name?"),
        (("wake", "x"), "it is a section; name one of its keys: words, threshold"),
        (("wake.threshold", "4"), "wake.threshold = 4: is out of range; it may be 0.05 to 0.99"),
        (("endpoint.silence_s", "700ms"), "is told in seconds, as a bare number: 0.7"),
        (("ring.before_meetings_min", "1 h"), "is told in minutes, as a bare number: 60"),
        (("speaker.volume", "70%"), "is told as a bare number: 0.7"),
        (("voice.cache_mib", "1 GiB"), "is told in MiB, as a bare number: 1024"),
        (("jobs.most", "2.5"), "is no whole number"),
        (("speaker.volume", "nan"), "is no number"),
        (("partials.engine", "wisper"), "is none of auto, vosk, whisper, none; did you mean whisper?"),
        (("quiet.weekdays", "monday,tusday"), "did you mean tuesday?"),
        (("earcons.enabled", "perhaps"), "is neither true nor false"),
        (("quiet.hours", "22:00"), 'is not a stretch of time such as "22:00-07:00"'),
        (("lights.pins", "a,b"), "is no whole number"),
        (("wake.words", "[alexa"), "is no list"),
        (("wake.words", "[]"), "at least 1 item"),
        (("paths.data", "relative"), "is not a path from the root"),
        (("device.name", "x" * 100), "at most 64"),
    ],
)
def test_what_cant_be_set_is_told_in_words_and_nothing_is_changed(own: Path, words: tuple[str, ...], said: str) -> None:
    before = own.read_text()
    assert said in refused("set", *words)
    assert own.read_text() == before and not own.with_name("own.toml.1").exists()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (
            "wake.words",
            "hey_bob",
            "no such word; choose from: alexa, hey_jarvis, hey_mycroft, hey_rhasspy",
        ),
        ("wake.words", '["bogus"]', "no such word; choose from: alexa, "),
        ("wake.words", '["alexa", "../x"]', "no such word"),
        ("finals.engine", "wisper", "There is no engine wisper for the final transcript. There are vosk and whisper."),
        ("finals.model", "wisper-tiny.en", "did you mean whisper-tiny.en?"),
        (
            "finals.model",
            "vosk-ko",
            "The model vosk-ko is none for this. There are whisper-tiny.en, equerry-ears and whisper-base.",
        ),
        ("voice.model", "silero-vad", "The model silero-vad is none for this. There are piper-en-us-joe."),
        (
            "language_model.model",
            "../x",
            "no language model ../x. There are equerry-commands and smollm2-135m.",
        ),
        ("board.name", "respeeker", "respeaker-2-mic"),
    ],
)
@pytest.mark.parametrize("installed", [True, False])
def test_what_is_not_to_be_had_is_not_written(
    own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str, value: str, said: str, installed: bool
) -> None:
    if not installed:
        monkeypatch.setenv("EQUERRY_PATHS__MODELS", str(tmp_path / "none"))
    before = own.read_text()
    assert said in refused("set", key, value)
    assert own.read_text() == before


def test_a_model_that_is_not_installed_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_PATHS__MODELS", str(tmp_path / "none"))
    assert "Run: equerry models pull whisper-base" in refused("set", "finals.model", "whisper-base")
    told("set", "wake.words", "alexa,hey_jarvis")
    told("set", "wake.threshold", "0.3")
    assert config("check").exit_code == 1


def test_what_is_written_by_hand_and_not_to_be_had_is_told_and_can_be_mended(own: Path) -> None:
    own.write_text('[wake]\nwords = ["hey_bob"]\n[finals]\nengine = "wisper"\n')
    result = config("check")
    assert result.exit_code == 1 and [line.partition(":")[0] for line in result.stdout.splitlines()] == [
        "finals.engine",
        "wake.words",
    ]
    told("set", "wake.words", "alexa")
    told("unset", "finals.engine")
    assert told("check") == "All of it can be used.\n"


def test_a_model_may_follow_its_engine(own: Path) -> None:
    result = config("set", "finals.engine", "vosk")
    assert result.exit_code == 0 and "Not yet: finals.model: The model equerry-ears is none" in result.stderr
    assert "The model equerry-ears is none for this" in config("check").stdout
    told("set", "finals.model", "vosk-ko")
    assert told("check") == "All of it can be used.\n"
    assert "Not yet: finals.model" in config("unset", "finals.engine").stderr
    told("unset", "finals.model")
    assert told("check") == "All of it can be used.\n"


def test_what_is_not_to_be_had_is_neither_edited_in_nor_rolled_back_to(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.with_name("own.toml.1").write_text('[wake]\nwords = ["hey_bob"]\n')
    assert "no such word" in refused("rollback")
    monkeypatch.setenv("VISUAL", editor(tmp_path, """file.write_text('[finals]\\nengine = "wisper"')"""))
    assert "There is no engine wisper" in refused("edit")
    assert own.read_text() == "[wake]\nthreshold = 0.4 # mine\n"


def test_an_engine_that_there_is_none_of_is_told_with_those_there_are() -> None:
    with pytest.raises(EngineUnknown, match=r"There is no engine wisper .* There are vosk and whisper\."):
        final_engine("wisper")
    assert told("set", "finals.engine", "whisper")


def test_a_key_that_the_file_does_not_tell(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "does not set wake.words; it is as shipped" in refused("unset", "wake.words")
    monkeypatch.setenv("EQUERRY_WAKE__WORDS", '["alexa"]')
    assert "; environment, EQUERRY_WAKE__WORDS does" in refused("unset", "wake.words")


def test_who_is_believed_instead_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_WAKE__THRESHOLD", "0.7")
    result = config("set", "wake.threshold", "0.6")
    assert result.exit_code == 0 and "EQUERRY_WAKE__THRESHOLD says otherwise" in result.stderr


def test_one_of_two_problems_can_be_mended(own: Path) -> None:
    own.write_text("[wake]\nthreshold = 4\n[speaker]\nvolume = 9\n")
    result = config("set", "wake.threshold", "0.6")
    assert result.exit_code == 0 and f"until it is mended: {own}:4: speaker.volume = 9" in result.stderr
    assert "speaker.volume = 9" in config("show").stderr
    assert "is out of range" in refused("set", "wake.threshold", "3")


def test_half_written_toml(own: Path) -> None:
    told("set", "wake.threshold", "0.6")
    own.write_text("[wake]\nthreshold = ")
    assert f"{own}:2: not valid TOML" in refused("set", "wake.patience", "2")
    assert config("check").exit_code == 1
    told("rollback")
    assert own.read_text() == "[wake]\nthreshold = 0.4 # mine\n"
    assert own.with_name("own.toml.1").read_text() == "[wake]\nthreshold = "


def test_check_tells_all_at_once(own: Path, tmp_path: Path) -> None:
    assert told("check") == "All of it can be used.\n"
    other = tmp_path / "other.toml"
    other.write_text(
        "[wake]\nword = ['a']\nthreshold = 'loud'\n\n[microfone]\nname = 'x'\n[endpoint]\nsilence_ms = 700\nlongest_s ="
        " true\n"
    )
    result = config("check", str(other))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{other}:2: wake.word is no setting of ours; did you mean wake.words?",
        f"{other}:3: wake.threshold = 'loud': is no number; it may be 0.05 to 0.99",
        f"{other}:5: microfone is no setting of ours; did you mean microphone?",
        f"{other}:8: endpoint.silence_ms is no setting of ours; did you mean endpoint.silence_s?",
        f"{other}:9: endpoint.longest_s = True: is out of range; it may be 3 to 60 seconds",
    ]
    assert config("check", str(tmp_path / "none.toml")).exit_code == 1


def test_explain_has_all_that_is_known() -> None:
    said = told("explain", "ring.limit_s")
    for words in ("rings at most", "5 to 900 seconds", "shipped:  300.0", "as a service by itself"):
        assert words in said
    assert "as a service by itself" in told("explain", "finals.model")
    assert told("explain", "wake").count("may be:") == len(WakeSection.model_fields)


def test_diff_and_rollback(own: Path) -> None:
    assert told("diff") == f"wake.threshold: 0.5 → 0.4  ({own}:2)\n"
    told("set", "wake.threshold", "0.6")
    told("set", "wake.threshold", "0.7")
    assert "-threshold = 0.4 # mine\n+threshold = 0.7 # mine" in told("diff", "--against", "2")
    told("rollback", "2")
    assert own.read_text() == "[wake]\nthreshold = 0.4 # mine\n"
    assert len(told("rollback", "--list").splitlines()) == 3
    assert "There is no version 9" in refused("rollback", "9")
    own.with_name("own.toml.1").write_text("[wake]\nthreshold = 9\n")
    assert "is out of range" in refused("rollback")


def editor(folder: Path, code: str) -> str:
    """A program that changes the file it is given, as an editor would."""
    program = folder / "editor.py"
    program.write_text(f"import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\n{code}\n")
    return f"{sys.executable} {program}"


def test_edit_puts_in_place_what_can_be_used(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, 'file.write_text(file.read_text().replace("0.4", "0.8"))'))
    told("edit")
    assert own.read_text() == "[wake]\nthreshold = 0.8 # mine\n"
    assert "Nothing was changed" in told("edit")


def test_edit_keeps_the_copy_of_what_cant_be_used(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, 'file.write_text("[wake]\\nthreshold = 7\\n")'))
    before, said = own.read_text(), refused("edit")
    copy = Path(said.split("kept in ")[1].split(". Check")[0])
    assert "is out of range" in said and copy.read_text() == "[wake]\nthreshold = 7\n" and own.read_text() == before


def test_edit_while_somebody_else_does(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        f'file.write_text("[wake]\\npatience = 2\\n"); pathlib.Path({str(own)!r}).write_text("[ring]\\nlimit_s ='
        ' 60\\n")'
    )
    monkeypatch.setenv("VISUAL", editor(tmp_path, code))
    assert "Somebody else changed" in refused("edit")
    assert own.read_text() == "[ring]\nlimit_s = 60\n"


@pytest.mark.parametrize(
    ("visual", "said"),
    [("/no/such/editor", "No such file"), (f"{sys.executable} -c 'raise SystemExit(3)'", "ended with 3")],
)
def test_an_editor_that_fails(own: Path, monkeypatch: pytest.MonkeyPatch, visual: str, said: str) -> None:
    monkeypatch.setenv("VISUAL", visual)
    assert said in refused("edit")


def test_which_file_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, user = tmp_path / "etc" / "equerry.toml", tmp_path / "home" / "equerry.toml"
    monkeypatch.delenv("EQUERRY_CONFIG")
    monkeypatch.setattr(places, "OWNER_FILES", (system, user))
    told("set", "wake.threshold", "0.6")  # nothing is installed in /etc
    assert user.is_file() and stat.S_IMODE(user.stat().st_mode) == 0o644
    told("set", "wake.threshold", "0.7", "--system")
    user.unlink()
    assert "0.7" in told("get", "wake.threshold")
    told("set", "wake.patience", "2")
    assert "patience" in system.read_text() and not user.exists()
    assert config("set", "wake.patience", "3", "--system", "--user").exit_code == 2


def test_a_file_that_is_not_there_yet(own: Path) -> None:
    own.unlink()
    told("set", "wake.threshold", "0.6")
    assert own.read_text() == "[wake]\nthreshold = 0.6\n"


def test_completion_knows_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_EQUERRY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "equerry config get wake.th")
    monkeypatch.setenv("COMP_CWORD", "3")
    result = CliRunner().invoke(app, [], prog_name="equerry")
    assert "wake.threshold" in result.stdout
