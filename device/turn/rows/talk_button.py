"""The talk button: talk, push-to-talk, mute, repeat, undo, reset. Rows of the table in device/turn/machine.py.

What counts as a press is settled in device/buttons/gestures.py. docs/button.md is made from `WORDS` below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import wraps

from device.buttons.gestures import FACTORY_S, HOLD_S, MUTE_S
from device.turn import events as on
from device.turn.effects import Answer, Chime, Claim, CloseEar, HoldEar, Hush, LetGo, OpenEar, Respond, Restore
from device.turn.rows.barge_in import forgetting
from device.turn.rows.microphone import turn_microphone
from device.turn.session import (
    RESTING,
    Handler,
    OutsideQuestion,
    Press,
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
from services.understanding.base import Command, Step
from services.understanding.reserved import yes_or_no

ID = "factory"
"""Of the question."""
FACTORY_TEXT = "What you have told me is kept. Do you want the settings back that I was made with?"
UNHEARD = "The microphone is closed, so I could not hear your answer. Open it, then hold the button again."
KEPT = "Nothing was changed."
NOTHING_SAID = "I have said nothing yet."
UNDO = Command("Undo?", (Step("control.undo", {"ask": "first"}),), 1.0, "explicit")
CALL = Command("Start a call.", (Step("call.start", {}),), 1.0, "explicit")
HANG_UP = Command("End the call.", (Step("call.end", {}),), 1.0, "explicit")
_SURE = 0.5
"""Least confidence of a yes to what no word can take back."""

WORDS: Mapping[str, str] = {
    "press": (
        "Talk: the ear opens, without a wake word. It stops a reply or a ringing instead; while it listens, it ends"
        " that; a muted microphone it opens."
    ),
    f"hold for {HOLD_S:g} s": (
        "Push-to-talk: it listens for as long as the button is down, pauses or not. What was said is the command."
    ),
    "press twice": "The last reply is said again.",
    "press three times": "It asks whether to undo the last command, and says which; a yes undoes it.",
    f"hold for {MUTE_S} s, say nothing, let go": (
        "Mute: the microphone is closed, until the next press. With `long_press` of `[calls]` it starts a call instead,"
        " or ends it."
    ),
    f"hold for {FACTORY_S} s, say nothing, let go": "It asks whether you want the settings back that it was made with.",
}
"""Gesture → what it does."""


def down(handler: Handler) -> Handler:
    """Notes that the button is down, and in which phase, besides what it does there."""

    @wraps(handler)
    def pressed(session: Session, event: on.Event) -> Result:
        after, effects = handler(session, event)
        tapped_in = session.tapped_in or session.phase
        return replace(after, press=Press(session.phase, after.turn), tapped_in=tapped_in), effects

    return pressed


def push(session: Session, _: on.Event) -> Result:
    turn = next_turn(session.turn, ear=False)
    return enter(session, "listening", OpenEar(turn, held=True), Claim(turn, asked=True), turn=turn, talk=Talk())


def hold_open(session: Session, _: on.Event) -> Result:
    """It listens already: a short press ends that, a longer one holds it open. Its deadline starts anew."""
    talk = session.talk and replace(session.talk, unasked=False)
    return replace(session, serial=session.serial + 1, talk=talk), (HoldEar(session.turn),)


@forgetting
def withdraw(session: Session, _: on.Event) -> Result:
    return rest(shut(fresh_turn(session)), CloseEar())


def note_voice(session: Session, event: on.SpeechBegan) -> Result:
    return replace(session, spoke=event.turn), ()


def held(session: Session, event: on.Held) -> Result:
    """Held: push-to-talk. Held longer without speech: the lights count down."""
    if session.press is None:
        return session, ()
    after = replace(session, press=replace(session.press, seconds=event.seconds), tapped_in=None)
    if (
        event.seconds > HOLD_S
        or _is_heard(session, session.press)
        or session.deaf
        or session.phase in ("starting", "ringing")
    ):
        return after, ()
    turn = next_turn(session.turn, ear=False)
    hushed = (Hush(),) if session.phase == "speaking" else ()
    closed = (CloseEar(),) if session.phase in ("listening", "asking") else ()
    opened = OpenEar(
        turn, held=True, preroll=event.seconds
    )  # one speaks while pressing, but what was said before is not meant
    pressed = replace(after, press=Press(session.press.phase, turn, event.seconds))
    return enter(pressed, "listening", *hushed, *closed, opened, Claim(turn, asked=True), turn=turn, talk=Talk())


def released(session: Session, event: on.Event) -> Result:
    press, after = session.press, replace(session, press=None)
    if press is None:
        return after, ()
    heard = _is_heard(session, press)
    if not press.seconds:
        if not heard:
            return after, ()
        if press.phase in ("listening", "asking"):
            return withdraw(after, event)
        return after, (LetGo(press.turn, ends=False),)
    if session.spoke == press.turn or press.seconds < MUTE_S:
        return after, (LetGo(press.turn, ends=True),) if heard else ()
    return factory(after, on.FactoryAsked()) if press.seconds >= FACTORY_S else _held_long(after)


def countdown(session: Session) -> int | None:
    """Seconds until letting go asks about the factory settings, once it would mute."""
    press = session.press
    if press is None or press.seconds < MUTE_S or session.spoke == press.turn:
        return None
    return round(FACTORY_S - press.seconds)


def _is_heard(session: Session, press: Press) -> bool:
    """Whether the ear is open for the turn that the button holds."""
    return session.phase in ("listening", "asking") and session.turn == press.turn


def _held_long(session: Session) -> Result:
    """Mute, unless the settings have it begin or end a call."""
    if not session.long_press_calls or session.deaf or session.phase == "starting":
        return _mute(session)
    command = HANG_UP if session.on_call else CALL
    leaving = (CloseEar(),) if session.phase in ("listening", "asking") else ()
    turn = next_turn(session.turn, ear=False)
    return enter(session, "thinking", *leaving, Respond(turn, command.text, 1.0, command=command), turn=turn, talk=None)


def _mute(session: Session) -> Result:
    if session.switched_off or session.phase == "starting":
        return session, (Chime("failed"),)
    after, effects = turn_microphone(session, silenced=True, switched_off=False)
    return after, (*effects, Chime("done"))


def tapped(session: Session, event: on.Tapped) -> Result:
    """Twice: repeat the last reply. Three times: undo, after a yes. Neither where the presses stopped a ringing."""
    first, session = session.tapped_in, replace(session, tapped_in=None)
    if first == "ringing" or session.press or event.times not in (2, 3):
        return session, ()
    leaving = (
        (CloseEar(),) if session.phase in ("listening", "asking") else (Hush(),) if session.phase == "speaking" else ()
    )
    if event.times == 2:
        return say(session, Speech(session.last_reply or NOTHING_SAID), *leaving)
    if session.deaf:
        return session, (Chime("failed"),)
    turn = next_turn(session.turn, ear=False)
    return enter(session, "thinking", *leaving, Respond(turn, UNDO.text, 1.0, command=UNDO), turn=turn)


def stuck(session: Session, event: on.ButtonStuck) -> Result:
    """It counts as up from here on; what it held open ends without a command."""
    press, after = session.press, replace(session, stuck=event.stuck, press=None, tapped_in=None)
    if event.stuck and press and _is_heard(session, press):
        return rest(shut(fresh_turn(after)), CloseEar(), Chime("failed"))
    return after, ()


# --- the settings it was made with ---


def factory(session: Session, _: on.Event) -> Result:
    """Ask, once, as soon as nothing else goes on."""
    if any(each.factory for each in (session.question, *session.questions) if each):
        return session, ()
    if session.deaf:
        later = untold(session, Speech(UNHEARD))
    else:
        later = replace(session, questions=(OutsideQuestion(ID, FACTORY_TEXT, factory=True), *session.questions))
    if session.phase in ("listening", "asking"):
        return rest(fresh_turn(later), CloseEar())
    return rest(later) if session.phase in RESTING else (later, ())


def factory_answered(session: Session, event: on.FinalHeard) -> Result:
    """Only a clear yes is one."""
    assert session.question
    answer = Answer(session.question.id, event.final.text, event.final.confidence)
    if not yes_or_no(event.final.text) or event.final.confidence < _SURE:
        return say(replace(session, question=None), Speech(KEPT), answer)
    return rest(replace(session, question=None), answer, Chime("done"), Restore())
