"""What a command tells of itself, that it can be stopped, what is done side by side, and what may fail alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.actions.base import Outcome, Refused
from services.actions.call import Action, Call, Done, Prepare, Prepared
from services.actions.execution.executor import Executor
from services.actions.execution.progress import Progress
from services.actions.registry import ACTIONS, PREPARATIONS
from services.files.base import FilesFull
from services.store.base import Task
from services.store.store import Store
from services.understanding.base import Command, Slot, Step
from services.understanding.when import find

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 2, 10, tzinfo=ZONE)


class Bench:
    """An executor that is watched; `cancel` is asked before each step."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.events: list[Progress] = []
        self.open_at: dict[str, bool] = {}
        """Whether the store showed tasks when an event was told."""
        self.cancel: Callable[[], bool] = lambda: False
        self.actions: Mapping[str, Action] = ACTIONS
        self.preparations: Mapping[str, Prepare] = PREPARATIONS
        self.outcomes: tuple[Outcome, ...] = ()
        self.id = ""

    def run(self, *steps: Step) -> str:
        executor = Executor(
            self.store,
            find_when=find,
            zone=ZONE,
            actions=self.actions,
            preparations=self.preparations,
            clock=lambda: NOW,
        )
        self.events.clear()
        command = Command("as spoken", steps, 1.0, "template")
        response = executor.run(
            command, now=NOW, client="console", id=self.id, progress=self._told, cancelled=self.cancel
        )
        self.outcomes = response.outcomes
        return response.reply.text

    def _told(self, event: Progress) -> None:
        self.events.append(event)
        with_task: list[bool] = []
        reader = threading.Thread(target=lambda: with_task.append(bool(self.store.rows(Task))))  # as others see it
        reader.start()
        reader.join()
        self.open_at[event.what] = with_task[0]

    @property
    def told(self) -> list[tuple[str, int | None]]:
        return [(event.what, event.step) for event in self.events]

    @property
    def codes(self) -> list[str | None]:
        return [outcome.code for outcome in self.outcomes]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Store(tmp_path / "equerry.db") as store:
        yield Bench(store)


def task(title: str, **slots: Slot) -> Step:
    return Step("task.create", {"title": title, **slots})


def test_events_come_in_order_and_completed_after_the_commit(bench: Bench) -> None:
    bench.run(Step("task.complete", {"title": "a"}, after=(1,)), task("a"))
    assert bench.told == [
        ("started", None),
        ("step_started", 1),
        ("step_completed", 1),
        ("step_started", 0),
        ("step_completed", 0),
        ("completed", None),
    ]
    assert bench.open_at == {"started": False, "step_started": False, "step_completed": False, "completed": True}
    assert {event.client for event in bench.events} == {"console"} and {event.at for event in bench.events} == {NOW}
    assert bench.events[0].words == "as spoken" and bench.events[-1].words == "Done: a. Task created: a."
    assert bench.events[1].action == "task.create" and bench.events[2].words == "Task created: a"


def test_a_command_has_one_id_given_or_made(bench: Bench) -> None:
    bench.run(task("a"))
    (made,) = {event.command for event in bench.events}
    assert UUID(made).version == 7
    bench.run(task("b"))
    assert bench.events[0].command != made
    bench.id = "0193-mine"
    bench.run(task("c"))
    assert {event.command for event in bench.events} == {"0193-mine"}


def test_a_rollback_names_the_step_that_failed(bench: Bench) -> None:
    reply = bench.run(task("a"), Step("task.complete", {"title": "no such thing"}), task("b"))
    assert reply == "I found no open task like “no such thing”. Nothing was done."
    assert bench.told[-3:] == [("step_started", 1), ("step_failed", 1), ("rolled_back", 1)]
    last = bench.events[-1]
    assert (last.action, last.code, last.words) == ("task.complete", "task.unknown", reply)
    assert bench.store.find(Task) == []


def test_a_commit_that_fails_is_no_steps_fault(bench: Bench) -> None:
    bench.store.storage.file.connection.execute("PRAGMA query_only = ON")
    bench.run(task("a"))
    assert bench.told[-2:] == [("step_completed", 0), ("rolled_back", None)]
    assert bench.events[-1].code == "store.read_only"


def test_what_is_no_command_tells_nothing(bench: Bench) -> None:
    assert bench.run() == "I didn't understand “as spoken”."
    assert bench.events == []


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_cancelled_command_is_rolled_back_whenever_it_is_cancelled(bench: Bench, after: int) -> None:
    asked = iter(range(100))
    bench.cancel = lambda: next(asked) >= after
    assert bench.run(task("a"), task("b"), task("c")) == "Stopped; nothing was done."
    assert bench.codes == ["action.cancelled"] * 3
    assert bench.told[-1] == ("rolled_back", None) and bench.events[-1].code == "action.cancelled"
    assert [what for what, _ in bench.told].count("step_completed") == after
    assert bench.store.find(Task) == []


def test_it_is_too_late_to_cancel_after_the_commit(bench: Bench) -> None:
    bench.cancel = lambda: bool(bench.store.find(Task)) and bench.told[-1][0] == "completed"
    assert bench.run(task("a")) == "Task created: a."


# --- before anything runs
# -----------------------------------------------------------------------------------------------------------


def test_unknown_actions_and_impossible_orders_are_seen_before_anything_runs(bench: Bench) -> None:
    assert bench.run(task("a"), Step("spaceship.launch")) == "That's not something I can do. Nothing was done."
    assert bench.told == [("started", None), ("rolled_back", 1)]
    assert bench.codes == ["action.not_run", "action.unknown"]
    steps = (Step("task.create", {"title": "a"}, after=(1,)), Step("task.create", {"title": "b"}, after=(0,)))
    assert bench.run(*steps) == "I can't do that in any order. Nothing was done."
    assert bench.told == [("started", None), ("rolled_back", None)]


def test_a_missing_slot_is_asked_for_before_anything_runs(bench: Bench) -> None:
    assert (
        bench.run(task("a"), Step("reminder.create", {"title": "call Anna"}))
        == "Nothing was done yet. When shall I remind you?"
    )
    assert bench.told == [("started", None), ("rolled_back", 1)]
    assert bench.run(Step("task.assign", {"title": "a"}, after=(1,)), task("a")).startswith("Nothing was done yet. Who")


# --- preparations
# -------------------------------------------------------------------------------------------------------------------


class Slow:
    """Preparations that wait for each other: they end only if so many run at once."""

    def __init__(self, at_once: int) -> None:
        self.barrier = threading.Barrier(at_once)
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Prepared:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.barrier.wait(timeout=20)
        with self._lock:
            self._now -= 1
        return Prepared(result=f"prepared {call.text('title')}")


def kept(call: Call) -> Done:
    made = call.tx.add(Task(title=str(call.prepared)))
    return Done(made.title, made.title, (made,))


def test_preparations_of_a_wave_run_side_by_side_three_at_most(bench: Bench) -> None:
    slow = Slow(3)
    bench.actions, bench.preparations = {**ACTIONS, "task.create": kept}, {"task.create": slow}
    reply = bench.run(*(task(str(number)) for number in range(6)))
    assert reply == " ".join(f"Prepared {number}." for number in range(6))
    assert slow.most == 3
    assert bench.told[1:4] == [("step_started", 0), ("step_started", 1), ("step_started", 2)]
    assert bench.told.count(("step_started", 0)) == 1
    assert bench.told[-7:-1] == [("step_completed", number) for number in range(6)]


def test_a_later_wave_is_prepared_after_the_earlier_one(bench: Bench) -> None:
    order: list[tuple[str, bool]] = []

    def prepare(call: Call) -> Prepared:
        order.append((call.text("title"), call.changes_before))
        return Prepared()

    bench.preparations = {"task.create": prepare}
    steps = [task("last"), task("first")]
    bench.run(Step("task.create", {"title": "last"}, after=(1,)), steps[1])
    assert order == [("first", False), ("last", True)]


def test_a_preparation_sees_the_store_and_changes_nothing(bench: Bench) -> None:
    seen: list[int] = []

    def look(call: Call) -> Prepared:
        seen.append(len(call.tx.find(Task)))
        with pytest.raises(RuntimeError, match="may not change the store"):
            call.tx.add(Task(title="never"))
        return Prepared()

    bench.run(task("there"))
    bench.preparations = {"task.create": look}
    bench.run(task("new"))
    assert seen == [1]
    assert [each.title for each in bench.store.find(Task)] == ["there", "new"]


def test_a_preparation_that_fails_leaves_nothing_behind(bench: Bench) -> None:
    def full(call: Call) -> Prepared:
        raise FilesFull(name=call.text("title"))

    bench.preparations = {"task.create": full}
    reply = bench.run(Step("list.add", {"items": ["milk"]}), task("film.mp4"))
    assert reply == "The disk is too full to keep film.mp4. Free some space. Nothing was changed."
    assert bench.told == [("started", None), ("step_started", 1), ("step_failed", 1), ("rolled_back", 1)]
    assert bench.codes == ["action.not_run", "file.full"]


def test_a_command_can_be_cancelled_while_something_is_prepared(bench: Bench) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: Call) -> Prepared:
        begun.set()
        go_on.wait(timeout=20)
        return Prepared()

    bench.preparations, bench.cancel = {"task.create": slow}, begun.is_set
    try:
        assert bench.run(task("a")) == "Stopped; nothing was done."
    finally:
        go_on.set()
    assert bench.told == [("started", None), ("step_started", 0), ("rolled_back", None)]


# --- alone
# ----------------------------------------------------------------------------------------------------------------------


def report() -> Step:
    return Step("report.create", {"kind": "usage report"}, priority=2)


def no_room(call: Call) -> Done:
    call.tx.add(Task(title="half a report"))
    raise FilesFull(name="the report")


def test_a_lesser_step_fails_alone_and_is_named(bench: Bench) -> None:
    bench.actions = {**ACTIONS, "report.create": no_room}
    reply = bench.run(report(), task("a"), Step("list.query", {"list": "garden"}))
    assert (
        reply
        == "Task created: a. But I couldn't make the report: the disk is too full to keep the report. Free some space. "
        "And you have no lists yet. Say, for example: add milk to the shopping list."
    )
    assert bench.codes == ["file.full", None, "list.none"]
    assert bench.told[-1] == ("completed", None) and ("step_failed", 0) in bench.told
    assert [each.title for each in bench.store.find(Task)] == ["a"]
    assert bench.run(Step("control.undo")) == "Undone: task created: a."


def test_a_lesser_preparation_fails_alone(bench: Bench) -> None:
    def full(_: Call) -> Prepared:
        raise FilesFull(name="the report")

    bench.preparations = {"report.create": full}
    assert bench.run(task("a"), report()).startswith(
        "Task created: a. But I couldn't make the report: the disk is too full"
    )
    assert bench.told.count(("step_failed", 1)) == 1 and ("step_completed", 1) not in bench.told


def test_a_lesser_step_that_others_wait_for_is_critical(bench: Bench) -> None:
    bench.actions = {**ACTIONS, "report.create": no_room}
    reply = bench.run(report(), Step("task.create", {"title": "a"}, after=(0,)))
    assert reply.endswith("Nothing was changed.")
    assert bench.store.find(Task) == []


def test_where_nothing_worked_each_failure_is_told(bench: Bench) -> None:
    reply = bench.run(Step("list.query", {"list": "garden"}), Step("ledger.balance", {"customer": "Karo"}))
    assert (
        reply == "You have no lists yet. Say, for example: add milk to the shopping list. I don't know a customer Karo."
    )


def test_a_failure_alone_stays_told_where_a_critical_step_fails_later(bench: Bench) -> None:
    bench.run(Step("list.query", {"list": "garden"}), Step("task.complete", {"title": "no such thing"}))
    assert bench.codes == ["list.none", "task.unknown"]


def test_a_question_is_asked_whoever_asks_it(bench: Bench) -> None:
    def ask(_: Call) -> Done:
        raise Refused("report.which", "Which one?", awaits=True)

    bench.actions = {**ACTIONS, "report.create": ask}
    assert bench.run(task("a"), report()) == "Nothing was done yet. Which one?"
    assert bench.store.find(Task) == []


def test_an_unexpected_error_is_a_bug_and_is_raised(bench: Bench) -> None:
    def broken(_: Any) -> Any:
        raise ZeroDivisionError

    bench.preparations = {"task.create": broken}
    with pytest.raises(ZeroDivisionError):
        bench.run(task("a"))
    bench.preparations, bench.actions = {}, {**ACTIONS, "task.create": broken}
    with pytest.raises(ZeroDivisionError):
        bench.run(task("a"))
    assert bench.store.find(Task) == []
