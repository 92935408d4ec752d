"""equerry ask: what is done without a word is told, too, as it is done where one can see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from device.cli import app
from services.actions.base import Outcome, Reply, Response
from services.understanding.base import Command, Step
from tests import answering as desk
from tests.answering import answering


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
