"""From a text to what was done and what is said of it. Runs on the act threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from firmware.errors import ExpectedError
from services.actions.base import Outcome, Reply
from services.understanding.base import Command, Parser
from services.understanding.vocabulary import VOCABULARY

ANSWER_WITHIN = timedelta(minutes=1)
"""How long a question of ours stays open."""


DOUBTFUL = 0.47
"""Confidence below which a command that would change something is not carried out: noise and other languages end here."""


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
        self._asked: dict[str, tuple[str, datetime]] = {}
        """By client, the command that ended in a question, and when."""

    def understand(self, text: str, *, client: str, confidence: float = 1.0) -> Command:
        """The command of a text. `confidence` is the recogniser's: a command is only as sure as its words.

        After a question ("When shall I remind you?") what is no command by itself completes the one that was asked about.
        """
        now = self._now()
        command = self._parser.parse(text, now=now)
        asked = self._asked.pop(client, None)
        if asked and not command.steps and now - asked[1] < ANSWER_WITHIN:
            completed = self._parser.parse(f"{asked[0].rstrip(' .?!')} {text}", now=now)
            command = completed if completed.steps else command
        return replace(command, confidence=round(command.confidence * confidence, 3))

    def carry_out(self, command: Command, *, client: str) -> Response:
        """Execute; an expected failure (full disk, store held) becomes the reply. Answered only after the commit."""
        if command.confidence < DOUBTFUL and any(VOCABULARY[step.action].writes for step in command.steps):
            words = f"I'm not sure I heard that right: “{command.text}” Nothing was done; please say it again."
            doubted = tuple(Outcome(step.action, ok=False, words=words, code="doubtful") for step in command.steps)
            return Response(command, doubted, Reply(words))
        try:
            outcomes, reply = self._executor.run(command, now=self._now(), client=client)
        except ExpectedError as error:
            action = command.steps[0].action if command.steps else "none"
            outcomes, reply = (Outcome(action, ok=False, words=str(error), code=error.code),), Reply(str(error))
        if reply.awaits:
            self._asked[client] = (command.text, self._now())
        return Response(command, outcomes, reply)

    def respond(self, text: str, *, client: str, confidence: float = 1.0) -> Response:
        """Understand, then carry out."""
        return self.carry_out(self.understand(text, client=client, confidence=confidence), client=client)
