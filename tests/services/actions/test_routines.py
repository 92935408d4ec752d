"""Routines: spoken commands under a name, read by the real parser, all done or none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from device.commands.routines import going_on, reader
from services.actions.call import Call, Done, Prepared
from services.actions.execution.executor import Executor
from services.actions.registry import ACTIONS, PREPARATIONS
from services.store.base import Item, Routine, RoutineRun, RoutineStep, Task, Timer
from services.understanding.base import Command, Step
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.when import find
from tests import ringing
from tests.appliance import MockAppliance
from tests.reading import read_alone

SENTENCES = Path(__file__).parents[3] / "config" / "sentences"


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(SENTENCES)


@pytest.fixture
def listening(desk: Any, parser: CommandParser) -> Any:
    desk.read_commands = reader(parser, Names)
    desk.appliance = MockAppliance()
    return desk


@pytest.fixture
def keep(desk: Any) -> Callable[..., None]:
    """A routine as another version of the program might have kept it."""

    def kept(name: str, *steps: str) -> None:
        with desk.store.transaction("kept", now=desk.now, undoable=False) as tx:
            tx.add(Routine(name=name, steps=steps))

    return kept


def test_a_routine_is_kept_and_run_as_one_command(listening: Any) -> None:
    reply = listening.say(
        "routine.create", name="morning", steps="add milk to the shopping list and set a timer for ten minutes"
    )
    assert reply == "When you say “morning”, I will add milk to the shopping list and set a timer for ten minutes."
    assert (
        listening.say("routine.run", name="the morning routine")
        == "Added milk to your new shopping list. Timer set for 10 minutes."
    )
    assert {kind for kind, _ in listening.outcomes[0].changed} == {"list", "item", "timer", "run"}
    assert listening.say("control.undo") == "Undone: morning routine."
    assert listening.store.find(Item) == [] and listening.store.find(Timer) == []
    assert listening.say("control.undo") == "Undone: routine kept: morning."


def test_steps_told_of_it_are_commands_too(listening: Any) -> None:
    reply = listening.say("routine.create", name="morning", steps="lists my tasks, then adds milk to the shopping list")
    assert reply == "When you say “morning”, I will list your tasks and add milk to the shopping list."
    assert listening.store.find(Routine)[0].steps == ("list my tasks", "add milk to the shopping list")
    assert listening.say("routine.run", name="morning") == "You have no tasks. Added milk to your new shopping list."


@pytest.mark.parametrize(
    ("slots", "reply", "code"),
    [
        ({}, "What shall the routine be called?", "routine.no_name"),
        (
            {"name": "bedtime"},
            "What shall bedtime do? Say, for example, set a timer for ten minutes.",
            "routine.no_steps",
        ),
        (
            {"name": "bedtime", "steps": "wobble the gromit"},
            "I don't understand what it shall do: “wobble the gromit”. Say each step as you would say it to me.",
            "routine.not_understood",
        ),
        (
            {"name": "bedtime", "steps": "run the morning routine"},
            "A routine can't run or change routines: “run the morning routine”.",
            "routine.nested",
        ),
        ({"name": "bedtime", "steps": "undo"}, "“undo” can't be a step of a routine.", "routine.step"),
        (
            {"name": "stop", "steps": "set a timer for ten minutes"},
            "“stop” means something already. Call the routine something else.",
            "routine.name",
        ),
        (
            {"name": "morning", "steps": "set a timer for ten minutes"},
            "There is a morning routine already.",
            "routine.exists",
        ),
    ],
)
def test_what_can_not_be_a_routine(
    listening: Any, keep: Callable[..., None], slots: dict[str, str], reply: str, code: str
) -> None:
    keep("morning", "list my tasks")
    assert listening.say("routine.create", **slots) == reply
    assert listening.codes == [code]
    assert len(listening.store.find(Routine)) == 1


def test_a_step_that_fails_leaves_nothing_behind(listening: Any, keep: Callable[..., None]) -> None:
    keep("morning", "add milk to the shopping list", "mark the report as done")
    assert (
        listening.say("routine.run", name="morning")
        == "The morning routine stopped at “mark the report as done”. I found no open task like “report”. Nothing of it"
        " was done."
    )
    assert listening.codes == ["task.unknown"] and not listening.awaits
    assert listening.store.find(Item) == []


def test_a_routine_that_runs_a_routine_is_refused_and_never_loops(listening: Any, keep: Callable[..., None]) -> None:
    keep("morning", "add milk to the shopping list", "run the evening routine")
    keep("evening", "run the morning routine")
    for name in ("morning", "evening"):
        listening.say("routine.run", name=name)
        assert listening.codes == ["routine.nested"]
    assert listening.store.find(Item) == []


def test_a_step_that_is_not_understood_any_more_is_named(listening: Any, keep: Callable[..., None]) -> None:
    keep("morning", "wobble the gromit")
    assert (
        listening.say("routine.run", name="morning")
        == "I don't understand this step of the morning routine: “wobble the gromit”."
    )


def test_a_yes_is_asked_for_as_if_the_step_had_been_said(listening: Any, keep: Callable[..., None]) -> None:
    listening.say("task.create", title="one")
    listening.say("task.create", title="two")
    keep("clean up", "delete all tasks")
    listening.say("routine.run", name="clean up")
    assert listening.codes == ["confirm"] and listening.awaits
    assert len(listening.store.find(Task)) == 2
    listening.agree()
    assert listening.store.find(Task) == []


def test_the_appliance_is_turned_after_the_commit(listening: Any, keep: Callable[..., None]) -> None:
    keep("party", "turn the volume up", "add chips to the shopping list")
    keep("broken", "turn the volume up", "mark the report as done")
    listening.say("routine.run", name="broken")
    assert listening.appliance.volume == 70
    listening.say("routine.run", name="party")
    assert listening.appliance.volume == 80


def test_query(listening: Any, keep: Callable[..., None]) -> None:
    assert listening.say("routine.query") == "You have no routines yet. Say, for example: when I say good night, mute."
    keep("morning", "list my tasks", "read my messages")
    keep("good night", "mute")
    assert listening.say("routine.query") == "Two routines: morning and good night."
    assert (
        listening.say("routine.query", name="the morning")
        == "When you say “morning”, I list your tasks and read your messages."
    )
    assert listening.say("routine.query", name="gym") == "There is no gym routine. There are morning and good night."
    assert listening.say("routine.run", name="routine") == "Which routine: morning or good night?"


def test_delete_asks(listening: Any, keep: Callable[..., None]) -> None:
    assert listening.say("routine.delete", name="morning") == "You have no routines yet."
    keep("morning", "list my tasks")
    assert listening.say("routine.delete", name="morning") == "Delete the morning routine?"
    assert listening.agree() == "Morning routine deleted."
    assert listening.say("control.undo") == "Undone: morning routine deleted."
    keep("good night", "mute")
    assert listening.say("routine.delete", name="all") == "Delete both routines?"
    assert listening.agree() == "Two routines deleted."


@pytest.mark.parametrize("said", ["good night", "Good night!", "please good night", "good night routine"])
def test_its_name_alone_runs_it(desk: Any, parser: CommandParser, keep: Callable[..., None], said: str) -> None:
    keep("Good night", "mute")
    command: Command = read_alone(parser, desk.store, said, desk.now)
    assert [step.action for step in command.steps] == ["routine.run"]
    assert command.steps[0].references[0].id == desk.store.find(Routine)[0].id


@pytest.mark.parametrize("said", ["night", "good night everyone i am off", "stop", ""])
def test_other_words_do_not(desk: Any, parser: CommandParser, keep: Callable[..., None], said: str) -> None:
    keep("good night", "mute")
    keep("stop", "mute")
    steps: tuple[Step, ...] = read_alone(parser, desk.store, said, desk.now).steps
    assert "routine.run" not in [step.action for step in steps]


# Gates, stages, the clock


@pytest.fixture
def launch(listening: Any) -> Any:
    """A project with two open tasks, and a routine that waits for them."""
    listening.say("project.create", name="Launch")
    for title in ("print flyers", "book the room"):
        listening.say("task.create", title=title, project="Launch")
    reply = listening.say(
        "routine.create",
        name="Monday",
        steps=(
            "add milk to the shopping list, wait until all tasks of Launch are done, then set a timer for ten minutes"
        ),
    )
    assert (
        reply
        == "When you say “Monday”, I will add milk to the shopping list; wait until all tasks of Launch are done, set a"
        " timer for ten minutes."
    )
    return listening


WAITS = "two open tasks in Launch: print flyers and book the room"


def goes_on(desk: Any) -> list[str]:
    """What the daemon begins by itself."""
    now = desk.now
    return [f"{due.words} as {due.client}" for due in going_on(desk.store, find, now)]


def test_a_routine_goes_on_when_its_gate_opens(launch: Any) -> None:
    assert launch.say("routine.status", name="Monday") == "The Monday routine has not run yet."
    assert (
        launch.say("routine.run", name="Monday")
        == f"Added milk to your new shopping list. The Monday routine now waits for {WAITS}."
    )
    assert (
        launch.say("routine.status", name="Monday")
        == f"The Monday routine has done one of two steps. It waits for {WAITS}."
    )
    assert launch.say("task.query").startswith("Two tasks")
    assert launch.say("routine.continue") == f"The Monday routine still waits for {WAITS}."
    assert launch.say("routine.run", name="Monday").startswith(
        f"The Monday routine is under way and waits for {WAITS}."
    )
    assert launch.codes == ["routine.under_way"]
    launch.say("task.complete", title="print flyers")
    assert goes_on(launch) == []
    launch.say("task.complete", title="book the room")
    assert goes_on(launch) == ["continue the Monday routine as routine:Monday@test"]
    assert launch.say("routine.continue", name="Monday") == "Timer set for 10 minutes."
    assert goes_on(launch) == [] and launch.codes == [None]
    assert launch.say("routine.status") == "The Monday routine was done today at 10 AM: both steps."
    assert launch.say("routine.undo", name="Monday") == "Undone: Monday routine, two steps."
    assert launch.store.find(Timer) == [] and launch.store.find(Item) == [] and launch.store.find(RoutineRun) == []
    assert [task.status for task in launch.store.find(Task)] == ["done", "done"]
    assert launch.say("routine.undo", name="Monday") == "The Monday routine did nothing that can be taken back."


def test_cancelling_keeps_what_was_done(launch: Any) -> None:
    assert launch.say("routine.cancel") == "No routine is under way."
    launch.say("routine.run", name="Monday")
    assert (
        launch.say("routine.cancel", name="Monday")
        == "Monday routine cancelled. One of two steps stays done: say undo the Monday routine to take it back."
    )
    assert launch.say("routine.cancel", name="Monday") == "The Monday routine is not under way."
    assert len(launch.store.find(Item)) == 1
    assert launch.say("routine.status", name="Monday").startswith(
        "The Monday routine was cancelled today at 10 AM, after one of two steps"
    )
    assert launch.say("control.undo") == "Undone: Monday routine cancelled."
    assert launch.store.find(RoutineRun)[0].status == "waiting"
    assert launch.say("routine.undo", name="Monday") == "Undone: Monday routine, one step."
    assert launch.store.find(Item) == []


def test_a_stage_that_was_undone_does_not_go_on_by_itself(launch: Any) -> None:
    launch.say("routine.run", name="Monday")
    for title in ("print flyers", "book the room"):
        launch.say("task.complete", title=title)
    launch.say("routine.continue", name="Monday")
    assert launch.say("control.undo") == "Undone: Monday routine."
    assert launch.store.find(Timer) == [] and len(launch.store.find(Item)) == 1
    assert goes_on(launch) == []


def test_a_later_stage_that_fails_leaves_the_one_before(listening: Any) -> None:
    listening.say("task.create", title="print flyers")
    steps = "add milk to the shopping list, wait until the task print flyers is done, then mark the gromit as done"
    listening.say("routine.create", name="Monday", steps=steps)
    listening.say("routine.run", name="Monday")
    listening.say("task.complete", title="print flyers")
    reply = listening.say("routine.continue", name="Monday")
    assert reply.startswith(
        "The Monday routine stopped at “mark the gromit as done”. I found no open task like “gromit”."
    )
    assert reply.endswith("What it did before stays; say continue, or cancel it.")
    assert len(listening.store.find(Item)) == 1 and listening.store.find(RoutineRun)[0].status == "waiting"


def test_a_step_that_may_fail_fails_alone_and_what_waits_for_it_is_skipped(listening: Any) -> None:
    plan = (
        RoutineStep(id="a", do="mark the gromit as done", critical=False),
        RoutineStep(id="b", do="add milk to the shopping list", after=("a",), critical=False),
        RoutineStep(id="c", do="add bread to the shopping list"),
    )
    with listening.store.transaction("kept", now=listening.now, undoable=False) as tx:
        tx.add(Routine(name="Monday", steps=tuple(step.do for step in plan), plan=plan))
    reply = listening.say("routine.run", name="Monday")
    assert reply.startswith("“mark the gromit as done” failed: I found no open task like “gromit”.") and reply.endswith(
        "shopping list."
    )
    assert [item.name for item in listening.store.find(Item)] == ["bread"]
    (run,) = listening.store.find(RoutineRun)
    assert (run.status, [step.status for step in run.steps]) == ("failed", ["failed", "skipped", "done"])
    assert "“mark the gromit as done” failed" in listening.say("routine.status", name="Monday")


def test_its_steps_are_told_as_they_are_done(launch: Any) -> None:
    told: list[tuple[str, int | None, int | None]] = []
    executor = Executor(launch.store, find_when=find, zone=launch.now.tzinfo, read_commands=launch.read_commands)
    command = Command("x", (Step("routine.run", {"name": "Monday"}),), 1.0, "template")
    executor.run(
        command, now=launch.now, client="test", progress=lambda each: told.append((each.what, each.part, each.parts))
    )
    assert told == [
        ("started", None, None),
        ("step_started", None, None),
        ("step_started", 0, 2),
        ("step_completed", 0, 2),
        ("step_completed", None, None),
        ("completed", None, None),
    ]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ("add milk to the shopping list, wait until the moon is blue, then mute", "routine.gate"),
        ("add milk to the shopping list, wait until all tasks are done", "routine.gate_last"),
    ],
)
def test_gates_that_can_not_be(listening: Any, steps: str, code: str) -> None:
    listening.say("routine.create", name="Monday", steps=steps)
    assert listening.codes == [code] and listening.store.find(Routine) == []


def test_it_is_changed_and_renamed(listening: Any, keep: Callable[..., None]) -> None:
    keep("morning", "add milk to the shopping list")
    said = listening.say("routine.update", name="morning", steps="list my tasks")
    assert said == "When you say “morning”, I will add milk to the shopping list and list your tasks."
    assert (
        listening.say("routine.update", name="morning", gone="milk")
        == "When you say “morning”, I will list your tasks."
    )
    listening.say("routine.update", name="morning", gone="the last step")
    assert listening.codes[-1] == "routine.only_step"
    listening.say("routine.update", name="morning", gone="bread")
    assert listening.codes[-1] == "routine.no_step"
    said = listening.say("routine.update", name="morning", new_name="dawn")
    assert said == "The morning routine is called dawn now."
    assert [each.name for each in listening.store.find(Routine)] == ["dawn"]


def test_what_is_not_said_of_when_it_begins_stays(listening: Any, keep: Callable[..., None]) -> None:
    keep("morning", "add milk to the shopping list")
    listening.say("routine.create", name="morning", recurrence="every day at 8 am")
    assert listening.say("routine.create", name="morning", recurrence="every weekday").endswith(
        "first tomorrow at 8 AM."
    )
    assert listening.say("routine.create", name="morning", when="7:30").endswith("tomorrow at 7:30 AM.")
    assert listening.store.find(Routine)[0].rrule is not None


def test_by_the_clock(listening: Any, keep: Callable[..., None]) -> None:
    keep("morning", "add milk to the shopping list")
    slots = {"name": "morning", "recurrence": "every weekday at 8 am"}
    assert (
        listening.say("routine.create", **slots)
        == "The morning routine begins by itself every weekday at 8 am, first tomorrow at 8 AM."
    )
    assert listening.say("routine.query", name="morning").endswith("It begins by itself, next tomorrow at 8 AM.")
    listening.now = datetime(2026, 12, 3, 8, tzinfo=listening.now.tzinfo)
    (begins,) = ringing.due(listening.store, listening.now)
    assert (begins.words, begins.client) == ("run the morning routine", "routine:morning@test")
    assert listening.say("routine.unschedule", name="morning") == "The morning routine no longer begins by itself."
    assert ringing.due(listening.store, listening.now) == []
    assert listening.say("routine.unschedule", name="morning") == "The morning routine does not begin by itself."
    assert (
        listening.say("routine.create", name="morning", when="tomorrow at 9 am")
        == "The morning routine begins by itself tomorrow at 9 AM."
    )


def test_what_is_risky_is_asked_about_when_it_is_set(listening: Any, keep: Callable[..., None]) -> None:
    keep("clean up", "delete all tasks")
    reply = listening.say("routine.create", name="clean up", recurrence="every day at 8 am")
    assert reply.endswith("every day at 8 am, without asking again?") and listening.awaits
    assert listening.agree().startswith("The clean up routine begins by itself every day at 8 am")


def test_a_routine_that_is_deleted_ends(launch: Any) -> None:
    launch.say("routine.run", name="Monday")
    launch.say("routine.delete", name="Monday")
    launch.agree()
    assert [run.status for run in launch.store.find(RoutineRun)] == ["cancelled"]


def test_going_by_itself_it_asks_nothing(listening: Any, keep: Callable[..., None]) -> None:
    listening.say("task.create", title="one")
    listening.say("task.create", title="two")
    keep("clean up", "delete all tasks")
    executor = Executor(
        listening.store, find_when=find, zone=listening.now.tzinfo, read_commands=listening.read_commands
    )
    command = Command("run the clean up routine", (Step("routine.run", {"name": "clean up"}),), 1.0, "template")
    outcomes = executor.run(command, now=listening.now, client="routine:clean up@test").outcomes
    assert outcomes[0].ok and listening.store.find(Task) == []


@pytest.mark.parametrize(
    "said", ["run the start the week routine", "continue the start the week routine", "start the week", "weekly"]
)
def test_its_name_is_taken_at_its_word(desk: Any, parser: CommandParser, said: str) -> None:
    with desk.store.transaction("kept", now=desk.now, undoable=False) as tx:
        tx.add(Routine(name="start the week", steps=("mute",), said=("weekly",)))
    command = read_alone(parser, desk.store, said, desk.now)
    assert [step.action for step in command.steps] == [
        "routine.continue" if said.startswith("continue") else "routine.run"
    ]


def test_what_takes_long_is_prepared_side_by_side_and_before_the_transaction(listening: Any) -> None:
    plan = (
        RoutineStep(id="a", do="add milk to the shopping list"),
        RoutineStep(id="b", do="add bread to the shopping list"),
        RoutineStep(id="c", do="add eggs to the shopping list", gate="it is after 11 pm"),
    )
    with listening.store.transaction("kept", now=listening.now, undoable=False) as tx:
        tx.add(Routine(name="Monday", steps=tuple(step.do for step in plan), plan=plan))
    together, done = threading.Barrier(2), []

    def prepared(call: Call) -> Prepared:
        together.wait(timeout=10)  # breaks where the other one is not under way
        return Prepared(result=call.text("items"))

    def add(call: Call) -> Done:
        done.append((call.text("items"), call.prepared))
        return Done("added", "added")

    executor = Executor(
        listening.store,
        find_when=find,
        zone=listening.now.tzinfo,
        read_commands=listening.read_commands,
        actions={**ACTIONS, "list.add": add},
        preparations={**PREPARATIONS, "list.add": prepared},
    )
    response = executor.run(
        Command("x", (Step("routine.run", {"name": "Monday"}),), 1.0, "template"), now=listening.now, client="test"
    )
    assert response.outcomes[0].ok and response.reply.text == "Added. Added. The Monday routine now waits for 11 PM."
    assert done == [("milk", "milk"), ("bread", "bread")]
