"""Which pattern is shown when: the first rung from the top that holds. Data; docs/lights.md is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from device.lights.patterns import (
    ARC,
    COUNTDOWN,
    DARK,
    QUARTER,
    SOUND,
    STEADY,
    VOICE,
    VOLUME,
    WHOLE,
    Pattern,
    blinks,
    breath,
    comet,
    flashes,
    halves,
    waves,
)
from device.lights.view import View

RED, ORANGE, YELLOW, GREEN = (1.0, 0.0, 0.0), (1.0, 0.45, 0.0), (1.0, 0.8, 0.0), (0.0, 0.85, 0.35)
BLUE, CYAN, VIOLET, WHITE = (0.0, 0.45, 1.0), (0.0, 0.85, 1.0), (0.45, 0.1, 0.6), (0.8, 0.8, 0.8)
NONE = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class LadderRung:
    """One state that can be seen."""

    name: str
    when: Mapping[str, str | bool]
    """Fields of the view and what they are: a word, or whether there is any."""
    pattern: Pattern
    words: str
    """What it means."""

    def holds(self, view: View) -> bool:
        """Whether all of `when` is so."""
        return all(_is(getattr(view, field), wanted) for field, wanted in self.when.items())


def _is(has: object, wanted: str | bool) -> bool:
    return has == wanted if isinstance(wanted, str) else (has is not None and has is not False) == wanted


# Red is shown where the microphone does not hear, and nowhere else. What is not about the turn is shown where there is
# none: in phase idle.
# fmt: off
LADDER: tuple[LadderRung, ...] = (
    LadderRung("starting", {"phase": "starting"}, Pattern(WHITE, "white", breath(2), WHOLE, "◐"),
               "The models are being loaded."),
    LadderRung("microphone fault", {"phase": "fault"}, Pattern(RED, "red", flashes(2, 0.2, 0.2, 0.6), WHOLE, "◌"),
               "No sound comes from the microphone."),
    LadderRung("store fault", {"phase": "idle", "store_fault": True},
               Pattern(ORANGE, "orange", flashes(3, 0.2, 0.2, 0.8), WHOLE, "◌"),
               "The last command that wanted to keep something couldn't: the disk is full, read-only or broken."),
    LadderRung("button held", {"countdown": True}, Pattern(WHITE, "white", blinks(0.7, 0.3), COUNTDOWN, "◌"),
               "Let the button go, and the microphone is closed; at the end of the count, it asks whether you want"
               " the factory settings."),
    LadderRung("volume", {"volume": True}, Pattern(WHITE, "white", blinks(0.5, 0.15), VOLUME),
               "The volume has just been changed."),
    LadderRung("ringing", {"phase": "ringing"}, Pattern(YELLOW, "yellow", blinks(0.25, 0.25), WHOLE, "◌"),
               "A timer, an alarm or a reminder rings."),
    LadderRung("hearing", {"phase": "listening", "words": True}, Pattern(CYAN, "cyan", blinks(0.7, 0.1), VOICE),
               "Words are understood."),
    LadderRung("listening", {"phase": "listening"}, Pattern(BLUE, "blue", breath(1.6, 0.6), VOICE),
               "It listens. Speak."),
    LadderRung("thinking", {"phase": "thinking"}, Pattern(BLUE, "blue", STEADY, comet(0.8), "◐"),
               "It works out what was said."),
    LadderRung("acting", {"phase": "acting"}, Pattern(ORANGE, "orange", STEADY, waves(2.4), "◐"),
               "It does what was asked for."),
    LadderRung("speaking", {"phase": "speaking"}, Pattern(GREEN, "green", STEADY, SOUND),
               "It speaks."),
    LadderRung("asking", {"phase": "asking"}, Pattern(CYAN, "cyan", STEADY, halves(1), "◌"),
               "It asked something, and listens: yes or no?"),
    LadderRung("muted", {"phase": "muted"}, Pattern(RED, "red", STEADY, WHOLE),
               "The microphone is closed."),
    LadderRung("hint", {"phase": "idle", "hint": True},
               Pattern(YELLOW, "yellow", flashes(3, 0.1, 0.3, 0.5), QUARTER, "◌"),
               "There is a hint in the call that is followed, and no ear to whisper it into."),
    LadderRung("call", {"phase": "idle", "on_call": True}, Pattern(GREEN, "green", blinks(3.0, 1.0), QUARTER),
               "A call is followed: what both sides say is written down."),
    LadderRung("do not disturb", {"phase": "idle", "do_not_disturb": True},
               Pattern(VIOLET, "violet", breath(2, pause=6), QUARTER, "◐"),
               "What is not urgent waits until somebody says otherwise."),
    LadderRung("broker away", {"phase": "idle", "broker_away": True},
               Pattern(ORANGE, "orange", flashes(1, 0.1, 0.1, 7.8), WHOLE, "◌"),
               "The MQTT broker can't be reached. Everything else works."),
    LadderRung("timer", {"phase": "idle", "timer": True}, Pattern(GREEN, "green", blinks(1.8, 0.2), ARC),
               "A timer runs; the next to ring is shown."),
    LadderRung("update", {"phase": "idle", "newer": True},
               Pattern(WHITE, "white", flashes(2, 0.1, 0.3, 15.2), WHOLE, "◌"),
               "Another device of the site has a newer version."),
    LadderRung("idle", {}, Pattern(NONE, "", DARK, WHOLE, "○"),
               "It waits for the wake word or the button."),
)
# fmt: on


def rung_of(view: View) -> LadderRung:
    """The first that holds; the last always does."""
    return next(rung for rung in LADDER if rung.holds(view))
