"""From text to what was done: doubt, questions that wait for an answer, failures of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from device.commands.responder import Responder
from services.actions.base import Outcome, Reply, Response
from services.actions.execution.doubt import BOUNDS
from services.store.base import DiskFull
from services.understanding.base import Command, Step
from services.understanding.conversation.memory import WORDS_WITHIN

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


GUESSED = "sling eggs on the shopping"


class Knows:
    """A parser of three sentences, and of one that a model guesses."""

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        if text == GUESSED:
            return Command(text, (Step("list.add", {"items": [{"item": "eggs"}], "list": "shopping"}),), 0.6, "model")
        actions = {"add milk": "list.add", "what time is it": "datetime.query", "remind me to eat": "reminder.create"}
        action = actions.get(text) or ("reminder.create" if text == "remind me to eat at nine" else None)
        return Command(
            text, (Step(action),) if action else (), 0.95 if action else 0.0, "template" if action else "none"
        )


class Does:
    """Notes what it did; asks when without "at nine"."""

    def __init__(self, failing: Exception | None = None) -> None:
        self.done: list[str] = []
        self.failing = failing

    def run(self, command: Command, *, now: datetime, client: str, **_: object) -> Response:
        if self.failing:
            raise self.failing
        if command.text == "remind me to eat":
            return Response(command, (Outcome("reminder.create", False, "When?"),), Reply("When?", awaits=True))
        self.done.append(command.text)
        return Response(command, (Outcome("x", True, "Done."),), Reply("Done."))


def responder(does: Does) -> tuple[Responder, list[datetime]]:
    now = [NOW]
    return Responder(Knows(), does, lambda: now[0]), now


@pytest.mark.parametrize(
    ("text", "confidence", "done"),
    [("add milk", 0.9, True), ("add milk", 0.3, False), ("what time is it", 0.3, True), ("add milk", 1.0, True)],
)
def test_what_was_hardly_heard_may_ask_but_not_change(text: str, confidence: float, done: bool) -> None:
    does = Does()
    response = responder(does)[0].respond(text, client="a", confidence=confidence)
    assert (does.done == [text]) == done
    assert done or (response.outcomes[0].code == "doubtful" and response.command.confidence < BOUNDS[-1])


def test_an_answer_completes_the_command_that_was_asked_about() -> None:
    does = Does()
    talk, _ = responder(does)
    assert talk.respond("remind me to eat", client="a").reply.awaits
    assert talk.respond("at nine", client="a").reply.text == "Done."
    assert does.done == ["remind me to eat at nine"]


@pytest.mark.parametrize(("answer", "done"), [("yes", [GUESSED]), ("no", [])])
def test_what_a_model_guesses_is_done_after_a_yes_only(answer: str, done: list[str]) -> None:
    does = Does()
    talk, _ = responder(does)
    asked = talk.respond(GUESSED, client="a").reply
    assert (asked.text, asked.awaits, does.done) == ("Add eggs to the shopping list?", True, [])
    talk.respond(answer, client="a")
    assert does.done == done


def test_another_clients_words_are_no_answer() -> None:
    talk, _ = responder(Does())
    talk.respond("remind me to eat", client="a")
    assert not talk.understand("at nine", client="b").command.steps


def test_an_answer_that_comes_too_late_is_none() -> None:
    talk, now = responder(Does())
    talk.respond("remind me to eat", client="a")
    now[0] += WORDS_WITHIN + timedelta(seconds=1)
    assert not talk.understand("at nine", client="a").command.steps


def test_a_command_instead_of_an_answer_is_that_command() -> None:
    talk, _ = responder(Does())
    talk.respond("remind me to eat", client="a")
    assert talk.respond("add milk", client="a").command.text == "add milk"
    assert not talk.understand("at nine", client="a").command.steps, "the question is gone"


def test_a_full_disk_is_the_reply() -> None:
    response = responder(Does(DiskFull(path="/disk")))[0].respond("add milk", client="a")
    assert response.outcomes[0].code == "store.full" and "Nothing was changed" in response.reply.text


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        responder(Does(ZeroDivisionError()))[0].respond("add milk", client="a")
