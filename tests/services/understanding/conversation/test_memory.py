"""What a conversation remembers, and how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.understanding.base import Command, Reference, Step
from services.understanding.conversation.conversations import MOST_CLIENTS, Conversations
from services.understanding.conversation.memory import (
    ANSWER_WITHIN,
    FOCUS_SCORE,
    LIFE,
    MOST_TURNS,
    WORDS_WITHIN,
    Conversation,
    Mention,
    PendingQuestion,
    alive,
    asked,
    latest,
    refused,
    remembered,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TASK = Mention("task", "call Anna", "t1")


def command(*steps: Step, text: str = "said") -> Command:
    return Command(text, steps, 0.95, "template")


def make(title: str = "call Anna") -> Command:
    return command(Step("task.create", {"title": title}))


@pytest.mark.parametrize(
    ("after", "turns", "kept"),
    [
        (timedelta(0), 1, True),
        (LIFE - timedelta(seconds=1), 1, True),
        (LIFE, 1, False),
        (timedelta(seconds=-1), 1, False),
        (timedelta(0), MOST_TURNS - 1, True),
        (timedelta(0), MOST_TURNS, False),
    ],
)
def test_it_lives_for_five_minutes_and_fifty_turns(after: timedelta, turns: int, kept: bool) -> None:
    conversation = Conversation(mentions=(TASK,), turns=turns, touched=NOW)
    assert (alive(conversation, NOW + after) == conversation) == kept


@pytest.mark.parametrize(
    ("after", "kept"), [(timedelta(0), True), (ANSWER_WITHIN - timedelta(seconds=1), True), (ANSWER_WITHIN, False)]
)
def test_a_question_stays_open_for_a_minute(after: timedelta, kept: bool) -> None:
    conversation = asked(Conversation(mentions=(TASK,)), PendingQuestion("confirm", make(), "Sure?"), NOW)
    later = alive(conversation, NOW + after)
    assert (later.question is not None) == kept and later.mentions == (TASK,)


def test_a_question_for_words_stays_open_for_longer() -> None:
    later = alive(asked(Conversation(), PendingQuestion("slot", make(), "When?"), NOW), NOW + ANSWER_WITHIN)
    assert later.question is not None
    assert alive(later, NOW + WORDS_WITHIN).question is None


def test_what_was_made_comes_first_then_what_was_named() -> None:
    step = Step(
        "task.assign",
        {"title": "it", "assignees": ["Mike"]},
        references=(Reference("assignees", "Mike", "person", "Mike M", "p1", "alias"),),
    )
    after = remembered(Conversation(), command(step), [[TASK]], NOW)
    assert [mention.name for mention in after.mentions][:2] == ["call Anna", "Mike M"]
    assert latest(after, ("person",)) == Mention("person", "Mike M", "p1")
    assert latest(after, ("list",)) is None


def test_what_was_listed_stays_until_more_is_told() -> None:
    three = [Mention("task", str(number), str(number)) for number in range(3)]
    after = remembered(Conversation(), command(Step("task.query")), [three], NOW)
    assert after.listed == tuple(three)
    after = remembered(after, command(Step("task.complete", {"title": "1"})), [[three[1]]], NOW)
    assert after.listed == tuple(three), "the third one is still the third"
    after = remembered(after, command(Step("task.query")), [[TASK]], NOW)
    assert after.listed == (TASK,)


@pytest.mark.parametrize(("score", "focus"), [(FOCUS_SCORE, True), (FOCUS_SCORE - 0.01, False), (1.0, True)])
def test_a_customer_named_surely_is_in_focus(score: float, focus: bool) -> None:
    step = Step(
        "ledger.balance",
        {"customer": "Rahul"},
        references=(Reference("customer", "Rahul", "customer", "Rahul S", "c1", "alias", score),),
    )
    after = remembered(Conversation(), command(step), [[]], NOW)
    assert (after.customer == Mention("customer", "Rahul S", "c1")) == focus


def test_a_customer_just_made_is_in_focus() -> None:
    after = remembered(
        Conversation(), command(Step("customer.create", {"name": "Meera"})), [[Mention("customer", "Meera", "c2")]], NOW
    )
    assert after.customer == Mention("customer", "Meera", "c2")


def test_undo_forgets_what_it_took_back() -> None:
    after = remembered(Conversation(), make(), [[TASK]], NOW, written=[("task", "t1")])
    assert after.last == make() and after.written == (("task", "t1"),)
    after = remembered(after, command(Step("control.undo")), [[]], NOW)
    assert (after.last, after.written, after.mentions) == (None, (), ())


def test_a_correction_is_remembered_without_the_undo_in_it() -> None:
    steps = (Step("control.undo"), Step("task.create", {"title": "call Anna"}, after=(0,)))
    after = remembered(Conversation(), command(*steps), [[], [TASK]], NOW, written=[("task", "t1")])
    assert after.last == make() and after.mentions[0] == TASK


def test_control_words_leave_the_last_command() -> None:
    after = remembered(Conversation(), make(), [[TASK]], NOW)
    assert remembered(after, command(Step("control.help")), [[]], NOW).last == make()


def test_what_was_refused_is_the_last_command_and_wrote_nothing() -> None:
    before = remembered(Conversation(), make(), [[TASK]], NOW, written=[("task", "t1")])
    after = refused(before, make("eat"), NOW)
    assert (after.last, after.done, after.written, after.question) == (make("eat"), False, (), None)
    assert refused(before, command(Step("control.undo")), NOW).last == make()


def test_what_was_made_counts_as_it_was_put_right() -> None:
    made = remembered(Conversation(), command(Step("reminder.create", {"title": "eat", "when": "at 9"})), [[]], NOW)
    after = remembered(made, command(Step("reminder.update", {"title": "eat", "when": "at 10"})), [[]], NOW)
    assert after.made and after.made.steps[-1].slots == {"title": "eat", "when": "at 10"}
    other = remembered(made, command(Step("list.add", {"items": [{"item": "milk"}]})), [[]], NOW)
    assert other.made == made.made


def test_clients_do_not_see_each_other_and_the_silent_ones_are_forgotten() -> None:
    conversations = Conversations()
    for number in range(MOST_CLIENTS + 1):
        conversations.keep(str(number), Conversation(mentions=(Mention("task", str(number)),), touched=NOW))
    assert conversations.of("0", NOW) == Conversation()
    assert conversations.of("1", NOW).mentions == (Mention("task", "1"),)
    conversations.keep("1", Conversation(turns=2, touched=NOW))
    conversations.keep("new", Conversation(turns=1, touched=NOW))
    assert conversations.of("1", NOW).turns == 2, "the longest silent one goes, not the first"
    assert conversations.of("2", NOW) == Conversation()
