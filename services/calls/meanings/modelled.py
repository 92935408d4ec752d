"""Reads what turns of a call mean by a language model that was taught to, beside what is learnt from words alone, which
answers where the model can't.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from firmware.errors import FacultyError
from services.calls.meanings.asked import Turn, asked
from services.calls.meanings.finder import Likely, TurnReader

_SLOW_S = 0.6
"""A whisper is due 0.8 s behind the words that it is about."""
_SLOW_TURNS = 3

log = logging.getLogger(__name__)


class Labels(Protocol):
    """A model that labels a text."""

    def likely(self, text: str) -> Mapping[str, float]:
        """How likely each label is, 0 to 1."""


class ModelledMeanings:
    """Implements TurnReader, for one call."""

    def __init__(
        self, model: Labels, words: TurnReader, *, share: float = 0.9, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`words`: what is learnt from words alone; its log odds count 1 - `share` beside the model's."""
        self._model: Labels | None = model
        self._words, self._share, self._clock = words, share, clock
        self._slow = 0

    def read(self, before: Sequence[Turn], text: str) -> Likely:
        """See TurnReader: by words alone from where the model failed, or was slow for some turns in a row."""
        by_words = self._words.read(before, text)
        if self._model is None:
            return by_words
        began = self._clock()
        try:
            found = self._model.likely(asked(before, text))
        except FacultyError as error:
            log.warning("What is said on this call is read by words alone from now on. %s", error)
            self._model = None
            return by_words
        self._watch(self._clock() - began)
        return {name: _mean(found[name], chance, self._share) for name, chance in by_words.items()}

    def _watch(self, seconds: float) -> None:
        self._slow = self._slow + 1 if seconds > _SLOW_S else 0
        if self._slow >= _SLOW_TURNS:
            log.info("The language model took %.1f s for a turn: the call goes on by words alone.", seconds)
            self._model = None


def _mean(one: float, two: float, share: float) -> float:
    """Of two chances, by their log odds."""
    odds = share * _odds(one) + (1 - share) * _odds(two)
    return 1 / (1 + math.exp(-odds))


def _odds(chance: float) -> float:
    within = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(within / (1 - within))
