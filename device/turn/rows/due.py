"""What is due rings, waits, is told or only chimes. Rows of the table in device/turn/machine.py."""

from __future__ import annotations

from dataclasses import replace

from device.turn import events as on
from device.turn.effects import Chime, Hush, Ring, Rung
from device.turn.rows.open_ear import interrupted, waits
from device.turn.session import Result, Session, Speech, fresh_turn, rest, shut, untold


def ring(session: Session, event: on.DueCame) -> Result:
    if event.due.how == "chime":
        return session, (Chime("heard"),)
    later, told = wait(session, event)
    return rest(later, *told)


def remind(session: Session, event: on.DueCame) -> Result:
    """While somebody speaks it waits."""
    if not waits(session):
        return wait(session, event)
    if event.due.how == "chime":
        return ring(session, event)
    later, told = wait(session, event)
    return interrupted(later, *told)


def wait(session: Session, event: on.DueCame) -> Result:
    if event.due.how == "chime":
        return session, ()
    if event.due.how == "tell":
        return untold(session, Speech(event.due.words)), (Rung(event.due),)
    known = {(due.kind, due.id) for due in session.waiting}
    if session.ringing:
        known.add((session.ringing.kind, session.ringing.id))
    if (event.due.kind, event.due.id) in known:
        return session, ()
    return replace(session, waiting=(*session.waiting, event.due)), ()


def ring_on(session: Session, event: on.Played) -> Result:
    assert session.ringing
    return session, (Ring(event.turn, session.ringing),)


def unring(session: Session, event: on.Event) -> Result:
    """Somebody stopped it, or its time to ring is over."""
    assert session.ringing
    stopped = Rung(session.ringing, heard=not isinstance(event, on.DeadlineCame))
    return rest(shut(fresh_turn(session)), Hush(), stopped)
