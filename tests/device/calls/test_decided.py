"""What is said after a call to "Keep them?", through the parser and the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.places import ROOT
from services.actions.execution.executor import Executor
from services.store.base import CallLine, CallProposal, CallRecord, Task
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.when import find

NOW = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
BEGAN = NOW - timedelta(minutes=10)
PROPOSALS = (
    CallProposal(by="owner", who="Anna", what="send the quote", when="by Friday"),
    CallProposal(by="other", who="Tom Henderson", what="send the photos", when="tomorrow at ten"),
    CallProposal(by="owner", who="Anna", what="ring the quarry"),
)
LINES = (
    CallLine(by="other", start_s=3.0, text="Delivery takes two weeks."),
    CallLine(by="owner", start_s=6.0, text="And the delivery costs?"),
)


@dataclass
class Owner:
    """Who speaks with the appliance, after a call."""

    store: Store
    responder: Responder

    def say(self, *texts: str) -> str:
        """The reply to the last of these."""
        return [self.responder.respond(text, client="microphone").reply.text for text in texts][-1]

    @property
    def states(self) -> list[str]:
        (call,) = self.store.find(CallRecord)
        return [each.state for each in call.proposals]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    with Store(tmp_path / "equerry.db") as store:
        parser = CommandParser(ROOT / "config" / "sentences")
        executor = Executor(store, find_when=find, zone=UTC)
        with store.transaction("a call", now=BEGAN) as tx:
            tx.add(
                CallRecord(
                    who="Tom Henderson",
                    started=BEGAN,
                    ended=NOW,
                    status="ended",
                    proposals=PROPOSALS,
                    transcript=LINES,
                )
            )
        yield Owner(store, Responder(parser, executor, lambda: NOW, directory=StoreDirectory(store)))


ASKED = "Keep the promises of my last call"
KEPT, DROPPED, OPEN = "kept", "dropped", "proposed"


@pytest.mark.parametrize(
    ("said", "states"),
    [
        ("yes", [KEPT, KEPT, KEPT]),
        ("Yes, all of them.", [KEPT, KEPT, KEPT]),
        ("only the first", [KEPT, OPEN, OPEN]),
        ("the first and the third", [KEPT, OPEN, KEPT]),
        ("not the quote", [OPEN, KEPT, KEPT]),
        ("all but the last", [KEPT, KEPT, OPEN]),
        ("just the photos", [OPEN, KEPT, OPEN]),
        ("no", [DROPPED, DROPPED, DROPPED]),
        ("drop the second", [OPEN, DROPPED, OPEN]),
        ("later", [OPEN, OPEN, OPEN]),
        ("not now", [OPEN, OPEN, OPEN]),
    ],
)
def test_which_are_kept(owner: Owner, said: str, states: list[str]) -> None:
    asked = owner.say(ASKED)
    assert asked.startswith("Three promises: ") and asked.endswith("Keep them?")
    owner.say(said)
    assert owner.states == states
    assert len(owner.store.find(Task)) == states.count(KEPT)


def test_what_was_left_is_asked_again_later(owner: Owner) -> None:
    owner.say(ASKED, "later")
    assert "send the quote" in owner.say("What did I promise Henderson?")
    owner.say(ASKED, "the first")
    assert owner.say("Go through the promises").startswith("Two promises: ")
    owner.say("yes")
    assert owner.states == [KEPT] * 3
    owner.say("undo")
    assert owner.states == [KEPT, OPEN, OPEN]


def test_another_command_is_no_answer(owner: Owner) -> None:
    assert "task" in owner.say(ASKED, "create a task to buy milk").lower()
    assert owner.states == [OPEN] * 3


def test_what_remains_of_a_call_is_asked_for_in_plain_words(owner: Owner) -> None:
    assert "It took 10 minutes" in owner.say("How was my last call?")
    assert "send the photos" in owner.say("What did Henderson promise?")
    assert "Delivery takes two weeks." in owner.say("What did Henderson say about delivery on the call?")
    assert "Delivery takes two weeks." in owner.say("What did Henderson say about delivery?")
    assert "Nothing was said about rain" in owner.say("What was said about rain on the call?")
