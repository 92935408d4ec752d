"""What the appliance does next: `step(session, event) -> (session, effects)`, pure, over one table.

The table has a row for each event and a column for each phase; a dot ignores the event on purpose. Events of a turn
carry its number; those of another turn are stale and dropped before the table is asked, except a reply: what was done
is always told, if need be later. Turn numbers only grow. The ear takes the next odd one when it hears the wake word,
the machine the next even one for everything else, so that two threads never mean different turns by one number.
"""

from __future__ import annotations

from dataclasses import replace

from device.turn import events as on
from device.turn.effects import Answer, Chime, Claim, CloseEar, Effect, Finish, Hush, OpenEar, Respond, Rung, Speak
from device.turn.rows import open_ear
from device.turn.rows.barge_in import barge_in, duck, forget, forgetting, go_on, is_no_command, note_left, unduck
from device.turn.rows.due import remind, ring, ring_on, unring, wait
from device.turn.rows.microphone import fail, fault, mend, mended, mute, switch, unmute
from device.turn.rows.open_ear import announced, asked, began, elsewhere
from device.turn.rows.remote import (
    answered,
    ask,
    broken_off,
    decline,
    defer,
    hold_asked,
    interject,
    interrupt,
    keep,
    listen_asked,
    listen_over,
    note,
    release_asked,
    settle,
    tell,
)
from device.turn.rows.talk_button import (
    down,
    factory,
    factory_answered,
    held,
    hold_open,
    note_voice,
    push,
    released,
    stuck,
    tapped,
    withdraw,
)
from device.turn.session import (
    PHASES,
    RESTING,
    Broken,
    Deadlines,
    Handler,
    Phase,
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

__all__ = ["PHASES", "RESTING", "TABLE", "Deadlines", "Phase", "Session", "next_turn", "step"]

STILL = "I'm still working on that, and tell you when it is done."
SWITCHED_OFF = "The switch on the device keeps the microphone closed."


def step(session: Session, event: on.Event) -> Result:
    """The next session and what is to be done. Total: every event is answered in every phase."""
    if isinstance(event, on.TurnEvent) and event.turn != session.turn:
        return reply_late(session, event) if isinstance(event, on.Replied) else (_late(session, event), ())
    if isinstance(event, on.DeadlineCame) and event.serial != session.serial:
        return session, ()
    handler = TABLE[type(event)][session.phase]
    return handler(session, event) if handler else (session, ())


# --- starting and stopping ---


def ready(session: Session, _: on.Event) -> Result:
    return rest(session)


def finish(session: Session, event: on.Event) -> Result:
    after, finished = abort(session, event)
    return after, (Hush(), *finished)


def abort(session: Session, _: on.Event) -> Result:
    session, unanswered = forget(session)
    asked = [each for each in (session.question, *session.questions) if each]
    return replace(session, question=None, questions=()), (*unanswered, *(Answer(each.id) for each in asked), Finish())


# --- hearing ---


def listen(session: Session, event: on.WakeHeard) -> Result:
    """Also in mid-turn the devices settle which one answers, else another that heard it would act as well."""
    if event.turn < session.turn or session.deaf:
        return session, ()
    hushed = (Hush(),) if session.ringing else ()
    stopped = (Rung(session.ringing),) if session.ringing else ()
    broken = (
        session.broken if session.phase == "listening" else None
    )  # nothing has followed yet: it is said again, not lost
    return enter(
        session,
        "listening",
        *hushed,
        *stopped,
        Claim(event.turn),
        turn=event.turn,
        claiming=True,
        talk=Talk(),
        broken=broken,
    )


def hush(session: Session, _: on.Event) -> Result:
    return rest(shut(session), Hush())


def show(session: Session, _: on.Event) -> Result:
    # Seen by whoever watches the events; the phase stays, its deadline too.
    return session, ()


def ended(session: Session, event: on.SpeechEnded) -> Result:
    if event.endpoint.reason == "no_speech":
        return rest(shut(session))
    kept = {name: getattr(session, name) for name in ("question", "claiming", "broken", "resumes")}
    return enter(session, "thinking", answering=session.phase == "asking", **kept)


def heard(session: Session, event: on.FinalHeard) -> Result:
    """A claim not settled by now is not waited for."""
    talk, text = session.talk or Talk(), event.final.text
    if session.answering and event.final.dropped == "echo":  # nobody has spoken yet
        return _await_answer(session)
    if not text and talk.unasked:
        return open_ear.passed_over(session)
    if not text:
        return rest(shut(session), *([] if session.broken else [Chime("failed")]))
    if session.question:
        return factory_answered(session, event) if session.question.factory else answered(session, event)
    if open_ear.ended_by(session, text):
        forgotten, unanswered = forget(session)
        return rest(shut(forgotten), Chime("closed"), *unanswered)
    resumes = session.resumes is not None
    respond = Respond(
        event.turn, text, event.final.confidence, unasked=talk.unasked, resumes=resumes, who=event.final.who
    )
    return enter(session, "thinking", respond, talk=talk, broken=session.broken, resumes=session.resumes)


def typed(session: Session, event: on.TextGiven) -> Result:
    turn = next_turn(session.turn, ear=False)
    rung = (Rung(session.ringing),) if session.ringing else ()
    return enter(session, "thinking", *rung, CloseEar(), Hush(), Respond(turn, event.text, 1.0), turn=turn, talk=None)


def signal(session: Session, event: on.SignalHeard) -> Result:
    """A word that stands for a command is that command; one that wants silence is as if that were asked for."""
    meant = on.TextGiven(event.says) if event.says else on.StopAsked()
    handler = None if session.deaf else TABLE[type(meant)][session.phase]
    return handler(session, meant) if handler else (session, ())


# --- acting and answering ---


def act(session: Session, _: on.Event) -> Result:
    return enter(session, "acting")


def reply(session: Session, event: on.Replied) -> Result:
    """Replies to whoever barged in; if that was nothing, what was broken off is resumed."""
    return rest(shut(session)) if session.broken and is_no_command(event) else _reply(session, event)


@forgetting
def _reply(session: Session, event: on.Replied) -> Result:
    if session.talk and session.talk.unasked and not event.response.command.steps:
        return open_ear.passed_over(session)
    return _answered(open_ear.met(session), event)


def _answered(session: Session, event: on.Replied) -> Result:
    response = event.response
    asked = response.command.steps[0].action if len(response.command.steps) == 1 else ""
    if asked == "control.unmute" and session.switched_off:
        return _say_reply(session, event.turn, Speech(SWITCHED_OFF))
    if asked in ("control.stop", "control.cancel", "control.deny") and not response.reply.text:
        return rest(shut(session), Hush(), Chime("done"))
    text = session.last_reply if asked == "control.repeat" and session.last_reply else response.reply.text
    if not text:
        return rest(session, Chime("done"))
    chime = () if all(outcome.ok for outcome in response.outcomes) and response.command.steps else (Chime("failed"),)
    return _say_reply(session, event.turn, Speech(text, response.reply.awaits), *chime)


def _say_reply(session: Session, turn: int, words: Speech, *effects: Effect) -> Result:
    return enter(session, "speaking", *effects, Speak(turn, words.text), saying=words, last_reply=words.text)


def _late(session: Session, event: on.TurnEvent) -> Session:
    """An event of an earlier turn, for which nobody waits."""
    return note_left(session, event) if isinstance(event, on.Played) else session


def reply_late(session: Session, event: on.Replied) -> Result:
    reply = event.response.reply
    if not reply.text:
        return session, ()
    if event.turn == session.resumes and not session.broken:  # to be said only if nothing else follows
        return replace(session, broken=Broken(event.turn, Speech(reply.text, reply.awaits))), ()
    later = untold(session, Speech(reply.text, reply.awaits))
    return (
        open_ear.interrupted(later) if open_ear.waits(later) else rest(later) if later.phase in RESTING else (later, ())
    )


def played(session: Session, event: on.Played) -> Result:
    assert session.saying
    if event.left:
        return broken_off(session, event.left)
    if not session.awaits or not event.finished or session.deaf:
        return rest(session if event.finished else shut(session))
    if session.untold and session.untold[0].rank == "urgent":  # before the ear opens, not into it
        urgent, *others = session.untold
        return say(replace(session, untold=tuple(others)), replace(urgent, awaits=True), question=session.question)
    return _await_answer(session, over=True)


def _await_answer(session: Session, *, over: bool = False) -> Result:
    """`over`: it was just asked, and somebody may have answered before it was."""
    if session.deaf:  # closed meanwhile: nobody could answer
        return rest(session)
    turn = next_turn(session.turn, ear=False)
    talk = session.talk and replace(session.talk, unasked=False)
    ear = OpenEar(turn, heard=False, patience=session.open_s or None, answer=over)
    return enter(session, "asking", ear, turn=turn, question=session.question, talk=talk)


def give_up(session: Session, _: on.Event) -> Result:
    """A phase lasted too long: whatever still comes of it is stale."""
    return rest(shut(fresh_turn(session)), CloseEar(), Hush(), Chime("failed"))


def count(session: Session, event: on.JobChanged) -> Result:
    return replace(session, running=event.running), ()


def still_at_it(session: Session, event: on.Event) -> Result:
    """A job takes long: the ear is free again, and the reply follows when it is done."""
    if not session.running:
        return give_up(session, event)
    turn = next_turn(session.turn, ear=False)
    return enter(session, "speaking", Speak(turn, STILL), turn=turn, saying=Speech(STILL))


# fmt: off
def _row(*handlers: Handler | None) -> dict[Phase, Handler | None]:
    return dict(zip(PHASES, handlers, strict=True))


def _down(row: dict[Phase, Handler | None]) -> dict[Phase, Handler | None]:
    return {phase: handler and down(handler) for phase, handler in row.items()}


o: None = None
TABLE: dict[type[on.Event], dict[Phase, Handler | None]] = {
    # starting idle    listening thinking acting       speaking   asking     ringing  muted    fault
    on.Ready:             _row(ready,   o,      o,        o,       o,           o,         o,         o,       o,       o),
    on.WakeHeard:         _row(o,       listen, listen,   listen,  listen,      barge_in,  listen,    listen,  o,       o),
    on.SignalHeard:       _row(o,       signal, signal,   signal,  signal,      signal,    signal,    signal,  o,       o),
    on.WentOn:            _row(o,       go_on,  o,        go_on,   go_on,       go_on,      o,         go_on,   o,       o),
    on.BargeBegan:        _row(o,       o,      o,        o,       o,           duck,      o,         duck,    o,       o),
    on.BargeFaded:        _row(o,       o,      o,        o,       o,           unduck,    o,         unduck,  o,       o),
    on.StopHeard:         _row(o,       o,      o,        o,       o,           hush,      o,         unring,  o,       o),
    on.Pressed:     _down(_row(o,       push,   hold_open, show,   show,        hush,      hold_open, unring,  unmute,  show)),
    on.Held:              _row(held,    held,   held,     held,    held,        held,      held,      held,    held,    held),
    on.Released:          _row(released, released, released, released, released, released, released,  released, released, released),
    on.Tapped:            _row(o,       tapped, tapped,   show,    show,        tapped,    tapped,    show,    tapped,  tapped),
    on.ButtonStuck:       _row(stuck,   stuck,  stuck,    stuck,   stuck,       stuck,     stuck,     stuck,   stuck,   stuck),
    on.FactoryAsked:      _row(o,       factory, factory, factory, factory,     factory,   factory,   factory, factory, factory),
    on.SpeechBegan:       _row(o,       o,      began,    o,       o,           o,         note_voice, o,      o,       o),
    on.PartialHeard:      _row(o,       o,      show,     o,       o,           o,         show,      o,       o,       o),
    on.SpeechEnded:       _row(o,       o,      ended,    o,       o,           o,         ended,     o,       o,       o),
    on.FinalHeard:        _row(o,       o,      heard,    heard,   o,           o,         heard,     o,       o,       o),
    on.TextGiven:         _row(o,       typed,  typed,    typed,   typed,       typed,     typed,     typed,   typed,   typed),
    on.ActingBegan:       _row(o,       o,      o,        act,     o,           o,         o,         o,       o,       o),
    on.Replied:           _row(o,       o,      o,        reply,   reply,       o,         o,         o,       o,       o),
    on.Sounded:           _row(o,       o,      o,        o,       o,           show,      o,         o,       o,       o),
    on.Played:            _row(o,       o,      o,        o,       o,           played,    o,         ring_on, o,       o),
    on.DueCame:           _row(wait,    ring,   remind,   wait,    wait,        wait,      wait,      wait,    ring,    ring),
    on.JobChanged:        _row(count,   count,  count,    count,   count,       count,     count,     count,   count,   count),
    on.Announced:         _row(keep,    tell,   announced, keep,    keep,        interrupt, interject, keep,    tell,    tell),
    on.ListenAsked:       _row(o,       listen_asked, hold_asked, o, o,         listen_over, hold_asked, listen_over, o, o),
    on.ReleaseAsked:      _row(o,       o,      release_asked, o,  o,           o,         release_asked, o,   o,       o),
    on.StopAsked:         _row(o,       o,      withdraw, o,       o,           hush,      withdraw,  unring,  o,       o),
    on.MuteAsked:         _row(mute,    mute,   mute,     mute,    mute,        mute,      mute,      mute,    mute,    mute),
    on.SwitchTurned:      _row(switch,  switch, switch,   switch,  switch,      switch,    switch,    switch,  switch,  switch),
    on.QuestionAsked:     _row(defer,   ask,    asked,    defer,   defer,       defer,     defer,     defer,   decline, decline),
    on.Answered:          _row(o,       o,      o,        o,       o,           o,         o,         o,       o,       o),
    on.ClaimSettled:      _row(o,       o,      settle,   settle,  o,           o,         o,         o,       o,       o),
    on.ClaimHeard:        _row(o,       o,      elsewhere, elsewhere, elsewhere, elsewhere, elsewhere, elsewhere, o,     o),
    on.BrokerChanged:     _row(note,    note,   note,     note,    note,        note,      note,      note,    note,    note),
    on.FilesArrived:      _row(o,       o,      o,        o,       o,           o,         o,         o,       o,       o),
    on.Slow:              _row(o,       o,      o,        o,       o,           o,         o,         o,       o,       o),
    on.MicrophoneFailed:  _row(fail,    fault,  fault,    fail,    fail,        fail,      fault,     fail,    fail,    fail),
    on.MicrophoneMended:  _row(mend,    mend,   mend,     mend,    mend,        mend,      mend,      mend,    mend,    mended),
    on.DeadlineCame:      _row(abort,   o,      give_up,  give_up, still_at_it, give_up,   give_up,   unring,  o,       o),
    on.Stopping:          _row(finish,  finish, finish,   finish,  finish,      finish,    finish,    finish,  finish,  finish),
}
# fmt: on
