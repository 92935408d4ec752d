"""The shipped rules, and a call that is followed with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.calls.base import CallEvent, CallSegment, Side
from services.calls.call import CallSetup, FollowedCall
from services.calls.meanings.files import read_meanings
from services.calls.meanings.rules import MeaningRules
from services.calls.triggers import Trigger
from services.understanding.when import find

SHIPPED = Path(__file__).parents[3] / "config" / "calls"
NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
"""A Wednesday."""
NAMES: dict[Side, str] = {"owner": "Anna Berg", "other": "Tom Henderson"}


class NoFacts:
    """A store that knows nobody."""

    def find(self, segment: CallSegment, now: datetime) -> Sequence[tuple[str, str]]:
        return ()


class Line:
    """Two who talk, a segment a turn, each as long as it is told."""

    def __init__(self, rules: MeaningRules, triggers: Sequence[Trigger] = (), planned_s: float = 0.0) -> None:
        self.call = FollowedCall(
            CallSetup(lambda: rules, lambda: triggers, find, NoFacts(), NOW, NAMES, planned_s, most_per_minute=3)
        )
        self.now_s = 0.0
        self.events: list[CallEvent] = []

    def say(self, side: Side, text: str, lasts_s: float = 3.0, pause_s: float = 0.5) -> list[CallEvent]:
        start_s = max(0.0, self.now_s + pause_s)
        self.now_s = start_s + lasts_s
        events = self.call.feed(CallSegment(side, NAMES[side], start_s, self.now_s, text))
        self.events += events
        return events

    def wait(self, seconds: float, speaking: Sequence[Side] = ()) -> list[CallEvent]:
        until = self.now_s + seconds
        events: list[CallEvent] = []
        while self.now_s < until:
            self.now_s += 0.5
            events += self.call.tick(self.now_s, speaking=speaking)
        self.events += events
        return events


@pytest.fixture(scope="session")
def rules() -> MeaningRules:
    """Those that are shipped, with one competitor."""
    return read_meanings(sorted((SHIPPED / "meanings" / "en").glob("*.yaml")), {"competitors": ["Northwind"]})


@pytest.fixture
def line(rules: MeaningRules) -> Line:
    """A call without triggers."""
    return Line(rules)
