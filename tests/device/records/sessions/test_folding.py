"""Records of sessions, from events at times that the test says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from device.records.sessions.fold import Folding
from device.records.sessions.record import SessionRecord, fields_of, record_of
from device.turn import events as on
from device.turn.machine import Session, step
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Endpoint, Final, Quality
from services.understanding.base import Command, Step
from services.wake.base import Detection

BEGAN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
QUALITY = Quality(-24.0, -60.0, 0.0, 0)
DETECTION = Detection("hey_jarvis", 0.9, 1.0)


class Desk:
    """A machine and the fold beside it."""

    def __init__(self, open_s: float = 8.0) -> None:
        self.session = Session(open_s=open_s)
        self.folding = Folding(client="microphone")
        self.at = BEGAN
        self.records: list[SessionRecord] = []
        self.take(on.Ready())

    def take(self, event: on.Event, after: float = 0.0) -> None:
        self.at += timedelta(seconds=after)
        self.session, _ = step(self.session, event)
        if record := self.folding.take(event, self.session, self.at):
            self.records.append(record)

    def wake(self) -> None:
        self.take(on.WakeHeard(self.session.turn + 1 + self.session.turn % 2, DETECTION))

    def say(self, text: str, quality: Quality = QUALITY) -> None:
        turn = self.session.turn
        self.take(on.SpeechBegan(turn), 1.0)
        self.take(on.SpeechEnded(turn, Endpoint(3.0, "silence", 0.3, 2.3), quality), 2.0)
        self.take(on.FinalHeard(turn, Final(text, 0.9, 0.0)), 0.5)

    def reply(self, text: str = "Done.", ok: bool = True, *, actions: tuple[str, ...] = ("task.create",)) -> None:
        turn = self.session.turn
        command = Command("text", tuple(Step(action) for action in actions), 0.9, "template" if actions else "none")
        self.take(
            on.Replied(turn, Response(command, tuple(Outcome(action, ok, text) for action in actions), Reply(text))),
            0.5,
        )
        if self.session.phase == "speaking":
            self.take(on.Played(turn, True), 2.0)

    def pass_over(self) -> None:
        self.take(on.Replied(self.session.turn, Response(Command("", (), 0.0, "none"), (), Reply(""))), 0.5)

    def silence(self) -> None:
        self.take(on.SpeechEnded(self.session.turn, Endpoint(8.0, "no_speech"), QUALITY), 8.0)


def test_a_session_of_two_commands_closed_by_words() -> None:
    desk = Desk()
    desk.wake()
    desk.say("Create a task to call the bank.")
    desk.reply("Task created: call the bank.")
    assert desk.folding.open and desk.folding.open.state == "open"
    desk.say("Add milk and eggs.")
    desk.reply("Added milk and eggs.", actions=("list.add", "list.add"))
    desk.say("Thank you.")
    [record] = desk.records
    assert (record.id, record.began, record.state) == ("20261123-093000", BEGAN, "words")
    assert (record.turns, record.commands, record.done, record.failed, record.unclear, record.passed) == (
        3,
        2,
        3,
        0,
        0,
        0,
    )
    assert [(line.who, line.text) for line in record.lines] == [
        ("you", "Create a task to call the bank."),
        ("equerry", "Task created: call the bank."),
        ("you", "Add milk and eggs."),
        ("equerry", "Added milk and eggs."),
        ("you", "Thank you."),
    ]
    first, answer = record.lines[0], record.lines[1]
    assert (round(first.at, 2), round(first.until or 0, 2)) == (0.3, 2.3), "speech began and ended in audio time"
    assert (answer.at, answer.until) == (4.0, 6.0)
    assert record.quality == QUALITY and len(record.sounds) == 3
    assert desk.folding.open is None


def test_what_was_not_meant_for_us_is_counted_and_nothing_of_it_kept() -> None:
    desk = Desk()
    desk.wake()
    desk.say("Add milk.")
    desk.reply()
    for _ in range(2):
        desk.say("She said she would never come back.")
        desk.pass_over()
    [record] = desk.records
    assert (record.state, record.turns, record.passed, record.unclear) == ("passed", 3, 2, 0)
    assert "never" not in str(fields_of(record))


def test_failures_misunderstandings_and_interruptions_are_counted() -> None:
    desk = Desk()
    desk.wake()
    desk.say("Delete the moon.")
    desk.reply("There is no task moon.", ok=False)
    desk.wake()
    desk.say("Blah blah.")
    desk.reply("I didn't understand that.", actions=())
    desk.wake()
    desk.say("What are my tasks?")
    turn = desk.session.turn
    desk.take(on.JobChanged("beside", "microphone", 1))
    desk.take(on.JobChanged("beside", "console", 1))
    desk.take(
        on.Replied(
            turn,
            Response(
                Command("t", (Step("task.query"),), 0.9, "template"),
                (Outcome("task.query", True, "Many."),),
                Reply("Many."),
            ),
        )
    )
    desk.wake()
    desk.silence()
    [record] = desk.records
    assert (record.failed, record.unclear, record.done, record.barge_ins, record.jobs, record.state) == (
        1,
        1,
        1,
        1,
        1,
        "silence",
    )


def test_what_closes_it_is_told() -> None:
    closings: list[tuple[str, list[on.Event]]] = [
        ("button", [on.Pressed(), on.Released(0.1)]),
        ("button", [on.Pressed(), on.ButtonStuck(True)]),
        ("mute", [on.MuteAsked(True)]),
        ("typed", [on.TextGiven("add milk")]),
        ("fault", [on.MicrophoneFailed("gone")]),
        ("stopped", [on.Stopping()]),
    ]
    for state, events in closings:
        desk = Desk()
        desk.wake()
        desk.say("Add milk.")
        desk.reply()
        for event in events:
            desk.take(event)
        assert [record.state for record in desk.records] == [state]
    each = Desk(open_s=0.0)
    each.wake()
    each.say("Add milk.")
    each.reply()
    assert [record.state for record in each.records] == ["over"]
    lost = Desk()
    lost.wake()
    lost.say("Add milk.")
    lost.reply()
    lost.wake()
    lost.take(on.ClaimSettled(lost.session.turn, won=False))
    assert [record.state for record in lost.records] == ["elsewhere"]


def test_a_wake_word_after_which_nobody_speaks_is_no_session() -> None:
    desk = Desk()
    desk.wake()
    desk.silence()
    assert not desk.records and desk.folding.open is None


def test_the_quality_of_a_session_is_that_of_its_turns() -> None:
    desk = Desk()
    desk.wake()
    desk.say("Add milk.", Quality(-20.0, -50.0, 0.02, 1))
    desk.reply()
    desk.say("Add eggs.", Quality(-30.0, None, 0.0, 2))
    desk.reply()
    desk.silence()
    assert desk.records[0].quality == Quality(-25.0, -50.0, 0.02, 3)


def test_a_record_survives_the_journal() -> None:
    desk = Desk()
    desk.wake()
    desk.say("Add milk.", Quality(-20.04, None, 0.02, 1))
    desk.reply()
    desk.silence()
    [record] = desk.records
    again = record_of({**fields_of(record), "what_a_newer_program_adds": 1})
    assert fields_of(again) == fields_of(record)
    assert record_of({**fields_of(record), "state": "vanished"}).state == "over"


EVENTS = st.sampled_from(
    (
        *("wake", "say", "say", "reply", "reply", "pass", "silence", "press", "announce"),
        *("mute", "unmute", "fail", "mend", "deadline", "type", "due"),
    )
)


@given(st.lists(EVENTS, max_size=60))
def test_no_order_of_events_breaks_it_or_counts_more_than_there_was(names: list[str]) -> None:
    desk = Desk()
    said = 0
    for name in names:
        turn = desk.session.turn
        match name:
            case "wake":
                desk.wake()
            case "say":
                desk.say("add milk")
                said += 1
            case "reply":
                desk.reply()
            case "pass":
                desk.pass_over()
            case "silence":
                desk.silence()
            case "press":
                desk.take(on.Pressed())
            case "announce":
                desk.take(on.Announced("The door is open."))
            case "mute" | "unmute":
                desk.take(on.MuteAsked(name == "mute"))
            case "fail":
                desk.take(on.MicrophoneFailed("gone"))
            case "mend":
                desk.take(on.MicrophoneMended())
            case "deadline":
                desk.take(on.DeadlineCame(desk.session.serial))
            case "type":
                desk.take(on.TextGiven("add milk"))
            case _:
                desk.take(on.Played(turn, True))
        assert (desk.folding.open is not None) == (desk.session.talk is not None)
    desk.take(on.Stopping())
    assert sum(record.turns for record in desk.records) <= said
    for record in desk.records:
        assert record.turns > 0 and record.state != "open" and record.ended >= record.began
        assert all(line.at >= 0 for line in record.lines)
        assert fields_of(record_of(fields_of(record))) == fields_of(record)
        assert replace(record, lines=()).lines == ()
