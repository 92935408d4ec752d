"""What somebody does with the talk button, by the times of its edges."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.buttons.gestures import AGAIN_S, BOUNCE_S, COUNTED_S, HOLD_S, STUCK_S, Gestures
from device.turn import events as on

DOWN, HOLD, STUCK, FREE = on.Pressed(), on.Held(0.4), on.ButtonStuck(True), on.ButtonStuck(False)
COUNT = [on.Held(float(each)) for each in COUNTED_S]
Edge = tuple[bool, float, int]


def up(seconds: float) -> on.Released:
    return on.Released(seconds)


def taps(times: int) -> on.Tapped:
    return on.Tapped(times)


def told(
    edges: Sequence[Edge], *, until: float = 200.0, down: Sequence[int] = (), looks: Sequence[float] = ()
) -> list[on.ButtonEvent]:
    """Asked at each deadline between the edges, as the thread `button` does; and at `looks`, which must make no
    difference.
    """
    gestures, found = Gestures(down=down), list[on.ButtonEvent]()
    for moment, edge in sorted(
        [*((at, (is_down, at, button)) for is_down, at, button in edges), *((at, None) for at in (*looks, until))],
        key=lambda each: each[0],
    ):
        while (deadline := gestures.deadline) is not None and deadline < moment:
            found += gestures.due(deadline)
        found += gestures.turned(*edge) if edge else gestures.due(moment)
    return found


def presses(*turns: float) -> list[Edge]:
    """One button: down, up, down, up … at these times."""
    return [(index % 2 == 0, at, 0) for index, at in enumerate(turns)]


TABLE: list[tuple[str, list[float], list[on.ButtonEvent]]] = [
    ("nothing", [], []),
    ("a press", [0, 0.1], [DOWN, up(0.1), taps(1)]),
    ("a press just short of a hold", [0, 0.39], [DOWN, up(0.39), taps(1)]),
    ("two presses", [0, 0.1, 0.3, 0.4], [DOWN, up(0.1), DOWN, up(0.1), taps(2)]),
    ("three", [0, 0.1, 0.3, 0.4, 0.6, 0.7], [DOWN, up(0.1), DOWN, up(0.1), DOWN, up(0.1), taps(3)]),
    ("four", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], [DOWN, up(0.1)] * 4 + [taps(4)]),
    ("two presses far apart", [0, 0.1, 1.0, 1.1], [DOWN, up(0.1), taps(1), DOWN, up(0.1), taps(1)]),
    ("just within the window", [0, 0.1, 0.44, 0.5], [DOWN, up(0.1), DOWN, up(0.06), taps(2)]),
    ("just beyond it", [0, 0.1, 0.46, 0.56], [DOWN, up(0.1), taps(1), DOWN, up(0.1), taps(1)]),
    ("a hold", [0, 2.0], [DOWN, HOLD, up(2.0)]),
    ("a hold that mutes", [0, 3.2], [DOWN, HOLD, COUNT[0], up(3.2)]),
    ("all of the countdown", [0, 12.0], [DOWN, HOLD, *COUNT, up(12.0)]),
    ("a press, then a hold", [0, 0.1, 0.3, 1.3], [DOWN, up(0.1), DOWN, taps(1), HOLD, up(1.0)]),
    ("a hold, then a press", [0, 1.0, 1.1, 1.2], [DOWN, HOLD, up(1.0), DOWN, up(0.1), taps(1)]),
    ("never let go", [0], [DOWN, HOLD, *COUNT, STUCK]),
    ("stuck, then freed", [0, 60.0], [DOWN, HOLD, *COUNT, STUCK, FREE]),
    ("stuck, freed, pressed", [0, 60.0, 61.0, 61.1], [DOWN, HOLD, *COUNT, STUCK, FREE, DOWN, up(0.1), taps(1)]),
    ("a spark", [0, 0.01], []),
    ("bounces on the way down", [0, 0.004, 0.006, 0.2], [DOWN, up(0.194), taps(1)]),
    ("bounces on the way up", [0, 0.2, 0.205, 0.21], [DOWN, up(0.21), taps(1)]),
    ("a contact that breaks within a hold", [0, 1.0, 1.01, 2.0], [DOWN, HOLD, up(2.0)]),
    ("let go as the hold is about to be told", [0, 0.395], [DOWN, up(0.395), taps(1)]),
]


@pytest.mark.parametrize(("turns", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_gestures(turns: list[float], expected: list[on.ButtonEvent]) -> None:
    assert told(presses(*turns)) == expected


def test_a_button_that_is_down_as_it_starts_is_nothing_until_it_came_up() -> None:
    assert told([(False, 1.0, 0)], down=[0]) == []
    assert told([(False, 1.0, 0), (True, 2.0, 0), (False, 2.1, 0)], down=[0]) == [DOWN, up(0.1), taps(1)]
    assert told([], down=[0]) == [STUCK]
    assert told([(False, 40.0, 0)], down=[0]) == [STUCK, FREE]


def test_two_buttons_count_as_one() -> None:
    both = [(True, 0.0, 0), (True, 0.1, 1), (False, 0.6, 0), (False, 0.8, 1)]
    assert told(both) == [DOWN, HOLD, up(0.8)]
    in_turn = [(True, 0.0, 0), (False, 0.1, 0), (True, 0.2, 1), (False, 0.3, 1)]
    assert told(in_turn) == [DOWN, up(0.1), DOWN, up(0.1), taps(2)]


def test_a_stuck_button_leaves_the_other_one_working() -> None:
    edges = [(True, 0.0, 0), (True, 40.0, 1), (False, 40.1, 1)]
    assert told(edges) == [DOWN, HOLD, *COUNT, STUCK, DOWN, up(0.1), taps(1)]
    assert told(edges[1:], down=[0]) == [STUCK, DOWN, up(0.1), taps(1)]
    assert told([*edges[:2]]) == [DOWN, HOLD, *COUNT, STUCK, DOWN, HOLD, *COUNT, STUCK], (
        "the press of the other one ends, too"
    )


def test_the_thread_may_come_late() -> None:
    gestures = Gestures()
    assert gestures.turned(True, 0.0) == []
    assert gestures.turned(False, 3.5) == [DOWN, HOLD, COUNT[0]]
    assert gestures.turned(True, 3.4) == [], (
        "an edge that was stamped before the one that came first: the last one counts"
    )
    assert gestures.due(3.9) == []
    assert gestures.turned(False, 4.2) == [COUNT[1]]
    assert gestures.due(5.0) == [up(4.2)]


pauses = st.lists(st.one_of(st.floats(0.0, 0.05), st.floats(0.0, 2.0), st.floats(0.0, 40.0)), max_size=24)


@st.composite
def edges(draw: st.DrawFn) -> list[Edge]:
    """Of two buttons, in any order; also twice the same level, as a lossy pin library gives."""
    at, found = 0.0, list[Edge]()
    for pause in draw(pauses):
        at += pause
        found.append((draw(st.booleans()), at, draw(st.integers(0, 1))))
    return found


@given(edges(), st.lists(st.floats(0.0, 200.0), max_size=10), st.sampled_from([(), (0,), (0, 1)]))
def test_it_depends_on_the_edges_alone_and_not_on_when_it_is_asked(
    given: list[Edge], looks: list[float], down: tuple[int, ...]
) -> None:
    until = 2_000.0
    assert told(given, until=until, down=down) == told(given, until=until, down=down, looks=looks)


@given(edges(), st.sampled_from([(), (0,)]))
def test_no_gesture_comes_twice(given: list[Edge], down: tuple[int, ...]) -> None:
    found = told(given, until=2_000.0, down=down)
    is_down, stuck, last, open_taps = False, False, 0.0, 0
    for event in found:
        match event:
            case on.Pressed():
                assert not is_down
                is_down, last = True, 0.0
            case on.Held(seconds):
                assert is_down and seconds > last, "each length once, longer and longer"
                last = seconds
            case on.Released(seconds):
                assert is_down and seconds >= last and seconds <= STUCK_S * 3
                assert (seconds >= HOLD_S) == (last > 0) or abs(seconds - HOLD_S) < 0.01
                is_down, open_taps = False, open_taps + (last == 0)
            case on.Tapped(times):
                assert times == open_taps
                open_taps = 0
            case on.ButtonStuck(now):
                assert now != stuck or (now and is_down), "told once, or it ends a press"
                stuck, is_down = now, is_down and not now
    assert open_taps == 0, "each tap belongs to one gesture"


@given(st.lists(st.floats(0.0, BOUNCE_S * 0.99), min_size=1, max_size=200), st.booleans())
def test_a_contact_that_bounces_without_end_is_never_pressed(pauses: list[float], first: bool) -> None:
    at, found = 0.0, list[Edge]()
    for number, pause in enumerate(pauses):
        at += pause
        found.append(((number % 2 == 0) == first, at, 0))
    assert told(found, until=at) == []


@given(st.floats(0.0, 5.0), st.lists(st.floats(0.0001, 0.02), max_size=6), st.floats(BOUNCE_S * 1.1, AGAIN_S))
def test_bounces_make_no_second_press(start: float, bounces: list[float], length: float) -> None:
    at, found = start, [(True, start, 0)]
    for index, pause in enumerate(bounces[: len(bounces) // 2 * 2]):
        at += pause
        found.append((index % 2 == 1, at, 0))
    found.append((False, at + length, 0))
    assert [type(each) for each in told(found)] == [on.Pressed, on.Released, on.Tapped]
