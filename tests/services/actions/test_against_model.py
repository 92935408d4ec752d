"""Random commands through the executor against plain dictionaries: after each one the store holds the same as they do.

Undo gives back the state before, a command with a step that fails leaves no trace, neither does one that the disk
refuses, sums of the ledger hold, and the file opened again gives the same.
"""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.actions.base import Reply
from services.actions.execution.executor import Executor
from services.store.base import (
    Channel,
    Customer,
    Document,
    Item,
    LedgerEntry,
    Message,
    Person,
    Reminder,
    Task,
    TodoList,
)
from services.store.store import Store
from services.understanding.base import Command, Step
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find

ZONE = ZoneInfo("America/New_York")
KINDS: tuple[type[Document], ...] = (Task, TodoList, Item, Reminder, Customer, LedgerEntry, Person, Channel, Message)
TITLES = ("paint the garage", "order tulips", "renew passport", "tune the piano", "wash windows", "buy a kayak")
ITEMS = ("milk", "bananas", "coffee", "soap", "umbrella")
LISTS = ("shopping", "hardware")
CUSTOMERS = ("Rahul", "Priya", "Esther")
PEOPLE = ("Anna", "Mike", "Zoe")
CHANNELS = ("marketing", "design")

Model = dict[str, dict[Any, Any]]
"""tasks: title → [status, assignees]; items: (list, item) → done; reminders: title → status; balances: customer → minor
units; people: name → None; channels: name → members; messages: channel → contents.
"""
EMPTY: Model = {
    name: {} for name in ("tasks", "lists", "items", "reminders", "balances", "people", "channels", "messages")
}
Wish = tuple[str, str, str, int]
"""What shall be done to what: an operation, a first name, a second name, a number."""


def applied(model: Model, wish: Wish) -> Step | None:
    """Do it to the model; the step that does it to the store. None where it would make no sense now."""
    operation, one, other, amount = wish
    return OPERATIONS[operation](model, one, other, amount)


def create_task(model: Model, one: str, _: str, number: int) -> Step | None:
    title = TITLES[number % len(TITLES)]
    if title in model["tasks"]:
        return None
    model["tasks"][title] = ["todo", ()]
    return Step("task.create", {"title": title})


def complete_task(model: Model, one: str, _: str, number: int) -> Step | None:
    title = TITLES[number % len(TITLES)]
    if model["tasks"].get(title, ["none"])[0] != "todo":
        return None
    model["tasks"][title][0] = "done"
    return Step("task.complete", {"title": title})


def delete_task(model: Model, one: str, _: str, number: int) -> Step | None:
    title = TITLES[number % len(TITLES)]
    if model["tasks"].get(title, ["none"])[0] != "todo":
        return None
    del model["tasks"][title]
    return Step("task.delete", {"title": title})


def assign_task(model: Model, one: str, _: str, number: int) -> Step | None:
    title, person = TITLES[number % len(TITLES)], one
    if model["tasks"].get(title) != ["todo", ()] or person not in model["people"]:
        return None
    model["tasks"][title] = ["todo", (person,)]
    return Step("task.assign", {"title": title, "assignees": [person]})


def add_item(model: Model, _: str, item: str, number: int) -> Step | None:
    name = LISTS[number % 2]
    if (name, item) in model["items"]:
        return None
    model["lists"][name] = None
    model["items"][name, item] = False
    return Step("list.add", {"items": [item], "list": name})


def complete_item(model: Model, _: str, item: str, number: int) -> Step | None:
    name = LISTS[number % 2]
    if model["items"].get((name, item), True):
        return None
    model["items"][name, item] = True
    return Step("list.complete", {"items": [item], "list": name})


def remove_item(model: Model, _: str, item: str, number: int) -> Step | None:
    name = LISTS[number % 2]
    if model["items"].get((name, item), True):
        return None
    model["items"][name, item] = True  # kept as an item that is off the list
    return Step("list.remove", {"items": [item], "list": name})


def create_reminder(model: Model, _: str, __: str, number: int) -> Step | None:
    title = TITLES[number % len(TITLES)]
    if title in model["reminders"]:
        return None
    model["reminders"][title] = "pending"
    return Step("reminder.create", {"title": title, "when": "tomorrow at 9"})


def cancel_reminder(model: Model, _: str, __: str, number: int) -> Step | None:
    title = TITLES[number % len(TITLES)]
    if model["reminders"].get(title) != "pending":
        return None
    model["reminders"][title] = "cancelled"
    return Step("reminder.cancel", {"title": title})


def create_customer(model: Model, _: str, __: str, number: int) -> Step | None:
    name = CUSTOMERS[number % len(CUSTOMERS)]
    if name in model["balances"]:
        return None
    model["balances"][name] = 0
    return Step("customer.create", {"name": name})


def book(verb: str, sign: int) -> Callable[[Model, str, str, int], Step | None]:
    def booked(model: Model, _: str, __: str, number: int) -> Step | None:
        name = CUSTOMERS[number % len(CUSTOMERS)]
        if name not in model["balances"]:
            return None
        model["balances"][name] += sign * (number + 1)
        return Step(f"ledger.{verb}", {"customer": name, "amount": f"{(number + 1) / 100:.2f} euros"})

    return booked


def create_contact(model: Model, one: str, _: str, __: int) -> Step | None:
    if one in model["people"]:
        return None
    model["people"][one] = None
    return Step("contact.create", {"name": one})


def create_channel(model: Model, _: str, __: str, number: int) -> Step | None:
    name = CHANNELS[number % 2]
    if name in model["channels"]:
        return None
    model["channels"][name] = ()
    return Step("channel.create", {"name": name})


def join_channel(model: Model, one: str, _: str, number: int) -> Step | None:
    name = CHANNELS[number % 2]
    if name not in model["channels"] or one not in model["people"] or one in model["channels"][name]:
        return None
    model["channels"][name] = (*model["channels"][name], one)
    return Step("channel.assign", {"name": name, "people": [one]})


def send_message(model: Model, _: str, words: str, number: int) -> Step | None:
    name = CHANNELS[number % 2]
    if name not in model["channels"]:
        return None
    model["messages"][name] = (*model["messages"].get(name, ()), words)
    return Step("message.send", {"recipients": [f"{name} channel"], "content": words})


OPERATIONS: Mapping[str, Callable[[Model, str, str, int], Step | None]] = {
    "create task": create_task,
    "complete task": complete_task,
    "delete task": delete_task,
    "assign task": assign_task,
    "add item": add_item,
    "complete item": complete_item,
    "remove item": remove_item,
    "create reminder": create_reminder,
    "cancel reminder": cancel_reminder,
    "create customer": create_customer,
    "credit": book("credit", 1),
    "debit": book("debit", -1),
    "create contact": create_contact,
    "create channel": create_channel,
    "join channel": join_channel,
    "send message": send_message,
}
FAILING = (
    Step("task.complete", {"title": "xylophone"}),
    Step("ledger.credit", {"customer": "Nobody", "amount": "5 euros"}),
    Step("ledger.credit", {"customer": "Rahul", "amount": "plenty"}),
    Step("list.complete", {"items": ["quicksilver"], "list": "shopping"}),
    Step("channel.assign", {"name": "zzz", "people": ["Anna"]}),
    Step("reminder.create", {"title": "nap", "when": "yesterday at 8 am"}),
)
WISHES = st.tuples(
    st.sampled_from(sorted(OPERATIONS)), st.sampled_from(PEOPLE), st.sampled_from(ITEMS), st.integers(0, 11)
)
COMMANDS = st.lists(WISHES, min_size=2, max_size=8)


def shown(store: Store) -> Model:
    """The store's content as the model has it."""
    people = {person.id: person.name for person in store.find(Person)}
    lists = {each.id: each.name for each in store.find(TodoList)}
    channels = {each.id: each for each in store.find(Channel)}
    balances = {each.id: 0 for each in store.find(Customer)}
    for entry in store.find(LedgerEntry):
        balances[entry.customer_id] = balances.get(entry.customer_id, 0) + entry.minor
    messages: dict[str, tuple[str, ...]] = {}
    for message in store.find(Message):
        name = channels[message.channel_id or ""].name
        messages[name] = (*messages.get(name, ()), message.content)
    customers = {each.id: each.name for each in store.find(Customer)}
    assert not any(minor for id_, minor in balances.items() if id_ not in customers), (
        "a customer is gone and its account is not at zero"
    )
    return {
        "tasks": {task.title: [task.status, task.assignees] for task in store.find(Task)},
        "lists": dict.fromkeys(lists.values()),
        "items": {(lists[item.list_id], item.name): item.done for item in store.find(Item)},
        "reminders": {each.title: each.status for each in store.find(Reminder)},
        "balances": {name: balances[id_] for id_, name in customers.items()},
        "people": dict.fromkeys(people.values()),
        "channels": {each.name: tuple(people[id_] for id_ in each.members) for each in channels.values()},
        "messages": messages,
    }


class ExecutorAgainstModel(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "equerry.db")
        self.store.open()
        self.model = copy.deepcopy(EMPTY)
        self.history: list[Model] = []
        self.now = datetime(2026, 12, 2, 10, tzinfo=ZONE)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    def run(self, *steps: Step) -> tuple[bool, Reply]:
        """Whether all steps were done, and the reply."""
        self.now += timedelta(seconds=1)
        executor = Executor(self.store, find_when=find, zone=ZONE, read_amount=amount_of)
        command = Command("as spoken", steps, 1.0, "template", confirmed=True)
        response = executor.run(command, now=self.now, client="test")
        return all(outcome.ok for outcome in response.outcomes), response.reply

    def traces(self) -> object:
        """All that a command could leave behind."""
        rows = {kind.kind: dict(self.store.rows(kind)) for kind in KINDS}
        with self.store.storage.file.reading() as connection:
            queries = (
                "SELECT count(*), max(seq) FROM undo",
                "SELECT * FROM outbox",
                "SELECT * FROM tombstones",
                "SELECT * FROM counters",
            )
            return rows, [connection.execute(query).fetchall() for query in queries]

    @rule(wishes=COMMANDS)
    def command(self, wishes: list[Wish]) -> None:
        after = copy.deepcopy(self.model)
        steps = [step for wish in wishes if (step := applied(after, wish)) is not None]
        if not steps:
            return
        before = self.traces()
        done, reply = self.run(*steps)
        assert done, reply.text
        if self.traces() != before:  # what is made and deleted in one command comes to nothing
            self.history.append(self.model)
        self.model = after

    @rule(wishes=COMMANDS, failing=st.sampled_from(FAILING), place=st.integers(0, 4))
    def command_that_fails(self, wishes: list[Wish], failing: Step, place: int) -> None:
        scratch = copy.deepcopy(self.model)
        steps = [step for wish in wishes if (step := applied(scratch, wish)) is not None]
        steps.insert(place, failing)
        before = self.traces()
        done, reply = self.run(*steps)
        assert not done, reply.text
        assert self.traces() == before

    @rule(wishes=COMMANDS)
    def command_that_the_disk_refuses(self, wishes: list[Wish]) -> None:
        scratch = copy.deepcopy(self.model)
        steps = [step for wish in wishes if (step := applied(scratch, wish)) is not None]
        connection = self.store.storage.file.connection
        before = self.traces()
        connection.execute("PRAGMA query_only = ON")
        done, reply = self.run(*steps)
        connection.execute("PRAGMA query_only = OFF")
        if done:
            assert scratch == self.model  # nothing had to be written
        elif steps:
            assert reply.text.endswith("Nothing was changed.")
        assert self.traces() == before

    @rule(count=st.integers(1, 3))
    def undo(self, count: int) -> None:
        done, reply = self.run(Step("control.undo", {"count": str(count)} if count > 1 else {}))
        assert done == bool(self.history), reply.text
        for _ in range(min(count, len(self.history))):
            self.model = self.history.pop()

    @rule()
    def reopen(self) -> None:
        before = self.traces()
        self.store.close()
        self.store.open()
        assert self.traces() == before

    @invariant()
    def the_same(self) -> None:
        if hasattr(self, "store"):
            assert shown(self.store) == self.model


TestExecutorAgainstModel = ExecutorAgainstModel.TestCase
TestExecutorAgainstModel.settings = settings(
    max_examples=40, stateful_step_count=30, suppress_health_check=list(HealthCheck)
)
