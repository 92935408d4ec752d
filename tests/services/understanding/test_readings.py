"""Words that a model copies out of a sentence mean what the actions know, never the other way round."""

from __future__ import annotations

from datetime import date

import pytest

from services.understanding.base import Step
from services.understanding.model.grammar import read_answer
from services.understanding.slots.readings import READINGS, SlotReading
from services.understanding.slots.synonyms import table
from services.understanding.vocabulary import UNLEARNT, VOCABULARY

DAY = date(2026, 11, 23)


def read(answer: str, text: str) -> Step | None:
    steps = read_answer(answer, text, DAY)
    return steps[0] if steps else None


def told(answer: str, text: str, slot: str) -> object:
    """What a slot becomes; "unsure" where nobody knows what is meant, None where it is left out."""
    step = read(answer, text)
    return step.slots.get(slot) if step else "unsure"


@pytest.mark.parametrize(
    ("answer", "text", "direction"),
    [
        (" timer.adjust|direction reduce|duration five minutes", "reduce the timer by five minutes", "remove"),
        (" timer.adjust|direction shorten|duration five minutes", "shorten the timer by five minutes", "remove"),
        (" timer.adjust|direction cut|duration five minutes", "cut the timer by five minutes", "remove"),
        (" timer.adjust|direction subtract|duration five minutes", "subtract five minutes from the timer", "remove"),
        (" timer.adjust|duration five minutes|direction off", "take five minutes off the timer", "remove"),
        (" timer.adjust|direction minus|duration five minutes", "minus five minutes on the timer", "remove"),
        (" timer.adjust|duration five minutes|direction less", "five minutes less on the timer", "remove"),
        (" timer.adjust|duration five minutes|direction longer", "five minutes longer for the timer", "add"),
        (" timer.adjust|direction extra|duration five minutes", "an extra five minutes on the timer", "add"),
        (" timer.adjust|direction reduce|duration five minutes", "reduce the timer to five minutes", "to"),
        (" timer.adjust|direction down|duration five minutes", "bring the timer down to five minutes", "to"),
        (" timer.adjust|duration five minutes", "set the timer to five minutes", "to"),
        (" timer.adjust|duration five minutes", "shave five minutes from the timer", "remove"),
        (" timer.adjust|duration five minutes", "make the timer five minutes instead", "to"),
        (" timer.adjust|duration five minutes", "put five minutes on the timer", None),
        (" timer.adjust|direction flurb|duration five minutes", "flurb the timer by five minutes", "unsure"),
        (" channel.assign|people sarah|direction out|name design", "kick sarah out of the design channel", "remove"),
        (
            " channel.assign|direction uninvite|people sarah|name design",
            "uninvite sarah from the design channel",
            "remove",
        ),
        (" channel.assign|people sarah|direction leaving|name design", "sarah is leaving the design channel", "remove"),
        (
            " channel.assign|people sarah|direction doesn't belong|name design",
            "Sarah doesn't belong in the design channel",
            "remove",
        ),
        (" channel.assign|direction Add|people sarah|name design", "Add Sarah to the design channel", "add"),
        (
            " channel.assign|direction remove|people sarah|name design",
            "don't remove sarah from the design channel",
            "unsure",
        ),
        (" channel.assign|direction wibble|people sarah|name design", "wibble sarah in the design channel", "unsure"),
        (" channel.assign|people sarah|name design", "boot sarah from the design channel", "unsure"),
        (
            " meeting.update|attendees sarah|direction can't make|title standup",
            "sarah can't make the standup",
            "remove",
        ),
        (" meeting.update|attendees sarah|direction out|title standup", "leave sarah out of the standup", "remove"),
        (
            " meeting.update|direction uninvite|attendees sarah|title standup",
            "uninvite sarah from the standup",
            "remove",
        ),
        (" meeting.update|direction later|attendees sarah|title standup", "later sarah standup", "unsure"),
        (
            " meeting.update|direction remove|attendees sarah|duration an hour",
            "remove sarah and make it an hour",
            "unsure",
        ),
        (" meeting.update|title standup|direction back|duration an hour", "push the standup back an hour", "later"),
        (" meeting.update|title standup|direction up|duration an hour", "bring the standup up an hour", "earlier"),
        (" meeting.update|title standup|duration an hour", "prepone the standup by an hour", "earlier"),
        (" meeting.update|title standup|duration an hour", "postpone the standup by an hour", "later"),
        (" meeting.update|title standup|duration an hour", "shorten the standup by an hour", "shorter"),
        (" meeting.update|title standup|duration an hour", "shorten the standup to an hour", None),
        (" meeting.update|title standup|duration an hour", "the standup should last an hour", None),
        (
            " meeting.update|title standup|when to friday|duration an hour",
            "move the standup to friday for an hour",
            None,
        ),
        (" alarm.update|direction ahead|duration an hour", "pull my alarm ahead an hour", "earlier"),
        (" alarm.update|duration ten minutes", "my alarm rings ten minutes too late", "earlier"),
        (" alarm.update|duration ten minutes", "my alarm rings ten minutes too early", None),
        (" alarm.update|direction sideways|duration an hour", "move my alarm sideways an hour", "unsure"),
        (" alarm.update|when an hour earlier", "my alarm an hour earlier", None),
        (
            " reminder.update|title rent|duration an hour|direction before",
            "remind me of rent an hour before",
            "earlier",
        ),
        (" task.update|direction untag|tags urgent|title report", "untag urgent from report", "remove"),
        (" task.update|direction zap|tags urgent|title report", "zap urgent report", "unsure"),
        (" task.assign|direction also|title report|assignees anna", "also give the report to anna", "add"),
        (" task.assign|assignees anna|direction no longer|title report", "anna is no longer on the report", "remove"),
        (
            " task.assign|direction remove|old_assignees mike|assignees anna|title report",
            "remove mike put anna on report",
            None,
        ),
        (" task.assign|title report|assignees anna|direction not|old_assignees mike", "report to anna not mike", None),
        (" task.depend|title launch|direction depends on|blocked_by design", "launch depends on design", "add"),
        (
            " task.depend|title launch|direction depend on|blocked_by design",
            "launch doesn't depend on design",
            "remove",
        ),
        (" task.depend|title launch|direction no longer|blocked_by design", "launch no longer needs design", "remove"),
        (" control.volume|direction louder", "much louder", "up"),
        (" control.volume|direction lower", "lower your voice", "down"),
        (" control.volume|direction softer", "speak a bit softer", "down"),
        (" control.volume|direction down|level 30 percent", "turn it down to 30 percent", "to"),
        (" control.volume|direction down|level 30 percent", "turn it down by 30 percent", "down"),
        (" control.volume|direction sideways", "turn it sideways", "unsure"),
    ],
)
def test_a_direction_is_never_turned_round(answer: str, text: str, direction: str | None) -> None:
    assert told(answer, text, "direction") == direction


@pytest.mark.parametrize(
    ("answer", "text", "slot", "known"),
    [
        (" channel.status|status mothball|name design", "mothball the design channel", "status", "archived"),
        (" channel.status|status close|name design", "close the design channel", "status", "archived"),
        (" channel.status|status un-archive|name design", "un-archive the design channel", "status", "open"),
        (" channel.status|name design|status private", "the design channel is no longer private", "status", "public"),
        (" channel.status|name design|status purple", "make the design channel purple", "status", None),
        (" project.update|status shelve|name launch", "shelve project launch", "status", "on hold"),
        (" project.update|status revive|name launch", "revive project launch", "status", "active"),
        (" project.update|status archive|name launch", "archive project launch", "status", "archived"),
        (" project.update|name launch|status finished", "project launch isn't finished", "status", "active"),
        (" task.status|title report|status started", "we've started report", "status", "in progress"),
        (" task.status|status resume|title report", "resume report", "status", "in progress"),
        (" task.status|status park|title report", "park report", "status", "on hold"),
        (" task.status|status holding up|title report", "legal is holding up report", "status", "blocked"),
        (" task.status|title report|status done", "the report isn't really done yet", "status", "not done"),
        (" task.status|status blocked|title report", "no longer blocked, report can go on", "status", "in progress"),
        (
            " task.status|status no longer blocked|title report",
            "no longer blocked, report can go on",
            "status",
            "in progress",
        ),
        (" task.status|title report|status isn't finished", "report isn't finished", "status", "not done"),
        (" task.status|title report|status on the ice", "report is on the ice", "status", None),
        (" task.delete|status old", "delete all old tasks", "status", "unsure"),
        (" task.delete|status completed", "delete all completed tasks", "status", "completed"),
        (" task.update|priority raise|title report", "raise the priority of report", "priority", "higher"),
        (" task.update|title report|priority urgent", "the report is less urgent", "priority", "lower"),
        (" task.update|title report|priority urgent", "the report is not urgent", "priority", "low"),
        (" task.update|title report|priority urgent", "the report is more urgent now", "priority", "higher"),
        (" task.update|title report|priority high", "two more high things in report", "priority", "high"),
        (" task.update|title report|priority priority top", "report has priority top", "priority", "urgent"),
        (" task.create|title report|priority purple", "task report priority purple", "priority", None),
        (" task.delete|priority purple", "delete all purple tasks", "priority", "unsure"),
        (" device.query|what wifi", "how is the wifi", "what", "network"),
        (" device.query|what memory card", "how full is the memory card", "what", "disk"),
        (" device.query|what glitter", "how is your glitter", "what", None),
        (" control.volume|sound ringer|direction down", "turn the ringer down", "sound", "alarms"),
        (" control.volume|sound chimes|direction up", "turn the chimes up", "sound", "earcons"),
        (" control.setup|way resume", "resume the setup", "way", "continue"),
        (" channel.create|privacy secret|name x1", "create a secret channel x1", "privacy", "private"),
        (" channel.create|privacy public|name x1", "create a channel x1 not public", "privacy", "private"),
        (" project.create|name x1|privacy only for us", "create project x1, only for us", "privacy", "private"),
        (" project.create|name x1|privacy lilac", "create project x1, lilac", "privacy", "unsure"),
        (" job.cancel|name everything", "stop everything", "name", "all"),
        (" timer.cancel|name any", "cancel any timer", "name", "all"),
        (" alarm.cancel|name all of", "cancel all of my alarms", "name", "all"),
        (" alarm.cancel|name yoga", "cancel my yoga alarm", "name", "yoga"),
        (" search.query|kind everything|text rent", "search everything for rent", "kind", None),
        (" report.create|kind use you", "how much did we use you", "kind", "usage"),
        (" contact.query|field group|name anna", "what group is anna in", "field", "team"),
    ],
)
def test_states_priorities_and_the_like_are_those_that_actions_know(
    answer: str, text: str, slot: str, known: str | None
) -> None:
    assert told(answer, text, slot) == known


def test_words_of_other_steps_speak_against_nothing() -> None:
    text = "add five minutes to the timer and remove milk and put anna in the design channel"
    answer = " timer.adjust|duration five minutes; list.remove|items milk; channel.assign|people anna|name design"
    assert [step.action for step in read_answer(answer, text, DAY)] == ["timer.adjust", "list.remove", "channel.assign"]


def test_one_step_that_is_unsure_makes_all_unsure() -> None:
    answer = " list.add|items milk; channel.assign|direction wibble|people anna|name design"
    assert read_answer(answer, "add milk and wibble anna in design", DAY) == ()


def test_every_reading_is_of_a_slot_that_there_is() -> None:
    assert all(slot in VOCABULARY[action].slots for action, slot in READINGS)


def test_whatever_says_which_way_is_read_and_never_taken_for_the_usual_way() -> None:
    for action in VOCABULARY.values():
        if action.family in UNLEARNT:
            continue  # no model copies its words
        for slot in {"direction", "privacy"} & set(action.slots):
            assert READINGS[action.name, slot].otherwise == "unsure"


@pytest.mark.parametrize(
    ("answer", "text", "slot", "known"),
    [
        (" reminder.snooze|duration five more minutes", "snooze it five more minutes", "duration", "five more minutes"),
        (" task.deadline|title report|when another day", "give report another day", "when", "another day"),
        (" alarm.update|when six", "make it six", "when", "at six"),
        (" alarm.create|when for five thirty", "an alarm for five thirty", "when", "at five thirty"),
        (" meeting.update|title call|when to 4", "move the call to 4", "when", "at 4"),
        (" alarm.create|when at nine sharp", "wake me at nine sharp", "when", "at nine"),
        (" timer.start|duration five", "a timer for five", "duration", "five minutes"),
        (
            " task.deadline|title report|when three extra days",
            "give report three extra days",
            "when",
            "three extra days",
        ),
        (" report.create|when annual", "the annual report", "when", "yearly"),
        (" task.deadline|title report|when a bit longer", "give report a bit longer", "when", None),
    ],
)
def test_a_time_on_top_is_a_time(answer: str, text: str, slot: str, known: str | None) -> None:
    assert told(answer, text, slot) == known


def test_a_word_for_two_is_refused() -> None:
    with pytest.raises(ValueError, match="stop"):
        table({"on hold": "stop", "done": "stop"})


def test_what_does_nothing_at_the_ends_is_passed_over() -> None:
    reading = SlotReading({"down": "down", "a": "x"}, "unsure")
    assert reading.of("Down a little bit") == "down"
    assert reading.of("a") == "x"
    assert reading.of("down under") is None
    assert reading.of("") is None


@pytest.mark.parametrize(
    ("items", "text", "rows"),
    [
        ("milk", "milk on the list", [{"item": "milk"}]),
        (
            "a dozen eggs and milk",
            "add a dozen eggs and milk",
            [{"item": "eggs", "quantity": "a dozen"}, {"item": "milk"}],
        ),
        ("two loaves of bread", "we need two loaves of bread", [{"item": "bread", "quantity": "two loaves"}]),
        ("milk eggs and bread", "add milk, eggs and bread", [{"item": "milk"}, {"item": "eggs"}, {"item": "bread"}]),
        ("some milk plus jam", "put some milk plus jam on it", [{"item": "milk"}, {"item": "jam"}]),
    ],
)
def test_items_are_taught_as_one_span_and_read_as_rows(items: str, text: str, rows: list[dict[str, str]]) -> None:
    assert told(f" list.add|items {items}", text, "items") == rows


def test_the_word_that_says_which_way_is_of_one_step() -> None:
    def ways(answer: str, text: str) -> list[object]:
        return [step.slots.get("direction") for step in read_answer(answer, text, DAY)]

    text = "add jim to the review, drop kate"
    assert ways(
        " meeting.update|attendees jim|title review|direction drop; meeting.update|direction drop|attendees kate", text
    ) == [
        None,
        "remove",
    ]
    text = "drop jim from the review, kate from the standup"
    answer = (
        " meeting.update|direction drop|attendees jim|title review; meeting.update|direction drop|attendees kate|title"
        " standup"
    )
    assert ways(answer, text) == ["remove", "remove"]
