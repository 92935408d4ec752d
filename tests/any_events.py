"""Anything that can happen to the machine: each class of device/turn/events.py, found there, so that a new one is drawn
as soon as it exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, get_type_hints

from hypothesis import strategies as st

from device.buttons.gestures import FACTORY_S, HOLD_S, MUTE_S
from device.turn import events as on
from device.turn.session import Phase, Session, next_turn
from services.actions.base import Due, Outcome, Reply, Response
from services.speech.base import Endpoint, Final, Partial, Quality
from services.understanding.base import Command, Step
from services.wake.base import Detection

NEVER_OF_THE_MACHINE = (on.Crashed, on.Written)
"""The daemon takes these."""
CLASSES = tuple(
    each
    for each in vars(on).values()
    if isinstance(each, type)
    and is_dataclass(each)
    and each.__module__ == on.__name__
    and each not in NEVER_OF_THE_MACHINE
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
DUES = (
    Due("timer", "1", AT, "Your timer is done."),
    Due("reminder", "2", AT, "Call the bank."),
    Due("missed", "3", AT, "You missed a reminder.", how="tell"),
    Due("quiet", "4", AT, "", how="chime"),
)
NOTHING = Command("Milk?", (), 0.0, "none")
ACTIONS = (
    "task.create",
    "task.query",
    "routine.run",
    "control.mute",
    "control.unmute",
    "control.stop",
    "control.repeat",
    "control.undo",
)
COMMANDS = (NOTHING, *(Command("text", (Step(action),), 0.9, "template") for action in ACTIONS))
OUTCOMES: tuple[tuple[Outcome, ...], ...] = (
    (),
    (Outcome("task.create", True, "Done."),),
    (Outcome("task.create", False, "No.", "task.unknown"),),
    (Outcome("routine.run", True, "Done."),),
)
LEFT = "The rest."

OF_TYPE: Mapping[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    str: st.just("something"),
    str | None: st.none() | st.just("something"),
    float: st.just(1.0),
    float | None: st.none() | st.just(0.5),
    int: st.integers(0, 3),
    int | None: st.none() | st.integers(0, 3),
    tuple[str, ...]: st.just(("one", "two")),
    Detection: st.just(Detection("hey_jarvis", 0.9, 1.0)),
    Partial: st.just(Partial("add", 1.0)),
    Endpoint: st.sampled_from(
        [Endpoint(3.0, "silence", 1.0, 2.3), *(Endpoint(3.0, why) for why in ("no_speech", "too_long", "released"))]
    ),
    Quality | None: st.none(),
    Final: st.sampled_from(
        [
            *(Final(text, 0.9, 0.0) for text in ("add milk", "that's all", "yes", "no")),
            Final("yes", 0.2, 0.0),
            *(Final("", 0.0, 0.9, dropped=why) for why in ("silence", "echo")),
        ]
    ),
    Command: st.sampled_from(COMMANDS),
    Response: st.builds(
        Response,
        st.sampled_from(COMMANDS),
        st.sampled_from(OUTCOMES),
        st.builds(Reply, st.sampled_from(["Done.", ""]), st.booleans()),
    ),
    Due: st.sampled_from(DUES),
}
"""Values of each type that a field of an event has; a type that is not here stops every test that draws events."""
OF_FIELD: Mapping[tuple[type, str], st.SearchStrategy[Any]] = {
    (on.Held, "seconds"): st.sampled_from([HOLD_S, float(MUTE_S), float(FACTORY_S)]),
    (on.Released, "seconds"): st.sampled_from([0.1, 1.0, float(MUTE_S), float(FACTORY_S)]),
    (on.Tapped, "times"): st.integers(1, 4),
    (on.Played, "left"): st.sampled_from(["", LEFT]),
    (on.QuestionAsked, "id"): st.sampled_from(["q", "r"]),
}
TURNS = st.integers(0, 14)
SERIALS = st.integers(0, 40)


ENDED = on.SpeechEnded(0, Endpoint(3.0, "silence", 1.0, 2.3))
HEARD = on.FinalHeard(0, Final("add milk", 0.9, 0.0))
DONE = on.Replied(0, Response(COMMANDS[1], OUTCOMES[1], Reply("Done.")))
ASKED = on.Replied(0, Response(COMMANDS[1], (), Reply("Which one?", awaits=True)))
WOKEN = on.WakeHeard(0, Detection("hey_jarvis", 0.9, 1.0))
WENT_ON = on.WentOn(0, 0)
NEXT: Mapping[Phase, tuple[on.Event, ...]] = {
    "starting": (on.Ready(),),
    "idle": (
        WOKEN,
        on.Pressed(),
        on.DueCame(DUES[0]),
        on.Announced("Lunch."),
        on.QuestionAsked("q", "Shall I?"),
        on.TextGiven("add milk"),
    ),
    "listening": (on.SpeechBegan(0), ENDED, HEARD),
    "thinking": (HEARD, on.ActingBegan(0, COMMANDS[1]), DONE, ASKED, WENT_ON),
    "acting": (DONE, ASKED, WENT_ON),
    "speaking": (on.Sounded(0), on.Played(0, finished=True), WOKEN, WENT_ON),
    "asking": (on.SpeechBegan(0), ENDED, HEARD),
    "ringing": (on.Played(0, finished=True), on.Pressed()),
    "muted": (on.MuteAsked(False), on.SwitchTurned(False)),
    "fault": (on.MicrophoneMended(),),
}
"""What leads on from each phase, so that random events meet every one of them."""


@dataclass(frozen=True)
class Coming:
    """An event to come. `timely`: of the turn, and of the stay in a phase, that is on by then. An event that is a
    number: one of those that lead on.
    """

    event: on.Event | int
    timely: bool = True

    def to(self, session: Session) -> on.Event:
        """The event as it comes to a session."""
        ahead = NEXT[session.phase]
        event: Any = ahead[self.event % len(ahead)] if isinstance(self.event, int) else self.event
        if self.timely and isinstance(event, on.WakeHeard):
            event = replace(event, turn=next_turn(session.turn, ear=True))
        elif self.timely and isinstance(event, on.WentOn):
            event = replace(event, turn=next_turn(session.turn, ear=True), of=session.turn)
        elif self.timely and hasattr(event, "turn"):
            event = replace(event, turn=session.turn)
        elif self.timely and hasattr(event, "serial"):
            event = replace(event, serial=session.serial)
        came: on.Event = event
        return came


def of(kind: type) -> st.SearchStrategy[Any]:
    """Any event of a class."""
    hints = get_type_hints(kind)
    drawn = {each.name: OF_FIELD.get((kind, each.name)) for each in fields(kind)}
    drawn |= {name: numbers for name, numbers in (("turn", TURNS), ("serial", SERIALS)) if name in drawn}
    return st.builds(
        kind, **{name: OF_TYPE[hints[name]] if values is None else values for name, values in drawn.items()}
    )


ANY: st.SearchStrategy[Coming] = st.builds(
    Coming, st.sampled_from(CLASSES).flatmap(of), st.sampled_from([True, True, True, False])
)
ON: st.SearchStrategy[Coming] = st.builds(Coming, st.integers(0, 11))


STORY = [
    Coming(each)
    for each in (
        on.Ready(),
        WOKEN,
        on.SpeechBegan(0),
        ENDED,
        HEARD,
        on.ActingBegan(0, COMMANDS[1]),
        DONE,
        on.Played(0, finished=True),
    )
]
"""After it the ear opens by itself, if it does at all."""


@st.composite
def runs(draw: st.DrawFn, *often: type, most: int = 50) -> list[Coming]:
    """A turn as far as it may have come, then events one after the other: a third of them lead on, the others are any,
    many of them of the classes that come `often`; some runs are about few of these only.
    """
    others = st.builds(Coming, st.sampled_from(often or CLASSES).flatmap(of), st.booleans())
    few = st.sampled_from(draw(st.lists(ANY | others, min_size=1, max_size=6)))
    kind = st.sampled_from([ON, ON, ANY, few, others, others]).flatmap(lambda each: each)
    begun = STORY[: draw(st.sampled_from([0, *range(1, len(STORY) + 1)]))]
    return begun + draw(st.lists(kind, min_size=draw(st.sampled_from([0, most // 2])), max_size=most))


OPENS = st.sampled_from([0.0, 8.0])
"""Seconds for which the ear opens by itself after a reply."""
