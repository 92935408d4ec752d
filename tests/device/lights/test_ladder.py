"""Which of the states is shown, as a table."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.lights.ladder import LADDER, rung_of
from device.lights.view import TimerSpan, View
from device.turn.session import PHASES

SPAN = TimerSpan(0, 60)
ALL: dict[str, Any] = {
    "store_fault": True,
    "do_not_disturb": True,
    "broker_away": True,
    "timer": SPAN,
    "newer": True,
    "words": True,
    "running": 3,
    "quiet": True,
}

views = st.builds(
    View,
    phase=st.sampled_from(PHASES),
    words=st.booleans(),
    running=st.integers(0, 5),
    store_fault=st.booleans(),
    do_not_disturb=st.booleans(),
    broker_away=st.booleans(),
    timer=st.sampled_from([None, SPAN]),
    newer=st.booleans(),
    quiet=st.booleans(),
    volume=st.sampled_from([None, 0.0, 0.5]),
)


@pytest.mark.parametrize(
    ("view", "name"),
    [
        (View(), "starting"),
        (View("starting", **ALL), "starting"),
        (View("fault", **ALL), "microphone fault"),
        (View("idle", **ALL), "store fault"),
        (View("idle", **{**ALL, "store_fault": False}), "do not disturb"),
        (View("idle", broker_away=True, timer=SPAN, newer=True), "broker away"),
        (View("idle", timer=SPAN, newer=True), "timer"),
        (View("idle", newer=True), "update"),
        (View("idle", words=True, running=2, quiet=True), "idle"),
        (View("ringing", **ALL), "ringing"),
        (View("listening", **ALL), "hearing"),
        (View("listening", **{**ALL, "words": False}), "listening"),
        (View("thinking", **ALL), "thinking"),
        (View("acting", **ALL), "acting"),
        (View("speaking", **ALL), "speaking"),
        (View("asking", **ALL), "asking"),
        (View("muted", **ALL), "muted"),
        (View("idle", volume=0.0, **ALL), "store fault"),
        (View("idle", volume=0.0), "volume"),
        (View("listening", volume=0.5), "volume"),
        (View("fault", volume=0.5), "microphone fault"),
        (View("listening", countdown=3, volume=0.5), "button held"),
        (View("speaking", countdown=0), "button held"),
        (View("fault", countdown=3), "microphone fault"),
        (View("idle", countdown=3, store_fault=True), "store fault"),
    ],
)
def test_the_first_that_holds_is_shown(view: View, name: str) -> None:
    assert rung_of(view).name == name


@given(views)
def test_never_a_state_that_is_not_so(view: View) -> None:
    """What the rung says of the view is so; and none above it is."""
    rung = rung_of(view)
    assert rung.holds(view)
    assert not any(above.holds(view) for above in LADDER[: LADDER.index(rung)])
    if view.volume is None and view.phase not in ("idle", "listening", "fault"):
        assert rung.name == view.phase
    if view.phase != "idle":
        assert rung.name not in ("idle", "store fault", "do not disturb", "broker away", "timer", "update")


@given(views)
def test_muted_is_always_red_but_while_the_volume_is_being_changed(view: View) -> None:
    red = rung_of(view).pattern.colour == (1.0, 0.0, 0.0)
    if view.phase == "muted":
        assert red == (view.volume is None)
    else:
        assert red == (view.phase == "fault")


def test_every_rung_is_data_of_the_view_and_can_be_reached() -> None:
    known = {field.name for field in fields(View)}
    assert all(set(rung.when) <= known for rung in LADDER)
    assert LADDER[-1].when == {}, "the last always holds"
    assert len({rung.name for rung in LADDER}) == len(LADDER)
    stand_ins: dict[str, Any] = {"timer": SPAN, "volume": 0.5, "countdown": 3}
    for rung in LADDER:
        seen = {name: stand_ins.get(name, wanted) for name, wanted in rung.when.items()}
        assert rung_of(View(**{"phase": "idle", **seen})) is rung
