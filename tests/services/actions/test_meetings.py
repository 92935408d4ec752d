"""Meetings: the calendar, what overlaps, where there is room, and what is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.actions.meetings.calendar import Occurrence, free, occurrences, rule_from
from services.store.base import Meeting, Person
from services.understanding.base import Reference, Step

ZONE = ZoneInfo("America/New_York")
NOON = datetime(2026, 12, 3, 12, tzinfo=ZONE)


def put(desk: Any, title: str, when: str, said: str = "as spoken", **slots: Any) -> str:
    return str(desk.say("meeting.create", said, title=title, when=when, **slots))


@pytest.fixture
def week(desk: Any) -> Any:
    """A standup each weekday, a review with Sarah tomorrow, vacation next week. It is Wednesday, 10 AM."""
    put(desk, "standup", "", recurrence="every weekday at 9 am")
    put(desk, "budget review", "tomorrow at 3 pm", attendees=["Sarah", "Mike"], duration="an hour", location="room 5")
    put(desk, "vacation", "next week")
    return desk


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        (
            {"title": "meeting", "when": "tomorrow at three", "attendees": ["Sarah", "Mike"]},
            "meeting with Sarah and Mike, tomorrow at 3 PM, 30 minutes",
        ),
        (
            {"title": "lunch", "when": "Friday at noon", "duration": "an hour", "location": "Luigi's"},
            "lunch, Friday at noon, 1 hour, Luigi's",
        ),
        ({"title": "workshop", "when": "tomorrow from 2 to 4"}, "workshop, tomorrow at 2 PM, 2 hours"),
        ({"title": "conference", "when": "on Friday"}, "conference, Friday, all day"),
        ({"title": "vacation", "when": "next week"}, "vacation, Monday, 7 days"),
        ({"title": "all day event offsite", "when": "on Friday"}, "offsite, Friday, all day"),
        (
            {"title": "standup", "recurrence": "every Monday at 9"},
            "standup, every Monday at 9, first Monday, 30 minutes",
        ),
        ({"when": "in two hours"}, "meeting, today at noon, 30 minutes"),
        ({"title": "chat", "when": "tomorrow from four for twenty minutes"}, "chat, tomorrow at 4 PM, 20 minutes"),
        ({"title": "chat", "when": "for thirty minutes from four"}, "chat, today at 4 PM, 30 minutes"),
        ({"title": "workshop", "when": "for two hours starting at 5 pm"}, "workshop, today at 5 PM, 2 hours"),
        ({"title": "workshop", "when": "from Monday for three days"}, "workshop, Monday, 3 days"),
        ({"title": "chat", "when": "tomorrow after 3"}, "chat, tomorrow at 3 PM, 30 minutes"),
    ],
)
def test_create(desk: Any, slots: dict[str, Any], reply: str) -> None:
    assert desk.say("meeting.create", **slots) == f"Scheduled: {reply}."


@pytest.mark.parametrize(
    ("slots", "reply", "code"),
    [
        ({"title": "sync"}, "When shall it be?", "meeting.no_time"),
        (
            {"title": "sync", "when": "whenever"},
            "I didn't understand when: “whenever”. When shall it be?",
            "meeting.when",
        ),
        (
            {"title": "sync", "when": "yesterday at 3"},
            "Yesterday at 3 PM has already passed. When shall it be?",
            "meeting.past",
        ),
        (
            {"title": "sync", "when": "tomorrow"},
            "At what time tomorrow? You are free from 9 AM to 6 PM.",
            "meeting.when",
        ),
        (
            {"title": "sync", "when": "tomorrow afternoon"},
            "At what time tomorrow afternoon? You are free from noon to 4 PM.",
            "meeting.when",
        ),
        ({"title": "sync", "recurrence": "every Monday"}, "At what time every Monday?", "meeting.when"),
    ],
)
def test_too_little_is_asked_for(desk: Any, slots: dict[str, Any], reply: str, code: str) -> None:
    assert desk.say("meeting.create", **slots) == reply
    assert desk.codes == [code] and desk.awaits
    assert desk.store.find(Meeting) == []


def test_attendees_are_the_contacts_they_stand_for(desk: Any) -> None:
    desk.say("contact.create", name="Sarah Chen")
    sarah = desk.store.find(Person)[0]
    reference = Reference("attendees", "sarah", "person", "Sarah Chen", sarah.id, "exact")
    desk.command(
        Step(
            "meeting.create",
            {"title": "sync", "when": "tomorrow at 3", "attendees": ["sarah", "me", "Tom"]},
            references=(reference,),
        )
    )
    meeting = desk.store.find(Meeting)[0]
    assert (meeting.attendees, meeting.attendee_ids) == (("Sarah Chen", "Tom"), (sarah.id, ""))


def test_what_overlaps_is_said_and_where_there_is_room(week: Any) -> None:
    reply = put(week, "call", "tomorrow at 3:30 pm")
    assert reply == (
        "Scheduled: call, tomorrow at 3:30 PM, 30 minutes. "
        "It overlaps with the budget review, 3 PM to 4 PM. You are free from 4 PM to 8 PM."
    )
    assert put(week, "tea", "tomorrow at 4 pm") == "Scheduled: tea, tomorrow at 4 PM, 30 minutes."


def test_a_repetition_that_overlaps_later_says_on_which_day(week: Any) -> None:
    reply = put(week, "yoga", "", recurrence="every Thursday at 2:45 pm")
    assert "It overlaps with the budget review" in reply
    week.say("meeting.update", title="budget review", when="Friday at 3 pm", direction="")
    assert "overlaps Friday with the budget review" in put(week, "physio", "", recurrence="every day at 3:15 pm")


@pytest.mark.parametrize(
    ("said", "slots", "reply"),
    [
        (
            "what do i have tomorrow",
            {"when": "tomorrow"},
            "Two meetings tomorrow: standup at 9 AM and budget review with Sarah and Mike at 3 PM.",
        ),
        ("when is the budget review", {"title": "budget review"}, "The budget review is tomorrow at 3 PM, room 5."),
        (
            "when is my meeting with mike",
            {"title": "meeting", "attendees": ["Mike"]},
            "The budget review is tomorrow at 3 PM, room 5.",
        ),
        ("where is the budget review", {"title": "budget review"}, "The budget review: room 5."),
        ("where is the standup", {"title": "standup"}, "Nothing is said of where the standup is."),
        ("who comes to the review", {"title": "review"}, "Sarah and Mike, budget review tomorrow at 3 PM."),
        ("who comes to the standup", {"title": "standup"}, "Nobody is named for the standup tomorrow at 9 AM."),
        ("how long is the review", {"title": "review"}, "The budget review lasts 1 hour, 3 PM to 4 PM."),
        ("how long is my vacation", {"title": "vacation"}, "The vacation lasts 7 days."),
        ("what's my next meeting", {"title": "meeting"}, "The standup is tomorrow at 9 AM, and again after that."),
        ("how many meetings do i have tomorrow", {"title": "meetings", "when": "tomorrow"}, "Two meetings tomorrow."),
        ("what is on sunday", {"when": "on Sunday"}, "Nothing is on your calendar on Sunday."),
        ("when is the dentist", {"title": "dentist"}, "There is no dentist on your calendar."),
        (
            "do i meet tom tomorrow",
            {"attendees": ["Tom"], "when": "tomorrow"},
            "There is no meeting with Tom on your calendar tomorrow.",
        ),
        (
            "what is in room 5",
            {"location": "room 5"},
            "One meeting: budget review with Sarah and Mike, tomorrow at 3 PM.",
        ),
        ("what did i have yesterday", {"when": "yesterday"}, "Nothing is on your calendar yesterday."),
    ],
)
def test_query(week: Any, said: str, slots: dict[str, Any], reply: str) -> None:
    assert week.say("meeting.query", said, **slots) == reply


def test_what_is_past_can_be_asked_for(week: Any) -> None:
    week.later(days=2)
    assert (
        week.say("meeting.query", "when was the budget review", title="budget review")
        == "The budget review was yesterday at 3 PM, room 5."
    )


@pytest.mark.parametrize(
    ("said", "slots", "reply"),
    [
        (
            "when am i free tomorrow afternoon",
            {"when": "tomorrow afternoon"},
            "You are free tomorrow afternoon from noon to 3 PM.",
        ),
        (
            "when am i free tomorrow",
            {"when": "tomorrow"},
            "You are free tomorrow from 9:30 AM to 3 PM and from 4 PM to 6 PM.",
        ),
        ("am i free on friday at 3", {"when": "on Friday at 3 pm"}, "Yes, you are free Friday at 3 PM."),
        ("am i free tomorrow at 1", {"when": "tomorrow at 1 pm"}, "Yes, you are free tomorrow at 1 PM until 3 PM."),
        (
            "am i free tomorrow at 3",
            {"when": "tomorrow at 3 pm"},
            "No, tomorrow at 3 PM there is the budget review, 3 PM to 4 PM. You are free from 4 PM to 8 PM.",
        ),
        ("am i busy on sunday", {"when": "on Sunday"}, "You are free on Sunday, nothing is on."),
        (
            "when is sarah free tomorrow afternoon",
            {"attendees": ["Sarah"], "when": "tomorrow afternoon"},
            "Sarah is free tomorrow afternoon from noon to 3 PM.",
        ),
        (
            "is tom free tomorrow at 3",
            {"attendees": ["Tom"], "when": "tomorrow at 3 pm"},
            "Yes, Tom is free tomorrow at 3 PM.",
        ),
        (
            "when are tom and i free tomorrow afternoon",
            {"attendees": ["Tom"], "when": "tomorrow afternoon"},
            "You and Tom are free tomorrow afternoon from noon to 3 PM.",
        ),
        (
            "are sarah and tom free today",
            {"attendees": ["Sarah", "Tom"], "when": "today"},
            "Sarah and Tom are free today, nothing is on.",
        ),
        ("am i free today", {"when": "today"}, "You are free today, nothing is on."),
        (
            "do i have time for 4 hours tomorrow afternoon",
            {"when": "tomorrow afternoon", "duration": "4 hours"},
            "No, you have no time for 4 hours tomorrow afternoon.",
        ),
        (
            "am i free on december 8",
            {"when": "on December 8"},
            "You are free on December 8 from 9:30 AM to 6 PM. Vacation is on all day.",
        ),
    ],
)
def test_when_there_is_room(week: Any, said: str, slots: dict[str, Any], reply: str) -> None:
    assert week.say("meeting.query", said, **slots) == reply


REVIEW = "budget review with Sarah and Mike"


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"when": "Friday at 4 pm"}, f"Changed: {REVIEW}, Friday at 4 PM, 1 hour, room 5."),
        ({"when": "Friday"}, f"Changed: {REVIEW}, Friday at 3 PM, 1 hour, room 5."),
        ({"when": "5"}, f"Changed: {REVIEW}, tomorrow at 5 PM, 1 hour, room 5."),
        ({"when": "tomorrow from 1 to 3 pm"}, f"Changed: {REVIEW}, tomorrow at 1 PM, 2 hours, room 5."),
        ({"duration": "30 minutes", "direction": "later"}, f"Changed: {REVIEW}, tomorrow at 3:30 PM, 1 hour, room 5."),
        (
            {"duration": "30 minutes", "direction": "longer"},
            f"Changed: {REVIEW}, tomorrow at 3 PM, 1 hour and 30 minutes, room 5.",
        ),
        (
            {"duration": "15 minutes", "direction": "shorter"},
            f"Changed: {REVIEW}, tomorrow at 3 PM, 45 minutes, room 5.",
        ),
        ({"duration": "2 hours"}, f"Changed: {REVIEW}, tomorrow at 3 PM, 2 hours, room 5."),
        ({"location": "room 7"}, f"Changed: {REVIEW}, tomorrow at 3 PM, 1 hour, room 7."),
        ({"new_title": "finance"}, "Changed: finance with Sarah and Mike, tomorrow at 3 PM, 1 hour, room 5."),
        ({"attendees": ["Tom"], "direction": "add"}, "Tom added to the budget review."),
        ({"attendees": ["Sarah"], "direction": "add"}, "Sarah comes to the budget review already."),
        ({"attendees": ["Sarah"], "direction": "remove"}, "Sarah taken off the budget review."),
        ({"attendees": ["Tom"], "direction": "remove"}, "Tom doesn't come to the budget review."),
        ({}, "What shall I change about the budget review?"),
        ({"duration": "1 hour", "direction": "shorter"}, "Then nothing would be left of it. How long shall it be?"),
        ({"when": "yesterday at 3 pm"}, "Yesterday at 3 PM has already passed. To when?"),
    ],
)
def test_update(week: Any, slots: dict[str, Any], reply: str) -> None:
    assert week.say("meeting.update", title="budget review", **slots) == reply


def test_it_may_become_a_whole_day_and_be_one_no_more(week: Any) -> None:
    assert (
        week.say("meeting.update", "make the review all day", title="budget review")
        == f"Changed: {REVIEW}, tomorrow, all day, room 5."
    )
    assert (
        week.say("meeting.update", title="budget review", when="at 2 pm")
        == f"Changed: {REVIEW}, tomorrow at 2 PM, 30 minutes, room 5."
    )
    assert week.say("meeting.update", title="vacation", when="December 14") == "Changed: vacation, December 14, 7 days."


def test_one_of_a_repetition_moves_alone(week: Any) -> None:
    assert (
        week.say("meeting.update", title="standup", old_when="tomorrow", when="10")
        == "Changed: standup, tomorrow at 10 AM, 30 minutes."
    )
    assert week.say("meeting.query", when="tomorrow") == (
        f"Two meetings tomorrow: standup at 10 AM and {REVIEW} at 3 PM."
    )
    assert week.say("meeting.query", when="on Friday") == "One meeting on Friday: standup at 9 AM."
    assert week.say("control.undo").startswith("Undone")
    assert (
        week.say("meeting.query", "when is the standup", title="standup", when="tomorrow")
        == "The standup is tomorrow at 9 AM."
    )


def test_a_repetition_moves_as_a_whole(week: Any) -> None:
    put(week, "yoga", "", recurrence="every Monday at 6 pm")
    assert (
        week.say("meeting.update", title="yoga", when="Tuesday at 7 pm")
        == "Changed: yoga, Tuesday at 7 PM, 30 minutes."
    )
    assert week.say("meeting.query", when="on December 15").endswith("standup at 9 AM and yoga at 7 PM.")
    assert week.say("meeting.query", when="on December 14") == "One meeting on December 14: standup at 9 AM."


def test_cancel(week: Any) -> None:
    assert week.say("meeting.cancel", title="budget review") == "Cancelled: the budget review tomorrow at 3 PM."
    assert (
        week.say("meeting.query", "when is the review", title="budget review")
        == "There is no budget review on your calendar."
    )
    assert week.say("control.undo") == "Undone: cancelled: budget review."
    assert (
        week.say("meeting.cancel", title="meeting", attendees=["Mike"])
        == "Cancelled: the budget review tomorrow at 3 PM."
    )
    assert week.say("meeting.cancel", title="review") == "I found no review on your calendar."


def test_cancel_one_of_a_repetition_or_all_of_it(week: Any) -> None:
    assert week.say("meeting.cancel", title="standup", when="on Friday") == "Cancelled: the standup Friday at 9 AM."
    assert week.say("meeting.query", when="on Friday") == "Nothing is on your calendar on Friday."
    assert week.say("meeting.cancel", title="standup").startswith("Cancel the standup for good")
    assert week.codes == ["confirm"] and week.awaits
    assert week.agree() == "Cancelled: the standup, each time it comes."
    assert week.say("meeting.query", when="tomorrow") == f"One meeting tomorrow: {REVIEW} at 3 PM."


def test_cancelling_several_is_asked_about(week: Any) -> None:
    assert week.say("meeting.cancel", title="meeting", when="tomorrow") == (
        "Which one: standup tomorrow at 9 AM or budget review tomorrow at 3 PM?"
    )
    assert week.codes == ["meeting.ambiguous"] and week.outcomes[0].choice is not None
    assert (
        week.say("meeting.cancel", title="all", when="tomorrow") == "Cancel both tomorrow: standup and budget review?"
    )
    assert week.agree() == "Two meetings cancelled tomorrow."
    assert week.say("meeting.query", when="tomorrow") == "Nothing is on your calendar tomorrow."
    assert week.say("control.undo") == "Undone: two meetings cancelled."


def test_nothing_to_cancel(desk: Any) -> None:
    assert desk.say("meeting.cancel", title="standup") == "There is nothing on your calendar."
    assert desk.codes == ["meeting.none"]


def test_my_three_o_clock_is_the_next_one_at_three(week: Any) -> None:
    assert week.say("meeting.update", title="meeting", old_when="3 pm", when="4 pm").startswith(
        f"Changed: {REVIEW}, tomorrow at 4 PM"
    )


# --- the calendar itself
# ----------------------------------------------------------------------------------------------------------------


def meeting(start: datetime, minutes: int = 30, rule: str | None = None, **fields: Any) -> Meeting:
    return Meeting(id=str(start), title="m", start=start, end=start + timedelta(minutes=minutes), rrule=rule, **fields)


def test_nine_stays_nine_when_the_clocks_change() -> None:
    daily = meeting(datetime(2026, 10, 30, 9, tzinfo=ZONE), rule="FREQ=DAILY")
    found = occurrences([daily], datetime(2026, 10, 31, tzinfo=ZONE), datetime(2026, 11, 4, tzinfo=ZONE), ZONE)
    assert [(each.start.day, each.start.hour) for each in found] == [(31, 9), (1, 9), (2, 9), (3, 9)]


def test_those_that_do_not_take_place_are_left_out() -> None:
    weekly = meeting(NOON, rule="FREQ=WEEKLY", skipped=(NOON + timedelta(days=7),))
    found = occurrences([weekly], NOON, NOON + timedelta(days=15), ZONE)
    assert [each.start - NOON for each in found] == [timedelta(0), timedelta(days=14)]


@pytest.mark.parametrize(
    ("rule", "becomes"),
    [
        ("FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0", "FREQ=WEEKLY;BYDAY=TH"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=DAILY;BYHOUR=9,15;BYMINUTE=0", "FREQ=DAILY;BYHOUR=9,15"),
        ("FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO"),
    ],
)
def test_a_rule_takes_its_time_from_where_it_begins(rule: str, becomes: str) -> None:
    assert rule_from(rule, NOON) == becomes


@settings(max_examples=200)
@given(
    taken=st.lists(st.tuples(st.integers(-120, 700), st.integers(0, 200)), max_size=8),
    lasting=st.integers(0, 600),
    least=st.integers(1, 90),
)
def test_free_time_holds_nothing_and_misses_nothing(taken: list[tuple[int, int]], lasting: int, least: int) -> None:
    there = [meeting(NOON + timedelta(minutes=at), minutes) for at, minutes in taken]
    busy = [Occurrence(each.start, each.end, each) for each in there]
    end = NOON + timedelta(minutes=lasting)
    gaps = free(busy, NOON, end, timedelta(minutes=least))
    assert all(NOON <= gap.start < gap.end <= end and gap.end - gap.start >= timedelta(minutes=least) for gap in gaps)
    open_minutes = {
        minute for minute in range(lasting) if not any(at <= minute < at + minutes for at, minutes in taken)
    }
    offered = {
        minute
        for gap in gaps
        for minute in range(int((gap.start - NOON).total_seconds() // 60), int((gap.end - NOON).total_seconds() // 60))
    }
    assert offered <= open_minutes
    for minute in open_minutes - offered:
        left, right = minute, minute
        while left - 1 in open_minutes:
            left -= 1
        while right + 1 in open_minutes:
            right += 1
        assert right - left + 1 < least
