"""Time and date."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("said", "slots", "reply"),
    [
        ("what time is it", {}, "It's 10 AM."),
        ("what's the date", {}, "Today is Wednesday, December 2, 2026."),
        ("what day is it today", {"when": "today"}, "Today is Wednesday, December 2, 2026."),
        ("what day is tomorrow", {"when": "tomorrow"}, "Tomorrow is Thursday, December 3, 2026."),
        ("what day was yesterday", {"when": "yesterday"}, "Yesterday was Tuesday, December 1, 2026."),
        ("what date is next Monday", {"when": "next Monday"}, "That is Monday, December 7, 2026."),
        ("tell me the date and time", {}, "It's 10 AM, Wednesday, December 2, 2026."),
        ("what time is it in Tokyo", {"place": "Tokyo"}, "I only know the time here."),
    ],
)
def test_datetime(desk: Any, said: str, slots: dict[str, str], reply: str) -> None:
    assert desk.say("datetime.query", said=said, **slots) == reply
