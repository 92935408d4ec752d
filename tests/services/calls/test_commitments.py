"""What is promised, by whom and when; and what only sounds like it."""

from __future__ import annotations

import pytest

from services.calls.base import Commitment, Promised, Side
from tests.services.calls.conftest import Line

Turn = tuple[Side, str]


def all_of(line: Line) -> tuple[Commitment, ...]:
    return line.call.end(line.now_s).summary.commitments


def told(line: Line, *turns: Turn) -> list[tuple[str, str, str, str]]:
    for side, text in turns:
        line.say(side, text)
    return [(each.by, each.what, each.when, each.kind) for each in all_of(line)]


PROMISES: list[tuple[list[Turn], list[tuple[str, str, str, str]]]] = [
    ([("owner", "I'll send you the quote by Friday.")], [("owner", "send you the quote", "by Friday", "task")]),
    (
        [("other", "Can you call me back tomorrow?"), ("owner", "Sure.")],
        [("owner", "call me back", "tomorrow", "task")],
    ),
    (
        [("owner", "Could you shoot me that deck?"), ("other", "No problem, tonight.")],
        [("other", "shoot me that deck", "tonight", "task")],
    ),
    (
        [("owner", "Mike could pop round on Thursday at nine."), ("other", "Thursday at nine is good for me.")],
        [("owner", "pop round", "on Thursday at nine", "meeting")],
    ),
    (
        [("owner", "Shall I send you the brochure?"), ("other", "Yes please.")],
        [("owner", "send you the brochure", "", "task")],
    ),
    (
        [("other", "Can you write that up for me?"), ("owner", "I can do that. Tonight... no, say Thursday.")],
        [("owner", "write that up for me", "Thursday", "task")],
    ),
    (
        [("owner", "I'll have Raj check the mailbox today.")],
        [("owner", "have Raj check the mailbox", "today", "task")],
    ),
    (
        [("owner", "I'll fire off the form tonight and post the sample on Tuesday.")],
        [("owner", "fire off the form", "tonight", "task"), ("owner", "post the sample", "on Tuesday", "task")],
    ),
    (
        [("other", "We need somebody to check the alarm."), ("owner", "I'll do that tomorrow.")],
        [("owner", "check the alarm", "tomorrow", "task")],
    ),
    ([("other", "Who can book the hall?"), ("owner", "I will.")], [("owner", "book the hall", "", "task")]),
    (
        [("owner", "Can I count on you for the stall on Sunday?"), ("other", "You can.")],
        [("other", "the stall", "on Sunday", "task")],
    ),
    (
        [("other", "When will you ring the printer?"), ("owner", "Tomorrow at nine.")],
        [("owner", "ring the printer", "Tomorrow at nine", "task")],
    ),
    (
        [("owner", "I'll get you the first half on Saturday for a look.")],
        [("owner", "get you the first half for a look", "on Saturday", "task")],
    ),
    (
        [("owner", "The report is going out to you tomorrow.")],
        [("owner", "The report is going out to you", "tomorrow", "task")],
    ),
    (
        [("other", "Can you send me the plans?"), ("owner", "Of course. I'll email the drawings tonight.")],
        [("owner", "email the drawings (send me the plans)", "tonight", "task")],
    ),
    (
        [("other", "Can you send me the plans?"), ("owner", "Of course. And I'll ring the printer.")],
        [("owner", "send me the plans", "", "task"), ("owner", "ring the printer", "", "task")],
    ),
    (
        [("other", "Shall we meet on Monday at ten?"), ("owner", "Yes, that suits me. I'll be there.")],
        [("owner", "meet", "on Monday at ten", "meeting")],
    ),
    (
        [("other", "Can you give me the serial number?"), ("owner", "I'm not at home. I'll text it to you tonight.")],
        [("owner", "text it to you (give me the serial number)", "tonight", "task")],
    ),
    (
        [("other", "Could you keep the lamps for me?"), ("owner", "I'll put your name on the box.")],
        [("owner", "put your name on the box (keep the lamps for me)", "", "task")],
    ),
    (
        [("other", "Could you send me the plans?"), ("owner", "Sure, I'll get them to you tomorrow.")],
        [("owner", "send me the plans", "tomorrow", "task")],
    ),
    (
        [("owner", "I'll have the depot ring you on Friday morning.")],
        [("owner", "have the depot ring you", "on Friday morning", "task")],
    ),
    (
        [("owner", "Then for our next one, how about Tuesday at ten?"), ("other", "Yes, Tuesday is fine.")],
        [("other", "our next one", "Tuesday at ten", "meeting")],
    ),
    (
        [("other", "Would Wednesday at eleven suit you for the viewing?"), ("owner", "Wednesday at eleven, yes.")],
        [("owner", "the viewing", "Wednesday at eleven", "meeting")],
    ),
    (
        [
            ("other", "Shall we walk the pipes tomorrow?"),
            ("owner", "No, I'm afraid not."),
            ("other", "Friday at two?"),
            ("owner", "Yes, that suits me."),
        ],
        [("owner", "walk the pipes", "Friday at two", "meeting")],
    ),
    (
        [("owner", "I'll lock the gate when I leave.")],
        [("owner", "lock the gate", "when I leave", "task")],
    ),
]
NONE: list[list[Turn]] = [
    [("owner", "I'll be honest, it's a lot.")],
    [("owner", "He said he would send it last year.")],
    [("owner", "I would if I could.")],
    [("owner", "We'll see.")],
    [("owner", "If I win the lottery I'll send you a boat.")],
    [("owner", "I won't send you anything.")],
    [("other", "Can you send me the plans?"), ("owner", "No, I'm afraid not.")],
    [("other", "Can you send me the plans?"), ("owner", "Maybe. How's the dog?")],
    [("owner", '"I\'ll tell him," he used to say, "I\'ll tell him Saturday."')],
    [("other", "Take your time."), ("owner", "Okay, thanks.")],
    [("owner", "I'll waive the late fee this time.")],
    [("owner", "I'll only charge you for the part.")],
    [("owner", "I'll put you on hold for a second.")],
    [("owner", "I'll go through the questions one by one.")],
    [("owner", "I'll talk to you tomorrow.")],
    [("other", "Could we say Thursday?"), ("owner", "Thursday I'm in Ghent.")],
    [("other", "Shall we crack on?"), ("owner", "Please.")],
    [("owner", "Ich schicke Ihnen das Angebot am Freitag.")],
]


@pytest.mark.parametrize(("turns", "commitments"), PROMISES)
def test_a_promise_is_found(line: Line, turns: list[Turn], commitments: list[tuple[str, str, str, str]]) -> None:
    assert told(line, *turns) == commitments


@pytest.mark.parametrize("turns", NONE)
def test_no_promise_is_made_up(line: Line, turns: list[Turn]) -> None:
    assert told(line, *turns) == []


def test_the_same_promise_said_twice_is_one_with_the_later_time(line: Line) -> None:
    first = line.say("owner", "I'll send you the quote.")
    again = line.say("owner", "So, the quote, I'll email you that quote by Friday.")
    (one,) = (each for each in first if isinstance(each, Promised))
    (two,) = (each for each in again if isinstance(each, Promised))
    assert (one.index, two.index) == (0, 0) and len(all_of(line)) == 1
    assert all_of(line)[0].when == "by Friday"


def test_when_is_resolved_against_the_call(line: Line) -> None:
    told(line, ("owner", "I'll call you back tomorrow at ten."))
    (promise,) = all_of(line)
    assert promise.due is not None and promise.due.isoformat() == "2026-11-26T10:00:00+00:00"
    assert not promise.whole_day and promise.who == "Anna Berg"


def test_a_yes_that_comes_late_is_none(line: Line) -> None:
    turns: list[Turn] = [("other", "Could you send me the plans?"), ("owner", "Lovely weather, isn't it?")]
    turns += [("other", "It has been raining all week."), ("owner", "Has it."), ("owner", "Sure.")]
    assert told(line, *turns) == []


def test_a_promise_in_both_words_is_told_once(line: Line) -> None:
    line.say("other", "Can you give me the serial number?")
    found = [each for each in line.say("owner", "I'll text it to you tonight.") if isinstance(each, Promised)]
    assert [(each.index, each.commitment.what) for each in found] == [(0, "text it to you (give me the serial number)")]


def test_what_was_refused_is_proposed_again_once(line: Line) -> None:
    line.say("other", "Shall we walk the pipes tomorrow?")
    line.say("owner", "No, I'm afraid not.")
    line.say("other", "Friday at two?")
    line.say("owner", "Yes, that suits me.")
    line.say("other", "Sunday at six?")
    line.say("owner", "Yes.")
    assert [(each.what, each.when) for each in all_of(line)] == [("walk the pipes", "Friday at two")]
