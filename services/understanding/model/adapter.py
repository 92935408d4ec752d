"""All that differs from one language model to the next, in one small file of config/language_models.

Its weights (and a LoRA on them) by their ids in config/models.toml, the prompt, what the grammar lets it answer, and
what its probabilities are worth. `[language_model] model` names the file, so that a better model is one line of
configuration.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from firmware.errors import FacultyError
from services.understanding.model.base import Context
from services.understanding.model.certainty import Measure
from services.understanding.vocabulary import UNLEARNT, UNLEARNT_ACTIONS, VOCABULARY, Action
from services.understanding.words import Word, marked, split_words

_NEVER = UNLEARNT_ACTIONS | {"control.confirm", "control.deny"}
"""Yes and no are reserved words: nobody's "yes" may be guessed."""

_ENDS = " .,;:!?"

Probability = Annotated[float, Field(ge=0, le=1)]


class AdapterBroken(FacultyError):
    """The language model's description {path} can't be used: {reason}."""

    code = "language.adapter"


class Adapter(BaseModel):
    """How one model is asked and how far it is believed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: str
    """Id of a GGUF model in config/models.toml."""
    lora: str = ""
    """Id of a GGUF LoRA on these weights; empty: none."""
    prefix: str
    """Instructions and examples: the same for every sentence, so that they are evaluated once."""
    question: str
    """What follows for one sentence: {sentence} is its words, {context} a line on today and what was spoken of."""
    marks: bool = False
    """Whether it sees the commas and full stops between the words."""
    or_none: bool
    """Whether it may answer that the sentence is no command."""
    goes_on: bool = False
    """Whether it reads a sentence as what goes on from another one, whose steps it is shown."""
    most_steps: int = Field(default=1, ge=1, le=8)
    """Actions that it may answer one sentence with."""
    cues: Mapping[str, frozenset[str]] = {}
    """Family → words. Only families are asked about of which the sentence has a word; without cues, all."""
    temperature: float = Field(default=1.0, gt=0, le=10)
    """Divides its logits (Guo et al. 2017, On Calibration of Modern Neural Networks)."""
    measure: Measure = "mean"
    """Which of the probabilities of an answer's tokens counts as its own."""
    trust: Probability
    """Confidence of a command whose every token had probability 1."""
    sure_to_read: Probability
    """An answer that only asks is dropped when its probability is lower."""
    sure_to_write: Probability
    """The same for actions that change something."""
    sure_of_none: Probability = 1.0
    """That a sentence is no command counts against a template only when it is more probable."""

    @field_validator("cues", mode="before")
    @classmethod
    def _split(cls, cues: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
        if unknown := set(cues) - _families():
            raise ValueError(f"there is no family {', '.join(sorted(unknown))}")
        return {family: frozenset(words.split()) for family, words in cues.items()}

    @field_validator("question")
    @classmethod
    def _asks(cls, question: str) -> str:
        try:
            filled = question.format(sentence="x", context="y")
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"it may hold {{sentence}} and {{context}} and no other braces ({error})") from None
        if "{sentence}" not in question or not filled.strip():
            raise ValueError("it holds no {sentence}")
        return question

    def candidates(self, words: Sequence[Word]) -> list[Action]:
        """The actions a sentence may ask for."""
        said = {word.text for word in words}
        families = {family for family, cues in self.cues.items() if cues & said} if self.cues else _families()
        return [action for action in VOCABULARY.values() if action.family in families and action.name not in _NEVER]

    def begun(self, words: Sequence[Word]) -> str:
        """How a question begins about any sentence that begins with these words; "" where the context comes first."""
        before = self.question.split("{sentence}")[0]
        return "" if "{context}" in before else before.format() + self._said(words)

    def asked(self, words: Sequence[Word], context: Context) -> str:
        """The question about one sentence."""
        before = split_words(context.before.rstrip(_ENDS) + ",") if context.before else []
        asked = self.question.format(sentence=self._said([*before, *words]), context=context.line())
        return asked + context.answer

    def _said(self, words: Sequence[Word]) -> str:
        return marked(words) if self.marks else " ".join(word.text for word in words)


def _families() -> frozenset[str]:
    return frozenset(action.family for action in VOCABULARY.values()) - UNLEARNT


def load_adapter(path: Path) -> Adapter:
    """Read a description. Raises AdapterBroken."""
    try:
        return Adapter.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        reasons = (f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in error.errors())
        raise AdapterBroken(path=path, reason="; ".join(reasons)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AdapterBroken(path=path, reason=str(error)) from None
