"""Which of several is meant: question and answer."""

from __future__ import annotations

import pytest

from services.understanding.names.base import Entity
from services.understanding.names.questions import chosen, question

CHEN = Entity("person", "1", "Sarah Chen", role="designer", team="marketing")
OKAFOR = Entity("person", "2", "Sarah Okafor", role="accountant", team="finance")
SARAHS = (CHEN, OKAFOR)


def test_questions() -> None:
    assert question(SARAHS) == "Sarah Chen or Sarah Okafor?"
    assert question((CHEN,)) == "Do you mean Sarah Chen?"
    three = (*SARAHS, Entity("person", "3", "Sarah Lee"))
    assert question(three) == "Sarah Chen, Sarah Okafor or Sarah Lee?"
    assert (
        question((*three, Entity("person", "4", "Sarah Moss")))
        == "Sarah Chen, Sarah Okafor, Sarah Lee, or somebody else?"
    )
    assert question(()) == "Who or what do you mean?"


def test_namesakes_are_told_apart() -> None:
    def two(**told: tuple[str, str]) -> tuple[Entity, Entity]:
        first, second = ({key: values[i] for key, values in told.items()} for i in (0, 1))
        return Entity("person", "1", "Al Lee", **first), Entity("person", "2", "Al Lee", **second)  # type: ignore[arg-type]

    assert question(two(role=("cook", "driver"))) == "Al Lee the cook or Al Lee the driver?"
    assert question(two(team=("sales", "design"))) == "Al Lee in sales or Al Lee in design?"
    assert question(two()) == "the first Al Lee or the second Al Lee?"
    assert (
        question((Entity("channel", "1", "design"), Entity("project", "2", "design")))
        == "the channel design or the project design?"
    )


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("Chen", [CHEN]),
        ("chin", [CHEN]),
        ("Okafor please", [OKAFOR]),
        ("I mean Sarah Okafor", [OKAFOR]),
        ("Oakafor", [OKAFOR]),
        ("the first", [CHEN]),
        ("the first one, please", [CHEN]),
        ("The second one.", [OKAFOR]),
        ("number two", [OKAFOR]),
        ("number one", [CHEN]),
        ("2", [OKAFOR]),
        ("the last one", [OKAFOR]),
        ("the latter", [OKAFOR]),
        ("the designer", [CHEN]),
        ("the one in finance", [OKAFOR]),
        ("from marketing", [CHEN]),
        ("not Chen", [OKAFOR]),
        ("both", [CHEN, OKAFOR]),
        ("both of them", [CHEN, OKAFOR]),
        ("the third one", []),
        ("neither", []),
        ("Sarah", []),
        ("Mike", []),
        ("yes", []),
        ("what time is it", []),
        ("", []),
    ],
)
def test_answers(answer: str, meant: list[Entity]) -> None:
    assert list(chosen(answer, SARAHS)) == meant


@pytest.mark.parametrize("answer", ["yes", "Yes please.", "that's right", "yep", "Chen", "Sarah"])
def test_a_single_one_is_confirmed(answer: str) -> None:
    assert chosen(answer, (CHEN,)) == (CHEN,)


@pytest.mark.parametrize("answer", ["no", "nope, not her", "no thanks", "Mike", ""])
def test_a_single_one_is_denied(answer: str) -> None:
    assert chosen(answer, (CHEN,)) == ()


def test_kinds_answer() -> None:
    channel, project = Entity("channel", "1", "design"), Entity("project", "2", "design")
    assert chosen("the project", (channel, project)) == (project,)
