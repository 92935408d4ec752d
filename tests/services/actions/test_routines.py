"""Routines: spoken commands under a name, read by the real parser, all done or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from device.routines import RoutineParser, reader
from services.actions.mock import MockAppliance
from services.store.base import Item, Routine, Task, Timer
from services.understanding.base import Command, Step
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser

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
    reply = listening.say("routine.create", name="morning", steps="add milk to the shopping list and set a timer for ten minutes")
    assert reply == "When you say “morning”, I will add milk to the shopping list and set a timer for ten minutes."
    assert listening.say("routine.run", name="the morning routine") == "Added milk to your new shopping list. Timer set for 10 minutes."
    assert listening.outcomes[0].did == ("list.add", "timer.start")
    assert {kind for kind, _ in listening.outcomes[0].changed} == {"list", "item", "timer", "run"}
    assert listening.say("control.undo") == "Undone: morning routine."
    assert listening.store.find(Item) == [] and listening.store.find(Timer) == []
    assert listening.say("control.undo") == "Undone: routine kept: morning."


def test_steps_told_of_it_are_commands_too(listening: Any) -> None:
    reply = listening.say("routine.create", name="morning", steps="lists my tasks, then adds milk to the shopping list")
    assert reply == "When you say “morning”, I will list my tasks and add milk to the shopping list."
    assert listening.store.find(Routine)[0].steps == ("list my tasks", "add milk to the shopping list")
    assert listening.say("routine.run", name="morning") == "You have no tasks. Added milk to your new shopping list."


@pytest.mark.parametrize(
    ("slots", "reply", "code"),
    [
        ({}, "What shall the routine be called?", "routine.no_name"),
        (
            {"name": "bedtime"},
            "Say also what it shall do, for example: when I say bedtime, set a timer for ten minutes.",
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
        ({"name": "morning", "steps": "set a timer for ten minutes"}, "There is a morning routine already.", "routine.exists"),
    ],
)
def test_what_can_not_be_a_routine(listening: Any, keep: Callable[..., None], slots: dict[str, str], reply: str, code: str) -> None:
    keep("morning", "list my tasks")
    assert listening.say("routine.create", **slots) == reply
    assert listening.codes == [code]
    assert len(listening.store.find(Routine)) == 1


def test_a_step_that_fails_leaves_nothing_behind(listening: Any, keep: Callable[..., None]) -> None:
    keep("morning", "add milk to the shopping list", "mark the report as done")
    assert listening.say("routine.run", name="morning") == (
        "The morning routine stopped at “mark the report as done”. I found no open task like “report”. Nothing of it was done."
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
    assert listening.say("routine.run", name="morning") == "I don't understand this step of the morning routine: “wobble the gromit”."


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
    assert listening.say("routine.query", name="the morning") == "When you say “morning”, I list my tasks and read my messages."
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
    command: Command = RoutineParser(parser, desk.store).parse(said, now=desk.now)
    assert [step.action for step in command.steps] == ["routine.run"]
    assert command.steps[0].references[0].id == desk.store.find(Routine)[0].id


@pytest.mark.parametrize("said", ["night", "good night everyone i am off", "stop", ""])
def test_other_words_do_not(desk: Any, parser: CommandParser, keep: Callable[..., None], said: str) -> None:
    keep("good night", "mute")
    keep("stop", "mute")
    steps: tuple[Step, ...] = RoutineParser(parser, desk.store).parse(said, now=desk.now).steps
    assert "routine.run" not in [step.action for step in steps]
