"""Promises of a call kept, dropped and asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.actions.calls.which import meant
from services.store.base import CallLine, CallProposal, CallRecord, Meeting, Message, Reminder, Task
from services.understanding.base import Step
from tests.appliance import MockAppliance
from tests.services.actions.conftest import ZONE, Desk

BEGAN = datetime(2026, 12, 2, 9, tzinfo=ZONE)
PROPOSALS = (
    CallProposal(by="owner", who="Anna", what="send the quote", when="by Friday"),
    CallProposal(by="other", who="Tom Henderson", what="send the photos", when="tomorrow at ten"),
    CallProposal(by="other", who="Tom Henderson", what="look at the roof", when="Monday at nine", becomes="meeting"),
    CallProposal(by="owner", who="Anna", what="ring the quarry", when="Friday at five", becomes="reminder"),
)


def add(desk: Desk, *, who: str = "Tom Henderson", transcript: tuple[CallLine, ...] = ()) -> None:
    with desk.store.transaction("a call", now=BEGAN) as tx:
        tx.add(
            CallRecord(
                who=who,
                started=BEGAN,
                ended=BEGAN + timedelta(minutes=6),
                planned_minutes=10,
                status="ended",
                proposals=PROPOSALS,
                transcript=transcript,
            )
        )


def states(desk: Desk) -> list[str]:
    (call,) = desk.store.find(CallRecord)
    return [each.state for each in call.proposals]


def test_keeping_all_makes_what_each_is_meant_to_become(desk: Desk) -> None:
    add(desk)
    said = desk.say("call.keep", which="all")
    assert said.startswith("Kept: you: send the quote, by Friday")
    mine, theirs = desk.store.find(Task)
    assert (mine.title, mine.due_grain, mine.assignees) == ("send the quote", "day", ())
    assert mine.due == datetime(2026, 12, 4, tzinfo=ZONE)
    assert theirs.assignees == ("Tom Henderson",) and theirs.due == datetime(2026, 12, 3, 10, tzinfo=ZONE)
    (meeting,) = desk.store.find(Meeting)
    assert meeting.start == datetime(2026, 12, 7, 9, tzinfo=ZONE) and meeting.attendees == ("Tom Henderson",)
    (reminder,) = desk.store.find(Reminder)
    assert reminder.due == datetime(2026, 12, 4, 17, tzinfo=ZONE)
    assert states(desk) == ["kept"] * 4
    assert "no promise of a call" in desk.say("call.keep", which="all")


def test_some_are_kept_and_some_dropped(desk: Desk) -> None:
    add(desk)
    desk.say("call.keep", which="the first and the third")
    assert "Dropped: Tom Henderson: send the photos" in desk.say("call.keep", which="the first", direction="remove")
    assert states(desk) == ["kept", "dropped", "kept", "proposed"]
    assert len(desk.store.find(Task)) == 1 and len(desk.store.find(Meeting)) == 1


def test_without_saying_which_it_asks(desk: Desk) -> None:
    add(desk)
    said = desk.say("call.keep")
    assert "Four promises" in said and said.endswith("Keep them?") and desk.awaits
    assert states(desk) == ["proposed"] * 4


def test_undo_takes_back_both_the_task_and_the_decision(desk: Desk) -> None:
    add(desk)
    desk.say("call.keep", which="the quote")
    assert len(desk.store.find(Task)) == 1
    desk.say("control.undo")
    assert desk.store.find(Task) == [] and states(desk) == ["proposed"] * 4


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("all", [0, 1, 2]),
        ("them", [0, 1, 2]),
        ("the first", [0]),
        ("the first and the third", [0, 2]),
        ("the last one", [2]),
        ("number two", [1]),
        ("all but the second", [0, 2]),
        ("the quote", [0]),
        ("the boat", []),
        ("the ninth", []),
    ],
)
def test_which_are_meant(said: str, places: list[int]) -> None:
    assert meant(said, ["you: send the quote", "Tom: send the photos", "Tom: look at the roof"]) == places


def test_what_is_asked_about_a_call(desk: Desk) -> None:
    assert desk.say("call.query") == "I know of no call."
    add(desk)
    assert "It took 6 minutes, 10 minutes were planned." in desk.say("call.query")
    mine = desk.say("call.query", name="Henderson", what="promises mine")
    assert "send the quote" in mine and "photos" not in mine
    assert "photos" in desk.say("call.query", what="promises theirs")
    assert desk.say("call.query", name="Miller") == "I know of no call with Miller."
    assert "no words were kept" in desk.say("call.query", about="delivery")


def test_words_are_found_where_they_were_kept(desk: Desk) -> None:
    lines = (
        CallLine(by="other", start_s=3.0, text="Delivery takes two weeks."),
        CallLine(by="owner", start_s=6.0, text="And the delivery costs?"),
    )
    add(desk, transcript=lines)
    assert desk.say("call.query", about="the delivery") == "Tom Henderson said: “Delivery takes two weeks.”."
    assert "Nothing was said about rain" in desk.say("call.query", about="rain")


DELIVERY = (
    CallLine(by="other", start_s=3.0, text="Delivery takes two weeks."),
    CallLine(by="owner", start_s=6.0, text="And what about a discount on the delivery?"),
    CallLine(by="other", start_s=9.0, text="It is included."),
)


def asked(desk: Desk, sender: str = "Henderson", about: str = "delivery", **slots: str) -> str:
    return desk.say("message.query", sender=sender, content=about, **slots)


def test_what_somebody_said_is_found_on_calls_where_no_message_has_it(desk: Desk) -> None:
    add(desk, transcript=DELIVERY)
    assert asked(desk) == "On the call today at 9 AM, Tom Henderson said: “Delivery takes two weeks.”."
    assert asked(desk, about="the discount") == "You have no messages from Henderson about the discount."
    assert asked(desk, about="what it is to be") == "You have no messages from Henderson about what it is to be."
    assert asked(desk, sender="Tom Miller") == "You have no messages from Tom Miller about delivery."
    assert asked(desk, when="yesterday").startswith("You have no messages")
    assert "Delivery takes" in asked(desk, when="today")


def test_a_message_that_fits_goes_before_a_call(desk: Desk) -> None:
    add(desk, transcript=DELIVERY)
    with desk.store.transaction("a message", now=BEGAN) as tx:
        tx.add(Message(content="The delivery is on its way", sender="Henderson"))
    assert "is on its way" in asked(desk)


def test_an_earlier_call_is_searched_too(desk: Desk) -> None:
    add(desk, transcript=DELIVERY)
    with desk.store.transaction("a call", now=BEGAN) as tx:
        tx.add(CallRecord(who="Tom Henderson", started=BEGAN + timedelta(minutes=30), status="ended"))
    said = "On the call today at 9 AM, Tom Henderson said: “Delivery takes two weeks.”."
    assert desk.say("call.query", name="Henderson", about="delivery") == said


def test_starting_says_what_is_missing(desk: Desk) -> None:
    assert "hear the other side" in desk.say("call.start", name="Henderson")
    assert desk.say("call.end") == "No call is going on."


class Follower:
    """Follows what it is told to."""

    def __init__(self, reason: str = "") -> None:
        self.who, self.reason = "", reason

    def lacking(self) -> str:
        return self.reason

    def begin(self, who: str) -> None:
        self.who = who

    def end(self) -> None:
        self.who = ""


def test_a_call_is_begun_and_ended_once(desk: Desk) -> None:
    follower = Follower()
    desk.appliance = MockAppliance(calls=follower)
    assert desk.say("call.end") == "No call is going on."
    assert desk.say("call.start", name="Henderson") == "I follow the call with Henderson."
    assert desk.say("call.start", name="Berg") == "A call with Henderson is going on."
    assert desk.say("call.end") == "The call with Henderson is over." and not follower.who
    assert desk.say("call.start") == "I follow the call."


def test_what_is_lacking_is_told_and_nothing_begins(desk: Desk) -> None:
    follower = Follower("The device is not there.")
    desk.appliance = MockAppliance(calls=follower)
    assert desk.say("call.start", name="Henderson") == "The device is not there."
    assert desk.codes == ["call.lacking"] and not follower.who


def test_what_is_rolled_back_begins_no_call(desk: Desk) -> None:
    follower = Follower()
    desk.appliance = MockAppliance(calls=follower)
    desk.command(Step("call.start", {"name": "Henderson"}), Step("task.complete", {"title": "what there is not"}))
    assert not follower.who
