"""Talking over what the appliance says, in the transition table: what is ducked, broken off, said on or forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import RESTING, Deadlines, Session, next_turn, step
from device.turn.rows.barge_in import MOST_IN_VAIN
from services.actions.base import Due, Outcome, Reply, Response
from services.speech.base import Endpoint, Final, Partial
from services.understanding.base import Command, Step
from services.wake.base import Detection

DUE = Due("timer", "1", datetime(2026, 11, 23, tzinfo=UTC), "Your timer is done.")
DETECTION = Detection("hey_jarvis", 0.9, 1.0)
NOTHING = on.Replied(
    3,
    Response(
        Command("uh the game", (), 0.0, "none"),
        (Outcome("none", False, "Sorry?", "not_understood"),),
        Reply("Sorry?", False),
    ),
)
LEFT = "It is due on Friday."
DONE = "Task created. It is due on Friday."


def play(session: Session, *events: on.Event) -> tuple[Session, list[do.Effect]]:
    done: list[do.Effect] = []
    for event in events:
        session, effects = step(session, event)
        done += effects
    return session, done


def replied(turn: int, text: str = "Done.", action: str = "task.create", awaits: bool = False) -> on.Replied:
    return on.Replied(
        turn,
        Response(
            Command("text", (Step(action),), 1.0, "template"), (Outcome(action, True, text),), Reply(text, awaits)
        ),
    )


def idle() -> Session:
    return play(Session(), on.Ready())[0]


def telling(awaits: bool = False) -> Session:
    """Saying DONE as turn 1."""
    thinking = (
        on.WakeHeard(1, DETECTION),
        on.SpeechEnded(1, Endpoint(3.0, "silence")),
        on.FinalHeard(1, Final("add milk", 0.9, 0.0)),
    )
    return play(idle(), *thinking, replied(1, DONE, awaits=awaits))[0]


def ringing() -> Session:
    return play(idle(), on.DueCame(DUE))[0]


def broken(awaits: bool = False) -> Session:
    """Somebody said the wake word over it, as turn 3."""
    return play(
        telling(awaits),
        on.BargeBegan(),
        on.WakeHeard(3, DETECTION),
        on.Played(1, False, LEFT),
        on.ClaimSettled(3, True),
    )[0]


def said(effects: list[do.Effect]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, do.Speak)]


@pytest.mark.parametrize("session", [telling(), ringing()])
def test_one_frame_ducks_and_no_more(session: Session) -> None:
    session, effects = play(session, on.BargeBegan(), on.BargeBegan())
    assert session.ducked and effects == [do.Duck(True)]
    session, effects = play(session, on.BargeFaded(), on.BargeFaded())
    assert not session.ducked and effects == [do.Duck(False)]


def test_two_frames_pause_and_listen() -> None:
    session, effects = play(telling(), on.BargeBegan(), on.WakeHeard(3, DETECTION))
    assert effects == [do.Duck(True), do.Pause(1), do.Claim(3), do.Duck(False)]
    assert (session.phase, session.turn, session.claiming, session.ducked) == ("listening", 3, True, False)


@pytest.mark.parametrize(
    "nothing",
    [
        [on.SpeechEnded(3, Endpoint(3.0, "no_speech"))],
        [on.SpeechEnded(3, Endpoint(3.0, "silence")), on.FinalHeard(3, Final("", 0.0, 0.9, dropped="silence"))],
        [on.SpeechEnded(3, Endpoint(3.0, "silence")), on.FinalHeard(3, Final("", 0.0, 0.9, dropped="echo"))],
        [on.SpeechEnded(3, Endpoint(3.0, "silence")), on.FinalHeard(3, Final("uh the game", 0.5, 0.1)), NOTHING],
        [on.MicrophoneFailed("gone")],
        [on.MuteAsked(True)],
    ],
)
def test_it_is_said_on_where_nothing_follows(nothing: list[on.Event]) -> None:
    session, effects = play(broken(), *nothing)
    assert (session.phase, said(effects), session.broken) == ("speaking", [LEFT], None)
    assert session.last_reply == DONE, "what is repeated on request is all of it"
    session, effects = play(session, on.Played(session.turn, True))
    assert session.phase in RESTING and not said(effects)


@pytest.mark.parametrize(
    ("something", "phase"),
    [
        (
            [
                on.FinalHeard(3, Final("add milk", 0.9, 0.1)),
                on.ActingBegan(3, Command("add milk", (Step("list.add"),), 1.0, "template")),
            ],
            "acting",
        ),
        ([on.FinalHeard(3, Final("add milk", 0.9, 0.1)), replied(3, "Milk is on the list.")], "speaking"),
        ([on.FinalHeard(3, Final("stop", 0.9, 0.1)), replied(3, "", "control.stop")], "idle"),
        ([on.FinalHeard(3, Final("never mind", 0.9, 0.1)), replied(3, "", "control.cancel")], "idle"),
        ([on.StopAsked()], "idle"),
        ([on.Pressed(), on.Released(0.1)], "idle"),
        ([on.TextGiven("add milk")], "thinking"),
        ([on.ClaimSettled(3, False)], "idle"),
    ],
)
def test_it_is_forgotten_where_something_else_is_wanted(something: list[on.Event], phase: str) -> None:
    before = broken()
    if on.ClaimSettled(3, False) in something:
        before = replace(before, claiming=True)
    session, effects = play(before, *something)
    assert (session.phase, session.broken) == (phase, None)
    assert LEFT not in said(effects)
    session, effects = play(session, on.Played(session.turn, True), on.StopAsked())
    assert LEFT not in said(effects)


def test_the_wake_word_said_twice_loses_nothing() -> None:
    session, _ = play(broken(), on.WakeHeard(5, DETECTION))
    session, effects = play(session, on.SpeechEnded(5, Endpoint(3.0, "no_speech")))
    assert said(effects) == [LEFT]


def test_a_question_in_the_middle_of_a_reply_is_asked_in_the_end() -> None:
    session, _ = play(broken(awaits=True), on.SpeechEnded(3, Endpoint(3.0, "no_speech")))
    session, effects = play(session, on.Played(session.turn, True))
    assert (session.phase, effects) == ("asking", [do.OpenEar(session.turn, heard=False, answer=True)])


def test_the_question_of_a_program_is_put_again_or_has_no_answer() -> None:
    asked, _ = play(idle(), on.QuestionAsked("q", "Shall I lock the door?"))
    over, effects = play(asked, on.WakeHeard(3, DETECTION), on.Played(asked.turn, False, "the door?"))
    assert do.Answer("q") not in effects
    again, effects = play(over, on.SpeechEnded(3, Endpoint(3.0, "no_speech")))
    assert said(effects) == ["Shall I lock the door?"] and again.question and do.Answer("q") not in effects
    _, effects = play(over, on.FinalHeard(3, Final("add milk", 0.9, 0.1)), replied(3))
    assert effects.count(do.Answer("q")) == 1
    _, effects = play(over, on.Stopping())
    assert effects.count(do.Answer("q")) == 1


def test_what_is_urgent_comes_before_the_rest() -> None:
    session, _ = play(broken(), on.Announced("Fire!", urgent=True))
    session, effects = play(session, on.SpeechEnded(3, Endpoint(3.0, "no_speech")))
    assert said(effects) == ["Fire!"]
    session, effects = play(session, on.Played(session.turn, True))
    assert said(effects) == [LEFT]


def test_what_became_due_rings_after_the_rest() -> None:
    session, effects = play(broken(), on.DueCame(DUE), on.SpeechEnded(3, Endpoint(3.0, "no_speech")))
    assert said(effects) == [LEFT]
    session, effects = play(session, on.Played(session.turn, True))
    assert session.phase == "ringing"


def test_what_was_said_to_its_end_after_all_is_not_said_again() -> None:
    session, _ = play(telling(), on.WakeHeard(3, DETECTION), on.Played(1, True))
    session, effects = play(session, on.SpeechEnded(3, Endpoint(3.0, "no_speech")))
    assert (session.phase, said(effects)) == ("idle", [])


def test_nothing_is_lost_where_it_is_not_known_what_is_left() -> None:
    session, effects = play(telling(), on.WakeHeard(3, DETECTION), on.SpeechEnded(3, Endpoint(3.0, "no_speech")))
    assert said(effects) == [DONE]
    session, effects = play(session, on.Played(1, False, LEFT), on.Played(session.turn, True))
    assert (session.phase, said(effects)) == ("idle", [])


def test_a_sentence_that_seems_to_interrupt_itself_is_said_to_its_end() -> None:
    session = telling()
    for _ in range(MOST_IN_VAIN + 1):
        old = session.turn
        turn = next_turn(old, ear=True)
        session, _ = play(
            session,
            on.WakeHeard(turn, DETECTION),
            on.Played(old, False, LEFT),
            on.SpeechEnded(turn, Endpoint(1.0, "no_speech")),
        )
        assert session.phase == "speaking"
    session, effects = play(session, on.BargeBegan(), on.WakeHeard(next_turn(session.turn, ear=True), DETECTION))
    assert session.phase == "speaking" and effects == [do.Duck(True), do.CloseEar(), do.Duck(False)]


def test_stop_ends_a_reply_and_what_rings() -> None:
    session, effects = play(telling(), on.StopHeard(1))
    assert (session.phase, effects) == ("idle", [do.Hush()])
    before = ringing()
    session, effects = play(before, on.StopHeard(before.turn))
    assert session.phase == "idle" and do.Rung(DUE) in effects
    assert play(telling(), on.StopHeard(3))[0].phase == "speaking", "it was said to something else"


turns = st.integers(0, 14)
EVENTS = st.one_of(
    st.builds(on.WakeHeard, turns, st.just(DETECTION)),
    st.just(on.BargeBegan()),
    st.just(on.BargeFaded()),
    st.builds(on.StopHeard, turns),
    st.just(on.Pressed()),
    st.builds(on.PartialHeard, turns, st.just(Partial("add", 1.0))),
    st.builds(on.SpeechEnded, turns, st.sampled_from([Endpoint(1.0, "silence"), Endpoint(1.0, "no_speech")])),
    st.builds(
        on.FinalHeard, turns, st.sampled_from([Final("add milk", 0.9, 0.1), Final("", 0.0, 0.9, dropped="echo")])
    ),
    st.just(on.TextGiven("add milk")),
    st.builds(
        lambda turn, nothing: replace(NOTHING, turn=turn) if nothing else replied(turn, "Milk."), turns, st.booleans()
    ),
    st.builds(replied, turns, st.just(""), st.sampled_from(["control.mute", "control.unmute", "control.stop"])),
    st.builds(on.Played, turns, st.booleans(), st.sampled_from(["", LEFT])),
    st.just(on.DueCame(DUE)),
    st.builds(on.Announced, st.just("Fire!"), st.booleans()),
    st.builds(on.QuestionAsked, st.sampled_from(["a", "b", "c"]), st.just("Shall I?")),
    st.builds(on.ClaimSettled, turns, st.booleans()),
    st.builds(on.MuteAsked, st.booleans()),
    st.just(on.MicrophoneFailed("gone")),
    st.just(on.MicrophoneMended()),
    st.builds(on.DeadlineCame, st.integers(0, 40)),
    st.just(on.StopAsked()),
)


@given(st.lists(EVENTS, max_size=60))
def test_no_duck_ever_stays(events: list[on.Event]) -> None:
    session, ducked = telling(), False
    for event in events:
        session, effects = step(session, event)
        for effect in effects:
            ducked = effect.on if isinstance(effect, do.Duck) else ducked
        assert ducked == session.ducked, "what sounds is as quiet as the session says"
        assert not ducked or session.phase in ("speaking", "ringing")
        assert session.broken is None or session.phase in ("listening", "thinking")


def _left(session: Session, played: on.Played) -> str:
    """What may be left of what was said for that turn: nothing that was never in it."""
    broken = session.broken
    words = (
        session.saying
        if played.turn == session.turn
        else broken.words
        if broken and played.turn == broken.turn
        else None
    )
    return "The rest." if played.left and words and "The rest." in words.text else ""


@given(st.lists(EVENTS, max_size=40))
def test_a_broken_reply_is_in_one_place_at_most(events: list[on.Event]) -> None:
    """It is being said, waits to be said, or is broken off and may be said on: never two of these, and never comes back
    from nowhere.
    """
    session, _ = play(telling(), on.WakeHeard(3, DETECTION), on.Played(1, False, "The rest."))
    there = 1
    for each in events:
        event = replace(each, left=_left(session, each)) if isinstance(each, on.Played) else each
        session, _ = step(session, event)
        places = [session.saying, *session.untold, session.broken and session.broken.words]
        count = sum(words.text.count("The rest.") for words in places if words)
        assert count <= there, "it was forgotten or said, and stays so"
        there = count


@given(st.lists(EVENTS, max_size=60))
def test_every_question_has_one_answer(events: list[on.Event]) -> None:
    session, asked, answers = idle(), 0, 0
    for number, each in enumerate([*events, on.Stopping()]):
        event = replace(each, id=str(number)) if isinstance(each, on.QuestionAsked) else each
        asked += isinstance(event, on.QuestionAsked)
        session, effects = step(session, event)
        answers += sum(isinstance(effect, do.Answer) for effect in effects)
    assert answers == asked


@given(st.lists(EVENTS, max_size=40))
def test_its_deadline_always_ends_a_phase(events: list[on.Event]) -> None:
    session, _ = play(telling(), *events)
    for _ in range(40):
        if Deadlines().of(session.phase) is None:
            break
        session, _ = step(session, on.DeadlineCame(session.serial))
    assert session.phase in RESTING
