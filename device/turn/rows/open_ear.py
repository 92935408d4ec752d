"""The ear that opens again by itself after a reply. Rows of the table in device/turn/machine.py.

Nobody said the wake word to it, so it is polite: what is no command is passed over in silence, what waits to be told
interrupts it while nobody speaks, and a few words shut it.
"""

from __future__ import annotations

from dataclasses import replace

from device.turn import events as on
from device.turn.effects import CloseEar, Effect
from device.turn.rows.remote import defer, keep
from device.turn.session import RESTING, Result, Session, Talk, fresh_turn, rest, shut
from services.understanding.reserved import closes

MOST_MISSED = 2
"""Turns in a row not meant for us (television, people talking to each other) after which the ear closes."""
MOST_BREAKS = 3
"""Things told in a row into an ear that nobody speaks to: constant announcements must not keep it open."""


def waits(session: Session) -> bool:
    """Whether the ear opened by itself and nobody speaks: it may be interrupted."""
    talk = session.talk
    return session.phase == "listening" and talk is not None and talk.unasked and not talk.voice


def at_ease(session: Session) -> bool:
    """Whether nothing goes on, though the ear may still be open."""
    return session.phase in RESTING or waits(session)


# --- somebody speaks ---


def began(session: Session, _: on.Event) -> Result:
    """From now on nothing interrupts."""
    return replace(session, talk=replace(session.talk or Talk(), voice=True, breaks=0), spoke=session.turn), ()


def passed_over(session: Session) -> Result:
    """Not meant for us: ignored in silence."""
    assert session.talk
    missed = session.talk.missed + 1
    return rest(shut(session) if missed >= MOST_MISSED else replace(session, talk=replace(session.talk, missed=missed)))


def ended_by(session: Session, text: str) -> bool:
    """Whether these words shut the ear."""
    return session.talk is not None and session.talk.unasked and closes(text)


def met(session: Session) -> Session:
    """It was meant for us."""
    return replace(session, talk=session.talk and replace(session.talk, missed=0))


def elsewhere(session: Session, _: on.Event) -> Result:
    """Who speaks with another device is not answered by two. Whoever asked for this ear keeps it for this turn, then
    the other device has it. Between two that heard the wake word, claims decide.
    """
    if not session.talk:
        return session, ()
    if session.phase == "listening" and session.talk.unasked:
        return rest(shut(fresh_turn(session)), CloseEar())
    return replace(session, talk=replace(session.talk, elsewhere=True)), ()


# --- something else comes ---


def interrupted(session: Session, *effects: Effect) -> Result:
    """What waits is told or rung; then the ear opens anew, unless that happened too often."""
    assert session.talk
    breaks = session.talk.breaks + 1
    after = shut(session) if breaks > MOST_BREAKS else replace(session, talk=replace(session.talk, breaks=breaks))
    return rest(after, CloseEar(), *effects)


def announced(session: Session, event: on.Announced) -> Result:
    """While somebody speaks it waits."""
    return interrupted(keep(session, event)[0]) if waits(session) else keep(session, event)


def asked(session: Session, event: on.QuestionAsked) -> Result:
    later, effects = defer(session, event)
    return interrupted(later, *effects) if waits(session) else (later, effects)
