"""The transition table: complete, never stuck, and doing what the owner expects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.lights.ladder import rung_of
from device.lights.view import View
from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import PHASES, RESTING, TABLE, Deadlines, Session, next_turn, step
from services.actions.base import Due, Outcome, Reply, Response
from services.speech.base import Endpoint, Final, Partial
from services.understanding.base import Command, Step
from services.wake.base import Detection

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


def test_every_pair_of_phase_and_event_is_listed() -> None:
    assert set(TABLE) == set(get_args(on.Event))
    for row in TABLE.values():
        assert tuple(row) == PHASES


def test_every_phase_has_a_light_and_a_deadline_or_rests() -> None:
    assert len({rung_of(View(phase=phase)).name for phase in PHASES}) == len(PHASES)
    for phase in PHASES:
        assert (DEADLINES.of(phase) is None) == (phase in RESTING)


turns = st.integers(0, 12)
EVENTS = st.one_of(
    st.just(on.Ready()),
    st.builds(on.WakeHeard, turns, st.just(DETECTION)),
    st.just(on.Pressed()),
    st.builds(on.Held, st.sampled_from([0.4, 3.0, 10.0])),
    st.builds(on.Released, st.sampled_from([0.1, 1.0, 11.0])),
    st.builds(on.Tapped, st.integers(1, 4)),
    st.builds(on.ButtonStuck, st.booleans()),
    st.just(on.FactoryAsked()),
    st.builds(on.SpeechBegan, turns),
    st.builds(on.PartialHeard, turns, st.just(Partial("add", 1.0))),
    st.builds(
        on.SpeechEnded,
        turns,
        st.sampled_from([Endpoint(1.0, "silence"), Endpoint(1.0, "no_speech"), Endpoint(1.0, "too_long")]),
    ),
    st.builds(
        on.FinalHeard, turns, st.sampled_from([Final("add milk", 0.9, 0.1), Final("", 0.0, 0.9, dropped="silence")])
    ),
    st.builds(on.TextGiven, st.just("add milk")),
    st.builds(on.ActingBegan, turns, st.just(command())),
    st.builds(
        replied,
        turns,
        st.sampled_from(["Done.", ""]),
        st.sampled_from(["task.create", "control.mute", "control.unmute", "control.stop", "control.repeat"]),
        st.booleans(),
    ),
    st.builds(on.Sounded, turns),
    st.builds(on.Played, turns, st.booleans()),
    st.builds(on.DueCame, st.sampled_from([DUE, Due("reminder", "2", DUE.at, "Call the bank.")])),
    st.just(on.Announced("Done.")),
    st.just(on.FilesArrived(("budget.xlsx",))),
    st.just(on.Slow(1, "microphone", ("task.create",), 3.0, 2.0)),
    st.builds(on.MicrophoneFailed, st.just("gone")),
    st.just(on.MicrophoneMended()),
    st.builds(on.DeadlineCame, st.integers(0, 40)),
    st.just(on.Stopping()),
)


@given(st.lists(EVENTS, max_size=60))
def test_no_sequence_of_events_leaves_a_phase_without_a_deadline(events: list[on.Event]) -> None:
    session = Session()
    for event in events:
        before = session
        session, effects = step(session, event)
        assert session.phase in PHASES
        assert (DEADLINES.of(session.phase) is None) == (session.phase in RESTING)
        assert session.turn >= before.turn, "turn numbers only grow"
        assert session.phase == before.phase or session.serial > before.serial, "each entry has its own deadline"
        assert (session.phase == "ringing") == (session.ringing is not None)
        assert not (session.muted and session.phase == "idle")
        if any(isinstance(effect, do.OpenEar) for effect in effects):
            assert session.phase in ("listening", "asking") and not session.muted and not session.fault


@given(st.lists(EVENTS, max_size=40))
def test_its_deadline_always_ends_a_phase(events: list[on.Event]) -> None:
    session, _ = play(Session(), *events)
    for _ in range(10):
        if session.phase in RESTING or session.phase == "starting":
            return
        session, _ = step(session, on.DeadlineCame(session.serial))
    raise AssertionError(f"still {session.phase} after ten deadlines")


@given(st.lists(EVENTS, max_size=60))
def test_every_reply_to_a_command_is_told(events: list[on.Event]) -> None:
    """What was done is said at once, later, or waits to be said; never forgotten. So is what is announced."""
    session, spoken, expected = Session(), "", 0
    for event in events:
        session, effects = step(session, event)
        spoken += " ".join(effect.text for effect in effects if isinstance(effect, do.Speak)) + " "
        if isinstance(event, on.Replied) and event.turn != session.turn and event.response.reply.text:
            expected += 1
        expected += isinstance(event, on.Announced)
    waiting = " ".join(each.text for each in session.untold)
    assert (spoken + waiting).count("Done.") >= expected


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
    assert effects == [do.OpenEar(session.turn, heard=False)]


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
