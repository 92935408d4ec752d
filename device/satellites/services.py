"""What a satellite asks of the rest of the appliance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from device.hearing.ear import Ear
from device.satellites.nearest import Nearest
from device.turn import events as on
from device.wyoming.services import Detectors
from device.wyoming.turns import EngineTurns
from services.actions.base import Response
from services.speech.base import Voice
from services.voiceprints.base import Who
from services.wake.base import WakeDetector

Done = Callable[[Response], None]


class Submit(Protocol):
    """Puts a command into the queue of its conversation."""

    def __call__(
        self, text: str, client: str, confidence: float, *, resumes: bool, who: Who | None, done: Done
    ) -> None:
        """As Jobs.submit; `done` must not wait. Raises an ExpectedError where it is not taken."""


@dataclass(frozen=True, slots=True)
class SatelliteServices:
    """What all satellites share."""

    ear: Callable[[on.Emit, WakeDetector | None], Ear]
    """A new ear that emits there; without a wake word detector where the satellite has one of its own."""
    detectors: Detectors | None
    """None: no wake word is listened for here."""
    words: Callable[[], Sequence[str]]
    """Those that the device listens for now."""
    submit: Submit
    voice: Voice
    answer_s: float = 5.0
    """So long a question waits for somebody to begin to answer."""
    nearest: Nearest = field(default_factory=Nearest)
    speaking: EngineTurns = field(default_factory=EngineTurns)
    """Whose turn it is with the voice."""
