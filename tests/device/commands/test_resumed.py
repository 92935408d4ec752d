"""Turns that were ended too early and went on: what was done for their beginning is taken back, and all done once."""

from __future__ import annotations

import pytest

from services.store.base import Channel, Document, Meeting, Message, Person, Reminder, Task, Timer
from services.store.store import Store
from tests.device.commands.conftest import Say


@pytest.fixture(autouse=True)
def people(store: Store) -> None:
    with store.transaction("seed", undoable=False) as tx:
        for name in ("Sarah", "Mike"):
            tx.add(Person(name=name))


@pytest.mark.parametrize(
    ("begun", "more", "kind", "told"),
    [
        ("set a timer for ten minutes", "and thirty seconds", Timer, "10 minutes and 30 seconds"),
        ("create a task to call the bank", "by friday", Task, "Friday"),
        ("remind me to call the bank at six", "thirty", Reminder, "6:30"),
        ("schedule a meeting with Sarah tomorrow", "at ten", Meeting, "10 AM"),
        ("create a marketing channel", "and add Sarah and Mike", Channel, "Sarah"),
    ],
)
def test_what_was_begun_is_done_once(
    store: Store, say: Say, begun: str, more: str, kind: type[Document], told: str
) -> None:
    assert told in say(begun, more=more)
    assert len(store.find(kind)) == 1


@pytest.mark.parametrize(
    ("begun", "more", "told"),
    [
        ("Set a timer for 10 minutes.", "And 30 seconds.", "Timer set for 10 minutes and 30 seconds."),
        ("Remind me to call the bank tomorrow.", "At half past nine.", "tomorrow at 9:30 AM"),
        ("Set an alarm for 7.", "30.", "7:30"),
        ("Note that the number is 0 1 7 1.", "5 5 2.", "0 1 7 1 5 5 2"),
        ("Create a marketing channel.", "And add Sarah and Mike.", "Sarah and Mike"),
        ("Delete all my tasks.", "That are done.", "no"),
        ("Create a task to paint the fence.", "Remind me to call mum at six.", "Task created: paint the fence. I'll"),
    ],
)
def test_a_recogniser_ends_a_sentence_at_the_pause(say: Say, begun: str, more: str, told: str) -> None:
    assert told in say(begun, more=more)


def test_undo_takes_all_of_it_back(store: Store, say: Say) -> None:
    say("set a timer for ten minutes", more="and thirty seconds")
    say("undo")
    assert store.find(Timer) == []


def test_a_question_that_goes_on_is_answered_anew(say: Say) -> None:
    say("create a task to call the bank by friday")
    say("create a task to water the plants by today")
    assert "call the bank" not in say("what are my tasks", more="for today")


def test_nothing_more_that_counts_changes_nothing(store: Store, say: Say) -> None:
    """Whoever spoke was done, or spoke to somebody else: what was said of the beginning is said on."""
    assert say("set a timer for ten minutes", more="please")
    for more in ("oh the cat is on the roof again", "she said it was on the left"):
        say("create a task to call the bank by friday", more=more)
    assert [timer.seconds for timer in store.find(Timer)] == [600]
    assert {task.title for task in store.find(Task)} == {"call the bank"}


def test_what_was_sent_is_not_sent_again(store: Store, say: Say) -> None:
    say("tell Sarah I am late", more="today")
    assert len(store.find(Message)) == 1


def test_where_nothing_was_said_before_it_is_read_as_it_is(store: Store, say: Say) -> None:
    assert "10 minutes" in say("", more="set a timer for ten minutes")
    assert len(store.find(Timer)) == 1
