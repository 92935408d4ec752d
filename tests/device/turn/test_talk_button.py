"""What the talk button does, in every phase: gestures in, phase and effects out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.lights.projection import LightsProjection
from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import Deadlines, Session, step
from device.turn.rows.talk_button import CALL, FACTORY_TEXT, HANG_UP, KEPT, NOTHING_SAID, UNDO, UNHEARD
from device.turn.session import OutsideQuestion
from services.actions.base import Due, Outcome, Reply, Response
from services.speech.base import Endpoint, Final
from services.understanding.base import Command, Step
from services.wake.base import Detection
from tests.shown import ShownNames

DETECTION = Detection("hey_jarvis", 0.9, 1.0)
DUE = Due("timer", "1", datetime(2026, 11, 23, tzinfo=UTC), "Your timer is done.")
SHORT, HOLD = on.Released(0.1), on.Held(0.4)
COUNT = [on.Held(float(each)) for each in range(3, 11)]


def play(session: Session, *events: on.Event) -> tuple[Session, list[do.Effect]]:
    done: list[do.Effect] = []
    for event in events:
        session, effects = step(session, event)
        done += effects
    return session, done


def replied(turn: int, text: str = "Done.") -> on.Replied:
    command = Command("text", (Step("task.create"),), 1.0, "template")
    return on.Replied(turn, Response(command, (Outcome("task.create", True, text),), Reply(text)))


IDLE = play(Session(), on.Ready())[0]
LISTENING = play(IDLE, on.WakeHeard(1, DETECTION))[0]
THINKING = play(
    LISTENING, on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.3)), on.FinalHeard(1, Final("add milk", 0.9, 0.0))
)[0]
ACTING = play(THINKING, on.ActingBegan(1, Command("add milk", (Step("list.add"),), 1.0, "template")))[0]
SPEAKING = play(THINKING, replied(1))[0]
RINGING = play(IDLE, on.DueCame(DUE))[0]
MUTED = play(IDLE, on.MuteAsked(True))[0]
SWITCHED_OFF = play(IDLE, on.SwitchTurned(True))[0]
FAULT = play(IDLE, on.MicrophoneFailed("gone"))[0]
ASKING = play(IDLE, on.QuestionAsked("q", "Shall I close the door?"), on.Played(IDLE.turn + 2, True))[0]
ALL = [Session(), IDLE, LISTENING, THINKING, ACTING, SPEAKING, RINGING, MUTED, SWITCHED_OFF, FAULT, ASKING]


def test_a_press_opens_the_ear_and_a_short_one_lets_the_turn_end_by_itself() -> None:
    session, effects = play(IDLE, on.Pressed())
    assert (session.phase, effects) == (
        "listening",
        [do.OpenEar(session.turn, held=True), do.Claim(session.turn, asked=True)],
    )
    assert play(session, SHORT, on.Tapped(1))[1] == [do.LetGo(session.turn, ends=False)]


@pytest.mark.parametrize("listening", [LISTENING, ASKING], ids=lambda each: each.phase)
def test_a_short_press_while_it_listens_ends_that(listening: Session) -> None:
    session, effects = play(listening, on.Pressed())
    assert (session.phase, effects) == (listening.phase, [do.HoldEar(listening.turn)]), "it may become a long one"
    assert session.serial > listening.serial, "with all the time there is"
    session, effects = play(session, SHORT)
    assert session.phase == "idle" and do.CloseEar() in effects


@pytest.mark.parametrize("listening", [LISTENING, ASKING], ids=lambda each: each.phase)
def test_holding_it_while_it_listens_goes_on_listening(listening: Session) -> None:
    session, effects = play(listening, on.Pressed(), HOLD, on.SpeechBegan(listening.turn), *COUNT[:2], on.Released(4.5))
    assert session.phase == listening.phase and session.question == listening.question
    assert effects == [do.HoldEar(listening.turn), do.LetGo(listening.turn, ends=True)]


def test_push_to_talk_from_idle() -> None:
    session, effects = play(IDLE, on.Pressed(), HOLD)
    turn = session.turn
    assert (session.phase, effects) == ("listening", [do.OpenEar(turn, held=True), do.Claim(turn, asked=True)])
    session, effects = play(session, on.SpeechBegan(turn), *COUNT, on.Released(12.0))
    assert (session.phase, effects) == ("listening", [do.LetGo(turn, ends=True)]), (
        "however long one speaks, it is no gesture"
    )
    heard = on.FinalHeard(turn, Final("add milk", 0.9, 0.0))
    session, effects = play(session, on.SpeechEnded(turn, Endpoint(9.0, "released", 1.0, 8.0)), heard)
    assert (session.phase, effects) == ("thinking", [do.Respond(turn, "add milk", 0.9)])


@pytest.mark.parametrize("session", [THINKING, ACTING, SPEAKING], ids=lambda each: each.phase)
def test_push_to_talk_while_something_else_goes_on(session: Session) -> None:
    after, effects = play(session, on.Pressed(), HOLD)
    assert after.phase == "listening" and after.turn > session.turn
    assert effects[-2:] == [do.OpenEar(after.turn, held=True, preroll=0.4), do.Claim(after.turn, asked=True)], (
        "what was said before the press is not meant"
    )
    assert (do.Hush() in effects) == (session.phase == "speaking")
    ended, effects = play(after, on.SpeechBegan(after.turn), on.Released(2.0))
    assert effects == [do.LetGo(ended.turn, ends=True)]


def test_holding_on_after_the_ringing_was_stopped_talks() -> None:
    session, effects = play(RINGING, on.Pressed(), HOLD)
    assert session.phase == "listening" and do.Hush() in effects and do.Rung(DUE) in effects


@pytest.mark.parametrize("session", [IDLE, LISTENING, SPEAKING, RINGING, MUTED], ids=lambda each: each.phase)
def test_held_for_three_seconds_without_a_word_it_mutes(session: Session) -> None:
    after, effects = play(session, on.Pressed(), HOLD, COUNT[0], on.Released(3.2))
    assert after.phase == "muted" and after.silenced
    assert effects[-1] == do.Chime("done") and do.CloseMicrophone() in effects
    after, effects = play(after, on.Pressed(), SHORT, on.Tapped(1))
    assert (after.phase, after.silenced) == ("idle", False)
    assert effects == [do.OpenMicrophone()]


def test_a_broken_microphone_can_be_muted_too() -> None:
    session, _ = play(FAULT, on.Pressed(), HOLD, COUNT[0], on.Released(3.2))
    assert (session.phase, session.silenced) == ("muted", True)


@pytest.mark.parametrize("seconds", [0.1, 2.0, 4.0, 11.0])
def test_nothing_at_the_button_lifts_what_the_switch_has_closed(seconds: float) -> None:
    held = [each for each in (HOLD, *COUNT) if each.seconds <= seconds]
    session, effects = play(SWITCHED_OFF, on.Pressed(), *held, on.Released(seconds), on.Tapped(1))
    assert session.muted and session.switched_off and not session.silenced
    assert not any(isinstance(effect, do.OpenMicrophone | do.OpenEar) for effect in effects)


def test_ten_seconds_without_a_word_ask_for_the_settings_it_was_made_with() -> None:
    session, effects = play(IDLE, on.Pressed(), HOLD, *COUNT, on.Released(10.4))
    assert session.phase == "speaking" and effects[-1] == do.Speak(session.turn, FACTORY_TEXT)
    session, effects = play(session, on.Played(session.turn, True))
    assert (session.phase, effects) == ("asking", [do.OpenEar(session.turn, heard=False, answer=True)])
    yes, effects = play(session, on.FinalHeard(session.turn, Final("Yes, please.", 0.9, 0.0)))
    assert effects[-2:] == [do.Chime("done"), do.Restore()] and yes.phase == "idle"


@pytest.mark.parametrize(
    ("words", "confidence"), [("No.", 0.9), ("Yes.", 0.3), ("What do you mean?", 0.9), ("Yes or no.", 0.9)]
)
def test_what_is_no_clear_yes_changes_nothing(words: str, confidence: float) -> None:
    said = Final(words, confidence, 0.0)
    session, _ = play(IDLE, on.FactoryAsked())
    session, effects = play(session, on.Played(session.turn, True), on.FinalHeard(session.turn + 2, said))
    assert do.Restore() not in effects and effects[-1] == do.Speak(session.turn, KEPT)


def test_silence_is_no_yes() -> None:
    session, _ = play(IDLE, on.FactoryAsked())
    session, effects = play(
        session, on.Played(session.turn, True), on.SpeechEnded(session.turn + 2, Endpoint(9.0, "no_speech"))
    )
    assert session.phase == "idle" and do.Restore() not in effects


def test_a_yes_to_another_programs_question_of_that_name_restores_nothing() -> None:
    session, _ = play(IDLE, on.QuestionAsked("factory", "Shall I order pizza?"))
    session, effects = play(
        session, on.Played(session.turn, True), on.FinalHeard(session.turn + 2, Final("Yes.", 0.9, 0.0))
    )
    assert do.Restore() not in effects


@pytest.mark.parametrize("session", [MUTED, SWITCHED_OFF, FAULT], ids=["muted", "switched off", "fault"])
def test_what_could_not_be_answered_is_not_asked(session: Session) -> None:
    after, effects = play(session, on.FactoryAsked())
    assert effects == [do.Speak(after.turn, UNHEARD)]


@pytest.mark.parametrize("session", [THINKING, ACTING, SPEAKING, RINGING], ids=lambda each: each.phase)
def test_it_is_asked_once_and_after_what_goes_on(session: Session) -> None:
    after, effects = play(session, on.FactoryAsked(), on.FactoryAsked())
    assert effects == [] and [each.factory for each in after.questions] == [True]


def test_twice_repeats_the_last_reply() -> None:
    said = play(SPEAKING, on.Played(1, True))[0]
    for times in (1, 2):
        session, effects = play(said, *[on.Pressed(), SHORT] * 2, on.Tapped(2))
        assert (session.phase, effects[-1]) == ("speaking", do.Speak(session.turn, "Done.")), times
        said = play(session, on.Played(session.turn, True))[0]
    session, effects = play(SPEAKING, *[on.Pressed(), SHORT] * 2, on.Tapped(2))
    assert effects[0] == do.Hush() and effects[-1] == do.Speak(session.turn, "Done."), "from its beginning"
    session, effects = play(IDLE, *[on.Pressed(), SHORT] * 2, on.Tapped(2))
    assert effects[-1] == do.Speak(session.turn, NOTHING_SAID)


def test_three_times_asks_to_undo() -> None:
    session, effects = play(IDLE, *[on.Pressed(), SHORT] * 3, on.Tapped(3))
    assert session.phase == "thinking"
    assert effects[-2:] == [do.CloseEar(), do.Respond(session.turn, "Undo?", 1.0, command=UNDO)]
    assert play(FAULT, *[on.Pressed(), SHORT] * 3, on.Tapped(3))[1] == [do.Chime("failed")]


@pytest.mark.parametrize("times", [1, 2, 3, 4, 7])
def test_drumming_on_the_button_to_stop_the_ringing_does_nothing_else(times: int) -> None:
    session, effects = play(RINGING, *[on.Pressed(), SHORT] * times, on.Tapped(times))
    assert not any(isinstance(effect, do.Speak | do.Respond) for effect in effects)
    session, effects = play(
        play(session, on.MuteAsked(True), on.MuteAsked(False))[0], *[on.Pressed(), SHORT] * 2, on.Tapped(2)
    )
    assert isinstance(effects[-1], do.Speak), "the next time it means something again"


def test_more_than_three_mean_nothing() -> None:
    session, effects = play(IDLE, *[on.Pressed(), SHORT] * 4, on.Tapped(4))
    assert session.phase == "idle" and not any(isinstance(effect, do.Speak | do.Respond) for effect in effects)


@pytest.mark.parametrize("session", ALL, ids=lambda each: each.phase)
def test_a_stuck_button_leads_to_no_turn(session: Session) -> None:
    after, effects = play(session, on.Pressed(), HOLD, *COUNT, on.ButtonStuck(True))
    assert after.stuck and after.press is None and after.phase not in ("listening", "asking")
    assert not any(isinstance(effect, do.Respond | do.Restore | do.LetGo) for effect in effects)
    after, effects = play(after, on.ButtonStuck(False))
    assert not after.stuck and effects == []


def test_the_lights_count_while_it_is_held_and_nobody_speaks() -> None:
    lights = ShownNames()
    following = LightsProjection(lights)
    session = IDLE
    for event in (on.Pressed(), HOLD, *COUNT, on.Released(11.0)):
        session, _ = step(session, event)
        following.follow(session, event)
    assert lights.names == ["listening", "button held", "speaking"]
    assert [view.countdown for view in lights.views if view.countdown is not None] == [7, 6, 5, 4, 3, 2, 1, 0]
    session, _ = play(IDLE, on.Pressed(), HOLD)
    following.follow(play(session, on.SpeechBegan(session.turn), *COUNT)[0])
    assert lights.names[-1] == "listening", "somebody speaks: letting go is the end of a command"


def test_a_release_after_another_ear_was_opened_ends_nothing() -> None:
    """The button was down while a command came from elsewhere, whose question is being answered now."""
    session, _ = play(IDLE, on.Pressed(), HOLD, on.TextGiven("add milk"))
    session = replace(play(session, replied(session.turn))[0], question=OutsideQuestion("q", "Really?"))
    assert play(session, on.Released(1.0))[1] == []


OPEN = play(replace(IDLE, open_s=8.0), on.Pressed(), SHORT, on.Tapped(1))[0]
OPEN = play(
    OPEN,
    on.SpeechEnded(OPEN.turn, Endpoint(3.0, "silence", 1.0, 2.3)),
    on.FinalHeard(OPEN.turn, Final("add milk", 0.9, 0.0)),
)[0]
OPEN = play(OPEN, replied(OPEN.turn))[0]
OPEN = play(OPEN, on.Played(OPEN.turn, True))[0]
"""A command was given and answered; the ear is open still."""


def test_holding_it_in_an_ear_that_opened_by_itself_is_asking_for_it() -> None:
    assert OPEN.phase == "listening" and OPEN.talk and OPEN.talk.unasked
    session, effects = play(OPEN, on.Pressed())
    assert effects == [do.HoldEar(OPEN.turn)] and session.talk and not session.talk.unasked
    assert play(session, on.Announced("Dinner."))[1] == [], "nothing interrupts"
    talked = play(session, HOLD, on.SpeechBegan(OPEN.turn), COUNT[0], on.Released(3.5))
    assert talked[1] == [do.LetGo(OPEN.turn, ends=True)]
    heard = on.FinalHeard(OPEN.turn, Final("that's all, add bread", 0.9, 0.0))
    assert [effect.unasked for effect in play(talked[0], heard)[1] if isinstance(effect, do.Respond)] == [False]
    assert play(session, SHORT, on.Tapped(1))[0].phase == "idle", "a short press shuts it"


def test_a_press_after_barging_in_forgets_what_was_being_said() -> None:
    question = play(IDLE, on.QuestionAsked("q", "Shall I close the door?"))[0]
    barged = play(question, on.WakeHeard(question.turn + 1, DETECTION))[0]
    assert barged.broken
    session, effects = play(barged, on.Pressed(), SHORT)
    assert session.phase == "idle" and do.Answer("q") in effects


@pytest.mark.parametrize(
    "closed", [on.SwitchTurned(closed=True), on.MuteAsked(True), on.MicrophoneFailed("gone")], ids=repr
)
def test_a_button_still_held_opens_no_microphone_that_was_closed_meanwhile(closed: on.Event) -> None:
    session, _ = play(IDLE, on.Pressed(), closed, on.Announced("Dinner."))
    assert session.phase == "speaking"
    session, effects = play(session, HOLD)
    assert (session.phase, effects) == ("speaking", [])


turns = st.integers(0, 40)
BUTTON = st.one_of(
    st.just(on.Pressed()),
    st.builds(on.Held, st.sampled_from([0.4, 3.0, 10.0])),
    st.builds(on.Released, st.sampled_from([0.1, 1.0, 11.0])),
    st.builds(on.Tapped, st.integers(1, 5)),
    st.builds(on.ButtonStuck, st.booleans()),
)
OTHERS = st.one_of(
    st.builds(on.SpeechBegan, turns),
    st.builds(on.Played, turns, st.booleans()),
    st.just(on.DueCame(DUE)),
    st.builds(on.MuteAsked, st.booleans()),
    st.builds(on.SwitchTurned, st.booleans()),
    st.just(on.Announced("Dinner.")),
    st.just(on.MicrophoneMended()),
    st.just(on.MicrophoneFailed("gone")),
)


@given(st.lists(st.one_of(BUTTON, BUTTON, OTHERS), max_size=50))
def test_nothing_done_with_the_button_alone_carries_anything_out(events: list[on.Event]) -> None:
    """But the question of undo, which three taps ask; and the switch is never overruled."""
    session = IDLE
    for event in events:
        before = session
        session, effects = step(session, event)
        assert do.Restore() not in effects
        assert all(effect.command == UNDO for effect in effects if isinstance(effect, do.Respond))
        assert not (session.switched_off and not session.muted)
        assert (Deadlines().of(session.phase) is None) == (session.phase in ("idle", "muted", "fault"))
        assert session.phase == before.phase or session.serial > before.serial
        if session.switched_off:
            assert not any(isinstance(effect, do.OpenEar | do.OpenMicrophone) for effect in effects)


@pytest.mark.parametrize(("on_call", "command"), [(False, CALL), (True, HANG_UP)])
def test_a_long_press_may_begin_and_end_a_call_rather_than_mute(on_call: bool, command: Command) -> None:
    session = replace(IDLE, long_press_calls=True, on_call=on_call)
    session, effects = play(session, on.Pressed(), HOLD, *COUNT[:1], on.Released(3.2))
    assert session.phase == "thinking" and not session.muted
    assert [each.command for each in effects if isinstance(each, do.Respond)] == [command]
    assert do.CloseEar() in effects


def test_a_long_press_mutes_where_the_settings_do_not_say_otherwise() -> None:
    session, _ = play(replace(IDLE, on_call=True), on.Pressed(), HOLD, *COUNT[:1], on.Released(3.2))
    assert session.muted


def test_a_long_press_into_a_closed_microphone_begins_no_call() -> None:
    """The press alone opens it; the switch is told of as before."""
    session = replace(SWITCHED_OFF, long_press_calls=True)
    _, effects = play(session, on.Pressed(), HOLD, *COUNT[:1], on.Released(3.2))
    assert not any(isinstance(each, do.Respond) for each in effects)
