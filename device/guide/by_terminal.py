"""The guide in a terminal: the same steps, asked in writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol
from uuid import uuid4

from device.guide.base import (
    STEPS,
    AnswerGiven,
    AwaitWake,
    Began,
    Did,
    Do,
    GuideEvent,
    Here,
    Measure,
    Measured,
    Missed,
    Move,
    Prompt,
    Say,
    State,
    TeachVoice,
    TeachWord,
    Tell,
    TellEnded,
    Tune,
    Unheard,
    Woken,
    fits,
)
from device.guide.progress import ProgressFile
from device.guide.steps import advance


class Terminal(Protocol):
    """Where it is gone through."""

    def step(self, number: int, of: int, title: str) -> None:
        """The next one begins."""

    def tell(self, text: str) -> None:
        """Show this."""

    def ask(self, text: str) -> str:
        """Show this, and read a line. Raises EOFError, KeyboardInterrupt."""


class TerminalBody(Protocol):
    """What the guide needs of the appliance, whether it runs or not."""

    def here(self) -> Here:
        """As it is now."""

    def listen(self) -> Woken | Missed | Unheard:
        """Wait for the wake word."""

    def measure(self) -> Measured | Unheard:
        """While somebody says a sentence."""

    def do(self, wanted: Do) -> Did:
        """Carry out its steps as one command."""

    def tune(self, threshold: float) -> Did:
        """Of the wake word."""

    def teach(self, wanted: TeachWord | TeachVoice) -> Did | Unheard:
        """From recordings that are made now. Raises KeyboardInterrupt."""


class TypedGuide:
    """One run of it."""

    def __init__(
        self,
        kept: ProgressFile,
        body: TerminalBody,
        terminal: Terminal,
        answers: Mapping[str, str],
        *,
        asks: bool = True,
    ) -> None:
        """`answers`: given in advance, by question (guide.steps.QUESTIONS). `asks`: somebody is there to ask."""
        self._kept = kept
        self._body = body
        self._terminal = terminal
        self._answers = dict(answers)
        self._asks = asks
        self._shown = ""
        self.failed = False
        """Something that was to be done was not."""

    def run(self, state: State) -> State:
        """From where it is, until it is done or shall go on later. What is written stays written."""
        state, moves = advance(state if state.run else replace(state, run=uuid4().hex), Began(), self._body.here())
        while True:
            self._kept.save(state)
            for move in moves:
                if isinstance(move, Say):
                    self._terminal.tell(move.text)
            if not moves or isinstance(moves[-1], Say):
                return state
            if self._asks or isinstance(moves[-1], Tell | Do):
                self._head(state)
            state, moves = advance(state, self._carried_out(state, moves[-1]), self._body.here())

    def _head(self, state: State) -> None:
        if state.step != self._shown:
            self._shown = state.step
            here, named = self._body.here(), replace(state, owner=state.owner or "somebody")  # who is to be named yet
            steps = [step for step in STEPS if step.id == state.step or fits(step.id, named, here)]
            number = next(at for at, step in enumerate(steps, 1) if step.id == state.step)
            self._terminal.step(number, len(steps), steps[number - 1].title)

    def _carried_out(self, state: State, move: Move) -> GuideEvent:
        match move:
            case Prompt(text):
                return self._asked(state, text)
            case AwaitWake(text) | Measure(text):
                return self._tried(text, self._body.listen if isinstance(move, AwaitWake) else self._body.measure)
            case Do():
                return self._noted(self._body.do(move))
            case Tune(threshold):
                return self._noted(self._body.tune(threshold))
            case TeachWord() | TeachVoice():
                return self._tried("", lambda: self._body.teach(move))
            case Tell(text) | Say(text):
                self._terminal.tell(text)
        return TellEnded()

    def _noted(self, did: Did) -> Did:
        self.failed |= not did.ok
        return did

    def _asked(self, state: State, text: str) -> AnswerGiven:
        if state.at in self._answers:
            return AnswerGiven(self._answers.pop(state.at))
        if not self._asks:
            return AnswerGiven("skip")
        try:
            return AnswerGiven(self._terminal.ask(text).strip() or "skip")
        except (EOFError, KeyboardInterrupt):
            return AnswerGiven("later")

    def _tried(self, text: str, work: Callable[[], GuideEvent]) -> GuideEvent:
        """With the microphone, told this before if anything; Ctrl-C leaves it out."""
        if not self._asks:
            return AnswerGiven("skip")
        if text:
            self._terminal.tell(text)
        try:
            return work()
        except KeyboardInterrupt:
            return AnswerGiven("skip")
