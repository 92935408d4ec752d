"""From the session and what else is known to what the lights are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from device.lights.projection import STORE_FAULTS, LightsProjection, Timers
from device.lights.view import TimerSpan, View
from device.turn import events as on
from device.turn.session import Session
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Partial
from services.store.base import DiskFull, StoreDamaged, StoreReadOnly, StoreUnreachable, Timer
from services.store.store import Store
from services.understanding.base import Command
from tests.shown import ShownNames

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
IDLE = Session(phase="idle", turn=1)
PARTIAL = on.PartialHeard(1, Partial("add", 1.0))


def replied(code: str | None = None) -> on.Replied:
    return on.Replied(
        1, Response(Command("", (), 1.0, "template"), (Outcome("list.add", code is None, "", code),), Reply("Done."))
    )


def test_the_lights_are_told_only_when_something_changed() -> None:
    lights = ShownNames()
    following = LightsProjection(lights)
    for _ in range(3):
        following.follow(IDLE)
    assert lights.views == [View("idle")]
    following.follow(replace(IDLE, running=2, broker="away"))
    assert lights.views[1:] == [View("idle", running=2, broker_away=True)]
    following.close()
    assert lights.closed


def test_words_are_those_of_the_turn() -> None:
    lights = ShownNames()
    following = LightsProjection(lights)
    listening = replace(IDLE, phase="listening")
    following.follow(listening, on.WakeHeard(1, None))  # type: ignore[arg-type]
    following.follow(listening, on.PartialHeard(0, PARTIAL.partial))
    assert lights.names == ["listening"], "those of an earlier turn are not"
    following.follow(listening, PARTIAL)
    following.follow(replace(IDLE, phase="thinking"))
    following.follow(replace(listening, turn=3))
    assert lights.names == ["listening", "hearing", "thinking", "listening"]


def test_a_store_that_could_not_be_written_is_shown_until_it_could() -> None:
    lights = ShownNames()
    following = LightsProjection(lights)
    following.follow(IDLE, replied("person.unknown"))
    following.follow(IDLE, replied(DiskFull.code))
    following.follow(IDLE, replied())
    assert lights.names == ["idle", "store fault"], "what only asks says nothing about writing"
    following.committed(())
    following.follow(IDLE)
    assert lights.names == ["idle", "store fault", "idle"]
    assert {error.code for error in (StoreReadOnly, DiskFull, StoreUnreachable, StoreDamaged)} == STORE_FAULTS


def test_what_time_changes_is_seen_when_it_is_looked_at_again() -> None:
    now: dict[str, Any] = {"quiet": (False, False), "timer": None, "newer": False}
    lights = ShownNames()
    following = LightsProjection(
        lights, quiet=lambda: now["quiet"], timer=lambda: now["timer"], newer=lambda: now["newer"]
    )
    following.follow(IDLE)
    for name, value in (
        ("newer", True),
        ("timer", TimerSpan(0, 5)),
        ("quiet", (True, False)),
        ("quiet", (False, True)),
    ):
        now[name] = value
        following.follow(IDLE)
    assert lights.names == ["idle", "update", "timer", "do not disturb"]
    assert [view.quiet for view in lights.views] == [False, False, False, True, False]


class Desk:
    """A store, a wall clock and one that only goes forward."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now, self.moment = NOW, 1000.0
        self.reads = 0
        self.timers = Timers(store, lambda: self.now, lambda: self.moment)
        store.watch(self.timers.changed)

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.moment += seconds

    def add(self, timer: Timer) -> Timer:
        with self.store.transaction("timer", now=self.now) as tx:
            return tx.add(timer)

    def put(self, timer: Timer) -> None:
        with self.store.transaction("timer", now=self.now) as tx:
            tx.put(timer)


def timer(name: str, seconds: float, *, begun: datetime = NOW, **more: Any) -> Timer:
    return Timer(name=name, seconds=seconds, due=begun + timedelta(seconds=seconds), **more)


def test_the_timer_that_rings_next_is_a_span_of_the_steady_clock(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        desk = Desk(store)
        assert desk.timers() is None
        desk.add(timer("pasta", 600))
        assert desk.timers() == TimerSpan(1000, 1600)
        desk.add(timer("eggs", 300))
        assert desk.timers() == TimerSpan(1000, 1300)
        for _ in range(10):
            desk.pass_time(9.87654321)
            assert desk.timers() == TimerSpan(1000, 1300), "the same one, so that the lights are told of nothing new"


def test_a_timer_that_was_there_at_the_start_and_one_that_ends(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        eggs = Desk(store).add(timer("eggs", 300))
        desk = Desk(store)
        desk.pass_time(60)
        assert desk.timers() == TimerSpan(760 + 240, 1300)
        desk.put(replace(eggs, status="paused", left=100.0))
        assert desk.timers() is None
        desk.put(replace(eggs, due=desk.now + timedelta(seconds=100)))
        assert desk.timers() == TimerSpan(860, 1160)
        desk.put(replace(eggs, status="rung"))
        assert desk.timers() is None


def test_a_wall_clock_that_is_set_moves_the_end(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        desk = Desk(store)
        desk.add(timer("pasta", 600))
        desk.timers()
        desk.now += timedelta(seconds=120)
        assert desk.timers() == TimerSpan(880, 1480)


def test_a_store_that_can_not_be_read_shows_no_timer_and_is_asked_again() -> None:
    class Broken:
        broken = True

        def find(self, *_: Any) -> list[Timer]:
            if self.broken:
                raise StoreUnreachable(path="/disk", reason="I/O error")
            return [timer("pasta", 600)]

    store = Broken()
    timers = Timers(store, lambda: NOW, lambda: 0.0)  # type: ignore[arg-type]
    assert timers() is None
    store.broken = False
    assert timers() == TimerSpan(0, 600)
