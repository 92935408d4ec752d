"""The transition table: complete, never stuck, and doing what the owner expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.lights.ladder import rung_of
from device.lights.view import View
from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import PHASES, RESTING, TABLE, Deadlines, Session, next_turn, step
from device.turn.rows.remote import MOST_QUESTIONS
from services.actions.base import Due, Outcome, Reply, Response
from services.speech.base import Endpoint, Final, Partial
from services.understanding.base import Command, Step
from services.wake.base import Detection
from tests.any_events import ANY, CLASSES, OPENS, Coming, of, runs

DUE = Due("timer", "1", datetime(2026, 11, 23, tzinfo=UTC), "Your timer is done.")
DETECTION = Detection("hey_jarvis", 0.9, 1.0)
DEADLINES = Deadlines()


def command(action: str = "task.create") -> Command:
    return Command("text", (Step(action),), 1.0, "template")


def replied(turn: int, text: str = "Done.", action: str = "task.create", awaits: bool = False) -> on.Replied:
    return on.Replied(turn, Response(command(action), (Outcome(action, True, text),), Reply(text, awaits)))


def play(session: Session, *events: on.Event) -> tuple[Session, list[do.Effect]]:
    done: list[do.Effect] = []
    for event in events:
        session, effects = step(session, event)
        done += effects
    return session, done


def idle() -> Session:
    return play(Session(), on.Ready())[0]


def listening() -> Session:
    return play(idle(), on.WakeHeard(1, DETECTION))[0]


def thinking() -> Session:
    return play(
        listening(),
        on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.3)),
        on.FinalHeard(1, Final("add milk", 0.9, 0.0)),
    )[0]


def speaking(awaits: bool = False) -> Session:
    return play(thinking(), on.ActingBegan(1, command()), replied(1, awaits=awaits))[0]


def ringing() -> Session:
    return play(idle(), on.DueCame(DUE))[0]


def in_phase(phase: str) -> Session:
    made = {
        "starting": Session(),
        "idle": idle(),
        "listening": listening(),
        "thinking": thinking(),
        "acting": play(thinking(), on.ActingBegan(1, command()))[0],
        "speaking": speaking(),
        "asking": play(speaking(awaits=True), on.Played(1, True))[0],
        "ringing": ringing(),
        "muted": play(thinking(), on.MuteAsked(True), replied(1, "", "control.mute"))[0],
        "fault": play(idle(), on.MicrophoneFailed("gone"))[0],
    }
    assert made[phase].phase == phase
    return made[phase]


def opened() -> Session:
    """The ear has opened by itself."""
    return play(replace(speaking(), open_s=8.0), on.Played(1, True))[0]


def test_every_pair_of_phase_and_event_is_listed() -> None:
    assert set(TABLE) == set(get_args(on.Event))
    for row in TABLE.values():
        assert tuple(row) == PHASES


def test_every_phase_has_a_light_and_a_deadline_or_rests() -> None:
    assert len({rung_of(View(phase=phase)).name for phase in PHASES}) == len(PHASES)
    for phase in PHASES:
        assert (DEADLINES.of(phase) is None) == (phase in RESTING)


LISTENS = ("listening", "asking")


def ear_after(before: Session, event: on.Event, effects: Sequence[do.Effect]) -> int:
    """The turn that the ear listens to then; 0: none. It ends a turn by itself, or is ordered to."""
    ear = before.turn if before.phase in LISTENS else 0
    match event:
        case on.WakeHeard(turn) if turn >= before.turn and not before.deaf:
            ear = turn
        case on.WentOn(turn) if turn > before.turn and not before.deaf and before.phase not in (*LISTENS, "starting"):
            ear = turn
        case on.SpeechEnded(turn) | on.FinalHeard(turn) if turn == ear:
            ear = 0
        case on.MicrophoneFailed():
            ear = 0
    for effect in effects:
        match effect:
            case do.OpenEar(turn):
                ear = turn
            case do.CloseEar() | do.CloseMicrophone():
                ear = 0
    return ear


def assert_sound(before: Session, event: on.Event, session: Session, effects: Sequence[do.Effect]) -> None:
    """What holds after any event."""
    listens, ear = session.phase in LISTENS, ear_after(before, event, effects)
    assert not listens or ear == session.turn, "the ear listens to what the machine waits for"
    assert listens or before.phase not in LISTENS or not ear or isinstance(event, on.Stopping), "and to nothing else"
    assert session.turn >= before.turn, "turn numbers only grow"
    assert session.phase == before.phase or session.serial > before.serial, "each entry has its own deadline"
    assert (DEADLINES.of(session.phase) is None) == (session.phase in RESTING)
    assert session.muted == (session.silenced or session.switched_off)
    assert not (session.deaf and (listens or session.phase == "idle"))
    assert (session.phase == "speaking") == (session.saying is not None)
    assert (session.phase == "ringing") == (session.ringing is not None)
    assert session.question is None or session.phase in ("speaking", "asking", "thinking")
    assert session.broken is None or session.phase in ("listening", "thinking")
    assert not session.claiming or session.phase in ("listening", "thinking")
    assert not session.answering or session.phase == "thinking"
    assert not session.ducked or session.phase in ("speaking", "ringing")
    assert len(session.questions) <= MOST_QUESTIONS + 1, "and that of the settings it was made with"
    if session.phase in RESTING:
        assert not (session.untold or session.waiting or session.questions or session.talk)
    closed = [
        isinstance(effect, do.CloseMicrophone)
        for effect in effects
        if isinstance(effect, do.CloseMicrophone | do.OpenMicrophone)
    ]
    assert closed == ([session.muted] if session.muted != before.muted else [])
    for effect in effects:
        match effect:
            case do.OpenEar() | do.HoldEar() | do.LetGo():
                assert effect.turn == session.turn and listens
            case do.Speak():
                assert effect.turn == session.turn and session.phase == "speaking"
            case do.Ring():
                assert effect.turn == session.turn and session.phase == "ringing"
            case do.Respond():
                assert effect.turn == session.turn and session.phase == "thinking"


def test_any_event_is_drawn_that_the_machine_is_told_of() -> None:
    assert set(CLASSES) == set(get_args(on.Event))


NOTHING_FIRST = st.just(Coming(on.Answered("q", None)))
"""The machine ignores it."""


@pytest.mark.parametrize("kind", CLASSES)
@settings(max_examples=20)
@given(st.data())
def test_any_event_in_any_phase_after_any_other_leaves_it_sound(kind: type[on.Event], data: st.DataObject) -> None:
    for begun in (*map(in_phase, PHASES), opened()):
        session = replace(begun, open_s=data.draw(OPENS))
        for coming in (data.draw(ANY | NOTHING_FIRST), Coming(data.draw(of(kind)))):
            before, event = session, coming.to(session)
            session, effects = step(before, event)
            assert_sound(before, event, session, effects)


@settings(max_examples=300)
@given(runs(), OPENS)
def test_any_sequence_of_events_leaves_it_sound(run: list[Coming], open_s: float) -> None:
    session = Session(open_s=open_s)
    for coming in run:
        before, event = session, coming.to(session)
        session, effects = step(before, event)
        assert_sound(before, event, session, effects)


@given(runs(), OPENS)
def test_deadlines_alone_bring_everything_to_rest(run: list[Coming], open_s: float) -> None:
    session = Session(open_s=open_s)
    for coming in run:
        session, _ = step(session, coming.to(session))
    for _ in range(len(run) + 10):
        if session.phase in RESTING or session.phase == "starting":
            break
        session, _ = step(session, on.DeadlineCame(session.serial))
    assert session.phase == "starting" or (session.phase in RESTING and not session.question)


@settings(max_examples=300)
@given(runs(on.Replied, on.Announced, on.DueCame), OPENS)
def test_every_reply_to_a_command_is_told(run: list[Coming], open_s: float) -> None:
    """What was done is said, or waits to be said; never forgotten. So is what is announced, and what was missed. Each
    has words of its own, so that none stands for another.
    """
    session, spoken, expected = Session(open_s=open_s), "", set[str]()
    for number, coming in enumerate(run):
        event, words = coming.to(session), f"Words {number}."
        match event:
            case on.Announced():
                event = replace(event, text=words)
                expected.add(words)
            case on.DueCame(Due(how="tell")):
                event = replace(event, due=replace(event.due, id=words, words=words))
                expected.add(words)
            case on.Replied(turn) if turn == session.resumes:
                pass  # what it was the beginning of is answered
            case on.Replied(response=Response(reply=Reply(text=text))) if text:
                response = event.response
                event = replace(event, response=replace(response, reply=replace(response.reply, text=words)))
                if event.turn != session.turn or (
                    session.phase in ("thinking", "acting") and not answered_otherwise(event)
                ):
                    expected.add(words)
        session, effects = step(session, event)
        spoken += " ".join(effect.text for effect in effects if isinstance(effect, do.Speak)) + " "
        waiting = " ".join(each.text for each in session.untold)
        assert [each for each in sorted(expected) if each not in spoken + waiting] == []


def answered_otherwise(reply: on.Replied) -> bool:
    """Nothing was understood; or what was said last is said instead, or that the switch keeps the microphone closed."""
    command = reply.response.command
    return not command.steps or command.intent in ("control.repeat", "control.unmute")


def test_a_turn_from_wake_word_to_idle() -> None:
    session, effects = play(
        idle(),
        on.WakeHeard(1, DETECTION),
        on.PartialHeard(1, Partial("add", 1.2)),
        on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.3)),
        on.FinalHeard(1, Final("Add milk to the list.", 0.9, 0.0)),
        on.ActingBegan(1, command("list.add")),
        replied(1, "Milk is on the list.", "list.add"),
        on.Sounded(1),
        on.Played(1, True),
    )
    assert session.phase == "idle"
    assert effects == [do.Claim(1), do.Respond(1, "Add milk to the list.", 0.9), do.Speak(1, "Milk is on the list.")]


def test_a_wake_word_during_the_reply_stops_it_and_listens() -> None:
    session, effects = play(speaking(), on.WakeHeard(3, DETECTION))
    assert session.phase == "listening" and session.turn == 3
    assert effects == [do.Pause(1), do.Claim(3)]


def test_a_final_of_an_earlier_turn_is_stale() -> None:
    session = play(speaking(), on.WakeHeard(3, DETECTION))[0]
    assert play(session, on.FinalHeard(1, Final("delete it", 0.9, 0.0))) == (session, [])


def test_a_reply_that_comes_late_is_said_afterwards() -> None:
    session = play(thinking(), on.ActingBegan(1, command()), on.WakeHeard(3, DETECTION), replied(1, "Task created."))[0]
    session, effects = play(session, on.SpeechEnded(3, Endpoint(9.0, "no_speech")))
    assert session.phase == "speaking"
    assert effects[-1] == do.Speak(session.turn, "Task created.")


def test_an_announcement_waits_for_its_moment() -> None:
    session, effects = play(Session(), on.Announced("The store was damaged."), on.Ready())
    assert (session.phase, effects[-1]) == ("speaking", do.Speak(session.turn, "The store was damaged."))
    session, effects = play(listening(), on.Announced("The bucket is full."))
    assert (session.phase, effects) == ("listening", [])
    session, effects = play(session, on.SpeechEnded(1, Endpoint(9.0, "no_speech")))
    assert (session.phase, effects[-1]) == ("speaking", do.Speak(session.turn, "The bucket is full."))


def test_nothing_said_after_the_wake_word_ends_quietly() -> None:
    session, effects = play(listening(), on.SpeechEnded(1, Endpoint(5.0, "no_speech")))
    assert (session.phase, effects) == ("idle", [])


def test_what_was_not_understood_as_speech_is_not_executed() -> None:
    heard = on.FinalHeard(1, Final("", 0.1, 0.9, dropped="phrase"))
    session, effects = play(listening(), on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.0)), heard)
    assert (session.phase, effects) == ("idle", [do.Chime("failed")])


def test_a_question_opens_the_ear_after_it_was_asked() -> None:
    session, effects = play(speaking(awaits=True), on.Played(1, True))
    assert session.phase == "asking"
    assert effects == [do.OpenEar(session.turn, heard=False, answer=True)]


def test_repeat_says_the_last_reply_again() -> None:
    session = play(speaking(), on.Played(1, True), on.TextGiven("repeat that"))[0]
    assert play(session, replied(session.turn, "There is nothing to repeat.", "control.repeat"))[1] == [
        do.Speak(session.turn, "Done.")
    ]


def test_what_becomes_due_during_a_turn_rings_after_it() -> None:
    session, effects = play(speaking(), on.DueCame(DUE), on.DueCame(DUE), on.Played(1, True))
    assert session.phase == "ringing" and session.waiting == ()
    assert effects == [do.Ring(session.turn, DUE)]


def test_ringing_goes_on_until_stopped_and_then_rests() -> None:
    session = ringing()
    session, effects = play(session, on.Played(session.turn, True))
    assert (session.phase, effects) == ("ringing", [do.Ring(session.turn, DUE)])
    session, effects = play(session, on.Pressed())
    assert (session.phase, effects) == ("idle", [do.Hush(), do.Rung(DUE)])


def test_mute_closes_the_microphone_and_the_button_opens_it() -> None:
    session, effects = play(thinking(), on.MuteAsked(True), replied(1, "", "control.mute"))
    assert session.phase == "muted" and do.CloseMicrophone() in effects
    assert play(session, on.WakeHeard(3, DETECTION)) == (session, [])
    session, effects = play(session, on.Pressed())
    assert (session.phase, effects) == ("idle", [do.OpenMicrophone()])


def test_a_typed_unmute_opens_the_microphone() -> None:
    session = play(in_phase("muted"), on.TextGiven("unmute"))[0]
    session, effects = play(session, on.MuteAsked(False), replied(session.turn, "", "control.unmute"))
    assert session.phase == "idle" and do.OpenMicrophone() in effects


def test_a_microphone_lost_in_mid_sentence_is_shown_and_mended() -> None:
    session, effects = play(listening(), on.MicrophoneFailed("unplugged"))
    assert session.phase == "fault" and do.Chime("failed") in effects
    assert play(session, on.MicrophoneMended())[0].phase == "idle"


def test_a_microphone_lost_while_acting_does_not_lose_the_reply() -> None:
    session = play(thinking(), on.ActingBegan(1, command()), on.MicrophoneFailed("unplugged"))[0]
    session, effects = play(session, replied(1, "Task created."))
    assert do.Speak(1, "Task created.") in effects
    assert play(session, on.Played(1, True))[0].phase == "fault"


@pytest.mark.parametrize("phase", PHASES)
def test_a_wake_word_told_after_the_microphone_failed_opens_no_ear(phase: str) -> None:
    failed = play(in_phase(phase), on.MicrophoneFailed("unplugged"))[0]
    session, effects = play(failed, on.WakeHeard(next_turn(failed.turn, ear=True), DETECTION))
    assert (session, [effect for effect in effects if not isinstance(effect, do.Duck)]) == (failed, [])


@pytest.mark.parametrize("phase", PHASES)
def test_stopping_ends_from_everywhere(phase: str) -> None:
    assert play(in_phase(phase), on.Stopping())[1][-1] == do.Finish()


@given(st.integers(0, 1000))
def test_ear_and_machine_never_take_the_same_turn_number(latest: int) -> None:
    ear, own = next_turn(latest, ear=True), next_turn(latest, ear=False)
    assert ear > latest and own > latest and ear % 2 == 1 and own % 2 == 0


def test_a_routine_that_mutes_is_heard_to_its_end() -> None:
    outcome = Outcome("routine.run", True, "One meeting tomorrow.")
    said = on.Replied(1, Response(command("routine.run"), (outcome,), Reply("One meeting tomorrow.")))
    session, done = play(thinking(), on.ActingBegan(1, command("routine.run")), on.MuteAsked(True), said)
    assert (session.phase, session.muted) == ("speaking", True)
    assert done[-2:] == [do.CloseMicrophone(), do.Speak(1, "One meeting tomorrow.")]
    session, _ = play(session, on.Played(1, True))
    assert session.phase == "muted"


TOLD = Due("missed", "1+2", DUE.at, "You missed two reminders.", how="tell", parts=(DUE,))


def test_what_was_missed_is_told_once_and_rings_not() -> None:
    session, effects = play(idle(), on.DueCame(TOLD))
    assert (session.phase, effects) == ("speaking", [do.Rung(TOLD), do.Speak(session.turn, TOLD.words)])
    session, effects = play(session, on.Played(session.turn, True))
    assert (session.phase, effects) == ("idle", [])


def test_what_was_missed_waits_for_the_end_of_a_turn() -> None:
    session, effects = play(speaking(), on.DueCame(TOLD), on.Played(1, True))
    assert effects == [do.Rung(TOLD), do.Speak(session.turn, TOLD.words)]


def test_nobody_stopped_it_is_known() -> None:
    session = ringing()
    session, effects = play(session, on.DeadlineCame(session.serial))
    assert (session.phase, effects) == ("idle", [do.Hush(), do.Rung(DUE, heard=False)])


def test_a_soft_notice_changes_nothing() -> None:
    soft = Due("quiet", "1", DUE.at, "", how="chime")
    assert play(idle(), on.DueCame(soft)) == (idle(), [do.Chime("heard")])
    assert play(speaking(), on.DueCame(soft)) == (speaking(), [])
