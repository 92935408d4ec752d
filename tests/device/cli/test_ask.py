"""equerry ask: what is done without a word is told, too, as it is done where one can see it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from device.cli import app
from device.cli.use.ask import FORGOTTEN
from services.actions.base import Outcome, Reply, Response
from services.store.base import Task
from services.store.store import Store
from services.understanding.base import Command, Step
from tests import answering as desk
from tests.answering import answering

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def asked(text: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["ask", text])
    return result.exit_code, result.stdout.strip()


@pytest.mark.parametrize("text", ["mute", "unmute", "stop"])
def test_where_it_does_not_run_there_is_nothing_to_mute(text: str) -> None:
    code, words = asked(text)
    assert code == 0 and words.startswith("The appliance is not running here")


def test_more_than_one_word_needs_no_quotes(folder: Path) -> None:
    with answering(folder):
        result = CliRunner().invoke(app, ["ask", "buy", "two", "lamps"])
    assert (result.exit_code, result.stdout) == (0, "Did buy two lamps.\n")


def test_a_question_that_nobody_would_remember_is_told_as_one() -> None:
    result = CliRunner().invoke(app, ["ask", "create", "a", "task"])
    assert (result.exit_code, result.stdout) == (1, "What is the task?\n")
    assert result.stderr == f"{FORGOTTEN}\n"
    assert CliRunner().invoke(app, ["ask", "what", "time", "is", "it"]).stderr == ""


def test_on_a_terminal_the_question_is_answered_there(folder: Path) -> None:
    assert typed("ask", "create", "a", "task", keys=b"call the bank\n") == (0, "Task created: call the bank.")
    assert typed("ask", "create", "a", "task", keys=b"\x04")[0] == 1
    with Store(folder / "equerry.db") as store:
        assert [task.title for task in store.find(Task)] == ["call the bank"]


def typed(*words: str, keys: bytes) -> tuple[int, str]:
    """A command on a terminal of its own: its exit status, and the last line."""
    screen, far = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "device", *words], stdin=far, stdout=far, stderr=far, cwd=ROOT)
    os.close(far)
    text, sent = "", False
    while True:
        try:
            text += os.read(screen, 4096).decode(errors="replace")
        except OSError:  # it has ended
            break
        if "› " in text and not sent:
            sent = True
            os.write(screen, keys)
    os.close(screen)
    return process.wait(60), text.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("action", "switched_off", "words"),
    [
        ("control.mute", False, "The microphone is closed."),
        ("control.unmute", False, "The microphone is open."),
        ("control.unmute", True, "The switch on the device keeps the microphone closed."),
        ("control.stop", False, "Stopped."),
        ("control.deny", False, "Done."),
    ],
)
def test_what_is_done_without_a_word_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, action: str, switched_off: bool, words: str
) -> None:
    monkeypatch.setattr(desk.Knows, "parse", lambda _, text, **__: Command(text, (Step(action),), 1.0, "reserved"))
    silent = (Outcome(action, True, ""),)
    monkeypatch.setattr(desk.Does, "run", lambda _, command, **__: Response(command, silent, Reply("")))
    with answering(folder) as one:
        one.control.attend(one.jobs, lambda: {"appliance": {"switched_off": switched_off}}, one.put.append)
        assert asked("now") == (0, words)
