"""The stages of a turn."""

from __future__ import annotations

import pytest

from device.turn.stopwatch import TurnRecord
from services.insight.summary import latencies


def test_stages_follow_each_other() -> None:
    record = TurnRecord(1, speech_end=10.0, endpoint=10.7, final=10.75, command=10.8, acted=10.9, sounded=11.1)
    assert {stage: round(taken, 3) for stage, taken in record.stages().items()} == {
        "endpoint": 0.7,
        "final": 0.05,
        "command": 0.05,
        "acted": 0.1,
        "sounded": 0.2,
    }
    assert record.total == pytest.approx(1.1)


def test_a_stage_that_did_not_happen_is_left_out() -> None:
    record = TurnRecord(1, speech_end=10.0, endpoint=10.7, final=10.8, acted=11.0)
    assert list(record.stages()) == ["endpoint", "final", "acted"]
    assert record.stages()["acted"] == pytest.approx(0.2)
    assert record.total is None


def test_a_typed_turn_has_no_end_of_speech() -> None:
    assert TurnRecord(2, command=5.0, acted=5.2, sounded=5.5).stages() == {
        "acted": pytest.approx(0.2),
        "sounded": pytest.approx(0.3),
    }


def test_each_stage_is_summed_up_over_the_turns_that_had_it() -> None:
    records = [TurnRecord(1, speech_end=0.0, endpoint=1.0, sounded=2.0), TurnRecord(2, speech_end=0.0, endpoint=3.0)]
    rows = latencies((record.stages(), record.total) for record in records)
    assert rows["endpoint"].n == 2 and rows["endpoint"].p95 == 3.0
    assert rows["total"].n == 1
