"""What calls are followed with, handed to them by device/wiring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from device.calls.live.following import LiveCall
from device.turn import effects as do
from device.turn import events as on
from firmware.base import Microphone
from firmware.frame import Frame
from services.calls.base import Side

if TYPE_CHECKING:
    from device.calls.live.calls import LiveCalls

Tap = Callable[[Frame], None]


class CallSounds(Protocol):
    """The microphone's sound and the other side's, and where the appliance is heard."""

    sides: tuple[Side, ...]
    """Those that can be told apart."""
    private: bool
    """Whether replies go where the owner alone hears them."""

    def lacking(self) -> str:
        """Why no call can be followed now, in words; empty where one can."""

    def listen(self, owner: Tap, other: Tap) -> Microphone | None:
        """Hand each frame on from now; a device of its own that has to be read for the other side."""

    def leave(self) -> None:
        """Hand on no more."""

    def to_ear(self, private: bool) -> None:
        """Whether what is said from now on is for the owner's ear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallServices:
    """What calls are followed with."""

    sounds: CallSounds
    make: Callable[[str, LiveCalls, Callable[[], float]], LiveCall]
    """A call with somebody, on a clock of seconds. Raises PackUnknown, CallRulesBroken, ModelMissing…"""
    aside: Callable[[do.SpeakAside], None]
    """Hands words to the thread that speaks."""
    announce: bool
    """Whether the other side is told at the beginning."""
    put: on.Emit
    look: Callable[[], None] = lambda: None
    """Has the lights looked at."""
    hush: Callable[[], None] = lambda: None
    """Ends the whisper that sounds, if one does."""
    close: Callable[[], None] = lambda: None
