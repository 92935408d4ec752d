"""Commands told step by step to the real actions: names, doubts, questions, roles and memory are as with words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Going, Responder
from device.configuration.load import load
from device.wiring.commands import build_parser, build_responder
from services.actions.base import Response
from services.store.base import Item, Note, Person, Reminder, Task, TodoList
from services.store.store import Store
from services.understanding.explicit import explicit
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from tests.own_roles import environ_with_roles

Tell = Callable[..., Response]
ROLES = '[clients]\n"mqtt:sarah" = { role = "member", person = "Sarah Chen" }\n"mqtt:mine" = "owner"\n'


class Here:
    """The store that is open."""

    directory: StoreDirectory

    @classmethod
    def names(cls) -> Names:
        return cls.directory.names()


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environ_with_roles(tmp_path_factory.mktemp("home"), ROLES)


@pytest.fixture(scope="module")
def parser(environ: dict[str, str]) -> CommandParser:
    return build_parser(load(environ), names=Here.names)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


@pytest.fixture
def responder(
    environ: dict[str, str], parser: CommandParser, store: Store, monkeypatch: pytest.MonkeyPatch
) -> Responder:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    Here.directory = StoreDirectory(store)
    with store.transaction("set up") as tx:
        tx.add(Person(name="Sarah Chen"))
        tx.add(Person(name="Sarah Okafor"))
        tx.add(Task(title="buy milk"))
        tx.add(Task(title="buy bread"))
        groceries = tx.add(TodoList(name="groceries"))
        tx.add(Item(list_id=groceries.id, name="eggs"))
    return build_responder(load(), store, parser, Here.directory)


@pytest.fixture
def tell(responder: Responder) -> Tell:
    def told(client: str, *steps: tuple[str, Mapping[str, Any]], text: str = "") -> Response:
        command = explicit(steps, text)
        with responder.turn(client):
            understood = responder.understand(command.text, client=client, command=command)
            decided = responder.decided(understood)
        return responder.executed(decided) if isinstance(decided, Going) else decided

    return told


MINE = "mqtt:mine"


def test_steps_are_done(tell: Tell, store: Store) -> None:
    response = tell(
        MINE,
        ("task.create", {"title": "paint the hall", "assignees": ["Sarah Chen"], "when": "tomorrow"}),
        ("note.create", {"content": "blue"}),
    )
    assert all(outcome.ok for outcome in response.outcomes), response.reply
    task = next(task for task in store.find(Task) if task.title == "paint the hall")
    assert task.assignees and task.due and [note.content for note in store.find(Note)] == ["blue"]


def test_what_several_fit_is_asked_and_answered_by_words(tell: Tell, responder: Responder, store: Store) -> None:
    asked = tell(MINE, ("task.create", {"title": "paint", "assignees": "Sarah"}))
    assert asked.reply.awaits and "Sarah Chen or Sarah Okafor" in asked.reply.text
    assert responder.respond("the second one", client=MINE).outcomes[0].ok
    assert next(task for task in store.find(Task) if task.title == "paint").assignees


def test_what_is_missing_is_asked(tell: Tell, responder: Responder, store: Store) -> None:
    assert tell(MINE, ("reminder.create", {"title": "call the bank"})).reply.awaits
    assert responder.respond("tomorrow at nine", client=MINE).outcomes[0].ok
    assert [each.title for each in store.find(Reminder)] == ["call the bank"]


def test_it_is_what_was_spoken_of_last(tell: Tell, responder: Responder, store: Store) -> None:
    responder.respond("create a task to call the bank", client=MINE)
    assert tell(MINE, ("task.complete", {"title": "it"})).outcomes[0].ok
    assert next(task for task in store.find(Task) if task.title == "call the bank").status == "done"


def test_words_correct_what_was_told_in_steps(tell: Tell, responder: Responder, store: Store) -> None:
    tell(MINE, ("reminder.create", {"title": "call the bank", "when": "next Tuesday at nine"}))
    assert responder.respond("no, Wednesday", client=MINE).outcomes[0].ok
    (reminder,) = store.find(Reminder)
    assert reminder.due.weekday() == 2


def test_roles_and_bounds_hold(tell: Tell, store: Store) -> None:
    response = tell(
        "mqtt:lamp",
        ("list.add", {"items": ["soap"], "list": "groceries"}),
        ("message.send", {"recipients": "Sarah Chen", "content": "hi"}),
    )
    assert {outcome.code for outcome in response.outcomes} == {"policy.role"} and [
        item.name for item in store.find(Item)
    ] == ["eggs"]
    long = tell("mqtt:anyone", ("list.add", {"items": ["x" * 300, "y" * 300], "list": "groceries"}), text="short")
    assert {outcome.code for outcome in long.outcomes} == {"policy.bounds"}
    assert "characters" in long.reply.text


@pytest.mark.parametrize(
    "step",
    [
        ("task.delete", {"title": "all"}),
        ("task.delete", {"title": ["everything"]}),
        ("task.delete", {"title": "tasks", "status": "all of them"}),
        ("list.remove", {"items": ["everything"], "list": "groceries"}),
        ("control.undo", {"count": "everything"}),
    ],
)
def test_all_is_never_taken_literally(tell: Tell, store: Store, step: tuple[str, dict[str, Any]]) -> None:
    assert tell("mqtt:sarah", step, text="add milk").outcomes[0].code in ("policy.everything", "policy.role")
    response = tell(MINE, step, text="add milk")
    assert response.reply.awaits or not response.outcomes[0].ok, "the owner is asked"
    assert len(store.find(Task)) == 2 and len(store.find(Item)) == 1


def test_a_yes_may_be_told_as_a_step_too(tell: Tell, responder: Responder, store: Store) -> None:
    delete = [("task.delete", {"title": title}) for title in ("buy milk", "buy bread")]
    asked = tell(MINE, *delete, ("list.delete", {"list": "groceries"}))
    assert asked.reply.awaits and len(store.find(Task)) == 2
    assert tell(MINE, ("control.deny", {})).reply.text == "All right, nothing was done."
    assert tell(MINE, *delete, ("list.delete", {"list": "groceries"})).reply.awaits
    assert tell(f"{MINE}#other", ("control.confirm", {})).outcomes and len(store.find(Task)) == 2, (
        "another conversation's question"
    )
    assert tell(MINE, ("control.confirm", {})).outcomes[0].ok
    assert not store.find(Task) and not store.find(TodoList)


def test_only_the_last_sixteen_conversations_of_one_are_remembered(tell: Tell, responder: Responder) -> None:
    responder.respond("create a task to call the bank", client=MINE)
    for number in range(15):
        tell(f"{MINE}#{number}", ("task.create", {"title": f"task {number}"}))
    assert responder.understand("mark it as done", client=MINE).command.steps[0].references
    tell(f"{MINE}#15", ("task.create", {"title": "one more"}))
    assert not responder.understand("mark it as done", client=MINE).command.steps[0].references
    assert responder.understand("mark it as done", client=f"{MINE}#0").command.steps[0].references
