"""The ear that opens by itself: what opens and shuts it, what is meant for it, and what interrupts what, as the page
says.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import Session, step
from device.turn.rows.open_ear import MOST_BREAKS
from services.actions.base import Due, Outcome, Reply, Response
from services.actions.execution.doubt import is_for_us
from services.speech.base import Endpoint, Final
from services.understanding.base import Command, Source, Step
from services.understanding.reserved import closes
from services.wake.base import Detection

PAGE = Path(__file__).resolve().parents[3] / "docs" / "sessions.md"
DETECTION = Detection("hey_jarvis", 0.9, 1.0)
DUE = Due("timer", "1", datetime(2026, 11, 23, tzinfo=UTC), "Your timer is done.")
OPEN_S = 8.0
OVERHEARD = Command("", (), 0.0, "none")


def play(session: Session, *events: on.Event) -> tuple[Session, list[do.Effect]]:
    done: list[do.Effect] = []
    for event in events:
        session, effects = step(session, event)
        done += effects
    return session, done


def command(action: str = "task.create", source: Source = "template", confidence: float = 0.9) -> Command:
    return Command("text", (Step(action),), confidence, source)


def replied(turn: int, text: str = "Done.", action: str = "task.create", *, awaits: bool = False) -> on.Replied:
    return on.Replied(turn, Response(command(action), (Outcome(action, True, text),), Reply(text, awaits)))


def idle(open_s: float = OPEN_S) -> Session:
    return play(Session(open_s=open_s), on.Ready())[0]


def said(session: Session, text: str = "add milk") -> Session:
    """Somebody says this in the turn that is listened to."""
    turn = session.turn
    ended = on.SpeechEnded(turn, Endpoint(3.0, "silence", 1.0, 2.3))
    return play(session, on.SpeechBegan(turn), ended, on.FinalHeard(turn, Final(text, 0.9, 0.0)))[0]


def spoken(session: Session | None = None) -> Session:
    """A command after the wake word, being understood."""
    session = session or idle()
    return said(play(session, on.WakeHeard(session.turn + 1 + session.turn % 2, DETECTION))[0])


def speaking(session: Session | None = None) -> Session:
    session = spoken(session)
    return play(session, on.ActingBegan(session.turn, command()), replied(session.turn))[0]


def opened(session: Session | None = None) -> Session:
    session = speaking(session)
    return play(session, on.Played(session.turn, True))[0]


def test_after_a_reply_the_ear_opens_without_a_sound() -> None:
    session = speaking()
    after, effects = step(session, on.Played(session.turn, True))
    assert after.phase == "listening" and effects == (do.OpenEar(after.turn, heard=False, patience=OPEN_S),)
    assert after.turn > session.turn and after.turn % 2 == 0


def test_after_a_reply_that_is_a_tone_too() -> None:
    session = spoken()
    after, effects = step(session, replied(session.turn, "", "list.add"))
    assert after.phase == "listening" and isinstance(effects[-1], do.OpenEar) and do.Chime("done") in effects


@pytest.mark.parametrize("opening", [on.Pressed(), on.ListenAsked()])
def test_the_button_opens_a_session_as_the_wake_word_does(opening: on.Event) -> None:
    session = said(step(idle(), opening)[0])
    after, _ = play(session, replied(session.turn), on.Played(session.turn, True))
    assert after.phase == "listening"


def test_a_typed_command_opens_none_and_ends_one() -> None:
    for before in (idle(), opened()):
        session = step(before, on.TextGiven("add milk"))[0]
        after, effects = play(session, replied(session.turn), on.Played(session.turn, True))
        assert after.phase == "idle" and not any(isinstance(effect, do.OpenEar) for effect in effects)


def test_during_a_call_each_command_needs_the_wake_word() -> None:
    """What follows is mostly said to whoever is on the line."""
    session = speaking(replace(idle(), on_call=True))
    after, effects = step(session, on.Played(session.turn, True))
    assert (after.phase, after.talk, effects) == ("idle", None, ())


def test_without_the_setting_each_command_needs_the_wake_word() -> None:
    session = speaking(idle(0.0))
    after, effects = step(session, on.Played(session.turn, True))
    assert (after.phase, after.talk, effects) == ("idle", None, ())


def test_each_command_opens_it_anew() -> None:
    session = opened()
    for _ in range(5):
        session = said(session)
        assert session.phase == "thinking"
        session = play(session, replied(session.turn), on.Played(session.turn, True))[0]
        assert session.phase == "listening"


def test_nobody_speaks_and_it_closes_quietly() -> None:
    session = opened()
    after, effects = step(session, on.SpeechEnded(session.turn, Endpoint(8.0, "no_speech")))
    assert (after.phase, after.talk, effects) == ("idle", None, ())


@pytest.mark.parametrize(
    "words",
    ["Thank you.", "That's all.", "No, that's all, thanks!", "No thanks.", "Stop.", "Never mind.", "Thanks, Jarvis."],
)
def test_a_few_words_close_it_with_a_soft_tone(words: str) -> None:
    session = opened()
    turn = session.turn
    session, _ = play(session, on.SpeechBegan(turn), on.SpeechEnded(turn, Endpoint(3.0, "silence", 1.0, 2.3)))
    after, effects = step(session, on.FinalHeard(turn, Final(words, 0.9, 0.0)))
    assert (after.phase, after.talk, effects) == ("idle", None, (do.Chime("closed"),))


@pytest.mark.parametrize(
    "words", ["thank Sarah for the flowers", "add milk, thank you", "that's all wrong", "stop the kitchen timer", ""]
)
def test_other_words_do_not(words: str) -> None:
    assert not closes(words)


def test_thanks_after_the_wake_word_close_it_too() -> None:
    session = spoken(opened())
    after, effects = step(session, replied(session.turn, "", "control.stop"))
    assert (after.phase, after.talk) == ("idle", None) and effects == (do.Hush(), do.Chime("done"))


@pytest.mark.parametrize(
    ("closing", "phase"),
    [
        ([on.Pressed(), on.Released(0.1)], "idle"),
        ([on.StopAsked()], "idle"),
        ([on.MuteAsked(True)], "muted"),
        ([on.SwitchTurned(True)], "muted"),
        ([on.MicrophoneFailed("gone")], "fault"),
    ],
)
def test_what_else_closes_it(closing: list[on.Event], phase: str) -> None:
    after, effects = play(opened(), *closing)
    assert (after.phase, after.talk) == (phase, None) and do.CloseEar() in effects


def test_another_device_that_answers_closes_it() -> None:
    session = step(opened(), on.WakeHeard(5, DETECTION))[0]
    after, effects = step(session, on.ClaimSettled(5, won=False))
    assert (after.phase, after.talk, effects) == ("idle", None, (do.CloseEar(),))


@pytest.mark.parametrize("began", [False, True])
def test_so_does_one_that_somebody_speaks_with_now(began: bool) -> None:
    """It did not hear the wake word here, or a button was pressed there; both would carry out what is said next."""
    session = opened()
    session, effects = play(session, *([on.SpeechBegan(session.turn)] if began else []), on.ClaimHeard())
    assert (session.phase, session.talk, effects) == ("idle", None, [do.CloseEar()])


@pytest.mark.parametrize("opening", [on.WakeHeard(1, DETECTION), on.Pressed(), on.ListenAsked()])
@pytest.mark.parametrize("after", range(5))
def test_an_ear_that_somebody_asked_for_is_not_closed_by_that_and_does_not_open_again(
    opening: on.Event, after: int
) -> None:
    """Whenever in its turn that comes: who spoke here has an answer, and what is said next is heard by the other one
    alone.
    """
    session = play(idle(), opening)[0]
    turn = session.turn
    going = [
        on.SpeechBegan(turn),
        on.SpeechEnded(turn, Endpoint(3.0, "silence", 1.0, 2.3)),
        on.FinalHeard(turn, Final("add milk", 0.9, 0.0)),
        on.ActingBegan(turn, command()),
        replied(turn),
    ]
    before, _ = play(session, *going[:after])
    session, effects = play(before, on.ClaimHeard())
    assert (session.phase, session.turn, session.serial, effects) == (before.phase, turn, before.serial, [])
    session, _ = play(session, *going[after:])
    assert session.phase == "speaking"
    session, effects = play(session, on.Played(turn, True))
    assert (session.phase, session.talk, effects) == ("idle", None, [])


def test_during_a_reply_a_question_or_a_ringing_too() -> None:
    session = play(speaking(), on.ClaimHeard())[0]
    assert play(session, on.Played(session.turn, True))[0].phase == "idle"
    session = spoken()
    session, _ = play(
        session, replied(session.turn, "Which Sarah?", awaits=True), on.Played(session.turn, True), on.ClaimHeard()
    )
    assert session.phase == "asking", "it was asked, and may be answered"
    session = said(session, "Sarah Miller")
    assert play(session, replied(session.turn), on.Played(session.turn, True))[0].phase == "idle"
    session, _ = play(opened(), on.DueCame(DUE), on.ClaimHeard(), on.StopAsked())
    assert (session.phase, session.talk) == ("idle", None)


def go_on(session: Session) -> on.Event:
    """What comes next where somebody speaks as long as the ear is open, and has an answer."""
    turn = session.turn
    if session.phase == "listening":
        return on.SpeechEnded(turn, Endpoint(3.0, "silence", 1.0, 2.3))
    return replied(turn) if session.phase == "thinking" else on.Played(turn, True)


ASKED = ["wake word", "button", "listen"]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([*ASKED, *["on"] * 6])), min_size=30, max_size=60))
def test_of_two_devices_never_more_than_one_has_an_ear_that_opened_by_itself(steps: list[tuple[bool, str]]) -> None:
    """Whatever each is in the middle of when the other one is spoken to."""
    both = [idle(), idle()]
    for which, what in steps:
        session = both[which]
        came: dict[str, on.Event] = {
            "wake word": on.WakeHeard(session.turn + 1 + session.turn % 2, DETECTION),
            "button": on.Pressed(),
            "listen": on.ListenAsked(),
            "on": go_on(session),
        }
        both[which], effects = step(session, came[what])
        if any(isinstance(each, do.Claim) for each in effects):
            both[1 - which], _ = step(both[1 - which], on.ClaimHeard())
        opened_itself = [each for each in both if each.phase == "listening" and each.talk and each.talk.unasked]
        assert len(opened_itself) <= 1


def test_asked_for_anew_it_opens_again() -> None:
    assert opened(play(speaking(), on.ClaimHeard())[0]).phase == "listening"


def test_what_is_not_meant_for_it_is_passed_over_and_twice_in_a_row_closes_it() -> None:
    session = said(opened(), "and now the weather")
    session, effects = step(session, on.Replied(session.turn, Response(OVERHEARD, (), Reply(""))))
    assert session.phase == "listening" and [type(effect) for effect in effects] == [do.OpenEar]
    turn = session.turn
    session, _ = play(session, on.SpeechBegan(turn), on.SpeechEnded(turn, Endpoint(3.0, "silence", 1.0, 2.3)))
    session, effects = step(session, on.FinalHeard(turn, Final("", 0.0, 0.9, dropped="silence")))
    assert (session.phase, session.talk, effects) == ("idle", None, ())


def test_a_command_between_begins_the_count_anew() -> None:
    session = opened()
    for text in ("no command", "command", "no command"):
        session = said(session, text)
        answer = (
            on.Replied(session.turn, Response(OVERHEARD, (), Reply("")))
            if text == "no command"
            else replied(session.turn, "", "list.add")
        )
        session = step(session, answer)[0]
        assert session.phase == "listening"


def test_after_the_wake_word_it_is_said_that_it_was_not_understood() -> None:
    session = spoken(opened())
    unclear = on.Replied(
        session.turn, Response(Command("gibberish", (), 0.0, "none"), (), Reply("I didn't understand."))
    )
    assert step(session, unclear)[0].phase == "speaking"


def test_what_was_heard_by_itself_is_marked_so() -> None:
    asked = play(spoken())[0]
    assert asked.talk and not asked.talk.unasked
    session = opened()
    turn = session.turn
    _, effects = play(
        session,
        on.SpeechEnded(turn, Endpoint(3.0, "silence", 1.0, 2.3)),
        on.FinalHeard(turn, Final("add milk", 0.8, 0.0)),
    )
    assert effects == [do.Respond(turn, "add milk", 0.8, unasked=True)]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (command(), True),
        (command("task.query"), True),
        (command(confidence=0.55), False),
        (command(source="model"), False),
        (command("task.query", source="model"), False),
        (command("control.undo", source="reserved"), True),
        (command("control.confirm", source="reserved"), False),
        (command("control.deny", source="reserved"), False),
        (Command("the weather", (), 0.0, "none"), False),
    ],
)
def test_what_is_meant_for_us(heard: Command, expected: bool) -> None:
    assert is_for_us(heard) == expected


@pytest.mark.parametrize(
    ("words", "confidence", "expected"),
    [
        ("and butter", 0.55, True),
        ("and butter", 0.4, False),
        ("", 0.55, False),
        ("and then he said that she had never been to the sea before", 0.55, False),
    ],
)
def test_few_words_that_go_on_from_the_last_command_are_meant_for_us(
    words: str, confidence: float, expected: bool
) -> None:
    assert is_for_us(command("list.add", confidence=confidence), going_on=words) == expected


def test_a_question_opens_the_ear_for_anybody_and_its_answer_opens_it_again() -> None:
    session = spoken()
    session, effects = play(session, replied(session.turn, "Which one?", awaits=True), on.Played(session.turn, True))
    assert session.phase == "asking"
    assert effects[-1] == do.OpenEar(session.turn, heard=False, patience=OPEN_S, answer=True), "also of what was said"
    session, effects = play(said(session, "the first"), replied(session.turn), on.Played(session.turn, True))
    assert session.phase == "listening"


def test_its_own_echo_is_no_answer_and_it_listens_on() -> None:
    session = spoken()
    session, _ = play(session, replied(session.turn, "Which Sarah?", awaits=True), on.Played(session.turn, True))
    first = session.turn
    echo = on.SpeechEnded(first, Endpoint(3.0, "silence")), on.FinalHeard(first, Final("", 0.9, 0.0, dropped="echo"))
    session, effects = play(session, *echo)
    assert (
        session.phase == "asking"
        and session.turn > first
        and effects == [do.OpenEar(session.turn, heard=False, patience=OPEN_S)]
    )
    mumble = on.SpeechEnded(session.turn, Endpoint(3.0, "silence")), on.FinalHeard(session.turn, Final("", 0.0, 0.9))
    session, effects = play(session, *mumble)
    assert do.Chime("failed") in effects, "somebody mumbled"


def test_so_it_is_for_the_question_of_another_program() -> None:
    session, _ = play(idle(), on.QuestionAsked("q1", "Close the door?"))
    session, _ = play(session, on.Played(session.turn, True))
    echo = (
        on.SpeechEnded(session.turn, Endpoint(3.0, "silence")),
        on.FinalHeard(session.turn, Final("", 0.9, 0.0, dropped="echo")),
    )
    session, effects = play(session, *echo)
    assert session.phase == "asking" and effects == [do.OpenEar(session.turn, heard=False, patience=OPEN_S)]
    session, effects = play(said(session, "yes"))
    assert session.phase == "idle" and not session.question


@pytest.mark.parametrize(
    "closed", [on.SwitchTurned(closed=True), on.MuteAsked(True), on.MicrophoneFailed("gone")], ids=repr
)
def test_its_own_echo_opens_no_microphone_that_was_closed_meanwhile(closed: on.Event) -> None:
    session, _ = play(idle(), on.QuestionAsked("q1", "Close the door?"))
    session, _ = play(session, on.Played(session.turn, True))
    turn = session.turn
    session, effects = play(
        session,
        on.SpeechEnded(turn, Endpoint(3.0, "silence")),
        closed,
        on.FinalHeard(turn, Final("", 0.9, 0.0, dropped="echo")),
    )
    assert session.phase in ("muted", "fault") and not session.question
    assert do.Answer("q1") in effects and not any(isinstance(effect, do.OpenEar) for effect in effects)


def test_a_question_of_another_program_is_put_into_the_open_ear_which_opens_again() -> None:
    session, effects = step(opened(), on.QuestionAsked("1", "Shall I close it?"))
    assert session.phase == "speaking" and effects[0] == do.CloseEar()
    session = step(session, on.Played(session.turn, True))[0]
    assert session.phase == "asking"
    session, effects = play(
        session,
        on.SpeechEnded(session.turn, Endpoint(3.0, "silence", 1.0, 2.3)),
        on.FinalHeard(session.turn, Final("yes", 0.9, 0.0)),
    )
    assert session.phase == "listening" and do.Answer("1", "yes", 0.9) in effects
    alone = play(idle(), on.QuestionAsked("1", "Shall I close it?"))[0]
    alone = step(alone, on.Played(alone.turn, True))[0]
    alone = step(alone, on.SpeechEnded(alone.turn, Endpoint(4.0, "no_speech")))[0]
    assert alone.phase == "idle", "nobody is here"


def test_what_is_told_into_it_all_the_time_does_not_keep_it_open() -> None:
    session = opened()
    for count in range(MOST_BREAKS + 1):
        session = step(session, on.Announced("The door is open."))[0]
        assert session.phase == "speaking"
        session = step(session, on.Played(session.turn, True))[0]
        assert session.phase == ("listening" if count < MOST_BREAKS else "idle")


def test_a_long_job_frees_the_ear_and_is_told_of_between_two_commands() -> None:
    session = spoken()
    turn = session.turn
    session = play(session, on.ActingBegan(turn, command("report.create")), on.JobChanged("beside", "microphone", 1))[0]
    session = step(session, on.DeadlineCame(session.serial))[0]
    session = step(session, on.Played(session.turn, True))[0]
    assert session.phase == "listening"
    busy = step(session, on.SpeechBegan(session.turn))[0]
    assert step(busy, replied(turn, "The report is made."))[0].phase == "listening", "somebody speaks"
    session = step(session, replied(turn, "The report is made."))[0]
    assert session.saying and session.saying.text == "The report is made."
    assert step(session, on.Played(session.turn, True))[0].phase == "listening"


# --- docs/sessions.md: what interrupts what ---


def _ladder() -> list[tuple[str, str, str]]:
    """(what comes, what goes on, what happens), from the table of the page."""
    lines = PAGE.read_text(encoding="utf-8").split("| comes |")[1].splitlines()
    columns = [cell.strip() for cell in lines[0].strip("| ").split("|")]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines[2:] if line.startswith("|")][:9]
    return [(row[0], column, cell) for row in rows for column, cell in zip(columns, row[1:], strict=True)]


def _going_on(what: str) -> Session:
    acting = spoken()
    asking = spoken()
    asking = play(asking, replied(asking.turn, "Which one?", awaits=True), on.Played(asking.turn, True))[0]
    wake = step(idle(), on.WakeHeard(1, DETECTION))[0]
    return {
        "idle": idle(),
        "open ear": opened(),
        "somebody speaks": step(wake, on.SpeechBegan(1))[0],
        "a command is done": step(acting, on.ActingBegan(acting.turn, command()))[0],
        "reply": speaking(),
        "question": asking,
        "ringing": step(idle(), on.DueCame(DUE))[0],
    }[what]


def _coming(what: str, session: Session) -> on.Event:
    return {
        "mute": on.MuteAsked(True),
        "wake word": on.WakeHeard(session.turn + 1 + session.turn % 2, DETECTION),
        "button": on.Pressed(),
        "typed command": on.TextGiven("add milk"),
        "urgent announcement": on.Announced("Fire!", urgent=True),
        "late reply": replied(0, "The report is made."),
        "what is due": on.DueCame(replace(DUE, id="2")),
        "announcement": on.Announced("The door is open."),
        "question of another program": on.QuestionAsked("1", "Shall I close it?"),
    }[what]


@pytest.mark.parametrize(("comes", "goes_on", "happens"), _ladder())
def test_what_interrupts_what_is_as_the_page_says(comes: str, goes_on: str, happens: str) -> None:
    session = _going_on(goes_on)
    event = _coming(comes, session)
    if comes == "late reply":
        session = replace(session, turn=session.turn + 10)
    if (comes, goes_on) == ("wake word", "somebody speaks"):
        # the ear itself does not hear it while a turn is listened to that somebody asked for:
        # tests/device/hearing/test_ear.py
        return
    after, effects = step(session, event)
    broken_off = any(isinstance(effect, do.BreakOff) for effect in effects)
    assert {
        "at once": after.serial > session.serial,
        "sentence": broken_off,
        "waits": after.serial == session.serial and not broken_off,
    }[happens]


def test_into_an_ear_in_which_somebody_speaks_nothing_is_told() -> None:
    session = opened()
    session = step(session, on.SpeechBegan(session.turn))[0]
    for comes in ("urgent announcement", "late reply", "what is due", "announcement", "question of another program"):
        after = step(session, _coming(comes, replace(session, turn=0)))[0]
        assert (after.phase, after.turn) == ("listening", session.turn), comes
