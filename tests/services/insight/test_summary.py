"""What past turns come to: figures by tables and by properties; entries survive the journal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.reports import usage
from services.insight.base import CLOSED, DISOWNED, KIND, OVERHEARD, STAGES, Targets, TurnEntry
from services.insight.entries import JournalInsight, entry_of, fields_of
from services.insight.summary import latency, sum_up
from services.store.store import Store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
seconds = st.floats(0, 1000).map(lambda value: round(value, 4))
entries = st.builds(
    TurnEntry,
    at=st.integers(0, 10_000).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    client=st.sampled_from(["microphone", "console", "mqtt:phone"]),
    result=st.sampled_from(["done", "failed", "asked", "unclear", "silent"]),
    source=st.sampled_from(["template", "model", "none"]),
    text=st.none() | words,
    heard=st.none() | st.floats(0, 1),
    understood=st.floats(0, 1),
    actions=st.lists(st.sampled_from(["task.create", "list.add", "timer.create"]), max_size=3).map(tuple),
    code=st.none() | st.sampled_from(["list.unknown", "file.full"]),
    stages=st.dictionaries(st.sampled_from(STAGES), seconds, max_size=3),
    total=st.none() | seconds,
    near_misses=st.integers(0, 3),
)


def entry(result: str = "done", total: float | None = 1.0, *, hours: float = 0, **more: object) -> TurnEntry:
    given_ = {"client": "microphone", "heard": 0.9, "source": "template", "actions": ("task.create",), **more}
    return TurnEntry(NOW + timedelta(hours=hours), result=result, total=total, **given_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "mean", "p50", "p95", "p99"),
    [
        ([3.0], 3, 3, 3, 3),
        ([1.0, 3.0], 2, 1, 3, 3),
        ([float(n) for n in range(1, 101)], 50.5, 50, 95, 99),
        ([float(n) for n in range(1, 1001)], 500.5, 500, 950, 990),
    ],
)
def test_percentiles_by_the_nearest_rank(values: list[float], mean: float, p50: float, p95: float, p99: float) -> None:
    found = latency(values)
    assert (found.n, found.mean, found.p50, found.p95, found.p99) == (len(values), mean, p50, p95, p99)
    with pytest.raises(ValueError, match="no values"):
        latency([])


def test_nothing_at_all() -> None:
    none = sum_up([], Targets(), UTC)
    assert none.commands == none.late == none.replies == 0 and none.success is None
    assert none.spoken == {} and none.days == none.slowest == none.actions == ()


def test_what_is_counted() -> None:
    given_ = [
        entry(total=0.8),
        entry(total=2.1, hours=1),
        entry(total=4.9, actions=("task.create", "list.add"), hours=25),
        entry(total=5.1, actions=("task.create", "list.add"), hours=26),
        entry("failed", 1.0, actions=("list.add",), code="list.unknown", text="Put it on the list"),
        entry("unclear", 1.0, actions=(), source="none", text="Blah blah."),
        entry("unclear", 1.0, actions=(), source="none", text="blah  blah"),
        entry("asked", 0.5, code="asked"),
        entry("silent", None, actions=(), heard=None, near_misses=4),
        entry(total=0.01, heard=None, client="console", source="model"),
    ]
    found = sum_up(given_, Targets(), UTC)
    assert (found.entries, found.commands, found.success) == (10, 9, 5 / 8)
    assert (found.late, found.replies, found.near_misses) == (2, 9, 4)
    assert found.sources == {"template": 6, "none": 2, "model": 1} and found.clients == {"microphone": 8, "console": 1}
    assert [(use.action, use.count, use.failed) for use in found.actions] == [("task.create", 6, 0), ("list.add", 3, 1)]
    assert [(each.words, each.count) for each in found.unclear] == [("blah blah", 2)]
    assert [(each.words, each.count) for each in found.failures] == [("list.unknown", 1)]
    assert [(day.day.day, day.commands, day.done, day.tried, day.late) for day in found.days] == [
        (23, 7, 3, 6, 1),
        (24, 2, 2, 2, 1),
    ]
    assert [slow.total for slow in found.slowest][:2] == [5.1, 4.9]
    assert found.spoken["total"].n == 8 and found.typed["total"].n == 1


def test_an_open_ear_that_closes_is_no_false_wake_and_what_is_passed_over_is_counted() -> None:
    codes = ["no_speech", "noise", CLOSED, CLOSED, CLOSED, OVERHEARD]
    given_ = [entry("silent", None, actions=(), heard=None, code=code) for code in codes]
    found = sum_up(given_, Targets(), UTC)
    assert (found.false_wakes, found.closed, found.overheard) == (2, 3, 1)


def test_what_was_disowned_is_a_false_wake_once() -> None:
    def at(seconds: float, result: str = "silent", code: str | None = DISOWNED) -> TurnEntry:
        return entry(result, None, actions=(), hours=seconds / 3600, code=code)

    assert sum_up([at(0, "unclear", None), at(20)], Targets(), UTC).false_wakes == 1
    silence_then_told = sum_up([at(20), at(0, code="no_speech")], Targets(), UTC)
    assert (silence_then_told.false_wakes, silence_then_told.disowned) == (1, 1), "one wake, told of twice"
    assert sum_up([at(0, code="no_speech"), at(91)], Targets(), UTC).false_wakes == 2
    assert sum_up([at(0, code=CLOSED), at(20)], Targets(), UTC).false_wakes == 1
    assert usage.of(silence_then_told, "Today").told[-1] == "I woke for nothing once."


def test_a_day_is_one_of_the_zone() -> None:
    late = TurnEntry(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "console", "done")
    assert sum_up([late], Targets(), ZoneInfo("Asia/Kolkata")).days[0].day.day == 24
    assert sum_up([late], Targets(), ZoneInfo("America/New_York")).days[0].day.day == 23


@given(st.lists(entries, max_size=40))
def test_whatever_happened_the_figures_agree(given_: list[TurnEntry]) -> None:
    found = sum_up(given_, Targets(), UTC)
    assert sum(found.results.values()) == len(given_)
    assert (
        sum(day.commands for day in found.days)
        == found.commands
        == sum(found.clients.values())
        == sum(found.sources.values())
    )
    assert sum(day.late for day in found.days) <= found.late <= found.replies
    assert sum(use.count for use in found.actions) == sum(len(each.actions) for each in given_)
    assert found.success is None or 0 <= found.success <= 1
    for latencies in (found.spoken, found.typed):
        for each in latencies.values():
            assert each.p50 <= each.p95 <= each.p99 and each.n > 0 and each.mean <= each.p99 * each.n + 1e-9
    assert list(found.days) == sorted(found.days, key=lambda day: day.day)


@given(entries)
def test_an_entry_comes_back_from_the_journal(given_: TurnEntry) -> None:
    fields = json.loads(json.dumps(fields_of(given_)))
    back = entry_of(given_.at, fields)
    assert back is not None
    assert fields_of(back) == fields_of(given_)
    assert (back.result, back.text, back.actions, back.spoken) == (
        given_.result,
        given_.text,
        given_.actions,
        given_.spoken,
    )


def test_what_a_newer_program_wrote_is_passed_over() -> None:
    assert entry_of(NOW, {"result": "dreamt"}) is None
    assert entry_of(NOW, {}) is None
    found = entry_of(NOW, {"result": "done", "mood": "good"})
    assert found is not None and found.actions == () and found.total is None


def test_from_a_store(tmp_path: Path) -> None:
    with Store(tmp_path / "equerry.db") as store:
        insight = JournalInsight(store.journal, Targets())
        assert insight.between(None, None, UTC).entries == 0
        store.journal.add_all(
            KIND, [(each.at, fields_of(each)) for each in (entry(), entry(hours=5), entry("failed", hours=30))]
        )
        assert insight.between(None, None, UTC).entries == 3
        assert insight.between(NOW + timedelta(hours=1), NOW + timedelta(hours=30), UTC).entries == 1
