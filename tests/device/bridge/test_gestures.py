"""What somebody does with the talk button, by the times of its downs and ups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.bridge.gestures import Gestures


def told(turns: list[float], *, until: float = 100.0) -> list[str]:
    """Downs and ups in turn, asked at each deadline between them, as the thread `mqtt` does."""
    gestures, found = Gestures(), list[str]()
    for index, at in enumerate([*turns, until]):
        while (deadline := gestures.deadline) is not None and deadline < at:
            found += gestures.due(deadline)
        if at != until:
            found += gestures.turned(index % 2 == 0, at)
    return found


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([0.0, 0.1], ["press"]),
        ([0.0, 0.1, 0.3, 0.4], ["double_press"]),
        ([0.0, 0.1, 1.0, 1.1], ["press", "press"]),
        ([0.0, 2.0], ["hold"]),
        ([0.0], ["hold"]),
        ([0.0, 0.1, 0.3, 2.0], ["double_press"]),
        ([0.0, 0.1, 0.3, 0.4, 0.6, 0.7], ["double_press", "press"]),
        ([0.0, 2.0, 2.1, 2.2], ["hold", "press"]),
        ([], []),
    ],
)
def test_gestures(turns: list[float], expected: list[str]) -> None:
    assert told(turns) == expected


def test_the_thread_may_come_late() -> None:
    gestures = Gestures()
    assert gestures.turned(True, 0.0) == []
    assert gestures.turned(False, 3.0) == ["hold"]
    assert gestures.turned(True, 3.1) == [] and gestures.turned(False, 3.2) == []
    assert gestures.turned(True, 9.0) == ["press"]


def test_an_up_without_a_down_is_nothing() -> None:
    """The button was held while the device started."""
    gestures = Gestures()
    assert gestures.turned(False, 1.0) == [] and gestures.deadline is None


@given(st.lists(st.floats(0.01, 2.0), max_size=20))
def test_each_press_is_told_once(pauses: list[float]) -> None:
    turns = [sum(pauses[: index + 1]) for index in range(len(pauses))]
    found = told(turns)
    downs = (len(turns) + 1) // 2
    assert len(found) + found.count("double_press") == downs
