"""What the parser asks of a language model: steps for a sentence that no template fits, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from services.understanding.base import Step


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model takes a sentence for. Every slot value occurs in the sentence."""

    steps: tuple[Step, ...]
    confidence: float


class LanguageModel(Protocol):
    """A model behind its adapter, which owns prompt, grammar and checks."""

    def load(self) -> None:
        """Make ready, which else the first `read` does. Raises LanguageModelUnusable."""

    def read(self, text: str) -> Guess | None:
        """None when it is unsure, takes too long, or takes the sentence for no command. Raises nothing for any text."""
