"""A language model that can do no harm by failing: a circuit breaker before it, and its latest answers kept.

After some failures or time-outs in a row the model is left alone for a while (the circuit is open) and templates carry
on alone; then one sentence tries it (half-open), and what comes of that closes or opens the circuit again. See Nygard,
Release It!, and pybreaker.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar, cast

from cachetools import TTLCache
from pybreaker import (
    STATE_CLOSED,
    STATE_OPEN,
    CircuitBreaker,
    CircuitBreakerError,
    CircuitBreakerListener,
    CircuitBreakerState,
    CircuitMemoryStorage,
)

from services.understanding.base import EngineUncompiled, LanguageModelUnusable
from services.understanding.model.base import Context, Engine, Guess, LanguageModelSlow
from services.understanding.model.patience import spent_now, stale_now

_log = logging.getLogger(__name__)

State = Literal["closed", "open", "half-open"]
"""closed: it is asked; open: it is left alone; half-open: the next sentence tries it."""

KEPT = 100
KEPT_S = 300.0
"""Answers that are kept, and for how long, seconds."""

_MARKS = " .,;:!?…"

_T = TypeVar("_T")


class GuardedModel:
    """Implements LanguageModel on an Engine, for several threads: who comes while it answers another gets no answer."""

    def __init__(
        self,
        engine: Engine,
        *,
        failures: int = 3,
        rest_s: float = 60.0,
        together_s: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """The circuit opens after `failures` in a row, for `rest_s` seconds of `clock`. `together_s`: no further
        reading of an utterance begins when those before have taken so long.
        """
        self._engine, self._rest_s, self._together_s, self._clock = engine, rest_s, together_s, clock
        self._busy, self._reading = threading.Lock(), threading.Lock()
        self._using = threading.Lock()
        """Held while the engine works, also by what `_busy` need not wait for."""
        self._ahead: tuple[str, Context] | None = None
        """What is being read though nobody asks for it yet."""
        self._kept: TTLCache[tuple[str, Context], tuple[Guess | None]] = TTLCache(KEPT, KEPT_S, timer=clock)
        self._memory = _Memory(clock)
        self._breaker = CircuitBreaker(
            fail_max=failures,
            reset_timeout=rest_s,
            listeners=[_Teller()],
            state_storage=self._memory,
            throw_new_error_on_trip=False,
            exclude=[EngineUncompiled],  # the time that takes is no failure: asked again at the next sentence
        )
        self.trouble: EngineUncompiled | LanguageModelUnusable | LanguageModelSlow | None = None
        """Why it did not answer when it was last asked."""

    @property
    def state(self) -> State:
        """Whether it is asked."""
        state = cast("State", self._breaker.current_state)
        return "half-open" if state == STATE_OPEN and self._memory.open_for() >= self._rest_s else state

    def load(self) -> None:
        """See LanguageModel."""
        with self._busy, self._using:
            self._tried(self._engine.load)

    def prepare(self, text: str) -> None:
        """See LanguageModel. Only while the circuit is closed, and never closes it: no answer is proved."""
        if self.state != "closed" or not self._using.acquire(blocking=False):
            return
        try:
            self._engine.prepare(text, self._busy.locked)
        except LanguageModelUnusable as error:
            self.trouble = error
            _log.warning("%s", error)
        finally:
            self._using.release()

    def read(self, text: str, context: Context) -> Guess | None:
        """See LanguageModel. The same text in the same context is answered from memory, even with none, whatever
        marks are at its end: they are not shown to the model.
        """
        text = text.rstrip(_MARKS)
        if kept := self._known(text, context):
            return kept[0]
        if (stale := stale_now()) is not None:
            return self._read_ahead(text, context, stale)
        if self._ahead == (text, context):
            with self._using:  # its answer is nearly there
                pass
            if kept := self._known(text, context):
                return kept[0]
        spent = spent_now()
        if spent.seconds >= self._together_s or not self._busy.acquire(blocking=False):
            return None
        began = self._clock()
        try:
            with self._using:  # which what prepares gives up, seeing that it is busy
                answer = self._tried(lambda: self._engine.read(text, context))
        finally:
            self._busy.release()
            spent.seconds += self._clock() - began
        if answer is None:
            return None
        self._keep(text, context, answer)
        return answer[0]

    def _read_ahead(self, text: str, context: Context, stale: Callable[[], bool]) -> Guess | None:
        """As `read`, with the engine's time that nobody else wants: only while the circuit is closed."""
        if self.state != "closed" or not self._using.acquire(blocking=False):
            return None
        self._ahead = (text, context)
        try:
            guess = self._engine.read(text, context, lambda: self._busy.locked() or stale())
            if not self._busy.locked() and not stale():  # else it may have given up
                self._keep(text, context, (guess,))
        except (EngineUncompiled, LanguageModelUnusable, LanguageModelSlow) as error:
            _log.info("while reading ahead: %s", error)
            return None
        finally:
            self._ahead = None
            self._using.release()
        return guess

    def _known(self, text: str, context: Context) -> tuple[Guess | None] | None:
        with self._reading:
            return self._kept.get((text, context))

    def _keep(self, text: str, context: Context, answer: tuple[Guess | None]) -> None:
        with self._reading:
            self._kept[text, context] = answer

    def _tried(self, use: Callable[[], _T]) -> tuple[_T] | None:
        """What comes of using the engine; None where the circuit is open or the engine failed."""
        try:
            answer = self._breaker.call(use)
        except CircuitBreakerError:
            return None
        except EngineUncompiled as error:
            self.trouble = error
            return None
        except (LanguageModelUnusable, LanguageModelSlow) as error:
            self.trouble = error
            _log.warning("%s", error)
            return None
        self.trouble = None
        return (answer,)


class _Memory(CircuitMemoryStorage):
    """Times the open circuit by a steady clock: a Pi without a battery sets its time of day late."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(STATE_CLOSED)
        self._clock, self._since = clock, 0.0

    def open_for(self) -> float:
        """Seconds since it opened."""
        return self._clock() - self._since

    @property
    def opened_at(self) -> datetime | None:
        return datetime.now(UTC) - timedelta(seconds=self.open_for())

    @opened_at.setter
    def opened_at(self, _: datetime) -> None:
        self._since = self._clock()


class _Teller(CircuitBreakerListener):
    """Tells when the circuit changes."""

    def state_change(self, _: CircuitBreaker, old: CircuitBreakerState | None, new: CircuitBreakerState) -> None:
        _log.warning("language model: circuit %s, was %s", new.name, old.name if old else "new")
