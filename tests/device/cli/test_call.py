"""equerry call: played from a script, kept, listed, shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from firmware.errors import ExpectedError

SCRIPT = """
kind: support
other: Tom Henderson
known: {customers: {Henderson: 450}}
now: "2026-11-25T14:00"
turns:
  - {side: other, say: "Hello, Henderson here. I'm really fed up with that boiler."}
  - {side: owner, say: "Oh dear. I'll send somebody round by Friday."}
  - {side: other, say: "Thanks, bye."}
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "UTC")
    path = tmp_path / "call.yaml"
    path.write_text(SCRIPT)
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["call", *words])


def test_a_script_is_played_and_told(script: Path) -> None:
    told = run("replay", str(script)).stdout
    assert "· dissatisfaction: “" in told and "✓ Owner: send somebody round, by Friday (task)" in told
    assert "→ whispers: Henderson: 450 euros open" in told and "Commitments:" in told


def test_programs_get_a_line_for_each_event(script: Path) -> None:
    events = [json.loads(line) for line in run("replay", str(script), "--jsonl").stdout.splitlines()]
    assert {each["event"] for each in events} == {
        "segment", "meaning", "trigger", "fact", "whisper", "commitment", "ended",
    }  # fmt: skip
    assert events[-1]["summary"]["commitments"][0]["when"] == "by Friday"


def test_what_is_kept_can_be_listed_shown_and_exported(script: Path) -> None:
    assert "no call is kept" in run("list").stderr or run("list").exit_code
    run("replay", str(script), "--keep")
    assert "Tom Henderson" in run("list").stdout
    page = run("show").stdout
    assert (
        page.startswith("# Call with Tom Henderson") and "send somebody round" in page and "What was said" not in page
    )
    assert run("export", "--format", "html").stdout.startswith("<!doctype html>")
    assert json.loads(run("export", "last", "--format", "json").stdout)["proposals"][0]["state"] == "proposed"
    assert run("show", "nope").exit_code == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("turns: [", "can't be played"),
        ("turns: []", "turns"),
        ("turns: [{side: left, say: hi}]", "turns.0.side"),
        ("turns: [{side: owner, say: hi}]\ncolour: red", "colour"),
    ],
)
def test_a_script_that_is_none_is_told(script: Path, text: str, told: str) -> None:
    script.write_text(text)
    failed = run("replay", str(script)).exception
    assert isinstance(failed, ExpectedError) and told in str(failed)


def test_an_unknown_pack_is_told_with_those_there_are(script: Path) -> None:
    failed = run("replay", str(script), "--pack", "poker").exception
    assert isinstance(failed, ExpectedError) and "interview, sales, support, weekly" in str(failed)


def test_own_triggers_lie_beside_the_settings(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_CONFIG", str(tmp_path / "equerry.toml"))
    (tmp_path / "equerry.toml").write_text("")
    folder = tmp_path / "calls" / "triggers"
    folder.mkdir(parents=True)
    (folder / "boiler.toml").write_text('[[trigger]]\nname = "boiler"\nwords = ["boiler"]\nwhisper = "Ask its age"\n')
    assert "→ whispers: Ask its age" in run("replay", str(script), "--pack", "boiler").stdout
