"""equerry setup, as a process: in a terminal of its own (a pty), with all told by options, and where nobody is there to
answer.
"""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from device.errors import ConfigBroken
from device.guide.progress import ProgressFile, SetupUnkept, standing, told
from services.store.documents import Person, Project, Task
from services.store.store import Store

PATIENCE_S = 60.0


def environment(folder: Path) -> Mapping[str, str]:
    """No settings but shipped ones, no microphone, a store in `folder`."""
    (folder / "own.toml").touch()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EQUERRY_")}
    return clean | {
        "EQUERRY_CONFIG": str(folder / "own.toml"),
        "EQUERRY_PATHS__DATA": str(folder / "data"),
        "EQUERRY_DEVICE__TIME_ZONE": "UTC",
        "EQUERRY_MICROPHONE__NAME": "no such microphone",
        "EQUERRY_PATHS__MODELS": str(folder / "none"),
    }


def _heeds_ctrl_c() -> None:
    """Where the tests run in the background, it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Typist:
    """Somebody at a terminal."""

    def __init__(self, folder: Path, *options: str, **environ: str) -> None:
        self.near, far = pty.openpty()
        told = {**environment(folder), "TERM": "dumb", "COLUMNS": "100", **environ}
        command = [sys.executable, "-m", "device", "setup", *options]
        self.process = subprocess.Popen(
            command,
            env={name: value for name, value in told.items() if value},
            stdin=far,
            stdout=far,
            stderr=far,
            start_new_session=True,
            preexec_fn=_heeds_ctrl_c,  # noqa: PLW1509 - it only sets a signal back
        )
        os.close(far)
        self.seen = ""

    def until(self, words: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while words not in " ".join(self.seen.split()):
            assert time.monotonic() < end, self.seen
            if select.select([self.near], [], [], 0.1)[0]:
                try:
                    read = os.read(self.near, 4096).decode(errors="replace")
                except OSError:  # the other end has gone
                    read = ""
                assert read, self.seen
                self.seen += read

    def types(self, text: str) -> None:
        self.seen = ""
        if text == "Ctrl-C":
            # Between showing a question and reading its answer there is a moment at which Python notes the signal and
            # then waits for a line all the same: as people do, it is pressed again where nothing follows.
            self.process.send_signal(signal.SIGINT)
            while not select.select([self.near], [], [], 2)[0]:
                self.process.send_signal(signal.SIGINT)
        else:
            os.write(self.near, text.encode())

    def ends(self) -> int:
        code = self.process.wait(PATIENCE_S)
        os.close(self.near)
        return code


def kept(folder: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((folder / "data" / "guide.json").read_text())
    return told


def test_in_a_terminal_step_by_step(tmp_path: Path) -> None:
    typist = Typist(tmp_path)
    typist.until("What is your name?")
    typist.types("Anna\n")
    typist.until(
        "Shall I make a project with three sample tasks, to try things out?"
    )  # the microphone can't be had, and that is said
    typist.types("perhaps\n")
    typist.until("Yes or no?")
    typist.types("y\n")
    typist.until("What shall it be called?")
    typist.types("winter garden\n")
    typist.until("That was all, Anna.")
    assert typist.ends() == 0
    assert kept(tmp_path).items() >= {"step": "", "waiting": False, "starts": 0, "owner": "Anna"}.items()
    with Store(tmp_path / "data" / "equerry.db") as store:
        (anna,), (garden,) = store.find(Person), store.find(Project)
        assert (anna.name, anna.role, garden.name) == ("Anna", "owner", "Winter garden")
        assert [task.project_id for task in store.find(Task)] == [garden.id] * 3


@pytest.mark.engine
def test_a_word_and_a_voice_are_learnt_as_the_commands_do_it(
    tmp_path: Path, model_folder: Callable[[str], Path]
) -> None:
    """There is no microphone here: each is told, and the setup goes on."""
    models = {model_folder(each).parent for each in ("openwakeword", "wespeaker-resnet34", "piper-en-us-joe")}
    typist = Typist(tmp_path, EQUERRY_PATHS__MODELS=str(*models), EQUERRY_VOICE__MODEL="piper-en-us-joe")
    typist.until("What is your name?")
    typist.types("Anna\n")
    typist.until("Shall I learn a wake word of your own?")
    typist.types("y\n")
    typist.until("Which words shall they be?")
    typist.types("the\n")
    typist.until("“the” can't be a wake word")
    typist.until("Which words shall they be?")
    typist.types("hey matilda\n")
    typist.until("It should do well: 4 syllables")
    typist.until("No microphone was found.")
    typist.until("Shall I learn your voice, Anna, from five sentences?")
    typist.types("y\n")
    typist.until("No microphone was found.")
    typist.until("to try things out?")
    typist.types("Ctrl-C")
    assert typist.ends() == 1
    assert kept(tmp_path)["step"] == "project"
    assert not (tmp_path / "data" / "voiceprints.json").exists()


def test_the_time_zone_is_asked_for_where_none_is_set(tmp_path: Path) -> None:
    typist = Typist(tmp_path, EQUERRY_DEVICE__TIME_ZONE="")
    typist.until("Which city are you in, or near?")
    typist.types("Berlim\n")
    typist.until("did you mean Europe/Berlin")
    typist.until("Which city are you in, or near?")
    typist.types("berlin\n")
    typist.until("in Europe/Berlin.")
    typist.until("What is your name?")
    typist.types("Ctrl-C")
    assert typist.ends() == 1
    assert tomllib.loads((tmp_path / "own.toml").read_text())["device"]["time_zone"] == "Europe/Berlin"


def test_the_time_zone_told_as_an_option(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EQUERRY_DEVICE__TIME_ZONE")
    assert shown("--time-zone", "New York").exit_code == 0
    assert tomllib.loads((here / "own.toml").read_text())["device"]["time_zone"] == "America/New_York"
    wrong = shown("--time-zone", "nowhere at all")
    assert (wrong.exit_code, "I know no time zone" in wrong.stderr) == (2, True)


def test_what_was_left_goes_on(tmp_path: Path) -> None:
    typist = Typist(tmp_path)
    typist.until("What is your name?")
    typist.types("\n")
    typist.until("to try things out?")
    typist.types("Ctrl-C")
    typist.until("To go on where you stopped: equerry setup")
    assert typist.ends() == 1 and kept(tmp_path)["step"] == "project"
    state, _ = ProgressFile(tmp_path / "data").load()
    assert "step 6 of 9 (a first project) is next" in told(standing(state))
    typist = Typist(tmp_path)
    typist.until("to try things out?")
    typist.types("n\n")
    typist.until("That was all.")
    assert typist.ends() == 0


def shown(*options: str) -> Result:
    """Within this process, which is no terminal."""
    return CliRunner().invoke(app, ["setup", *options])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in environment(tmp_path).items():
        if name.startswith("EQUERRY_"):
            monkeypatch.setenv(name, value)
    return tmp_path


def test_all_told_by_options(here: Path) -> None:
    assert "not begun" in shown("--status").stdout
    done = shown("--owner", "Anna", "--no-samples")
    assert done.exit_code == 0 and "Good to meet you, Anna." in done.stdout
    assert "is done" in shown("--status").stdout
    again = shown("--project", "Garden")
    assert again.exit_code == 0 and "I made the project Garden" in again.stdout
    with Store(here / "data" / "equerry.db") as store:
        assert [person.name for person in store.find(Person)] == ["Anna"] and len(store.find(Task)) == 3


def test_a_power_cut_between_the_project_and_what_is_kept_makes_it_once(here: Path) -> None:
    assert shown("--project", "Garden").exit_code == 0
    path = here / "data" / "guide.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "step": "project"}))
    again = shown("--project", "Garden")
    assert again.exit_code == 0 and "I made the project Garden" in again.stdout
    with Store(here / "data" / "equerry.db") as store:
        assert len(store.find(Project)) == 1 and len(store.find(Task)) == 3
    anew = shown("--again", "--project", "House")
    assert anew.exit_code == 0 and "I made the project House" in anew.stdout, "another time it is gone through"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "nobody is here to answer"),
        (["--again"], "nobody is here to answer"),
        (["--project", "A", "--no-samples"], "either --project or --no-samples"),
        (["--owner", "\x1b[2J"], "no name that I can use"),
        (["--owner", "x" * 61], "no name that I can use"),
        (["--owner", "skip"], "no name that I can use"),
        (["--project", "..."], "no name that I can use"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(here: Path, options: list[str], words: str) -> None:
    refused = shown(*options)
    assert refused.exit_code == 2 and words in refused.stderr
    assert not (here / "data").exists()


def test_a_data_path_that_is_a_file_ends_it_before_it_begins(here: Path) -> None:
    (here / "data").write_text("mine")
    refused = shown("--yes")
    assert (
        isinstance(refused.exception, SetupUnkept)
        and str(here / "data") in str(refused.exception)
        and not refused.stdout
    )
    assert (here / "data").read_text() == "mine"


def test_what_could_not_be_done_is_no_success(here: Path) -> None:
    (here / "data" / "equerry.db").mkdir(parents=True)
    failed = shown("--yes")
    assert failed.exit_code == 1 and str(here / "data") in failed.stdout


def test_settings_that_are_broken_are_told(here: Path) -> None:
    (here / "own.toml").write_text("[guide]\nenabled = 3\nenbled = true\n")
    refused = shown("--yes")
    assert isinstance(refused.exception, ConfigBroken) and "guide.enabled" in str(refused.exception)
