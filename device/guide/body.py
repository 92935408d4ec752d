"""What the spoken guide needs of the appliance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from device.guide.base import Did, Do, Here


class Hearing(NamedTuple):
    """What the microphone hears now."""

    level: float | None
    """dB of full scale; None: no sound comes."""
    recent: Sequence[float]
    """Likewise of the last frames, the newest last."""
    frames: int
    """How many there were."""
    clipped: int
    """Frames so far that reached full scale."""
    near_misses: int
    """How often the wake word was nearly heard so far."""


class SpokenBody(Protocol):
    """What the guide needs of the appliance. Everything may be called on its thread."""

    def here(self) -> Here:
        """As it is now."""

    def hearing(self) -> Hearing:
        """As it is now."""

    def do(self, wanted: Do, done: Callable[[Did], None]) -> None:
        """Carry out its steps as one command of the owner; `done` may be called by any thread."""

    def learns_voice(self) -> bool:
        """Whether somebody's voice is being learnt."""

    def addressed(self, text: str) -> tuple[str, bool]:
        """What was said, without the wake word before it; and whether that was a command instead of an answer."""

    def settle(self, zone: str) -> bool:
        """In this time zone from now on; False: from the next start on. Raises an ExpectedError."""

    def tune(self, threshold: float) -> None:
        """Of the wake word. Raises an ExpectedError."""
