"""Routines in TOML files: what is read, what is wrong, what happens when they change; the example of
docs/routines.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.commands.routine_files import RoutineFiles, routine_folders
from device.commands.routines import going_on, reader
from services.actions.execution.executor import Executor
from services.actions.rings import due_now
from services.store.base import Routine, RoutineRun, Task, Timer
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.when import find
from tests import ringing
from tests.appliance import MockAppliance

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Berlin")
EXAMPLE = re.search(r"```toml\n(.*?)```", (ROOT / "docs/routines.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(ROOT / "config" / "sentences")


class House:
    """A folder of routines, a store, and somebody who speaks."""

    def __init__(self, folder: Path, store: Store, parser: CommandParser) -> None:
        self.folder, self.store = folder, store
        self.now = datetime(2026, 11, 23, 7, tzinfo=ZONE)  # a Monday
        self.told: list[str] = []
        directory = StoreDirectory(store)
        read = reader(parser, directory.names)
        self.files = RoutineFiles(
            [folder], store, read_commands=read, find_when=find, now=lambda: self.now, tell=self.told.append
        )
        executor = Executor(store, find_when=find, zone=ZONE, read_commands=read, appliance=MockAppliance())
        self.responder = Responder(parser, executor, lambda: self.now, directory=directory, refresh=self.files.refresh)

    def write(self, text: str, name: str = "launch.toml") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def say(self, text: str, client: str = "console") -> str:
        return self.responder.respond(text, client=client).reply.text

    def goes_on(self) -> list[str]:
        """Does what the daemon does."""
        return [self.say(due.words, due.client) for due in going_on(self.store, find, self.now)]


@pytest.fixture
def house(tmp_path: Path, parser: CommandParser) -> Iterator[House]:
    folder = tmp_path / "routines"
    folder.mkdir()
    with Store(tmp_path / "s.db") as store:
        yield House(folder, store, parser)


def test_the_example_of_the_docs_runs_to_its_end(house: House) -> None:
    assert EXAMPLE
    house.write(EXAMPLE[1])
    house.say("create a project called Launch")
    house.say("create a task to print flyers in the Launch project")
    (routine,) = house.store.find(Routine)
    assert routine.due == datetime(2026, 11, 23, 8, tzinfo=ZONE) and house.told == []
    reply = house.say("we are launching")
    assert "Added cake to your new shopping list." in reply
    assert reply.endswith("The Launch day routine now waits for one open task in Launch: print flyers; and for 9 AM.")
    assert [task.title for task in house.store.find(Task)] == ["print flyers", "check the website"]
    assert house.say("how is the launch day routine doing").startswith(
        "The Launch day routine has done two of four steps. It waits for"
    )
    assert house.goes_on() == []
    house.now += timedelta(hours=2)
    house.say("mark print flyers as done")
    (told,) = house.goes_on()
    assert told.startswith("Timer set for 10 minutes. “mark the press release as done” failed: ")
    (run,) = house.store.find(RoutineRun)
    assert (run.status, [step.status for step in run.steps]) == ("failed", ["done", "done", "done", "failed"])
    assert house.say("undo the launch day routine") == "Undone: Launch day routine, three steps."
    assert house.store.find(Timer) == [] and [task.title for task in house.store.find(Task)] == ["print flyers"]
    assert house.store.find(RoutineRun) == []


PLAIN = '[[step]]\nid = "a"\ndo = "list my tasks"\n'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name = ", "Invalid value"),
        ("", "name: field required"),
        ('name = "x"', "step: field required"),
        ('name = "x"\nstep = []', "step: list should have at least 1 item"),
        ('name = "x"\nwhen = "now"\n' + PLAIN, "when: extra inputs are not permitted; known are name, say, at"),
        ('name = "x"\n[[step]]\nid = "a"\ndo = "list my tasks"\nof = 3', "step.1.of: extra inputs"),
        ('name = "x"\n' + PLAIN + PLAIN, "there are two steps with the id a"),
        ('name = "x"\n' + PLAIN + 'after = ["b"]', "step a waits for b, which is no step; there are a"),
        ('name = "x"\n' + PLAIN + 'after = ["a"]', "its steps wait for each other in a circle"),
        ('name = "x"\n' + PLAIN + 'gate = "the moon is blue"', "I don't know the gate of step a: “the moon is blue”"),
        ('name = "x"\n[[step]]\nid = "a"\ndo = "wobble the gromit"', "step a: I don't understand this step"),
        (
            'name = "x"\n[[step]]\nid = "a"\ndo = "run the other routine"',
            "step a: a routine can't run or change routines",
        ),
        ('name = "x"\nsay = ["what time is it"]\n' + PLAIN, "“what time is it” in say means something already"),
        ('name = "x"\nat = "sometime"\n' + PLAIN, "at = “sometime” is no time that comes again"),
        ('name = "x"\nat = "tomorrow at 8"\n' + PLAIN, "at = “tomorrow at 8” is no time that comes again"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(house: House, text: str, reason: str) -> None:
    path = house.write(text)
    house.files.refresh()
    (problem,) = house.files.problems
    assert str(path) in str(problem) and reason in str(problem)
    assert house.told == [str(problem)] and house.store.find(Routine) == []
    house.files.refresh()
    assert len(house.told) == 1


def test_a_file_that_changes_breaks_and_goes(house: House) -> None:
    path = house.write('name = "Monday"\nat = "every day at 8"\n' + PLAIN)
    house.files.refresh()
    (first,) = house.store.find(Routine)
    assert house.say("delete the Monday routine").startswith("The Monday routine is written in ")
    path.write_text(
        'name = "Monday"\nat = "every day at 8"\n' + PLAIN + '[[step]]\nid = "b"\ndo = "read my messages"\n',
        encoding="utf-8",
    )
    house.files.refresh()
    (second,) = house.store.find(Routine)
    assert second.id == first.id and second.due == first.due and len(second.plan) == 2
    path.write_text("broken", encoding="utf-8")
    house.files.refresh()
    assert house.store.find(Routine) == [second] and len(house.files.problems) == 1
    path.unlink()
    house.files.refresh()
    assert house.store.find(Routine) == [] and house.files.problems == ()


def test_a_name_is_had_but_once(house: House) -> None:
    house.say("when I say Monday, mute")
    house.write('name = "monday"\n' + PLAIN)
    house.files.refresh()
    assert "there is a Monday routine already" in str(house.files.problems[0])


def test_by_the_clock_it_runs_as_who_wrote_it_and_once(house: House) -> None:
    house.write(
        'name = "Monday"\nat = "every weekday at 8"\n[[step]]\nid = "a"\ndo = "add milk to the shopping list"\n'
    )
    house.files.refresh()
    house.now = datetime(2026, 11, 23, 8, 0, 5, tzinfo=ZONE)
    (due,) = ringing.due(house.store, house.now)
    assert (due.kind, due.how, due.words, due.client) == (
        "routine",
        "run",
        "run the Monday routine",
        "routine:Monday@console",
    )
    assert house.say(due.words, due.client) == "Added milk to your new shopping list."
    assert ringing.due(house.store, house.now) == []
    (routine,) = house.store.find(Routine)
    assert routine.due == datetime(2026, 11, 24, 8, tzinfo=ZONE)


@pytest.mark.parametrize(("late", "how"), [(timedelta(minutes=14), "run"), (timedelta(minutes=16), "tell")])
def test_what_was_missed_for_too_long_is_told_and_not_run(house: House, late: timedelta, how: str) -> None:
    house.write('name = "Monday"\nat = "every weekday at 8"\n' + PLAIN)
    house.files.refresh()
    house.now = datetime(2026, 11, 23, 8, tzinfo=ZONE) + late
    (due,) = ringing.due(house.store, house.now, off=True)
    assert due.how == how
    if how == "tell":
        assert due.words == "While I was off you missed a routine: Monday, not run, at 8 AM."
    due_now.mark_rung(house.store, due, house.now)
    assert house.store.find(Routine)[0].due == datetime(2026, 11, 24, 8, tzinfo=ZONE)


def test_folders(tmp_path: Path) -> None:
    folders: Callable[[dict[str, str]], list[Path]] = routine_folders
    assert folders({"EQUERRY_CONFIG": str(tmp_path / "x.toml")}) == [tmp_path / "routines"]
    assert str(next(iter(folders({})))) == "/etc/equerry/routines"
