"""What the lights may depend on, frozen; main makes a new one whenever something of it changes."""

from __future__ import annotations

from dataclasses import dataclass

from device.turn.session import Phase


@dataclass(frozen=True, slots=True)
class TimerSpan:
    """A timer that runs, on the clock that only goes forward, seconds."""

    begins: float
    ends: float

    def left(self, moment: float) -> float:
        """The share that is left, 0 to 1."""
        return min(1.0, max(0.0, (self.ends - moment) / (self.ends - self.begins))) if self.ends > self.begins else 0.0


@dataclass(frozen=True, slots=True)
class View:
    """What is so. The last five are readings of the moment, filled in by the lights thread for each picture."""

    phase: Phase = "starting"
    words: bool = False
    """Of what is being listened to, words were heard."""
    running: int = 0
    """Jobs that run."""
    store_fault: bool = False
    """The store could not be written when a command last wanted it."""
    do_not_disturb: bool = False
    broker_away: bool = False
    on_call: bool = False
    """A call is followed."""
    hint: bool = False
    """…and there is a hint that no ear has heard."""
    timer: TimerSpan | None = None
    """The timer that rings next."""
    newer: bool = False
    """Another device of the site has a newer version: this one wants an update."""
    quiet: bool = False
    """It is within the quiet hours."""
    countdown: int | None = None
    """The talk button is held in silence: seconds until letting go asks for factory settings; before, it mutes."""
    volume: float | None = None
    """0 to 1; while it has just been changed."""
    voice: float = 0.0
    """How loud the microphone hears it, 0 to 1."""
    direction: float | None = None
    """Where the voice comes from, degrees clockwise from the first pixel; None where that is not known."""
    sound: float = 0.0
    """How loud what is spoken is, 0 to 1."""
    left: float = 0.0
    """What is left of `timer`, 0 to 1."""
