"""What is being worked on, as far as a command may ask for it and stop it. The jobs of the device are behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Work:
    """A command that waits, runs, or ended a short while ago."""

    id: str
    said: str
    """The command as it was spoken."""
    state: Literal["queued", "running", "completed", "failed", "cancelled"]
    since: float
    """Seconds it has been waiting or running, or since it ended."""
    words: str = ""
    """What was said of it in the end."""


class Works(Protocol):
    """Safe to use within a transaction."""

    def of(self, client: str, words: str = "everything", *, to_stop: bool = False) -> Sequence[Work]:
        """The works of a client that are meant by such words ("the report", "everything"), as they came, without what
        is about works.

        `to_stop`: those that have not ended; where the owner says everything, the works of everybody.
        """

    def stop(self, ids: Sequence[str]) -> None:
        """What waits never starts; what runs stops between its steps, and nothing of it is done."""
