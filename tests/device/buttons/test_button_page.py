"""docs/button.md tells what device/turn/rows/talk_button.py and device/buttons/gestures.py do."""

from __future__ import annotations

from pathlib import Path

from device.buttons.gestures import AGAIN_S, BOUNCE_S
from device.turn.rows.talk_button import WORDS

PAGE = (Path(__file__).parents[3] / "docs" / "button.md").read_text(encoding="utf-8")


def test_the_table_is_the_one_of_the_code() -> None:
    rows = [line for line in PAGE.split("\n\n")[2].splitlines() if line.startswith("| ")][1:]
    assert rows == [f"| {gesture} | {words} |" for gesture, words in WORDS.items()]


def test_the_times_are_those_of_the_code() -> None:
    assert f"within {AGAIN_S} s" in PAGE and f"within {BOUNCE_S * 1000:.0f} ms" in PAGE
