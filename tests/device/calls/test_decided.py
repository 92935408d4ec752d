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
    clock: list[datetime]

    def say(self, *texts: str) -> str:
        """The reply to the last of these."""
        return [self.responder.respond(text, client="microphone").reply.text for text in texts][-1]

    def later(self, time: timedelta) -> None:
        """Nobody speaks for so long."""
        self.clock[0] += time

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
        clock = [NOW]
        yield Owner(store, Responder(parser, executor, lambda: clock[0], directory=StoreDirectory(store)), clock)


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
        ("stop", [OPEN, OPEN, OPEN]),
        ("never mind", [OPEN, OPEN, OPEN]),
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
    assert owner.say(ASKED).startswith("Two promises: ")
    owner.say("yes")
    assert owner.states == [KEPT] * 3
    owner.say("undo")
    assert owner.states == [KEPT, OPEN, OPEN]


@pytest.mark.parametrize("begins", [(ASKED, "go through them"), (ASKED, "One by one."), ("Go through the promises",)])
def test_each_is_asked_for_in_turn(owner: Owner, begins: tuple[str, ...]) -> None:
    assert owner.say(*begins) == "Three promises. First, you: send the quote, by Friday. Keep it?"
    assert owner.say("Yes.") == "Kept. Next, Tom Henderson: send the photos, tomorrow at ten. Keep it?"
    assert owner.states == [KEPT, OPEN, OPEN] and len(owner.store.find(Task)) == 1, "each is kept at once"
    assert owner.say("No.") == "Dropped. Next, you: ring the quarry. Keep it?"
    assert owner.say("Keep it.") == "Kept."
    assert owner.states == [KEPT, DROPPED, KEPT]
    assert owner.say("yes") != "Kept.", "nothing is asked any more"
    owner.say("undo")
    assert owner.states == [KEPT, DROPPED, OPEN]


@pytest.mark.parametrize("said", ["stop", "Stop it.", "later", "That's enough for now."])
def test_one_may_stop_on_the_way(owner: Owner, said: str) -> None:
    owner.say("Go through the promises", "yes")
    assert owner.say(said) == "All right. Two promises are left."
    assert owner.states == [KEPT, OPEN, OPEN]
    assert owner.say("Go through the promises").startswith("Two promises. First, Tom Henderson: send the photos")


def test_which_ones_are_dropped_is_asked_where_none_fits(owner: Owner) -> None:
    assert owner.say("Drop the boat promise").endswith("Which ones?")
    owner.say("the first")
    assert owner.states == [DROPPED, OPEN, OPEN]


def test_who_says_no_more_loses_nothing(owner: Owner) -> None:
    owner.say("Go through the promises", "yes")
    owner.later(timedelta(minutes=10))
    assert "Kept" not in owner.say("yes"), "it is no answer any more"
    assert owner.states == [KEPT, OPEN, OPEN]


def test_the_rest_may_be_decided_at_once_and_another_command_goes_before(owner: Owner) -> None:
    owner.say("Go through the promises", "yes", "yes, all of them")
    assert owner.states == [KEPT] * 3
    owner.say("undo", "Go through the promises", "none of them")
    assert owner.states == [KEPT, DROPPED, DROPPED]
    owner.say("undo")
    owner.say("Go through the promises", "create a task to buy milk")
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
