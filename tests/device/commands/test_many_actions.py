"""Commands of many actions, from the sentence to the documents: all of them are there, or nothing is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from services.actions.base import Response
from services.actions.execution.executor import Executor
from services.files.local import LocalFiles
from services.store.base import Channel, Customer, LedgerEntry, Meeting, Message, Person, Project, SharedFile, Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)

EIGHT = (
    "Create a channel called marketing, add Sarah and Mike, make a project for the campaign launch, "
    "create tasks: design review due Friday assigned to Sarah, copy due Thursday assigned to Mike, "
    "schedule a meeting with them tomorrow at 3, create a campaign list, and tell the marketing channel we start Monday"
)
LAUNCH = (
    "Create a product launch project with marketing and development channels. Add Sarah to marketing, Mike to"
    " development. Create tasks: marketing materials due Friday assigned to Sarah, development testing due Thursday"
    " assigned to Mike. Make testing block marketing materials. Upload project requirements to both channels."
)


@dataclass
class House:
    """A store with Sarah and Mike in it, and somebody who speaks."""

    store: Store
    inbox: Path
    responder: Responder
    now: list[datetime] = field(default_factory=lambda: [MONDAY])

    def say(self, text: str) -> Response:
        self.now[0] += timedelta(seconds=10)
        return self.responder.respond(text, client="console")

    def everything(self) -> bytes:
        """All documents, as they are kept: byte by byte."""
        return json.dumps(self.store.storage.read(), sort_keys=True).encode()


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(ROOT / "config" / "sentences")


@pytest.fixture
def house(tmp_path: Path, parser: CommandParser) -> Iterator[House]:
    now = [MONDAY]
    with Store(tmp_path / "store.db") as store:
        directory = StoreDirectory(store)
        files = LocalFiles(tmp_path / "inbox", tmp_path / "files", reserve=0)
        files.open()
        executor = Executor(store, find_when=find, zone=ZONE, read_amount=amount_of, currency="EUR", files=files)
        responder = Responder(parser, executor, lambda: now[0], directory=directory)
        house = House(store, tmp_path / "inbox", responder, now)
        for name in ("Sarah Chen", "Mike Jones"):
            assert house.say(f"Add a contact {name}").outcomes[0].ok
        yield house


def test_eight_actions_in_one_breath(house: House) -> None:
    before = house.everything()
    response = house.say(EIGHT)
    assert len(response.command.steps) == 8 and all(outcome.ok for outcome in response.outcomes)
    store = house.store
    sarah, mike = store.find(Person)
    (channel,), (project,), (meeting,), (message,) = (
        store.find(Channel),
        store.find(Project),
        store.find(Meeting),
        store.find(Message),
    )
    assert (channel.name, set(channel.members)) == ("marketing", {sarah.id, mike.id})
    assert project.name == "campaign launch"
    tasks = {
        task.title: (task.assignee_ids, task.due.astimezone(ZONE).strftime("%A") if task.due else "")
        for task in store.find(Task)
    }
    assert tasks == {"design review": ((sarah.id,), "Friday"), "copy": ((mike.id,), "Thursday")}
    assert meeting.start == datetime(2026, 11, 24, 15, tzinfo=ZONE)
    assert set(meeting.attendees) == {"Sarah Chen", "Mike Jones"}
    assert (message.content, message.channel_id) == ("we start Monday", channel.id)
    assert response.reply.text.startswith(
        "Channel created: marketing. Added Sarah Chen and Mike Jones to the marketing channel."
    )

    assert house.say("undo").reply.text.startswith("Undone: ")
    assert house.everything() == before


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("add Sarah and Mike", "add Sarah and Priya", "Shall I add Priya?"),
        ("the marketing channel we", "the accounting channel we", "I don't know a channel accounting. Shall I add it?"),
        ("create a campaign list", "mark the flyer as done", "I found no open task like “flyer”. Nothing was done."),
    ],
)
def test_with_one_invalid_name_nothing_is_left_behind(house: House, right: str, wrong: str, told: str) -> None:
    before = house.everything()
    assert right in EIGHT
    response = house.say(EIGHT.replace(right, wrong))
    assert told in response.reply.text
    assert response.reply.awaits == told.endswith("?")
    assert not any(outcome.ok for outcome in response.outcomes)
    assert house.everything() == before


def test_a_launch_with_a_file(house: House) -> None:
    (house.inbox / "Project requirements.pdf").write_bytes(b"as much as possible")
    response = house.say(LAUNCH)
    assert all(outcome.ok for outcome in response.outcomes), response.reply.text
    store = house.store
    sarah, mike = store.find(Person)
    channels = {channel.name: channel for channel in store.find(Channel)}
    assert {name: channel.members for name, channel in channels.items()} == {
        "marketing": (sarah.id,),
        "development": (mike.id,),
    }
    assert [project.name for project in store.find(Project)] == ["product launch"]
    materials, testing = sorted(store.find(Task), key=lambda task: "testing" in task.title)
    assert materials.blocked_by == (testing.id,)
    (file,) = store.find(SharedFile)
    assert file.name == "Project requirements.pdf"


def test_a_launch_whose_file_is_not_there(house: House) -> None:
    before = house.everything()
    response = house.say(LAUNCH)
    assert response.reply.text == "I found no file like project requirements. The inbox is empty. Nothing was done."
    assert response.outcomes[-1].code == "file.unknown"
    assert house.everything() == before


def test_ten_actions_are_ten(house: House) -> None:
    tasks = (
        "call the bank",
        "water the plants",
        "fix the door",
        "write the report",
        "clean the car",
        "book a flight",
        "order paper",
    )
    more = ("send the invoice", "check the mail", "paint the fence")
    assert house.say(", ".join(f"create a task to {task}" for task in (*tasks, *more))).outcomes[-1].ok
    assert [task.title for task in house.store.find(Task)] == [*tasks, *more]


def test_more_than_anybody_asks_for_is_no_command(house: House) -> None:
    before = house.everything()
    assert house.say(", ".join(["add figs to the list"] * 60)).outcomes == ()
    assert house.everything() == before


def test_several_customers_at_once_and_one_who_is_called_like_two(house: House) -> None:
    for name in ("Rahul", "Priya", "Sharma and Sons"):
        assert house.say(f"Add a customer called {name}").outcomes[0].ok
    booked = house.say("Credit 100 to Rahul and Priya").reply.text
    assert booked.startswith("100 euros each credited to Rahul and Priya")
    assert house.say("Credit 50 to Sharma and Sons").reply.text.startswith("50 euros credited to Sharma and Sons.")
    assert house.say("Charge 20 to Rahul and Sharma and Sons").reply.text.startswith(
        "20 euros each charged to Rahul and Sharma and Sons"
    )
    sums = {
        customer.name: sum(e.minor for e in house.store.find(LedgerEntry) if e.customer_id == customer.id)
        for customer in house.store.find(Customer)
    }
    assert sums == {"Rahul": 8000, "Priya": 10000, "Sharma and Sons": 3000}
    before = house.everything()
    assert house.say("Credit 100 to Rahul and Karo").reply.awaits
    assert house.everything() == before


def test_what_is_deleted_and_made_anew_is_there_in_the_end(house: House) -> None:
    assert house.say("create a channel ops").outcomes[0].ok
    assert (
        house.say("delete the ops channel and create a channel ops").reply.text
        == "Nothing was done yet. Delete the ops channel?"
    )
    assert house.say("yes").reply.text == "Channel deleted: ops. Channel created: ops."
    assert [channel.name for channel in house.store.find(Channel)] == ["ops"]
    assert house.say("create a project atlas, delete the atlas project").reply.awaits
    assert house.say("yes").reply.text == "Project created: atlas. Project deleted: atlas."


def test_a_question_without_an_answer_holds_nothing_up(house: House) -> None:
    reply = house.say("create a task to paint the fence and show me a report about the zebra project").reply.text
    assert reply == "Task created: paint the fence. But I couldn't make the report: there is no project zebra."
    assert house.say("undo").reply.text.startswith("Undone: task created: paint the fence")


def test_an_impossible_order_is_refused_before_anything_runs(house: House) -> None:
    before = house.everything()
    said = house.responder.understand("create a task a1 and create a task b2", client="console")
    first, second = said.command.steps
    steps = (replace(first, after=(1,)), replace(second, after=(0,)))
    response = house.responder.carry_out(replace(said, command=replace(said.command, steps=steps)))
    assert response.reply.text == "I can't do that in any order. Nothing was done."
    assert house.everything() == before
