"""What families have in common in finding what is meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.actions.base import Unanswered, required
from services.actions.people.group import Assignee, among, given, of, without
from services.actions.selection import bare, choice, label, only
from services.store.base import Note, Task, Timer


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("the onboarding template", "onboarding"),
        ("My “onboarding”", "onboarding"),
        ("onboarding task templates.", "onboarding"),
        ("template", ""),
    ],
)
def test_a_name_is_bare_of_what_stands_around_it(said: str, name: str) -> None:
    assert bare(said, r"(?:task\s+)?templates?") == name


def test_a_timer_is_called_by_the_words_that_are_its_own() -> None:
    assert label("my pasta timer", "timer") == "pasta"
    assert label("a timer called tea.", "timer") == "tea"


def test_of_several_it_is_asked_which_of_the_first_three() -> None:
    now = datetime(2026, 12, 2, 10, tzinfo=UTC)
    timers = [Timer(name=name, seconds=60, due=now) for name in ("tea", "pasta", "eggs", "rice")]
    with pytest.raises(Unanswered, match=r"Which timer: tea, pasta or eggs\?") as asked:
        only(timers, "timer.ambiguous", "Which timer", lambda each: each.name)
    assert (asked.value.reason, asked.value.awaits) == ("timer.ambiguous", True)
    assert only(timers[:1], "timer.ambiguous", "Which timer", lambda each: each.name) is timers[0]


def test_a_choice_names_each_thing_as_it_is_called() -> None:
    things = [Note(id="1", content="buy milk"), Task(id="2", title="call Anna")]
    assert choice("title", "it", things).things == (("note", "1", "buy milk"), ("task", "2", "call Anna"))


def test_what_is_missing_is_asked_for() -> None:
    assert required("milk", "list.no_items", "What shall I add?") == "milk"
    for nothing in ("", (), None):
        with pytest.raises(Unanswered, match=r"What shall I add\?"):
            required(nothing, "list.no_items", "What shall I add?")


def test_people_are_one_by_id_or_by_a_name_that_fits() -> None:
    group = [Assignee("Sarah Chen", "s"), Assignee("Mike"), Assignee("Tom", "t")]
    others = [Assignee("Sarah", "s"), Assignee("mike")]
    assert among(group, others) == group[:2]
    assert without(group, others) == group[2:]
    assert of(given(Task(title="paint"), group)) == group
