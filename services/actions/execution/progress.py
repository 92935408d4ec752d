"""What a running command tells of itself, for lights, console and MQTT.

    started → (step_started → step_completed or step_failed) of each step → completed or rolled_back

A step that is completed has done its work within the transaction; that it lasts is told by `completed`, which comes
after the commit. Steps that are prepared side by side start side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.actions.base import ActionRefused
from services.understanding.base import Command

What = Literal["started", "step_started", "step_completed", "step_failed", "completed", "rolled_back"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a command."""

    command: str
    """Its id."""
    client: str
    """Who gave it: microphone, console, mqtt:<name>."""
    what: What
    at: datetime
    step: int | None = None
    """Its index; of `rolled_back` that of the one that failed. None: the command as a whole, or its commit."""
    action: str = ""
    """family.verb of that step."""
    words: str = ""
    """The command as it was spoken, what a step did, why it failed."""
    code: str | None = None
    """Stable code of a failure."""
    part: int | None = None
    """Index of a part of the step, such as a step of a routine; None: the step as a whole."""
    parts: int | None = None
    """How many parts the step has."""


Report = Callable[[Progress], None]
"""Takes an event, on the thread that runs the command; must not block or raise."""


class Cancelled(ActionRefused):
    """Stopped; nothing was done."""

    code = "action.cancelled"


def nobody(_: Progress) -> None:
    """Nobody wants to know."""


def never() -> bool:
    """Nobody cancels."""
    return False


@dataclass
class CommandProgress:
    """Tells of one command, and notices that it was cancelled."""

    command: Command
    id: str
    client: str
    clock: Callable[[], datetime]
    report: Report
    cancelled: Callable[[], bool]
    begun: set[int] = field(default_factory=set)

    def __call__(
        self,
        what: What,
        step: int | None = None,
        words: str = "",
        code: str | None = None,
        *,
        part: int | None = None,
        parts: int | None = None,
    ) -> None:
        """One event, now."""
        action = "" if step is None else self.command.steps[step].action
        self.report(Progress(self.id, self.client, what, self.clock(), step, action, words, code, part, parts))

    def begins(self, step: int) -> None:
        """Tells that a step has started, once: with its preparation where it has one."""
        if step not in self.begun:
            self.begun.add(step)
            self("step_started", step)

    def part(self, step: int, what: What, part: int, parts: int, words: str) -> None:
        """One event of a part of a step. Raises Cancelled before a part begins."""
        if what == "step_started":
            self.go_on()
        self(what, step, words, part=part, parts=parts)

    def go_on(self) -> None:
        """To be asked before each step and each preparation. Raises Cancelled."""
        if self.cancelled():
            raise Cancelled
