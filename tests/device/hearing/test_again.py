"""What would be written and was not surely heard is heard again."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from device.commands.families import SENTENCES
from device.hearing.again import SPEEDS, again, at_speed
from firmware.frame import RATE
from services.speech.base import Final
from services.understanding.parser import CommandParser

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SOUND = np.zeros(RATE, np.int16)


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(SENTENCES)


@pytest.mark.parametrize(
    ("text", "confidence", "heard", "sure"),
    [
        (
            "Add milk to the shopping list.",
            0.65,
            ["add the milk to my shopping list", "Add milk to shopping list"],
            0.65,
        ),
        (
            "Add milk to the shopping list.",
            0.52,
            ["Add milk to the shopping list", "Add milk to the shopping list"],
            0.6,
        ),
        (
            "Add milk to the shopping list.",
            0.65,
            ["Add mint to the shopping list", "Add milk to the shopping list"],
            0.59,
        ),
        ("Add milk to the shopping list.", 0.65, ["Add milk to the shopping list", ""], 0.59),
        (
            "Delete the task call the bank.",
            0.69,
            ["Delete the task call the bank", "Delete the task call the bang"],
            0.59,
        ),
        ("Add milk to the shopping list.", 0.75, [], 0.75),
        ("What are my tasks?", 0.5, [], 0.5),
        ("The prime minister has gone.", 0.5, [], 0.5),
        ("", 0.1, [], 0.1),
    ],
)
def test_how_sure_it_is_then(
    parser: CommandParser, text: str, confidence: float, heard: list[str], sure: float
) -> None:
    answers = iter(heard)
    final = again(
        Final(text, confidence, 0.1, passes=("fast",)),
        SOUND,
        lambda _: next(answers),
        lambda said: parser.whole(said, now=NOW),
        lambda one, other: parser.same(one, other, now=NOW),
    )
    assert final.confidence == pytest.approx(sure)
    assert final.text == text
    assert final.passes == (("fast", "again") if heard else ("fast",))


@pytest.mark.parametrize("speed", SPEEDS)
def test_faster_is_shorter_and_higher(speed: float) -> None:
    tone = (8000 * np.sin(2 * np.pi * 400 * np.arange(RATE) / RATE)).astype(np.int16)
    heard = at_speed(tone, speed)
    assert heard.dtype == np.int16 and heard.size == pytest.approx(RATE / speed, abs=2)
    spectrum = np.abs(np.fft.rfft(heard[: heard.size // 2 * 2]))
    assert np.argmax(spectrum) * RATE / (heard.size // 2 * 2) == pytest.approx(400 * speed, abs=2)
