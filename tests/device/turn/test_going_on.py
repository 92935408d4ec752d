"""A turn that was ended early and goes on: nothing of its beginning is said, unless nothing else follows."""

from __future__ import annotations

import pytest

from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import Session, step
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Endpoint, Final
from services.understanding.base import Command, Step
from services.wake.base import Detection

BEGUN = (
    on.WakeHeard(1, Detection("hey_jarvis", 0.9, 1.0)),
    on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.7)),
    on.FinalHeard(1, Final("set a timer for ten minutes", 0.9, 0.0)),
)
MORE = (
    on.SpeechEnded(3, Endpoint(5.0, "silence", 1.0, 4.7)),
    on.FinalHeard(3, Final("set a timer for ten minutes and thirty seconds", 0.9, 0.0)),
)
RESUMED = do.Respond(3, "set a timer for ten minutes and thirty seconds", 0.9, resumes=True)


def replied(turn: int, text: str) -> on.Replied:
    command = Command("text", (Step("timer.start"),), 1.0, "template")
    return on.Replied(turn, Response(command, (Outcome("timer.start", True, text),), Reply(text)))


NOTHING = on.Replied(
    3,
    Response(
        Command("and the cat", (), 0.0, "none"), (Outcome("none", False, "Sorry?", "not_understood"),), Reply("Sorry?")
    ),
)


def play(*events: on.Event) -> tuple[Session, list[do.Effect]]:
    session, done = step(Session(), on.Ready())[0], []
    for event in events:
        session, effects = step(session, event)
        done += effects
    return session, done


def said(effects: list[do.Effect]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, do.Speak)]


def test_while_its_beginning_is_thought_about() -> None:
    session, effects = play(*BEGUN, on.WentOn(3, 1), replied(1, "Ten minutes."), *MORE)
    assert (session.phase, session.turn) == ("thinking", 3)
    assert effects[-1] == RESUMED and said(effects) == []
    session, effects = play(*BEGUN, on.WentOn(3, 1), replied(1, "Ten minutes."), *MORE, replied(3, "Ten and a half."))
    assert said(effects) == ["Ten and a half."]


def test_while_the_reply_to_its_beginning_is_said() -> None:
    session, effects = play(*BEGUN, replied(1, "Ten minutes."), on.WentOn(3, 1), on.Played(1, False, "Ten minutes."))
    assert (session.phase, session.turn) == ("listening", 3)
    assert effects[-1] == do.Pause(1)
    session, effects = play(
        *BEGUN, replied(1, "Ten minutes."), on.WentOn(3, 1), *MORE, replied(3, "Ten and a half."), on.Played(3, True)
    )
    assert RESUMED in effects and said(effects) == ["Ten minutes.", "Ten and a half."]


@pytest.mark.parametrize("late", [True, False])
def test_where_it_was_nothing_the_reply_to_the_beginning_is_said(late: bool) -> None:
    begun = [on.WentOn(3, 1), replied(1, "Ten minutes.")] if late else [replied(1, "Ten minutes."), on.WentOn(3, 1)]
    _, effects = play(*BEGUN, *begun, on.Played(1, False, "Ten minutes."), *MORE, NOTHING)
    assert said(effects)[-1] == "Ten minutes." and "Sorry?" not in said(effects)


def test_what_goes_on_from_another_turn_is_not_listened_to() -> None:
    session, effects = play(*BEGUN, replied(1, "Ten minutes."), on.WentOn(3, -1))
    assert session.phase == "speaking" and effects[-1] == do.CloseEar()
    session, _ = play(*BEGUN, on.MuteAsked(True), on.WentOn(3, 1))
    assert (session.phase, session.turn, session.muted) == ("thinking", 1, True), "the microphone is closed"


def test_another_command_is_none_that_goes_on() -> None:
    _, effects = play(
        *BEGUN,
        on.WentOn(3, 1),
        on.WakeHeard(5, Detection("hey_jarvis", 0.9, 6.0)),
        on.SpeechEnded(5, Endpoint(8.0, "silence")),
        on.FinalHeard(5, Final("what time is it", 0.9, 0.0)),
    )
    assert effects[-1] == do.Respond(5, "what time is it", 0.9)
