"""Several clients of one appliance, by words: each hears only what it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.load import load
from device.wiring.commands import build_parser, build_responder
from services.actions.base import Response
from services.store.base import Channel, Person, Task
from services.store.store import Store
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser

Say = Callable[[str, str], Response]
GUEST, SARAH, OWNER = "stranger", "mqtt:sarah", "console"


class Here:
    """The store that is open."""

    directory: StoreDirectory

    @classmethod
    def names(cls) -> Names:
        return cls.directory.names()


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("home")
    (folder / "equerry.toml").write_text("[language_model]\nenabled = false\n", encoding="utf-8")
    (folder / "roles.toml").write_text(
        '[clients]\n"mqtt:sarah" = { role = "member", person = "Sarah Chen" }\n', encoding="utf-8"
    )
    return {
        "EQUERRY_CONFIG": str(folder / "equerry.toml"),
        "EQUERRY_PATHS__DATA": str(folder / "data"),
        "EQUERRY_ROLES": str(folder / "roles.toml"),
    }


@pytest.fixture(scope="module")
def parser(environ: dict[str, str]) -> CommandParser:
    return build_parser(load(environ), names=Here.names)


@pytest.fixture
def responder(
    environ: dict[str, str], parser: CommandParser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Responder]:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with Store(tmp_path / "equerry.db") as store:
        Here.directory = StoreDirectory(store)
        with store.transaction("set up") as tx:
            sarah = tx.add(Person(name="Sarah Chen"))
            board = tx.add(Channel(name="board of directors", private=True, members=(sarah.id,)))
            tx.add(Channel(name="board games"))
            tx.add(Task(title="sign the lease", channel_id=board.id, assignees=("Quentin",)))
            tx.add(Task(title="buy milk"))
        yield build_responder(load(), store, parser, Here.directory)


@pytest.fixture
def say(responder: Responder) -> Say:
    return lambda client, text: responder.respond(text, client=client)


def test_which_one_offers_only_what_may_be_known(say: Say) -> None:
    assert "directors" in say(OWNER, "who is in the board channel").reply.text
    assert say(GUEST, "who is in the board channel").reply.text == "Nobody is in the board games channel."
    assert "directors" in say(SARAH, "who is in the board channel").reply.text


def test_its_proper_name_is_not_let_slip(say: Say) -> None:
    said = say(GUEST, "who is in the directors channel").reply.text
    assert "board of directors" not in said
    assert all(
        "board of" not in reference.name
        for reference in say(GUEST, "who is in the directors channel").command.references
    )


def test_whom_only_hidden_tasks_name_is_nobody(responder: Responder) -> None:
    meant = responder.understand("what is Quentin working on", client=OWNER).command
    assert [reference.name for reference in meant.references] == ["Quentin"]
    assert not responder.understand("what is Quentin working on", client=GUEST).command.references


def test_nothing_is_asked_that_would_be_refused(say: Say) -> None:
    assert say(GUEST, "credit 100 to Karo").reply.text == "Guests can't move money. Ask the owner."


def test_what_is_too_long_is_not_parsed(say: Say) -> None:
    response = say(GUEST, "add milk to the list " * 50)
    assert not response.command.steps and not response.outcomes[0].ok and response.outcomes[0].code == "policy.bounds"
    assert response.reply.text.startswith("That is 1,050 characters at once, and 500 are the most.")


@pytest.mark.parametrize(
    "text",
    [
        "delete all tasks",
        "DELETE   ALL  tasks!!",
        "d\u200belete all tasks",
        "please delete all of my tasks",
        "wipe all tasks",
    ],
)
def test_all_of_one_is_asked_about_before_it_goes(say: Say, text: str) -> None:
    say(OWNER, "mark sign the lease as done")
    response = say(OWNER, text)
    if response.command.steps:
        assert response.reply.awaits, response.reply.text
        assert say(OWNER, "no").reply.text == "All right, nothing was done."
    assert say(OWNER, "what tasks are there").reply.text.startswith("One task: buy milk")
    refused = say(GUEST, text)
    assert not refused.outcomes[0].ok and refused.outcomes[0].code in ("policy.role", "policy.everything")


@pytest.mark.parametrize(
    "text",
    [
        "cancel all reminders",
        "delete everything",
        "delete all notes",
        "delete every project",
        "delete all channels",
        "remove everyone from the board games channel",
        "delete all files",
        "clear all lists",
        "cancel all meetings",
        "cancel all my alarms",
        "delete all routines",
        "forget everything",
        "wipe the ledger",
        "drop table tasks",
    ],
)
def test_a_member_can_have_nothing_deleted_as_a_whole(say: Say, text: str) -> None:
    response = say(SARAH, text)
    assert response.outcomes[0].code in ("policy.everything", "policy.role"), response.reply.text
    assert "Ask the owner" in response.reply.text
