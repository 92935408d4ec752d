"""The afternoons are well written, the judge is strict, and one turn after the other is played on one store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from device.configuration.load import load
from services.actions.base import Outcome, Reply, Response
from services.understanding.base import Command, Step
from services.understanding.vocabulary import VOCABULARY
from tests.afternoons import spoken
from tests.afternoons.judge import judge
from tests.afternoons.play import HALVES, Manner, OpenEar, afternoons, play, reader
from tests.voices import WAKING, installed

FILES = [path for half in HALVES for path in afternoons(half)]
FIELDS = {"say", "does", "asks", "declines", "ignores", "words", "never", "after", "only_if_asked"}
NOT_YET = {"note.update", "contact.delete"}
"""What people expect, though there is no such action yet."""


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 20
    assert afternoons("kept"), "nobody who mends has read these"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_turn_says_what_is_right(path: Path) -> None:
    turns = yaml.safe_load(path.read_text(encoding="utf-8"))["turns"]
    assert len(turns) >= 60
    for number, turn in enumerate(turns, 1):
        assert turn.keys() <= FIELDS, number
        assert turn.keys() & {"does", "asks", "declines", "ignores"}, number
        assert isinstance(turn["say"], str), number
        for entry in turn.get("does", ()):
            assert set(entry.split("|")) <= {*VOCABULARY, *NOT_YET}, (number, entry)


def _response(*actions: str, ok: bool = True, reply: str = "Done.", awaits: bool = False, **slots: Any) -> Response:
    steps = tuple(Step(action, slots) for action in actions)
    outcomes = tuple(Outcome(action, ok, reply) for action in actions)
    return Response(Command("", steps, 1.0, "template"), outcomes, Reply(reply, awaits))


@pytest.mark.parametrize(
    ("turn", "response", "verdict"),
    [
        ({"does": ["list.add"]}, _response("list.add"), "right"),
        ({"does": ["list.add"]}, _response("list.add", "task.create"), "wrong"),
        ({"does": ["list.add", "task.create"]}, _response("list.add"), "wrong"),
        ({"does": ["list.add", "task.create"]}, _response("task.create", "list.add"), "right"),
        ({"does": ["task.create|reminder.create"]}, _response("reminder.create"), "right"),
        ({"does": ["meeting.create"]}, _response("control.undo", "meeting.create"), "right"),
        ({"does": ["list.add"], "words": ["oat milk"]}, _response("list.add", items=({"item": "oat milk"},)), "right"),
        ({"does": ["list.add"], "words": ["oat milk"]}, _response("list.add", items=({"item": "milk"},)), "wrong"),
        ({"does": ["list.query"], "words": ["7|seven"]}, _response("list.query", reply="Seven items."), "right"),
        ({"does": ["list.query"], "never": ["milk"]}, _response("list.query", reply="Milk."), "wrong"),
        ({"does": ["list.add"]}, _response("list.add", ok=False, reply="Which list?", awaits=True), "needless"),
        ({"does": ["list.add"]}, _response("list.add", ok=False, reply="I know no such list."), "refused"),
        ({"asks": True}, _response("list.add", ok=False, awaits=True), "right"),
        ({"asks": True}, _response("list.add"), "wrong"),
        ({"declines": True}, _response(reply="I can't do that."), "right"),
        ({"declines": True}, _response("task.query"), "wrong"),
        ({"ignores": True}, _response("control.deny"), "right"),
        ({"ignores": True}, _response("task.create"), "wrong"),
    ],
)
def test_the_judge(turn: dict[str, Any], response: Response, verdict: str) -> None:
    assert judge(turn, response) == verdict


def _said(tmp_path: Path, turns: Sequence[dict[str, Any]]) -> list[str]:
    path = tmp_path / "one.yaml"
    path.write_text(
        yaml.safe_dump(
            {"now": "2026-11-23T13:05:00+01:00", "known": {"lists": {"shopping": ["eggs"]}}, "turns": turns}
        ),
        encoding="utf-8",
    )
    settings = load({**os.environ, "EQUERRY_DEVICE__TIME_ZONE": "Europe/Berlin"})
    return [played.verdict for played in play(path, tmp_path, settings, reader(settings, model=False))]


def test_turns_lean_on_one_another(tmp_path: Path) -> None:
    turns = [
        {"say": "put milk on the shopping list", "does": ["list.add"], "words": ["milk"]},
        {"say": "what's on it", "does": ["list.query"], "words": ["eggs", "milk"], "after": 100},
        {"say": "yes", "only_if_asked": True, "does": ["control.confirm"]},
    ]
    assert _said(tmp_path, turns) == ["right", "right"]


def test_what_follows_at_once_is_said_into_the_open_ear() -> None:
    ear = OpenEar(8.0)
    assert ear.manner(None, awaited=False) == "wake", "nobody has said it yet"
    ear.met("add milk")
    assert ear.manner(None, awaited=False) == "open" == ear.manner(5, awaited=False)
    assert ear.manner(60, awaited=True) == "answer"
    assert ear.manner(60, awaited=False) == "wake", "it has closed meanwhile"
    ear.passed_over()
    assert ear.manner(None, awaited=False) == "open"
    ear.passed_over()
    assert ear.manner(None, awaited=False) == "wake", "two in a row close it"
    ear.met("thank you")
    assert ear.manner(None, awaited=False) == "wake", "so do a few words"
    assert OpenEar(0.0).manner(None, awaited=True) == "wake", "typed"


AFTERNOON = """
about: A few turns.
now: "2026-10-06T12:50:00+02:00"
turns:
  - {say: "add milk to the shopping list", does: [list.add]}
  - {say: "and butter", does: [list.add], words: [butter]}
  - {say: "did you see the game last night", ignores: true}
  - {say: "the big brown one over there", does: [task.create]}
"""


def test_a_turn_that_is_passed_over_is_counted_and_said_again(tmp_path: Path) -> None:
    (path := tmp_path / "few.yaml").write_text(AFTERNOON)
    settings = load({**os.environ, "EQUERRY_DEVICE__TIME_ZONE": "Europe/Berlin"})
    heard: list[str] = []

    def hears(text: str, _: int, manner: Manner) -> tuple[str, float]:
        heard.append(manner)
        return text, 0.9

    played = list(play(path, tmp_path, settings, reader(settings, model=False), hears, open_s=8.0))
    assert [each.manner for each in played] == ["wake", "open", "open", "open"]
    assert [each.lost for each in played] == [False, False, True, True]
    assert [each.verdict for each in played] == ["right", "right", "right", "refused"]
    assert heard == ["wake", "open", "open", "open", "wake"], "what was lost is said again, with the wake word"


@pytest.mark.skipif(not any(map(installed, WAKING)), reason="the voices are not installed")
def test_what_is_spoken_is_heard_with_and_without_the_wake_word(tmp_path: Path) -> None:
    settings = load({**os.environ})
    hears = spoken.ear(settings, spoken.engines(settings), Path("a-1.yaml"), tmp_path)
    for manner in ("wake", "open"):
        heard, surely = hears("set a timer for ten minutes", 1, manner)
        assert "timer" in heard.lower(), manner
        assert surely > 0.5
