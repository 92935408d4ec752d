"""For whom a reading is: an utterance that somebody waits for, whose readings may take only so long together, or one
that is not over yet and is read ahead.

How long all readings of one utterance have taken: its words are read again without what belongs to no command, and
each of these readings may ask the language model. On the thread that understands it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Spent:
    """On one utterance."""

    seconds: float = 0.0


_SPENT: ContextVar[Spent | None] = ContextVar("spent", default=None)
_AHEAD: ContextVar[Callable[[], bool] | None] = ContextVar("ahead", default=None)


@contextmanager
def together(spent: Spent) -> Iterator[None]:
    """What is read meanwhile belongs to this utterance."""
    before = _SPENT.set(spent)
    try:
        yield
    finally:
        _SPENT.reset(before)


@contextmanager
def ahead(stale: Callable[[], bool]) -> Iterator[None]:
    """What is read meanwhile is read ahead: nobody waits for it, whoever does wait goes first, and it is given up once
    it is `stale`.
    """
    before = _AHEAD.set(stale)
    try:
        yield
    finally:
        _AHEAD.reset(before)


def stale_now() -> Callable[[], bool] | None:
    """Whether what is read now has become stale, where it is read ahead; None where somebody waits for it."""
    return _AHEAD.get()


def spent_now() -> Spent:
    """Of the utterance that is being read; a new one where none is."""
    return _SPENT.get() or Spent()
