"""From a text to a command: reserved words, then templates, then the language model, else none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from services.understanding.base import Command, Step
from services.understanding.model.base import LanguageModel
from services.understanding.modifiers import Names
from services.understanding.reserved import reserved
from services.understanding.spans import find_spans, mask
from services.understanding.templates import Match, Templates, sentences_of
from services.understanding.words import Word, split_words

LONGEST_TEXT = 1_000
"""Characters; nobody says a longer command in one breath, and no text may take unbounded time."""
MOST_STEPS = 8
_SURE = 0.95
_INCOMPLETE = 0.8
_MOST_CUTS = 8
_JOINTS = (("and", "then"), ("and", "also"), ("then",), ("and",), ("also",))


class CommandParser:
    """Implements Parser on the sentences of a folder and, if one is given, a language model."""

    def __init__(self, sentences: Path, model: LanguageModel | None = None, *, is_name: Names = lambda _: False) -> None:
        """`sentences` is a folder of *.yaml; `is_name` tells known names of people. Raises SentencesBroken."""
        self.templates = Templates(sentences, is_name=is_name)
        self._model = model

    def parse(self, text: str, *, now: datetime) -> Command:
        """Never raises for any text. `now` is zone-aware."""
        step = reserved(text)
        if step is not None:
            return Command(text, (step,), 1.0, "reserved")
        if len(text) > LONGEST_TEXT or not any(c.isalnum() for c in text):
            return Command(text, (), 0.0, "none")
        matches = self._templates(text, now)
        if matches:
            steps = tuple(match.step for match in matches)
            return Command(text, steps, _SURE if all(match.complete for match in matches) else _INCOMPLETE, "template")
        if self._model is not None:
            guess = self._model.read(text)
            if guess is not None:
                return Command(text, guess.steps, guess.confidence, "model")
        return Command(text, (), 0.0, "none")

    def reload(self) -> bool:
        """Read changed sentence files; see Templates.reload."""
        return self.templates.reload()

    def examples(self) -> Mapping[str, Sequence[str]]:
        """Things to say, by action, from the sentence files."""
        return self.templates.sentences.examples

    def help_lines(self) -> list[str]:
        """One thing to say for each action that has an example."""
        return [said[0] for said in self.examples().values() if said]

    def _templates(self, text: str, now: datetime) -> list[Match]:
        """The steps of all sentences; none when one of them is not understood."""
        steps: list[Match] = []
        for sentence in sentences_of(mask(text, find_spans(text, now))) if text else ():
            found = self._sentence(sentence, text)
            if not found and not self._is_polite(sentence):
                found = self._unmasked(sentence, text)
                if not found:
                    return []
            steps += found
        return steps[:MOST_STEPS]

    def _is_polite(self, words: Sequence[Word]) -> bool:
        """A sentence that is nothing but politeness: "Please." or "Thank you"."""
        said = tuple(word.text for word in words)
        return said in self.templates.sentences.behind or said in self.templates.sentences.before

    def _unmasked(self, words: Sequence[Word], text: str) -> list[Match]:
        """Once more with the spans as the words they are: a "second" that is no time."""
        if not any(word.kind for word in words):
            return []
        start, end = words[0].start, words[-1].end
        plain = [replace(word, start=word.start + start, end=word.end + start) for word in split_words(text[start:end])]
        found = self.templates.match(self.templates.unwrap(plain), text)
        return [found] if found else []

    def _sentence(self, words: Sequence[Word], text: str) -> list[Match]:
        """One command, or several joined by "and" or "then" if each is one by itself."""
        for at, after in _cuts(words):
            left, right = list(words[:at]), list(words[after:])
            first = self.templates.match(self.templates.unwrap(left), text)
            if first is None or not first.solid:
                continue
            rest = self._sentence(right, text)
            if rest and all(match.solid for match in rest):
                return [first, *rest]
        found = self.templates.match(self.templates.unwrap(words), text)
        return [found] if found else []


def _cuts(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where one command may end and the next begin: (words before, first word after)."""
    cuts: list[tuple[int, int]] = []
    for i in range(1, len(words) - 1):
        joint = next((j for j in _JOINTS if tuple(word.text for word in words[i : i + len(j)]) == j), ())
        if joint and i + len(joint) < len(words):
            cuts.append((i, i + len(joint)))
        elif words[i - 1].stop == ",":
            cuts.append((i, i))
    return [cut for n, cut in enumerate(cuts) if n == 0 or cut[1] != cuts[n - 1][1]][:_MOST_CUTS]


def step_texts(step: Step) -> list[str]:
    """Every word value of a step's slots."""
    texts: list[str] = []
    for value in step.slots.values():
        if isinstance(value, str):
            texts.append(value)
        else:
            for part in value:
                texts += [part] if isinstance(part, str) else list(part.values())
    return texts
