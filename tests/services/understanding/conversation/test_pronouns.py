"""What pointing words stand for."""

from __future__ import annotations

import pytest

from services.understanding.base import Command, Step
from services.understanding.conversation.memory import Conversation, Mention
from services.understanding.stages.pronouns import pointing, points, resolved

REPORT, VENUE, BANK = (Mention("task", name, name[0]) for name in ("report", "venue", "bank"))
ANNA, MIKE = Mention("person", "Anna S", "a"), Mention("person", "Mike M", "m")
DINNER = Mention("meeting", "dinner", "d")
ALARM = Mention("alarm", "", "x")
RAHUL = Mention("customer", "Rahul S", "r")
MARKETING = Mention("channel", "marketing", "k")
LISTED = (REPORT, VENUE, BANK)


def resolve(
    action: str, slot: str, words: str | list[str], *mentions: Mention, listed: tuple[Mention, ...] = (), text: str = ""
) -> Step:
    conversation = Conversation(mentions=mentions, listed=listed)
    command = Command(text or "said", (Step(action, {slot: words} if words else {}),), 0.95, "template")
    return resolved(command, conversation).steps[0]


def meant(step: Step) -> list[str]:
    return [reference.name for reference in step.references]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("it", ["report"]),
        ("That", ["report"]),
        ("that task", ["report"]),
        ("this one", ["report"]),
        ("the second one", ["venue"]),
        ("second", ["venue"]),
        ("number three", ["bank"]),
        ("the last one", ["bank"]),
        ("the other one", ["venue"]),
        ("them", ["report", "venue", "bank"]),
        ("all of them", ["report", "venue", "bank"]),
        ("the first two", ["report", "venue"]),
        ("the last two", ["venue", "bank"]),
        ("the first and the third", ["report", "bank"]),
        ("the fourth one", []),
        ("the first four", []),
        ("the second and the fifth", []),
        ("that meeting", []),
        ("the thing", []),
        ("him", []),
    ],
)
def test_what_they_stand_for_among_tasks(words: str, names: list[str]) -> None:
    step = resolve("task.complete", "title", words, REPORT, ANNA, listed=LISTED)
    assert meant(step) == names
    assert step.slots["title"] == (names[0] if len(names) == 1 else words)


@pytest.mark.parametrize(
    ("words", "mentions", "names"),
    [
        (["him"], (REPORT, MIKE, ANNA), ["Mike M"]),
        (["them"], (MARKETING, ANNA, MIKE), ["Anna S", "Mike M"]),
        (["her"], (REPORT,), []),
        (["me"], (ANNA,), []),
        (["us"], (ANNA,), []),
    ],
)
def test_people(words: list[str], mentions: tuple[Mention, ...], names: list[str]) -> None:
    assert meant(resolve("message.send", "recipients", words, *mentions)) == names


def test_the_family_follows_what_is_meant() -> None:
    assert resolve("task.deadline", "title", "it", DINNER, REPORT).action == "meeting.update"
    assert resolve("task.delete", "title", "it", DINNER).action == "meeting.cancel"
    assert resolve("task.delete", "title", "it", MARKETING).action == "channel.delete"
    assert resolve("task.deadline", "title", "it", REPORT, DINNER).action == "task.deadline"


def test_what_does_harm_takes_only_what_was_spoken_of_last() -> None:
    step = resolve("task.delete", "title", "it", RAHUL, REPORT)
    assert (step.action, meant(step)) == ("task.delete", [])
    assert pointing(Command("x", (step,), 1.0, "template")) == (0, "title", "it")


def test_a_thing_without_a_name_is_meant_by_its_id() -> None:
    step = resolve("alarm.cancel", "name", "it", ALARM)
    assert step.slots["name"] == "it" and step.references[0].id == "x"
    assert pointing(Command("x", (step,), 1.0, "template")) is None


def test_the_customer_in_focus_needs_no_name() -> None:
    command = Command("x", (Step("ledger.credit", {"amount": "100"}),), 0.8, "template")
    step = resolved(command, Conversation(customer=RAHUL)).steps[0]
    assert step.slots["customer"] == "Rahul S" and step.references[0].id == "r"
    assert "customer" not in resolved(command, Conversation()).steps[0].slots


@pytest.mark.parametrize(
    ("text", "names"), [("cancel that reminder", ["eat"]), ("cancel the reminder", []), ("cancel that alarm", [])]
)
def test_a_noun_that_the_template_left_out_is_pointed_at(text: str, names: list[str]) -> None:
    assert meant(resolve("reminder.cancel", "title", "", Mention("reminder", "eat", "e"), text=text)) == names


@pytest.mark.parametrize(
    ("words", "true"),
    [("the second one", True), ("number 2", True), ("it", False), ("the first two", True), ("x", False)],
)
def test_points_at_one_of_several(words: str, true: bool) -> None:
    assert points(words) == true
