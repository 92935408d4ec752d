"""Whatever is said in whatever state of a conversation: nothing raises, and nothing is invented."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from services.actions.execution.executor import Executor
from services.actions.registry import ACTIONS
from services.store.base import Channel, Customer, Item, LedgerEntry, Message, Person, Project, Reminder, Task, TodoList
from services.store.store import Store
from services.understanding.base import VOCABULARY
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)
PEOPLE = ("Sarah Chen", "Sarah Okafor", "Mike Miller", "Anna Schmidt")
KINDS = (Task, TodoList, Item, Reminder, Person, Channel, Customer, LedgerEntry, Message, Project)
OPENINGS = (
    "create a task to call Anna tomorrow",
    "remind me to water the plants",
    "remind me at five to call Hannah",
    "add eggs to the shopping list",
    "what is due this week",
    "credit 100 dollars to Rahul",
    "what's Rahul's balance",
    "tell Sarah that lunch is ready",
    "tell Anna that I am late",
    "add Mike to the logistics channel",
    "delete the marketing channel",
    "set a timer for five minutes",
    "wake me at 7 tomorrow",
    "send a message",
    "add 100 credit",
)
LEANING = (
    *(
        "it",
        "them",
        "no",
        "yes",
        "no, Tuesday",
        "make it 5",
        "and bread",
        "and one for Mike",
        "same for Priya",
        "what about tomorrow?",
    ),
    *(
        "the second one",
        "delete it",
        "move it to Monday",
        "undo that",
        "both",
        "neither",
        "Chen",
        "the designer",
        "scratch that",
        "more",
    ),
    *(
        "I meant Mike",
        "no, 200",
        "and Anna too",
        "add Mike too",
        "remove the milk",
        "haan kar do",
        "tomorrow at nine",
        "for Rahul",
    ),
    *(
        "the day before",
        "at the same time",
        "no, call Anna",
        "cancel that",
        "resume",
        "the first two are done",
        "never mind",
        "50 dollars",
    ),
    *(
        "no, give it to Tom",
        "him",
        "tell her that it rains",
        "also remind me at 8",
        "switch to Acme",
        "and then we went home",
        "No. Really?",
    ),
)
SAID = st.one_of(
    st.sampled_from(OPENINGS),
    st.sampled_from(LEANING),
    st.text(max_size=40),
    st.lists(st.sampled_from(LEANING), max_size=3).map(" ".join),
)


class Here:
    """The parser reads its sentences once; its names are those of the store in use."""

    names: Callable[[], Names] = staticmethod(Names)


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    def names() -> Names:
        return Here.names()

    return CommandParser(ROOT / "config" / "sentences", names=names)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("store") / "equerry.db") as opened:
        yield opened


def responder(store: Store, parser: CommandParser, now: Callable[[], datetime]) -> Responder:
    """On a store that holds only what every conversation here begins with."""
    with store.transaction("seed", now=NOW, undoable=False) as tx:
        for kind in KINDS:
            for document in () if kind is LedgerEntry else tx.find(kind):
                tx.remove(document)
        for name in PEOPLE:
            tx.add(Person(name=name, role="designer" if name == "Sarah Chen" else "developer"))
        for channel in ("marketing", "development"):
            tx.add(Channel(name=channel))
        for customer in ("Rahul Sharma", "Priya Nair", "Acme Corp"):
            tx.add(Customer(name=customer))
        for title in ("call the bank", "send the invoice"):
            tx.add(Task(title=title, due=NOW + timedelta(days=1), due_grain="day"))
        milk = tx.add(TodoList(name="shopping"))
        tx.add(Item(list_id=milk.id, name="milk"))
    directory = StoreDirectory(store)
    Here.names = directory.names
    executor = Executor(store, find_when=find, zone=ZONE, read_amount=amount_of, currency="USD")
    return Responder(parser, executor, now, directory=directory)


def words(value: Any) -> list[str]:
    """All words of a slot, in lower case."""
    parts = (
        [value]
        if isinstance(value, str)
        else [part for each in value for part in (each.values() if isinstance(each, Mapping) else [each])]
    )
    return [word for part in parts for word in re.findall(r"\w+", str(part).casefold())]


def known(store: Store) -> set[str]:
    """All words of what the store holds."""
    rows = [row for kind in KINDS for row in store.rows(kind).values()]
    return {word for row in rows for value in row.values() for word in re.findall(r"\w+", str(value).casefold())}


def constants() -> set[str]:
    """What sentence files give every match of a sentence: directions, states."""
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "config" / "sentences").glob("*/*.yaml"))
    given = re.findall(r"^ +slots: *\{(.*)\}", text, re.MULTILINE)
    return {word for each in given for word in re.findall(r"\w+", each.casefold())}


CLOCK = {"am", "pm", *(f"{number:02}" for number in range(60))}
CONSTANTS = constants() | {"november", "december", "2026", "2027", "at", "meeting", "it", "skip"} | CLOCK
"""Beside what was said: a time told from another one ("the day before") is put as a date with its hour."""


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    turns=st.lists(
        st.tuples(SAID, st.sampled_from((1.0, 1.0, 0.65, 0.5, 0.3)), st.integers(0, 90)), min_size=1, max_size=6
    )
)
def test_nothing_raises_and_nothing_is_invented(
    store: Store, parser: CommandParser, turns: list[tuple[str, float, int]]
) -> None:
    clock = [NOW]
    talk = responder(store, parser, lambda: clock[0])
    said = set(CONSTANTS)
    for text, heard, pause in turns:
        clock[0] += timedelta(seconds=pause)
        said |= set(re.findall(r"\w+", text.casefold())) | {str(number) for number in range(32)}
        before = known(store)
        response = talk.respond(text, client="mic", confidence=heard)
        assert response.reply.text or response.command.intent.startswith("control.")
        for step in response.command.steps:
            assert step.action in ACTIONS and VOCABULARY[step.action]
            for slot, value in step.slots.items():
                invented = [word for word in words(value) if word not in said | before]
                assert not invented, f"{slot} of {step.action}: {value!r}"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(opening=st.sampled_from(OPENINGS), text=SAID, heard=st.floats(0, 0.46))
def test_what_was_hardly_heard_changes_nothing(
    store: Store, parser: CommandParser, opening: str, text: str, heard: float
) -> None:
    talk = responder(store, parser, lambda: NOW)
    talk.respond(opening, client="mic")
    before = {kind: dict(store.rows(kind)) for kind in KINDS if kind is not Message}
    response = talk.respond(text, client="mic", confidence=heard)
    after = {kind: dict(store.rows(kind)) for kind in KINDS if kind is not Message}
    if all(step.action.startswith("control.") for step in response.command.steps):
        return  # undo is of low risk, but is a reserved word: heard at once or not at all
    assert after == before, response.reply.text


def test_two_yeses_at_once_do_it_once(store: Store, parser: CommandParser) -> None:
    talk = responder(store, parser, lambda: NOW)
    talk.respond("credit 10 dollars to Rahul", client="mic", confidence=0.7)
    entries = len(store.find(LedgerEntry))
    threads = [threading.Thread(target=talk.respond, args=("yes",), kwargs={"client": "mic"}) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.find(LedgerEntry)) == entries + 1


def test_clients_talk_at_once_without_seeing_each_other(store: Store, parser: CommandParser) -> None:
    talk = responder(store, parser, lambda: NOW)
    replies: dict[str, list[str]] = {}

    def converse(client: str, customer: str) -> None:
        texts = (f"what's the balance of {customer}", "add 5 credit", "and one for nobody at all", "add 5 credit")
        replies[client] = [talk.respond(text, client=client).reply.text for text in texts]

    customers = ("Rahul Sharma", "Priya Nair", "Acme Corp")
    threads = [threading.Thread(target=converse, args=(str(number), customers[number % 3])) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(12):
        assert all(customers[number % 3] in replies[str(number)][turn] for turn in (0, 1, 3)), replies[str(number)]


def test_a_command_is_never_kept_as_agreed_to(store: Store, parser: CommandParser) -> None:
    """What somebody said yes to once is asked again when it is repeated with a change."""
    talk = responder(store, parser, lambda: NOW)
    talk.respond("credit 10 dollars to Rahul", client="mic", confidence=0.7)
    talk.respond("yes", client="mic")
    response = talk.respond("same for Priya", client="mic", confidence=0.7)
    assert response.reply.awaits and response.outcomes[0].code == "asked"
    assert not response.command.confirmed
