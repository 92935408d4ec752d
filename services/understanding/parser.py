"""From a text to a command: reserved words, then templates, then the language model, else none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from services.understanding.base import Command, LanguageModelUnusable
from services.understanding.model.base import Guess, LanguageModel
from services.understanding.modifiers import Names
from services.understanding.reserved import reserved
from services.understanding.spans import find_spans, mask
from services.understanding.templates import Match, Templates, sentences_of
from services.understanding.words import Word, split_words

_log = logging.getLogger(__name__)

LONGEST_TEXT = 1_000
"""Characters; nobody says a longer command in one breath, and no text may take unbounded time."""
MOST_STEPS = 8
_SURE = 0.95
_INCOMPLETE = 0.8
_MOST_CUTS = 8
_LINKS = frozenset(("with", "at", "by", "on", "in", "for", "due", "and", "a", "the", "it", "is", "that", "it's", "that's"))
_REASONS = frozenset(("because", "cause", "'cause", "since", "as"))
_JOINTS = (("and", "then"), ("and", "also"), ("then",), ("and",), ("also",))


class CommandParser:
    """Implements Parser on the sentences of a folder and, if one is given, a language model."""

    def __init__(self, sentences: Path, model: LanguageModel | None = None, *, is_name: Names = lambda _: False) -> None:
        """`sentences` is a folder of *.yaml; `is_name` tells known names of people. Raises SentencesBroken."""
        self.templates = Templates(sentences, is_name=is_name)
        self._model = model
        self.model_trouble: LanguageModelUnusable | None = None
        """Why there is no language model any more."""

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
        guess = self._guess(text)
        return Command(text, guess.steps, guess.confidence, "model") if guess else Command(text, (), 0.0, "none")

    def warm_up(self) -> None:
        """Load the language model now (seconds), so that the first sentence that needs it does not wait. Raises nothing."""
        if self._model is not None:
            self._or_without(self._model.load)

    def _guess(self, text: str) -> Guess | None:
        """What the model takes it for."""
        model = self._model
        return self._or_without(lambda: model.read(text)) if model is not None else None

    def _or_without(self, use: Callable[[], Guess | None]) -> Guess | None:
        """Use the model. One that can't be loaded is told of once, and templates carry on alone."""
        try:
            return use()
        except LanguageModelUnusable as error:
            self._model, self.model_trouble = None, error
            _log.warning("%s", error)
            return None

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
        before: list[Word] = []
        for sentence in sentences_of(mask(text, find_spans(text, now))) if text else ():
            if before and _is_afterthought(sentence):
                # "… by Friday afternoon. High priority." A recogniser ends a sentence wherever one takes a breath.
                whole = self._sentence([*before, *sentence], text, {})
                if whole:
                    steps = [*steps[: -len(self._sentence(before, text, {}))], *whole]
                    before = [*before, *sentence]
                    continue
            before = sentence
            found = self._sentence(sentence, text, {})
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

    def _sentence(self, words: Sequence[Word], text: str, known: dict[int, list[Match]]) -> list[Match]:
        """One command, or several joined by "and" or "then" if each is one by itself. `known`: what the rest from a place was read as."""
        if words[0].start not in known:
            known[words[0].start] = self._several(words, text, known)
        return known[words[0].start]

    def _several(self, words: Sequence[Word], text: str, known: dict[int, list[Match]]) -> list[Match]:
        for at, after in _cuts(words):
            first = self.templates.match(self.templates.unwrap(words[:at]), text)
            if first is None or not first.solid:
                continue
            rest = self._sentence(words[after:], text, known)
            if not rest:
                short = self.templates.match(self.templates.unwrap(words[after:]), text, behind=first.step)
                rest = [short] if short else []
            if rest and all(match.solid for match in rest):
                return [first, *rest]
        found = self.templates.match(self.templates.unwrap(words), text)
        return [found] if found else self._without_reason(words, text)

    def _without_reason(self, words: Sequence[Word], text: str) -> list[Match]:
        """Add bread to the list because we are out: the command without its reason."""
        at = next((i for i, word in enumerate(words) if word.text in _REASONS and i > 1), 0)
        found = self.templates.match(self.templates.unwrap(words[:at]), text) if at else None
        return [found] if found and found.complete else []


def _is_afterthought(words: Sequence[Word]) -> bool:
    """Whether a sentence only says when, how long or how urgent."""
    return any(word.kind for word in words) and all(word.kind or word.text in _LINKS for word in words)


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
