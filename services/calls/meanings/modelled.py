"""Reads turns of a call by a language model that was taught to: what they mean, and what is promised in them.

Beside it stands what is learnt from words alone, which answers where the model can't.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from firmware.errors import FacultyError
from services.calls.meanings.asked import COMMITTED, Turn, Written, asked, read_answer
from services.calls.meanings.finder import Likely, TurnRead, TurnReader

_PROMISED = 0.5
"""How likely it must be that something is promised, to ask what."""
_MOST = 64
"""Tokens of what is promised."""
_SLOW_S = 0.6
"""A whisper is due 0.8 s behind the words that it is about."""
_SLOW_TURNS = 3
_COMMITMENT = "commitment"

log = logging.getLogger(__name__)


class Labels(Protocol):
    """A model that labels a text and writes on behind it."""

    def likely(self, text: str) -> Mapping[str, float]:
        """How likely each label is, 0 to 1."""

    def goes_on(self, word: str, most: int) -> str:
        """What it writes behind the text read last and `word`, up to the end of the line."""


class ModelledMeanings:
    """Implements TurnReader, for one call."""

    def __init__(
        self, model: Labels, words: TurnReader, *, share: float = 0.5, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`words`: what is learnt from words alone; its log odds count 1 - `share` beside the model's."""
        self._model: Labels | None = model
        self._words, self._share, self._clock = words, share, clock
        self._slow = 0

    def read(self, before: Sequence[Turn], text: str) -> TurnRead:
        """See TurnReader: by words alone from where the model failed, or was slow for some turns in a row."""
        by_words = self._words.read(before, text)
        if self._model is None:
            return by_words
        try:
            return self._read(self._model, before, text, by_words.likely)
        except FacultyError as error:
            log.warning("What is said on this call is read by words alone from now on. %s", error)
            self._model = None
            return by_words

    def _read(self, model: Labels, before: Sequence[Turn], text: str, by_words: Likely) -> TurnRead:
        began = self._clock()
        found = dict(model.likely(asked(before, text)))
        self._watch(self._clock() - began)
        promised = self._promised(model, before, text) if found.pop(_COMMITMENT) >= _PROMISED else ()
        together = {name: _mean(chance, by_words[name], self._share) for name, chance in found.items()}
        return TurnRead(together, promised)

    @staticmethod
    def _promised(model: Labels, before: Sequence[Turn], text: str) -> tuple[Written, ...]:
        """Nothing that was not said."""
        said = _words_of(" ".join([*(turn.text for turn in before), text]))
        return tuple(each for each in read_answer(model.goes_on(COMMITTED, _MOST)) if _words_of(each.what) <= said)

    def _watch(self, seconds: float) -> None:
        self._slow = self._slow + 1 if seconds > _SLOW_S else 0
        if self._slow >= _SLOW_TURNS:
            log.info("The language model took %.1f s for a turn: the call goes on by words alone.", seconds)
            self._model = None


def _words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.lower()))


def _mean(one: float, two: float, share: float) -> float:
    """Of two chances, by their log odds."""
    odds = share * _odds(one) + (1 - share) * _odds(two)
    return 1 / (1 + math.exp(-odds))


def _odds(chance: float) -> float:
    within = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(within / (1 - within))
