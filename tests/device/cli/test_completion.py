"""Tab, as the shells ask for it: each with the file that scripts/install puts in its place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click import Command as TyperCommand
from click import Context

from device.cli import COMMANDS, completion
from device.configuration.schema import keys
from device.control.client import request
from device.records.sessions.record import KIND
from device.wiring.ear import FINAL_ENGINES
from services.actions.base import Reply, Response
from services.store.store import Store
from services.understanding.base import Command
from tests.answering import Does, answering

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "config" / "completion"

ASKED = [
    ("equerry mo", {"models"}),
    ("equerry config se", {"set", "secrets"}),
    ("equerry config get wake.th", {"wake.threshold"}),
    (
        "equerry config explain ear",
        {"earcons", "earcons.enabled", "earcons.volume", "earcons.floor", "earcons.ceiling"},
    ),
    ("equerry config set board.name respeaker", {"respeaker-2-mic", "respeaker-4-mic"}),
    ("equerry models verify vosk", {"vosk-small-en-us", "vosk-ko"}),
]


@pytest.fixture
def equerry(tmp_path: Path) -> dict[str, str]:
    """An environment in which the command is this tree's."""
    command = tmp_path / "equerry"
    words = "import sys; sys.argv[0] = 'equerry'; from device.cli import main; main()"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{words}" "$@"\n')
    command.chmod(0o755)
    return {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}


def shell(*command: str, env: dict[str, str]) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} here")
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.stdout


def bash(typed: str, then: str, env: dict[str, str]) -> str:
    asked = (
        f"source {FILES / 'equerry.bash'}; COMP_WORDS=({typed}); COMP_CWORD={len(typed.split()) - 1}; _equerry equerry;"
        f" {then}"
    )
    return shell("bash", "--norc", "-c", asked, env=env)


@pytest.mark.parametrize(("typed", "offered"), ASKED)
def test_bash(typed: str, offered: set[str], equerry: dict[str, str]) -> None:
    assert set(bash(typed, 'printf "%s\\n" "${COMPREPLY[@]}"', equerry).split()) == offered


@pytest.mark.parametrize(("typed", "offered"), ASKED[2:4])
def test_fish(typed: str, offered: set[str], equerry: dict[str, str]) -> None:
    found = shell(
        "fish", "--no-config", "-c", f'source {FILES / "equerry.fish"}; complete --do-complete "{typed}"', env=equerry
    )
    assert {line.split("\t")[0] for line in found.splitlines()} == offered


@pytest.mark.parametrize(("typed", "offered"), ASKED[2:4])
def test_zsh(typed: str, offered: set[str], equerry: dict[str, str]) -> None:
    words = typed.split()
    show = "_arguments() { print -r -- $@ }; "
    asked = f"{show} words=({typed}); CURRENT={len(words)}; source {FILES / '_equerry'}"
    found = shell("zsh", "-f", "-c", asked, env=equerry)
    assert found.startswith("*: :((") and {each.strip('"') for each in found[6:].rstrip(")\n").split()} == offered


def test_nothing_offered_is_no_error(equerry: dict[str, str]) -> None:
    assert bash("equerry config set nonsense.at x", 'echo "${#COMPREPLY[@]}"', equerry).strip() == "0"


def test_every_setting_is_offered() -> None:
    assert completion.settings("") == list(keys())


@pytest.mark.parametrize(
    ("key", "offered"),
    [
        ("lights.kind", ["board", "none", "terminal", "led", "rgb", "apa102", "ws2812"]),
        ("files.poll", ["true", "false"]),
        ("finals.engine", ["vosk", "whisper"]),
        ("partials.vosk_model", ["vosk-small-en-us", "vosk-ko"]),
        ("finals.model", ["whisper-tiny.en", "equerry-ears", "whisper-base"]),
        ("language_model.model", ["equerry-commands", "smollm2-135m"]),
        ("wake.words", ["alexa", "hey_jarvis", "hey_mycroft", "hey_rhasspy"]),
        ("speaker.volume", []),
        ("nonsense", []),
        ("a.b.c", []),
    ],
)
def test_values_are_those_that_can_be_listed(
    key: str, offered: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    assert completion._values(key) == offered


def test_words_that_were_learnt_here_are_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, equerry: dict[str, str]
) -> None:
    data = str(tmp_path / "data")
    (tmp_path / "data" / "wake" / "words").mkdir(parents=True)
    for name in ("hey_matilda.npz", "computer.npz", "hey_otto.77.part"):
        (tmp_path / "data" / "wake" / "words" / name).touch()
    monkeypatch.setenv("EQUERRY_PATHS__DATA", data)
    assert completion.learnt_words("") == ["computer", "hey_matilda"]
    assert completion.learnt_words("hey") == ["hey_matilda"]
    context = Context(TyperCommand("set"))
    context.params["key"] = "wake.words"
    assert completion.values(context, "hey_m") == ["hey_matilda", "hey_mycroft"]
    assert completion.values(context, "hey_matilda,hey_m") == ["hey_matilda,hey_mycroft"]
    asked = bash("equerry wake forget c", 'printf "%s" "${COMPREPLY[@]}"', {**equerry, "EQUERRY_PATHS__DATA": data})
    assert asked == "computer"


def test_models_are_those_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name: engine.kind for name, engine in sorted(FINAL_ENGINES.items())} == completion._FINALS
    monkeypatch.setenv("EQUERRY_FINALS__ENGINE", "vosk")
    assert completion._values("finals.model") == ["vosk-small-en-us", "vosk-ko"]


def test_files_that_are_gone_offer_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(completion, "ROOT", tmp_path)
    monkeypatch.setattr(completion, "DEFAULTS", tmp_path / "none.toml")
    assert completion.settings("") == completion.sections("") == completion.models("") == completion.boards() == []


def test_nothing_heavy_is_imported_for_it() -> None:
    """It is asked at every Tab. (What typer itself imports is typer's.)"""
    asked = (
        "import sys, device.cli; print(*(set(sys.modules) & {'pydantic', 'numpy', 'sqlite3', 'tinydb', 'rich',"
        " 'onnxruntime'}))"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_ids_of_jobs_that_are_going_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    assert completion.jobs("") == [], "it does not run"
    begun, goes_on = threading.Event(), threading.Event()

    def does(_: object, command: Command, **__: object) -> Response:
        begun.set()
        assert goes_on.wait(20)
        return Response(command, (), Reply("Done."))

    with answering(tmp_path) as one:
        request(tmp_path, {"request": "command", "text": "quick"})
        monkeypatch.setattr(Does, "run", does)
        job = one.jobs.submit("slow", client="console")
        assert begun.wait(20)
        assert completion.jobs("") == completion.jobs(job.id[:3]) == [job.id], "those that ended are not offered"
        assert completion.jobs("no such") == []
        goes_on.set()


def test_ids_of_the_latest_sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    assert completion.sessions("") == ["last"] and not list(tmp_path.iterdir())
    now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    with Store(tmp_path / "equerry.db") as store:
        for number in range(30):
            store.journal.add(KIND, {"id": f"s{number:02}"}, at=now)
        store.journal.add("turn", {"id": "no session"}, at=now)
        held = completion.sessions("s")
    assert held == completion.sessions("s") == [f"s{number:02}" for number in range(29, 9, -1)]
    (tmp_path / "equerry.db").write_bytes(b"nonsense" * 1000)
    assert completion.sessions("s") == []


def test_broken_settings_offer_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.toml").write_text("paths = 3\n[[")
    monkeypatch.setenv("EQUERRY_CONFIG", str(tmp_path / "own.toml"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert completion.jobs("") == [] and completion.sessions("s") == []


@pytest.mark.parametrize("words", ["config set lights.kind r", "sessions show s", "jobs cancel a"])
def test_one_tab_imports_one_command_and_nothing_heavy(words: str, equerry: dict[str, str]) -> None:
    typed = f"equerry {words}"
    told = {"_EQUERRY_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    asked = (
        "import sys, atexit; sys.argv = ['equerry']; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
        "from device.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=equerry | told, capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert not loaded & {"numpy", "tinydb", "rich", "onnxruntime"}
    files = {name: f"device.cli.{place.partition(':')[0]}" for name, place in COMMANDS.items()}
    assert {name for name, file in files.items() if file in loaded} == {words.split(maxsplit=1)[0]}
