"""Dialogues as data: tests/utterances/conversations/*.yaml, each on a store of its own, with the real parser, executor
and clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.commands.routines import reader
from services.actions.base import Response
from services.actions.execution.executor import Executor
from services.actions.registry import ACTIONS
from services.store.base import (
    Alarm,
    Channel,
    Customer,
    Item,
    LedgerEntry,
    Meeting,
    Message,
    Note,
    Person,
    Project,
    Reminder,
    Routine,
    Task,
    Timer,
    TodoList,
)
from services.store.documents import Document
from services.store.store import Store
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find
from services.voiceprints.base import Who
from tests.services.actions.grammar import faults
from tests.tables import table

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "tests" / "utterances" / "conversations"
ZONE = ZoneInfo("Europe/Berlin")
SEED = table(FOLDER / "seed" / "store.yaml")
PAUSE = 8
"""Seconds between two turns where a dialogue tells nothing else."""
_OPEN: Mapping[str, Callable[[Any], bool]] = {
    "task": lambda each: each.status not in ("done", "cancelled"),
    "item": lambda each: not each.done,
    "reminder": lambda each: each.status == "pending",
    "alarm": lambda each: each.status == "pending",
    "timer": lambda each: each.status == "running",
}
_KINDS: Mapping[str, type[Document]] = {
    kind.kind: kind
    for kind in (
        *(Alarm, Channel, Customer, Item, LedgerEntry, Meeting, Message, Note),
        *(Person, Project, Reminder, Routine, Task, Timer, TodoList),
    )
}


def _dialogues() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        read = table(path)
        found += [
            pytest.param(each, datetime.fromisoformat(read["now"]), id=f"{path.stem}: {each['name']}")
            for each in read["dialogues"]
        ]
    return found


class Talk:
    """A store with the people, channels and customers of the seed, and somebody who talks."""

    def __init__(self, store: Store, parser: CommandParser, directory: StoreDirectory, now: datetime) -> None:
        self.store = store
        self.now = now
        read = reader(parser, directory.names)
        executor = Executor(store, find_when=find, zone=ZONE, read_amount=amount_of, currency="USD", read_commands=read)
        self.responder = Responder(parser, executor, lambda: self.now, directory=directory)
        with store.transaction("seed", now=now - timedelta(days=1), undoable=False) as tx:
            people = {row["name"]: tx.add(Person(**row)).id for row in SEED["people"]}
            for row in SEED["channels"]:
                tx.add(Channel(name=row["name"], members=tuple(people[name] for name in row["members"])))
            for name in SEED["projects"]:
                tx.add(Project(name=name))
            for row in SEED["customers"]:
                customer = tx.add(Customer(name=row["name"]))
                tx.add(
                    LedgerEntry(
                        customer_id=customer.id,
                        customer=customer.name,
                        minor=row["minor"],
                        currency="USD",
                        reason="credit",
                    )
                )
            for row in SEED["tasks"]:
                tx.add(Task(title=row["title"], due=datetime.fromisoformat(row["due"]), due_grain="day"))
            for name, items in SEED["lists"].items():
                made = tx.add(TodoList(name=name))
                for item in items:
                    tx.add(Item(list_id=made.id, name=item))

    def say(self, turn: Mapping[str, Any]) -> Response:
        self.now += timedelta(seconds=turn.get("after", PAUSE))
        who = _who(turn["voice"]) if "voice" in turn else None
        return self.responder.respond(
            turn["say"], client=turn.get("by", "mic"), confidence=turn.get("heard", 1.0), who=who
        )

    def kept(self, kind: str) -> list[str]:
        """What is open of a kind, by name; entries by their minor units."""
        found: list[Any] = self.store.find(_KINDS[kind])
        names = ("title", "name", "content", "minor")
        return [
            str(next((value for name in names if (value := getattr(each, name, "")) != ""), ""))
            for each in found
            if _OPEN.get(kind, lambda _: True)(each)
        ]


@pytest.fixture(scope="module")
def shared() -> tuple[CommandParser, list[StoreDirectory]]:
    """The parser reads its sentences once; its names are those of the store of the dialogue that runs."""
    here: list[StoreDirectory] = []

    def names() -> Names:
        return here[-1].names()

    return CommandParser(ROOT / "config" / "sentences", names=names), here


@pytest.fixture
def talk(shared: tuple[CommandParser, list[StoreDirectory]], tmp_path: Path) -> Iterator[Callable[[datetime], Talk]]:
    parser, here = shared
    with Store(tmp_path / "equerry.db") as store:
        here.append(StoreDirectory(store))
        yield lambda now: Talk(store, parser, here[-1], now)


@pytest.mark.parametrize(("dialogue", "now"), _dialogues())
def test_dialogue(talk: Callable[[datetime], Talk], dialogue: Mapping[str, Any], now: datetime) -> None:
    here = talk(now)
    for number, turn in enumerate(dialogue["turns"], 1):
        response = here.say(turn)
        told = f"turn {number}, “{turn['say']}” → {response.reply.text}"
        assert turn.get("wording") == "as said" or not faults(response.reply.text), told
        if "steps" in turn:
            assert [{step.action: _plain(step.slots)} for step in response.command.steps] == turn["steps"], told
        for slot, names in turn.get("means", {}).items():
            meant = [ref.name for ref in response.command.references if ref.slot == slot]
            assert list(dict.fromkeys(meant)) == ([names] if isinstance(names, str) else names), told
        can_all = all(step.action in ACTIONS for step in response.command.steps)
        for words in turn.get("reply", ()) if can_all else ():
            assert words.casefold() in response.reply.text.casefold(), told
        for words in turn.get("silent", ()):
            assert words.casefold() not in response.reply.text.casefold(), told
        assert response.reply.awaits == turn.get("asks", False) or not can_all, told
        for kind, names in turn.get("kept", {}).items():
            assert sorted(here.kept(kind)) == sorted(str(name) for name in names), told


def _who(voice: str | Mapping[str, float]) -> Who:
    """Whose voice a turn is: a name, `nobody` who is enrolled, or how likely each is. Anna and Mike are enrolled."""
    shares = {"Anna": 0.0, "Mike": 0.0} | ({voice: 0.98} if isinstance(voice, str) else dict(voice))
    shares.pop("nobody", None)
    likely = tuple(sorted(shares.items(), key=lambda each: -each[1]))
    name, share = likely[0]
    return Who(name if share >= 0.8 else None, share if share >= 0.8 else 1.0 - sum(shares.values()), likely)


def _plain(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str) else [each if isinstance(each, str) else dict(each) for each in value]
        for name, value in slots.items()
    }


def test_there_are_enough_dialogues() -> None:
    dialogues = [param.values[0] for param in _dialogues()]
    assert len(dialogues) >= 70
    assert sum(len(each["turns"]) - 1 for each in dialogues) >= 60, "turns that lean on an earlier one"
    assert all(len(each["turns"]) >= 2 for each in dialogues)
