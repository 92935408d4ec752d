"""The rule by which Home Assistant's parts end a command, and the table of benchmarks/wyoming.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.field.segmenter import FORGET_MS, LEAST_MS, LONGEST_MS, FixedSilence
from benchmarks.field.summary import STAGES, TAKEN_UP, Measured, parted, spread, table, until_answered

STEP = 10


def ends(*runs: tuple[int, float], silence_ms: int = 700) -> int | None:
    """When a command of these stretches (milliseconds, likelihood of speech) is over; None: not within them."""
    rule, now = FixedSilence(silence_ms), 0
    for lasting, likelihood in runs:
        for _ in range(lasting // STEP):
            now += STEP
            if rule.over(STEP, likelihood):
                return now
    return None


@pytest.mark.parametrize(
    ("runs", "at"),
    [
        (((1500, 1.0), (1000, 0.0)), 2200),
        (((500, -1.0), (1500, 1.0), (1000, 0.0)), 2700),  # the detector knows nothing yet
        (((290, 1.0), (5000, 0.0)), None),  # too short to begin
        (((200, 1.0), (900, 0.0), (200, 1.0), (1000, 0.0)), 2000),  # both together begin it
        (((200, 1.0), (1000, 0.0), (200, 1.0), (2000, 0.0)), None),  # the first was forgotten
        (((300, 1.0), (5000, 0.0)), 1000),  # 0.7 s of silence, and the second that it lasts at least
        (((300, 0.3), (5000, 0.3)), 1000),  # enough to begin, not enough to go on
        (((1000, 1.0), (400, 0.0), (500, 1.0), (400, 0.0)), 2200),  # silences add up
        (((1000, 1.0), (400, 0.0), (1000, 1.0), (400, 0.0), (300, 0.0)), 3100),  # a second of speech forgets them
        (((20_000, 1.0),), LONGEST_MS),
        (((20_000, 0.0),), LONGEST_MS),
    ],
)
def test_when_a_command_is_over(runs: tuple[tuple[int, float], ...], at: int | None) -> None:
    assert ends(*runs) == at


def test_relaxed_and_aggressive_wait_otherwise() -> None:
    said = ((1500, 1.0), (2000, 0.0))
    assert [ends(*said, silence_ms=silence) for silence in (250, 700, 1250)] == [1750, 2200, 2750]


@given(st.lists(st.tuples(st.integers(1, 120), st.floats(-1, 1)), max_size=60))
def test_it_ends_in_silence_after_a_command_or_for_its_length(runs: list[tuple[int, float]]) -> None:
    rule, now, quiet = FixedSilence(), 0, 0
    for steps, likelihood in runs:
        for _ in range(steps):
            now += STEP
            quiet += STEP * (likelihood <= 0.5)
            if rule.over(STEP, likelihood):
                assert now <= LONGEST_MS and rule.timed_out == (now == LONGEST_MS)
                assert rule.timed_out or (rule.began and likelihood <= 0.5 and quiet >= 700 and now >= LEAST_MS)
                return
    assert now < LONGEST_MS


@given(st.integers(0, 120).filter(lambda steps: steps < FORGET_MS // STEP), st.integers(30, 200))
def test_a_pause_before_the_command_costs_nothing(pause: int, steps: int) -> None:
    at = ends((pause * STEP, 0.0), (steps * STEP, 1.0), (2000, 0.0))
    assert at == pause * STEP + max(steps * STEP + 700, LEAST_MS)


def test_stages_follow_each_other() -> None:
    at = dict(zip(STAGES, (10.7, 11.0, 11.1, 11.3), strict=True))
    turn = parted("Stop.", "stop", 10.0, at)
    assert turn.seconds == pytest.approx(dict(zip(STAGES, (0.7, 0.3, 0.1, 0.2), strict=True)))
    assert turn.total == pytest.approx(1.3) and not turn.cut


def test_an_end_taken_back_is_none_and_the_answer_to_a_question_another_turn() -> None:
    early = [("endpoint", 1.0, ""), ("recognition", 1.1, "Ten"), (TAKEN_UP, 1.4, "")]
    turn = [("endpoint", 2.0, ""), ("recognition", 2.1, "Ten minutes"), ("understanding", 2.2, ""), ("voice", 2.3, "")]
    another = [("endpoint", 7.0, ""), ("recognition", 7.1, "Yes")]
    times = dict(zip(STAGES, (2.0, 2.1, 2.2, 2.3), strict=True))
    assert until_answered(early + turn + another) == (times, "Ten minutes", True)
    assert until_answered(turn + another) == (times, "Ten minutes", False)
    assert until_answered(early) == ({}, "Ten", True)


def test_what_was_cut_off_or_not_answered_has_no_times() -> None:
    at = dict(zip(STAGES, (9.9, 11.0, 11.1, 11.3), strict=True))
    assert parted("Stop.", "", 10.0, at) == Measured("Stop.", "", cut=True, seconds={})
    assert parted("Stop.", "", 10.0, {"endpoint": 10.7}) == Measured("Stop.", "", cut=False, seconds={})


def test_the_table_counts_every_turn_and_times_whole_ones() -> None:
    whole = Measured("a", "a", cut=False, seconds=dict.fromkeys(STAGES, 0.25))
    turns = {
        "one": [whole, Measured("a", "b", cut=True, seconds={}), Measured("a", "", cut=False, seconds={})],
        "two": [],
    }
    _, _, one, two = table(turns, lambda said, heard: said == heard)
    assert one == "| one |" + " 0.25 / 0.25 |" * 4 + " **1.00 / 1.00** | 1 of 3 | 1 | 0 | 1 |"
    assert two == "| two |" + " – |" * 4 + " **–** | 0 of 0 | 0 | 0 | 0 |"


def test_a_spread_stays_within_what_was_measured() -> None:
    assert spread([1.0, 2.0, 3.0]) == "2.00 / 2.90"
