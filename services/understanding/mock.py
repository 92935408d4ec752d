"""Fakes of the understanding faculties, for tests and for an appliance without models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from services.understanding.base import Command, EngineUncompiled, LanguageModelUnusable, Step
from services.understanding.model.base import Context, Guess, LanguageModelSlow


class ScriptedParser:
    """Implements Parser: knows some sentences by heart, and nothing else."""

    def __init__(self, known: Mapping[str, Sequence[Step]]) -> None:
        """`known`: sentence → steps; case does not matter."""
        self._known = {text.casefold(): tuple(steps) for text, steps in known.items()}
        self.heard: list[tuple[str, datetime]] = []

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:  # noqa: ARG002 - it knows by heart
        """The steps of a known sentence, else none."""
        self.heard.append((text, now))
        steps = self._known.get(text.strip().casefold(), ())
        return Command(text, steps, 0.95 if steps else 0.0, "template" if steps else "none")


class ScriptedModel:
    """Implements Engine, and LanguageModel while nothing is wrong with it: guesses what it was told to guess.

    `broken` makes it as unusable as a corrupt file, `slow` lets its time limit pass, `uncompiled` has its engine away.
    """

    def __init__(
        self, known: Mapping[str, Guess], *, broken: bool = False, slow: bool = False, uncompiled: bool = False
    ) -> None:
        self._known = known
        self.broken, self.slow, self.uncompiled = broken, slow, uncompiled
        self.asked: list[str] = []
        self.contexts: list[Context] = []
        self.prepared: list[str] = []

    def load(self) -> None:
        """Raises LanguageModelUnusable while broken, EngineUncompiled while uncompiled."""
        if self.uncompiled:
            raise EngineUncompiled
        if self.broken:
            raise LanguageModelUnusable(path="scripted", reason="it was told to be")

    def prepare(self, text: str, stop: Callable[[], bool] = lambda: False) -> None:
        """Notes the text, unless told to stop. Raises LanguageModelUnusable while broken."""
        self.load()
        if not stop():
            self.prepared.append(text)

    def read(self, text: str, context: Context, stop: Callable[[], bool] = lambda: False) -> Guess | None:
        """The guess for a known sentence, unless told to stop. Raises LanguageModelUnusable while broken,
        LanguageModelSlow while slow.
        """
        self.asked.append(text)
        self.contexts.append(context)
        self.load()
        if self.slow:
            raise LanguageModelSlow(limit_s=1.5)
        return None if stop() else self._known.get(text)
