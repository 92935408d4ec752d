"""From a text to what was done and what is said of it. Runs on the act threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from firmware.errors import ExpectedError
from services.actions.base import Outcome, Reply
from services.understanding.base import Command, Parser


class Executes(Protocol):
    """What the responder needs of services.actions.executor."""

    def run(self, command: Command, *, now: datetime, client: str) -> tuple[tuple[Outcome, ...], Reply]:
        """Carry out the command in one transaction, then word the reply."""


@dataclass(frozen=True, slots=True)
class Response:
    """A command and all that came of it."""

    command: Command
    outcomes: tuple[Outcome, ...]
    reply: Reply


class Responder:
    """Parses, then executes."""

    def __init__(self, parser: Parser, executor: Executes, now: Callable[[], datetime]) -> None:
        self._parser = parser
        self._executor = executor
        self._now = now

    def understand(self, text: str, *, confidence: float = 1.0) -> Command:
        """The command of a text. `confidence` is the recogniser's: a command is only as sure as its words."""
        command = self._parser.parse(text, now=self._now())
        return replace(command, confidence=round(command.confidence * confidence, 3))

    def carry_out(self, command: Command, *, client: str) -> Response:
        """Execute; an expected failure (full disk, store held) becomes the reply. Answered only after the commit."""
        try:
            outcomes, reply = self._executor.run(command, now=self._now(), client=client)
        except ExpectedError as error:
            action = command.steps[0].action if command.steps else "none"
            outcomes, reply = (Outcome(action, ok=False, words=str(error), code=error.code),), Reply(str(error))
        return Response(command, outcomes, reply)

    def respond(self, text: str, *, client: str, confidence: float = 1.0) -> Response:
        """Understand, then carry out."""
        return self.carry_out(self.understand(text, confidence=confidence), client=client)
