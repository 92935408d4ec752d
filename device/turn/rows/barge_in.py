"""Somebody talks over what the appliance says (docs/barge-in.md). Rows of the table in device/turn/machine.py.

The first frame that may be the wake word makes what sounds quieter, the second one pauses it. What was paused is
*broken*: it is said on where nothing intelligible follows, and forgotten where a command does.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps

from device.turn import events as on
from device.turn.effects import Answer, Claim, CloseEar, Duck, Pause
from device.turn.session import Broken, Handler, Result, Session, Talk, enter

MOST_IN_VAIN = 2
"""Times a reply may break off at the same sentence without a command following: it may be hearing its own voice."""


def duck(session: Session, _: on.Event) -> Result:
    return replace(session, ducked=True), () if session.ducked else (Duck(on=True),)


def unduck(session: Session, _: on.Event) -> Result:
    return replace(session, ducked=False), (Duck(on=False),) if session.ducked else ()


def barge_in(session: Session, event: on.WakeHeard) -> Result:
    """The wake word during a reply: it pauses, and the ear listens already. Devices settle which answers."""
    assert session.saying
    if event.turn < session.turn or session.deaf:
        return unduck(session, event)
    if session.saying.in_vain >= MOST_IN_VAIN:
        after, louder = unduck(session, event)
        return after, (CloseEar(), *louder)
    broken = Broken(session.turn, session.saying, session.question)
    effects = Pause(session.turn), Claim(event.turn)
    return enter(session, "listening", *effects, turn=event.turn, claiming=True, broken=broken, talk=Talk())


def go_on(session: Session, event: on.WentOn) -> Result:
    """Somebody was not done speaking: what comes of the turn that was ended early is not said, unless nothing else
    follows.
    """
    if event.turn <= session.turn or session.deaf:
        return session, ()
    if event.of != session.turn or session.question:
        return session, (CloseEar(),)
    broken = Broken(session.turn, session.saying) if session.saying else None
    effects = (Pause(session.turn),) if broken else ()
    return enter(session, "listening", *effects, turn=event.turn, resumes=event.of, broken=broken, talk=Talk())


def note_left(session: Session, event: on.Played) -> Session:
    """The rest of it becomes known a moment after the pause."""
    broken = session.broken
    if not broken or event.turn != broken.turn:
        return session
    again = broken.words.whole and event.left == broken.words.text
    words = replace(
        broken.words,
        text="" if event.finished else event.left or broken.words.text,
        whole=broken.words.whole or broken.words.text,
        in_vain=broken.words.in_vain + 1 if again else 0,
    )
    return replace(session, broken=replace(broken, words=words))


def forget(session: Session) -> Result:
    """Drops what was broken off: somebody wants something else. A question that was being asked gets no answer."""
    question = session.broken.question if session.broken else None
    return replace(session, broken=None), (Answer(question.id),) if question else ()


def forgetting(handler: Handler) -> Handler:
    """A handler that first drops what was broken off."""

    @wraps(handler)
    def after(session: Session, event: on.Event) -> Result:
        forgotten, unanswered = forget(session)
        later, effects = handler(forgotten, event)
        return later, (*unanswered, *effects)

    return after


def is_no_command(event: on.Replied) -> bool:
    """Whether nothing was understood: somebody spoke, but not to us. A question back means something was."""
    command = event.response.command
    return not command.steps and command.source == "none" and not event.response.reply.awaits
