"""The queue, by properties: whatever comes, nothing starves, limits and dependencies hold, every job ends once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from device.jobs.job import BEHIND, FINAL, Job, Limits, Priority, State, TooMany
from device.jobs.queue import EXPRESS, Queue

LIMITS = Limits(running=2, most=3, queued=8, all_queued=30, kept_s=300)
CLIENTS = ("microphone", "console", "mqtt:kitchen")
PRIORITIES: Sequence[Priority] = ("high", "normal", "low")


def job(number: int, client: str = "microphone", now: float = 0.0, **fields: object) -> Job:
    return replace(Job(f"{number:06}", client, f"job {number}", now), **fields)  # type: ignore[arg-type]


class AnyQueue(RuleBasedStateMachine):
    """Anything that clients and act threads may do, in any order; time goes on."""

    ids = Bundle("ids")
    running = Bundle("running")

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue(LIMITS)
        self.now = 0.0
        self.number = 0
        self.ended: Counter[str] = Counter()
        self.cancelled_waiting: set[str] = set()
        self.started: list[str] = []
        self.jobs: dict[str, Job] = {}

    def _end(self, jobs: Sequence[Job]) -> None:
        for each in jobs:
            assert each.state in FINAL
            self.ended[each.id] += 1
            if each.state == "cancelled" and each.started is None:
                self.cancelled_waiting.add(each.id)

    @rule(
        target=ids,
        client=st.sampled_from(CLIENTS),
        priority=st.sampled_from(PRIORITIES),
        express=st.booleans(),
        data=st.data(),
    )
    def add(self, client: str, priority: Priority, express: bool, data: st.DataObject) -> object:
        self.now += 1
        self.number += 1
        after = tuple(data.draw(st.lists(st.sampled_from(sorted(self.jobs)), max_size=2))) if self.jobs else ()
        new = job(self.number, client, self.now, priority=priority, express=express, after=after)
        try:
            self._end(self.queue.add(new))
        except TooMany:
            return multiple()
        self.jobs[new.id] = new
        return new.id

    @rule(target=running, seconds=st.floats(0, 100))
    def take(self, seconds: float) -> object:
        self.now += seconds
        taken = self.queue.take(self.now)
        if taken is None:
            return multiple()
        assert taken.state == "running"
        assert taken.id not in self.cancelled_waiting, "cancel is final"
        assert all(self.ended[id_] for id_ in taken.after), "dependencies are kept"
        return taken.id

    @rule(id_=running)
    def set_beside(self, id_: str) -> None:
        one = self.queue.get(id_)
        if one is None or one.state != "running" or one.beside:
            return
        if self.queue.place_for_long:
            self.queue.set_beside(id_, self.now)
        else:
            self._end(self.queue.wait_for_place(id_, self.now))

    @rule(id_=consumes(running), data=st.data())
    def put_back(self, id_: str, data: st.DataObject) -> None:
        one = self.queue.get(id_)
        if one is None or one.state != "running" or one.beside or one.long:
            return
        others = [each.id for each in self.queue.view(one.client, ended=False) if each.beside]
        behind = data.draw(st.lists(st.sampled_from(others))) if others else []
        was_cancelled = self.queue.stopping(id_)
        self._end(self.queue.put_back(id_, behind, self.now))
        assert not was_cancelled or self.ended[id_] == 1, "cancel is final"

    @rule(id_=consumes(running), state=st.sampled_from(("completed", "failed", "cancelled")))
    def end(self, id_: str, state: State) -> None:
        self._end(self.queue.end(id_, state, self.now))

    @rule(id_=ids)
    def cancel(self, id_: str) -> None:
        self._end(self.queue.cancel(id_, self.now))

    @rule(bound=st.integers(1, LIMITS.most))
    def adapt(self, bound: int) -> None:
        self.queue.bound = bound

    @invariant()
    def limits_hold(self) -> None:
        going = [each for each in self.queue.view(ended=False) if each.state == "running"]
        assert len([each for each in going if each.beside]) <= LIMITS.most - 1, (
            "a place is left for what does not take long"
        )
        assert len([each for each in going if not each.express]) <= LIMITS.most
        for client in CLIENTS:
            mine = [each for each in going if each.client == client]
            assert len([each for each in mine if not each.express]) <= LIMITS.running
            assert len([each for each in mine if not each.beside]) <= 1, "one turn at a time"

    @invariant()
    def every_job_is_in_one_place(self) -> None:
        assert all(count == 1 for count in self.ended.values())
        live = {each.id for each in self.queue.view(ended=False)}
        assert live.isdisjoint(self.ended) and live | set(self.ended) == set(self.jobs)
        assert self.queue.queued == len([each for each in self.queue.view(ended=False) if each.state == "queued"])

    def teardown(self) -> None:
        """When no more come, and all that run are carried to their end, every job has ended once."""
        self.queue.bound = LIMITS.most
        for each in self.queue.view(ended=False):
            if each.state == "running":
                self._end(self.queue.end(each.id, "completed", self.now))
        while (taken := self.queue.take(self.now)) is not None:
            self.now += 1
            self._end(self.queue.end(taken.id, "completed", self.now))
        assert set(self.ended) == set(self.jobs) and set(self.ended.values()) <= {1}
        assert not self.queue._lanes and not self.queue._waits and not self.queue._awaited and not self.queue._stopping


AnyQueue.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
test_any_queue = AnyQueue.TestCase


@given(
    st.lists(
        st.tuples(st.sampled_from(CLIENTS), st.sampled_from(PRIORITIES), st.floats(0.1, 5)), min_size=1, max_size=60
    ),
    st.floats(0.1, 4),
)
def test_nothing_starves_behind_what_keeps_coming(stream: list[tuple[str, Priority, float]], lasts: float) -> None:
    """A low one of a client of its own is started at the latest when all have been that came within a minute of it."""
    queue = Queue(Limits(running=1, most=1, queued=1000))
    queue.add(job(0, "mqtt:patient", 0.0, priority="low"))
    now = 0.0
    for number, (client, priority, pause) in enumerate(stream, start=1):
        queue.add(job(number, client, now, priority=priority))
        now += pause
    before = 0.0
    while (taken := queue.take(now)) is not None:
        if taken.client == "mqtt:patient":
            break
        assert taken.submitted <= BEHIND["low"]
        before += lasts
        now += lasts
        queue.end(taken.id, "completed", now)
    assert taken is not None


def order(queue: Queue) -> list[str]:
    found = []
    now = 100.0
    while (taken := queue.take(now)) is not None:
        found.append(taken.text.removeprefix("job "))
        now += 1
        queue.end(taken.id, "completed", now)
    return found


def test_the_turns_of_a_conversation_follow_each_other_as_they_came() -> None:
    queue = Queue(LIMITS)
    for number in range(1, 6):
        queue.add(job(number, now=number))
    assert order(queue) == ["1", "2", "3", "4", "5"]


def test_a_client_with_many_does_not_stand_before_one_with_one() -> None:
    queue = Queue(replace(LIMITS, most=1))
    for number in range(1, 6):
        queue.add(job(number, "mqtt:flood", now=1))
    queue.add(job(6, "microphone", now=2))
    first = queue.take(3)
    assert first and first.client == "mqtt:flood"
    queue.end(first.id, "completed", 4)
    second = queue.take(4)
    assert second and second.client == "microphone"


def test_high_goes_before_normal_until_normal_is_old() -> None:
    queue = Queue(LIMITS)
    queue.add(job(1, now=0))
    queue.add(job(2, now=BEHIND["normal"] - 1, priority="high"))
    queue.add(job(3, now=BEHIND["normal"] + 1, priority="high"))
    assert order(queue) == ["2", "1", "3"]


def test_what_is_about_jobs_goes_first_and_beyond_the_limits() -> None:
    queue = Queue(replace(LIMITS, running=1, most=1))
    queue.add(job(1))
    queue.add(job(2))
    running = queue.take(0)
    assert running is not None and queue.take(0) is None
    queue.set_beside(running.id, 0)
    queue.add(job(3, express=True))
    taken = queue.take(0)
    assert taken is not None and taken.express
    assert queue.take(0) is None and EXPRESS > 1


def test_what_takes_long_leaves_a_place_for_what_does_not() -> None:
    queue = Queue(replace(LIMITS, most=2))
    for number, client in enumerate(("a", "b", "c"), start=1):
        queue.add(job(number, client))
    first, second = queue.take(0), queue.take(0)
    assert first and second and queue.take(0) is None
    queue.set_beside(first.id, 1)
    assert not queue.place_for_long
    queue.wait_for_place(second.id, 1)
    third = queue.take(1)
    assert third and third.client == "c", "it goes before one that is older but takes long"
    queue.end(third.id, "completed", 2)
    assert queue.take(2) is None
    queue.end(first.id, "completed", 3)
    again = queue.take(3)
    assert again and again.id == second.id and again.beside and again.long


def test_what_builds_on_what_failed_is_not_done_nor_what_builds_on_that() -> None:
    queue = Queue(LIMITS)
    queue.add(job(1))
    queue.add(job(2, after=("000001",)))
    queue.add(job(3, "console", after=("000002",)))
    taken = queue.take(0)
    assert taken is not None and queue.take(0) is None
    ended = queue.end(taken.id, "failed", 1)
    assert [(each.id, each.state) for each in ended] == [
        ("000001", "failed"),
        ("000002", "cancelled"),
        ("000003", "cancelled"),
    ]
    assert "“job 1”, which failed" in ended[1].words and ended[1].code == "jobs.in_vain"
    assert queue.add(job(4, after=("000002",)))[0].state == "cancelled", "also when it had failed before"


def test_too_many_are_refused_and_counted_and_room_comes_back() -> None:
    queue = Queue(replace(LIMITS, queued=2))
    queue.add(job(1))
    queue.add(job(2))
    with pytest.raises(TooMany, match="too much at once"):
        queue.add(job(3))
    queue.add(job(4, "console"))
    assert queue.stats().refused == 1
    assert queue.take(0)
    queue.add(job(5))


def test_what_ended_stays_in_view_for_a_while() -> None:
    queue = Queue(LIMITS)
    queue.add(job(1))
    queue.end("000001", "completed", 10)
    queue.forget(10 + LIMITS.kept_s - 1)
    assert [each.id for each in queue.view()] == ["000001"]
    queue.forget(10 + LIMITS.kept_s)
    assert not queue.view() and queue.stats().completed == 1
    assert queue.add(job(2, now=400, after=("000001",))) == (), "what is out of view holds nothing back"


def test_the_times_in_the_figures() -> None:
    queue = Queue(LIMITS)
    for number in range(1, 5):
        queue.add(job(number, now=0.0))
        taken = queue.take(float(number))
        assert taken
        queue.end(taken.id, "completed", number + 10.0)
    stats = queue.stats()
    assert (stats.waited_p50, stats.took_p50, stats.took_p95) == (2.5, 10.0, 10.0)
    assert stats.completed == 4 and not stats.running and not stats.queued
