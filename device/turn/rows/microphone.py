"""The microphone, broken or closed on purpose. Rows of the table in device/turn/machine.py."""

from __future__ import annotations

from dataclasses import replace

from device.turn import events as on
from device.turn.effects import Chime, CloseEar, CloseMicrophone, Effect, Hush, OpenMicrophone
from device.turn.session import Result, Session, fresh_turn, rest


def fail(session: Session, event: on.MicrophoneFailed) -> Result:
    """Noted while something goes on that needs no microphone; shown afterwards."""
    return replace(session, fault=event.reason), ()


def fault(session: Session, event: on.MicrophoneFailed) -> Result:
    return rest(fresh_turn(replace(session, fault=event.reason)), CloseEar(), Chime("failed"))


def mend(session: Session, _: on.Event) -> Result:
    return replace(session, fault=None), ()


def mended(session: Session, _: on.Event) -> Result:
    return rest(replace(session, fault=None))


def turn_microphone(session: Session, *, silenced: bool, switched_off: bool) -> Result:
    """Close it, or open it if neither holds. What is heard, or asked with nobody to answer, ends."""
    after = replace(session, silenced=silenced, switched_off=switched_off, muted=silenced or switched_off)
    if after.muted == session.muted:
        return after, ()
    turned: Effect = CloseMicrophone() if after.muted else OpenMicrophone()
    match session.phase:
        case "listening" | "asking":
            return rest(fresh_turn(after), CloseEar(), turned)
        case "speaking" if session.question:
            return rest(fresh_turn(after), Hush(), turned)
        case "idle" | "muted" | "fault":
            return rest(after, turned)
    return after, (turned,)


def unmute(session: Session, _: on.Event) -> Result:
    if session.switched_off:
        return session, (Chime("failed"),)
    return turn_microphone(session, silenced=False, switched_off=False)


def mute(session: Session, event: on.MuteAsked) -> Result:
    if session.switched_off and not event.muted:
        return session, ()
    return turn_microphone(session, silenced=event.muted, switched_off=session.switched_off)


def switch(session: Session, event: on.SwitchTurned) -> Result:
    return turn_microphone(session, silenced=session.silenced, switched_off=event.closed)
