"""What whoever watches is told: it survives the wire, and folding changes into a snapshot gives the same picture at
both ends.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.control.client import AnswerUnreadable
from device.messages import snapshot as snapshots
from device.messages.base import DeviceMessage
from tests.recordings import AT, JOBS, LATENCY, STATES, TASKS, said, saying, woken

CHANGES: list[DeviceMessage] = [
    snapshots.PhaseMessage("speaking", 3, fault="a"),
    snapshots.LightMessage("thinking", "00ff00" * 24),
    snapshots.LevelMessage(-40, None),
    woken(0.9),
    saying("add mi"),
    said("add milk", 0.8),
    snapshots.ReplyMessage("Milk is on the list.", False),
    JOBS,
    TASKS,
    LATENCY,
    snapshots.CallMessage({"event": "whisper", "at_s": 2.5, "words": "give a number", "cause": "price"}, "00:02 → …"),
    snapshots.LogMessage(AT, "warning", "something"),
]


def test_every_change_is_told_here() -> None:
    assert {type(each) for each in CHANGES} == set(snapshots.CHANGES)


@pytest.mark.parametrize("each", [*CHANGES, *STATES.values()])
def test_it_survives_the_wire(each: DeviceMessage) -> None:
    line = snapshots.line_of(each)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert snapshots.told_by(line) == each
    assert json.loads(line)["event"] == each.topic


@given(st.lists(st.sampled_from([*CHANGES, STATES["idle"]]), max_size=30))
def test_both_ends_have_the_same_picture(changes: list[DeviceMessage]) -> None:
    here = there = snapshots.Snapshot()
    for each in changes:
        here = snapshots.after(here, each)
        there = snapshots.after(there, snapshots.told_by(snapshots.line_of(each)))
    assert here == there


def test_a_new_turn_forgets_what_was_said() -> None:
    spoken = replace(STATES["speaking"])
    assert spoken.final and spoken.reply
    begun = snapshots.after(spoken, woken(0.9))
    assert not (begun.final or begun.reply or begun.partial)
    typed = snapshots.after(spoken, said("what time is it"))
    assert typed.final and typed.final.text == "what time is it" and not typed.reply


def test_of_the_log_the_newest_is_kept() -> None:
    snapshot = snapshots.Snapshot()
    for number in range(snapshots.MOST_LINES + 5):
        snapshot = snapshots.after(snapshot, snapshots.LogMessage(AT, "warning", str(number)))
    assert len(snapshot.log) == snapshots.MOST_LINES and snapshot.log[-1].text == str(snapshots.MOST_LINES + 4)


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{}", b'{"event": "dance"}', b'{"event": "level", "voice": "loud"}', b"\xff"]
)
def test_what_is_nothing_of_it_is_told_so(line: bytes) -> None:
    with pytest.raises(AnswerUnreadable, match="Start the appliance again"):
        snapshots.told_by(line)
