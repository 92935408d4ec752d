"""Announcements, questions, claims of other devices, the broker. Rows of the table in device/turn/machine.py."""

from __future__ import annotations

from dataclasses import replace

from device.turn import events as on
from device.turn.effects import Answer, BreakOff, Chime, Claim, CloseEar, Hush, LetGo, OpenEar, Rung
from device.turn.rows.barge_in import forget
from device.turn.rows.talk_button import hold_open, push
from device.turn.session import (
    OutsideQuestion,
    Result,
    Session,
    Speech,
    Talk,
    enter,
    fresh_turn,
    next_turn,
    rest,
    say,
    shut,
    untold,
)

MOST_QUESTIONS = 8
"""Questions that may wait; further ones get no answer."""


# --- the ear ---


def listen_asked(session: Session, event: on.ListenAsked) -> Result:
    """Nothing goes on: the ear opens, as if the button were pressed or held."""
    if event.held:
        after, effects = push(session, event)
        return replace(after, held_afar=after.turn), effects
    turn = next_turn(session.turn, ear=False)
    return enter(session, "listening", OpenEar(turn), Claim(turn, asked=True), turn=turn, talk=Talk())


def listen_over(session: Session, event: on.ListenAsked) -> Result:
    """It speaks or rings: that ends, as for a button that is held, and the ear opens, unless nothing could be heard."""
    if session.deaf:
        return session, ()
    rung = (Rung(session.ringing),) if session.ringing else ()
    after, effects = listen_asked(session, event)
    return after, (Hush(), *rung, *effects)


def hold_asked(session: Session, event: on.ListenAsked) -> Result:
    """It listens already; like the button, this may hold it open."""
    if not event.held:
        return session, ()
    after, effects = hold_open(session, event)
    return replace(after, held_afar=after.turn), effects


def release_asked(session: Session, _: on.Event) -> Result:
    """Ends only what was held: somebody else may be speaking by now."""
    held, after = session.held_afar == session.turn, replace(session, held_afar=0)
    return after, (LetGo(session.turn, ends=True),) if held else ()


# --- announcements ---


def _words(event: on.Announced) -> Speech:
    return Speech(event.text, volume=event.volume, rank="urgent" if event.urgent else "notice")


def keep(session: Session, event: on.Announced) -> Result:
    return untold(session, _words(event)), ()


def tell(session: Session, event: on.Announced) -> Result:
    return rest(untold(session, _words(event)))


def interrupt(session: Session, event: on.Announced) -> Result:
    """Something urgent is said after the current sentence, then the rest. A question is asked to its end."""
    words = _words(event)
    interrupts = words.rank == "urgent" and session.saying and session.saying.rank != "urgent" and not session.question
    return untold(session, words), (BreakOff(session.turn),) if interrupts else ()


def interject(session: Session, event: on.Announced) -> Result:
    """An answer is awaited: something urgent is said, then the ear opens again."""
    words = _words(event)
    if words.rank != "urgent":
        return keep(session, event)
    return say(session, replace(words, awaits=True), CloseEar(), question=session.question)


def broken_off(session: Session, left: str) -> Result:
    """Something urgent came: the rest follows it."""
    assert session.saying
    return rest(untold(session, replace(session.saying, text=left), first=True))


# --- questions ---


def ask(session: Session, event: on.QuestionAsked) -> Result:
    later, effects = defer(session, event)
    return rest(later, *effects)


def defer(session: Session, event: on.QuestionAsked) -> Result:
    if len(session.questions) >= MOST_QUESTIONS:
        return decline(session, event)
    return replace(session, questions=(*session.questions, OutsideQuestion(event.id, event.text))), ()


def decline(session: Session, event: on.QuestionAsked) -> Result:
    return session, (Answer(event.id),)


def answered(session: Session, final: on.FinalHeard) -> Result:
    """The answer to a question is no command."""
    assert session.question
    answer = Answer(session.question.id, final.final.text, final.final.confidence)
    return rest(replace(session, question=None), answer, Chime("done"))


# --- other devices, and the broker ---


def settle(session: Session, event: on.ClaimSettled) -> Result:
    if not session.claiming or event.turn != session.turn:
        return session, ()
    if not event.won:
        forgotten, unanswered = forget(session)
        return rest(shut(fresh_turn(forgotten)), CloseEar(), *unanswered)
    return replace(session, claiming=False), (Chime("heard"),) if session.phase == "listening" else ()


def note(session: Session, event: on.BrokerChanged) -> Result:
    return replace(session, broker="there" if event.connected else "away", broker_reason=event.reason), ()
