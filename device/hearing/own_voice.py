"""The appliance's own voice: the wake word and "stop" said over it, and its echo. On the listen thread."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from device.hearing.stop_word import Overhearing
from device.turn import events as on
from firmware.frame import Frame
from services.speech.base import Final
from services.speech.echo import is_echo
from services.wake.base import Detection, Guard, WakeDetector

PREROLL = 0.9
"""Seconds kept from before a wake word that was said into what the appliance or others say: the word, and little else.
"""
LATE = 0.2
"""Seconds by which its voice comes back through loudspeaker, air and microphone."""
REMEMBERED = 30.0
"""Seconds in which what was said may be what is heard: as long as a turn may be."""
JUST_NOW = 1.0
"""Seconds in which what was said may still be on its way to the ear."""


@dataclass(frozen=True, slots=True)
class Barging:
    """How somebody may talk over what the appliance says."""

    guard: Guard = field(default_factory=Guard)
    """How the wake word is judged meanwhile."""
    patience: float = 1.5
    """Seconds after it in which speech must begin."""


class Over:
    """Knows when the appliance speaks and what."""

    def __init__(
        self,
        emit: on.Emit,
        *,
        barging: Barging | None = None,
        overhearing: Overhearing | None = None,
        said: Callable[[float], str] = lambda _: "",
    ) -> None:
        """`barging`: None: nobody may talk over what is said. `overhearing` hears "stop". `said`: what is said, and was
        in the last so many seconds.
        """
        self._emit = emit
        self._overhearing = overhearing
        self._said = said
        self._barging = barging
        self.own_voice = False
        """Whether the appliance speaks now."""
        self.rings = False
        """It rings: there is nothing that could be said on."""
        self.turn = 0
        """Main's latest turn, as which it speaks; main alone assigns it."""
        self._own_until = -math.inf
        """Audio time until which it did."""
        self._rising = False
        """`BargeBegan` was emitted, and not yet what follows it."""

    def wake_word(self, wake: WakeDetector, frame: Frame, *, listening: bool) -> Detection | None:
        """Whether the wake word was heard; while the appliance speaks, by other measures."""
        over = self.own_voice and not listening
        wake.guard(self._barging.guard if over and self._barging else None)
        detection, rising = wake.process(frame), over and wake.rising
        if over and (self._barging is None or self._says(wake)):
            detection, rising = None, False
        if detection:
            self._rising = False  # what follows BargeBegan is WakeHeard
        else:
            self.rise(rising)
        return detection

    @property
    def patience(self) -> float | None:
        """Seconds in which whoever said the wake word now must begin to speak; None: as ever."""
        return self._barging.patience if self.own_voice and not self.rings and self._barging else None

    def rise(self, rising: bool) -> None:
        """Tell it where this is new."""
        if rising != self._rising:
            self._rising = rising
            self._emit(on.BargeBegan() if rising else on.BargeFaded())

    def hear(self, frame: Frame, probability: float, *, listening: bool) -> None:
        """Listen for "stop" in the next frame."""
        if self.own_voice:
            self._own_until = frame.end
        if self._overhearing is None:
            return
        if self.own_voice and self._barging and not listening:
            self._overhearing.hear(frame, probability, self.turn)
        else:
            self._overhearing.reset()

    def somebody(self, frame: Frame, probability: float) -> float:
        """The probability that somebody else is heard in the frame that was just heard."""
        if self.own_voice:
            return probability if self._overhearing and self._overhearing.somebody else 0.0
        return 0.0 if self.fades(frame) else probability

    def goes_on(self, frame: Frame, probability: float) -> float:
        """The probability that whoever spoke last goes on in the frame that was just heard, be it into the reply."""
        if self.own_voice:
            return probability if self._overhearing and self._overhearing.surely else 0.0
        return self.somebody(frame, probability)

    def taken_up(self) -> None:
        """Somebody goes on: what is heard is not its own voice."""
        if self._overhearing:
            self._overhearing.leave_out()

    def fades(self, frame: Frame) -> bool:
        """Whether its last word may still be in this frame, though it speaks no more."""
        return not self.own_voice and frame.end <= self._own_until + LATE

    def echo_in(self, since: float) -> Callable[[Final], Final]:
        """Takes a final of sound since this audio time for nothing, if it is what the appliance said."""
        overlap = self._own_until + LATE - since
        said = self._said(REMEMBERED) if overlap > 0.0 else ""

        def without(final: Final) -> Final:
            return replace(final, text="", dropped="echo") if is_echo(final.text, said, seconds=overlap) else final

        return without

    def _says(self, wake: WakeDetector) -> bool:
        """Whether the appliance itself says the wake word at this moment."""
        says = self._said(JUST_NOW).lower()
        return any(word.rpartition("_")[2] in says for word in wake.words)
