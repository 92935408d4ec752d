"""Documents by what they say and when they were made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.actions.selection import saying, within
from services.actions.times import TimeSpan
from services.store.base import Note


@pytest.mark.parametrize(
    ("spoken", "found"),
    [
        ("", ["the garage code is 4411", "Henderson called", "send the offer"]),
        ("garage code", ["the garage code is 4411"]),
        ("the CODE of the garage", ["the garage code is 4411"]),
        ("hendersen", ["Henderson called"]),
        ("sending", ["send the offer"]),
        ("boat", []),
    ],
)
def test_words(desk: Any, spoken: str, found: list[str]) -> None:
    for content in ("the garage code is 4411", "Henderson called", "send the offer"):
        desk.say("note.create", content=content)
    with desk.store.transaction("looking") as tx:
        assert [note.content for note in saying(tx, Note, spoken, within(None, "created"))] == found


def test_times(desk: Any) -> None:
    desk.say("note.create", content="a")
    fields = {"created": desk.now.isoformat(), "send_at": (desk.now + timedelta(days=1)).isoformat()}
    today = TimeSpan(desk.now, desk.now + timedelta(hours=1))
    assert within(today, "created")(fields) and not within(today, "send_at", "created")(fields)
    assert within(today, "send_at", "created")({**fields, "send_at": None})
