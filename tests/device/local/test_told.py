"""What whoever watches is told: it survives the wire, and folding changes into a snapshot gives the same picture at
both ends.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.control import snapshots
from device.control.client import AnswerUnreadable
from device.watch.recordings import AT, JOBS, LATENCY, STATES, TASKS

CHANGES: list[snapshots.Change] = [
    snapshots.Phase("speaking", 3, fault="a"),
    snapshots.Light("thinking", "00ff00" * 24),
    snapshots.Level(-40, None),
    snapshots.Wake("hey_jarvis", 0.9),
    snapshots.Partial("add mi"),
    snapshots.Final("add milk", 0.8),
    snapshots.Reply("Milk is on the list.", False),
    JOBS,
    TASKS,
    LATENCY,
    snapshots.Log(AT, "warning", "something"),
]


def test_every_change_is_told_here() -> None:
    assert {type(each) for each in CHANGES} == set(get_args(snapshots.Change))


@pytest.mark.parametrize("each", [*CHANGES, *STATES.values()])
def test_it_survives_the_wire(each: snapshots.Told) -> None:
    line = snapshots.line_of(each)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert snapshots.told_by(line) == each
    assert json.loads(line)["event"] == each.event


@given(st.lists(st.sampled_from([*CHANGES, STATES["idle"]]), max_size=30))
def test_both_ends_have_the_same_picture(changes: list[snapshots.Told]) -> None:
    here = there = snapshots.Snapshot()
    for each in changes:
        here = snapshots.after(here, each)
        there = snapshots.after(there, snapshots.told_by(snapshots.line_of(each)))
    assert here == there


def test_a_new_turn_forgets_what_was_said() -> None:
    spoken = replace(STATES["speaking"])
    assert spoken.final.text and spoken.reply.text
    woken = snapshots.after(spoken, snapshots.Wake("hey_jarvis", 0.9))
    assert not (woken.final.text or woken.reply.text or woken.partial.text)
    typed = snapshots.after(spoken, snapshots.Final("what time is it"))
    assert typed.final.text == "what time is it" and not typed.reply.text


def test_of_the_log_the_newest_is_kept() -> None:
    snapshot = snapshots.Snapshot()
    for number in range(snapshots.MOST_LINES + 5):
        snapshot = snapshots.after(snapshot, snapshots.Log(AT, "warning", str(number)))
    assert len(snapshot.log) == snapshots.MOST_LINES and snapshot.log[-1].text == str(snapshots.MOST_LINES + 4)


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{}", b'{"event": "dance"}', b'{"event": "level", "voice": "loud"}', b"\xff"]
)
def test_what_is_nothing_of_it_is_told_so(line: bytes) -> None:
    with pytest.raises(AnswerUnreadable, match="Start the appliance again"):
        snapshots.told_by(line)
