"""What the appliance does next: `step(session, event) -> (session, effects)`, pure, over one table.

The table has a row for each event and a column for each phase; a dot ignores the event on purpose. Events of a turn carry its number;
those of another turn are stale and dropped before the table is asked, except a reply: what was done is always told, if need be later.
Turn numbers only grow. The ear takes the next odd one when it hears the wake word, the machine the next even one for everything else,
so that two threads never mean different turns by one number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from device import events as on
from device.effects import (
    Chime,
    CloseEar,
    CloseMicrophone,
    Effect,
    Finish,
    Hush,
    OpenEar,
    OpenMicrophone,
    Respond,
    Ring,
    Rung,
    Speak,
)
from services.actions.base import Due

STILL = "I'm still working on that, and tell you when it is done."
Phase = Literal["starting", "idle", "listening", "thinking", "acting", "speaking", "asking", "ringing", "muted", "fault"]
PHASES: tuple[Phase, ...] = get_args(Phase)
RESTING: frozenset[Phase] = frozenset({"idle", "muted", "fault"})
"""The phases one may stay in for ever. Every other has a deadline."""


@dataclass(frozen=True, slots=True)
class Session:
    """The state of the appliance; replaced, never changed."""

    phase: Phase = "starting"
    turn: int = 0
    serial: int = 0
    """Grows with each entry into a phase; a deadline belongs to one serial."""
    muted: bool = False
    fault: str | None = None
    awaits: bool = False
    """The reply being spoken asks something: open the ear after it."""
    last_reply: str = ""
    ringing: Due | None = None
    waiting: tuple[Due, ...] = field(default=())
    """Due, but the appliance was in the middle of a turn."""
    untold: tuple[str, ...] = field(default=())
    """Replies of commands that ended while another turn had begun; said as soon as nothing else goes on."""
    untold_awaits: bool = False
    """The last of them asks something."""
    running: int = 0
    """Jobs that run, of all clients."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each provisional phase may last, seconds."""

    starting: float = 120.0
    listening: float = 30.0
    thinking: float = 15.0
    acting: float = 10.0
    speaking: float = 120.0
    asking: float = 30.0
    ringing: float = 300.0

    def of(self, phase: Phase) -> float | None:
        """Seconds the phase may last; None for one that may last for ever."""
        return None if phase in RESTING else float(getattr(self, phase))


Result = tuple[Session, tuple[Effect, ...]]
Handler = Callable[[Session, on.Event], Result]


def step(session: Session, event: on.Event) -> Result:
    """The next session and what is to be done. Total: every event is answered in every phase."""
    if isinstance(event, on.TurnEvent) and event.turn != session.turn:
        return reply_late(session, event) if isinstance(event, on.Replied) else (session, ())
    if isinstance(event, on.DeadlineCame) and event.serial != session.serial:
        return session, ()
    handler = TABLE[type(event)][session.phase]
    return handler(session, event) if handler else (session, ())


def _enter(session: Session, phase: Phase, **changes: Any) -> Session:
    return replace(session, phase=phase, serial=session.serial + 1, **changes)


def next_turn(latest: int, *, ear: bool) -> int:
    """The next number of the ear's (odd) or the machine's own (even)."""
    return latest + 1 if (latest % 2 == 0) == ear else latest + 2


def _rest(session: Session, *effects: Effect) -> Result:
    """Back to where nothing goes on; what was left untold is said, what became due rings."""
    session = replace(session, awaits=False, ringing=None)
    if session.untold:
        turn = next_turn(session.turn, ear=False)
        text = " ".join(session.untold)
        told = replace(session, untold=(), last_reply=text, awaits=session.untold_awaits, untold_awaits=False)
        return _enter(told, "speaking", turn=turn), (*effects, Speak(turn, text))
    if session.waiting:
        due, *rest = session.waiting
        ringing, more = _ring(replace(session, waiting=tuple(rest)), due)
        return ringing, (*effects, *more)
    phase: Phase = "muted" if session.muted else "fault" if session.fault else "idle"
    return _enter(session, phase), effects


# --- starting and stopping ----------------------------------------------------------------------------------------------------------


def ready(session: Session, _: on.Event) -> Result:
    return _rest(session)


def finish(session: Session, _: on.Event) -> Result:
    return session, (Hush(), Finish())


def abort(session: Session, _: on.Event) -> Result:
    return session, (Finish(),)


# --- hearing ------------------------------------------------------------------------------------------------------------------------


def listen(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.WakeHeard)
    if event.turn < session.turn:
        return session, ()
    effects: tuple[Effect, ...] = (Hush(), Chime("heard")) if session.phase in ("speaking", "ringing") else (Chime("heard"),)
    stopped = (Rung(session.ringing),) if session.ringing else ()
    return _enter(session, "listening", turn=event.turn, awaits=False, ringing=None), (*effects, *stopped)


def press(session: Session, _: on.Event) -> Result:
    turn = next_turn(session.turn, ear=False)
    return _enter(session, "listening", turn=turn, awaits=False), (OpenEar(turn),)


def hush(session: Session, _: on.Event) -> Result:
    return _rest(session, Hush())


def withdraw(session: Session, _: on.Event) -> Result:
    return _rest(replace(session, turn=next_turn(session.turn, ear=False)), CloseEar())


def unmute(session: Session, _: on.Event) -> Result:
    return _rest(replace(session, muted=False), OpenMicrophone())


def show(session: Session, _: on.Event) -> Result:
    # Seen by whoever watches the events; the phase stays, its deadline too.
    return session, ()


def ended(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.SpeechEnded)
    if event.endpoint.reason == "no_speech":
        return _rest(session)
    return _enter(session, "thinking"), ()


def heard(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.FinalHeard)
    if not event.final.text:
        return _rest(session, Chime("failed"))
    return _enter(session, "thinking", awaits=False), (Respond(event.turn, event.final.text, event.final.confidence),)


def typed(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.TextGiven)
    turn = next_turn(session.turn, ear=False)
    rung = (Rung(session.ringing),) if session.ringing else ()
    after = _enter(session, "thinking", turn=turn, awaits=False, ringing=None)
    return after, (*rung, CloseEar(), Hush(), Respond(turn, event.text, 1.0))


# --- acting and answering -----------------------------------------------------------------------------------------------------------


def act(session: Session, _: on.Event) -> Result:
    return _enter(session, "acting"), ()


def reply(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.Replied)
    asked = event.command.steps[0].action if len(event.command.steps) == 1 else ""
    if asked == "control.mute" and not event.reply.text:
        muted = replace(session, muted=True)
        return _rest(muted, CloseMicrophone(), Chime("done"))
    if asked == "control.unmute" and session.muted:
        return _rest(replace(session, muted=False), OpenMicrophone(), Chime("done"))
    if asked in ("control.stop", "control.cancel", "control.deny") and not event.reply.text:
        return _rest(session, Hush(), Chime("done"))
    closing: tuple[Effect, ...] = ()
    if any("control.mute" in outcome.did for outcome in event.outcomes):  # a routine mutes, and is heard to its end
        session, closing = replace(session, muted=True), (CloseMicrophone(),)
    text = session.last_reply if asked == "control.repeat" and session.last_reply else event.reply.text
    if not text:
        return _rest(session, Chime("done"))
    kept = replace(session, last_reply=text, awaits=event.reply.awaits)
    chime = () if all(outcome.ok for outcome in event.outcomes) and event.command.steps else (Chime("failed"),)
    return _enter(kept, "speaking"), (*closing, *chime, Speak(event.turn, text))


def reply_late(session: Session, event: on.Replied) -> Result:
    if not event.reply.text:
        return session, ()
    later = replace(session, untold=(*session.untold, event.reply.text), untold_awaits=event.reply.awaits)
    return _rest(later) if later.phase in RESTING else (later, ())


def played(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.Played)
    if session.awaits and event.finished and not session.muted and not session.fault:
        turn = next_turn(session.turn, ear=False)
        return _enter(session, "asking", turn=turn, awaits=False), (OpenEar(turn, heard=False),)
    return _rest(session)


def give_up(session: Session, _: on.Event) -> Result:
    """A phase lasted too long: whatever of it still comes is stale from now on."""
    return _rest(replace(session, turn=next_turn(session.turn, ear=False)), CloseEar(), Hush(), Chime("failed"))


def tell(session: Session, event: on.Event) -> Result:
    later, _ = keep(session, event)
    return _rest(later)


def keep(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.Announced)
    return replace(session, untold=(*session.untold, event.text), untold_awaits=False), ()


def count(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.JobChanged)
    return replace(session, running=event.running), ()


def still_at_it(session: Session, event: on.Event) -> Result:
    """A job takes long: the ear is free again, and its reply is told when it comes."""
    if not session.running:
        return give_up(session, event)
    turn = next_turn(session.turn, ear=False)
    return _enter(session, "speaking", turn=turn, awaits=False), (Speak(turn, STILL),)


# --- ringing ------------------------------------------------------------------------------------------------------------------------


def _ring(session: Session, due: Due) -> Result:
    turn = next_turn(session.turn, ear=False)
    return _enter(session, "ringing", turn=turn, ringing=due, awaits=False), (Ring(turn, due),)


def ring(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.DueCame)
    if event.due.how == "chime":
        return session, (Chime("heard"),)
    if event.due.how == "tell":
        later, told = wait(session, event)
        return _rest(later, *told)
    return _ring(session, event.due)


def wait(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.DueCame)
    if event.due.how == "chime":
        return session, ()
    if event.due.how == "tell":
        return replace(session, untold=(*session.untold, event.due.words), untold_awaits=False), (Rung(event.due),)
    known = {(due.kind, due.id) for due in session.waiting}
    if session.ringing:
        known.add((session.ringing.kind, session.ringing.id))
    if (event.due.kind, event.due.id) in known:
        return session, ()
    return replace(session, waiting=(*session.waiting, event.due)), ()


def ring_on(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.Played) and session.ringing
    return session, (Ring(event.turn, session.ringing),)


def unring(session: Session, event: on.Event) -> Result:
    """Somebody stopped it; or nobody did for as long as it may ring."""
    assert session.ringing
    stopped = Rung(session.ringing, heard=not isinstance(event, on.DeadlineCame))
    return _rest(replace(session, turn=next_turn(session.turn, ear=False)), Hush(), stopped)


# --- the microphone -----------------------------------------------------------------------------------------------------------------


def fail(session: Session, event: on.Event) -> Result:
    """Noted while something goes on that needs no microphone; shown as soon as that is over."""
    assert isinstance(event, on.MicrophoneFailed)
    return replace(session, fault=event.reason), ()


def fault(session: Session, event: on.Event) -> Result:
    assert isinstance(event, on.MicrophoneFailed)
    return _rest(replace(session, fault=event.reason, turn=next_turn(session.turn, ear=False)), CloseEar(), Chime("failed"))


def mend(session: Session, _: on.Event) -> Result:
    return replace(session, fault=None), ()


def mended(session: Session, _: on.Event) -> Result:
    return _rest(replace(session, fault=None))


# fmt: off
def _row(*handlers: Handler | None) -> dict[Phase, Handler | None]:
    return dict(zip(PHASES, handlers, strict=True))


o: None = None
TABLE: dict[type[on.Event], dict[Phase, Handler | None]] = {
    #                           starting  idle    listening  thinking  acting   speaking  asking    ringing  muted   fault
    on.Ready:             _row(ready,    o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.WakeHeard:         _row(o,        listen, listen,    listen,   listen,  listen,   listen,   listen,  o,      o),
    on.Pressed:           _row(o,        press,  withdraw,  o,        o,       hush,     withdraw, unring,  unmute, o),
    on.PartialHeard:      _row(o,        o,      show,      o,        o,       o,        show,     o,       o,      o),
    on.SpeechEnded:       _row(o,        o,      ended,     o,        o,       o,        ended,    o,       o,      o),
    on.FinalHeard:        _row(o,        o,      heard,     heard,    o,       o,        heard,    o,       o,      o),
    on.TextGiven:         _row(o,        typed,  typed,     typed,    typed,   typed,    typed,    typed,   typed,  typed),
    on.ActingBegan:       _row(o,        o,      o,         act,      o,       o,        o,        o,       o,      o),
    on.Replied:           _row(o,        o,      o,         reply,    reply,   o,        o,        o,       o,      o),
    on.Sounded:           _row(o,        o,      o,         o,        o,       show,     o,        o,       o,      o),
    on.Played:            _row(o,        o,      o,         o,        o,       played,   o,        ring_on, o,      o),
    on.DueCame:           _row(wait,     ring,   wait,      wait,     wait,    wait,     wait,     wait,    ring,   ring),
    on.JobChanged:        _row(count,    count,  count,     count,    count,   count,    count,    count,   count,  count),
    on.Announced:         _row(keep,     tell,   keep,      keep,     keep,    keep,     keep,     keep,    tell,   tell),
    on.ListenAsked:       _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.StopAsked:         _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.MuteAsked:         _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.SwitchTurned:      _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.QuestionAsked:     _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.Answered:          _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.ClaimSettled:      _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.BrokerChanged:     _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.FilesArrived:      _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.Slow:              _row(o,        o,      o,         o,        o,       o,        o,        o,       o,      o),
    on.MicrophoneFailed:  _row(fail,     fault,  fault,     fail,     fail,    fail,     fault,    fail,    fail,   fail),
    on.MicrophoneMended:  _row(mend,     mend,   mend,      mend,     mend,    mend,     mend,     mend,    mend,   mended),
    on.DeadlineCame:      _row(abort,    o,      give_up,   give_up,  still_at_it, give_up,  give_up,  unring,  o,      o),
    on.Stopping:          _row(finish,   finish, finish,    finish,   finish,  finish,   finish,   finish,  finish, finish),
}
# fmt: on
