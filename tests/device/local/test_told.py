"""What whoever watches is told: it survives the wire, and folding changes into a snapshot gives the same picture at both ends."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.asking import AnswerUnreadable
from device.local import told
from device.watch.recorded import AT, JOBS, LATENCY, STATES, TASKS

CHANGES: list[told.Change] = [
    told.Phase("speaking", 3, fault="a"),
    told.Light("thinking", "00ff00" * 24),
    told.Level(-40, None),
    told.Wake("hey_jarvis", 0.9),
    told.Partial("add mi"),
    told.Final("add milk", 0.8),
    told.Reply("Milk is on the list.", False),
    JOBS,
    TASKS,
    LATENCY,
    told.Log(AT, "warning", "something"),
]


def test_every_change_is_told_here() -> None:
    assert {type(each) for each in CHANGES} == set(get_args(told.Change))


@pytest.mark.parametrize("each", [*CHANGES, *STATES.values()])
def test_it_survives_the_wire(each: told.Told) -> None:
    line = told.line_of(each)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert told.told_by(line) == each
    assert json.loads(line)["event"] == each.event


@given(st.lists(st.sampled_from([*CHANGES, STATES["idle"]]), max_size=30))
def test_both_ends_have_the_same_picture(changes: list[told.Told]) -> None:
    here = there = told.Snapshot()
    for each in changes:
        here = told.after(here, each)
        there = told.after(there, told.told_by(told.line_of(each)))
    assert here == there


def test_a_new_turn_forgets_what_was_said() -> None:
    spoken = replace(STATES["speaking"])
    assert spoken.final.text and spoken.reply.text
    woken = told.after(spoken, told.Wake("hey_jarvis", 0.9))
    assert not (woken.final.text or woken.reply.text or woken.partial.text)
    typed = told.after(spoken, told.Final("what time is it"))
    assert typed.final.text == "what time is it" and not typed.reply.text


def test_of_the_log_the_newest_is_kept() -> None:
    snapshot = told.Snapshot()
    for number in range(told.MOST_LINES + 5):
        snapshot = told.after(snapshot, told.Log(AT, "warning", str(number)))
    assert len(snapshot.log) == told.MOST_LINES and snapshot.log[-1].text == str(told.MOST_LINES + 4)


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b'{"event": "dance"}', b'{"event": "level", "voice": "loud"}', b"\xff"])
def test_what_is_nothing_of_it_is_told_so(line: bytes) -> None:
    with pytest.raises(AnswerUnreadable, match="Start the appliance again"):
        told.told_by(line)
