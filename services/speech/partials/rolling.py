"""Partials by decoding the growing utterance over and over, showing only the words that two decodes in a row agree
on.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from firmware.frame import RATE, Frame, Samples
from services.speech.base import Partial

Decode = Callable[[Samples], str]
"""Text of 16 kHz mono int16; may take a while."""

_SLACK = 2
"""Shown words at the end that a later decode may have heard otherwise."""

_MOST_RESTS = 2.0
"""Seconds between two requests, however long a decode took: something else may have held the processor."""


class StableWords:
    """The words to show. What was shown stays; a word is added when two decodes in a row agree on it."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self._before: list[str] = []

    def take(self, text: str) -> bool:
        """Take the next decode; whether there is more to show."""
        words = text.split()
        agreed = _agreed(self._before, words)
        self._before = words
        more = _beyond(self.shown, agreed)
        self.shown += more
        return bool(more)

    def settle(self) -> None:
        """Show all of the last decode: nothing earlier will be decoded again."""
        self.shown += _beyond(self.shown, self._before)
        self._before = []


@dataclass(frozen=True, slots=True)
class _Request:
    utterance: int
    samples: Samples
    at: float


class RollingPartials:
    """Partials from any decode function.

    Live (`inline=False`) a thread named "partials" decodes; at most one request waits, a newer one takes its place. It
    rests as long as it decoded, so that a slow machine is half free for all else.
    From files read as fast as possible (`inline=True`) `process` decodes itself, at fixed audio times, so that results
    do not depend on the machine's speed.
    """

    def __init__(
        self,
        decode: Decode,
        *,
        inline: bool,
        every: float = 0.24,
        longest: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`every`: seconds of sound between two decodes. `longest`: seconds decoded at once; earlier words are settled
        then.
        """
        self._decode, self._clock = decode, clock
        self._took = 0.0
        """Seconds of the last decode of the thread."""
        self.decodes = 0
        """Of the thread, so far."""
        self._every, self._longest = round(every * RATE), round(longest * RATE)
        self._utterance = 0
        self._size = self._asked_at = 0
        self._held = False
        self._closed = False
        self._waiting: _Request | None = None
        self._decoded: tuple[_Request, str] | None = None
        self._news = threading.Condition()
        self._failure: BaseException | None = None
        self._begin()
        self._thread = None if inline else threading.Thread(target=self._work, name="partials", daemon=True)
        if self._thread:
            self._thread.start()

    def reset(self) -> None:
        with self._news:
            self._utterance += 1
            self._waiting = self._decoded = None
        self._begin()

    def hold(self, hold: bool) -> None:
        """While held, no decode is started, so that an early final has the processor to itself; one that runs is not
        broken off.
        """
        with self._news:
            self._held = hold
            if hold:
                self._waiting = None

    def process(self, frame: Frame) -> Partial | None:
        self._heard.append(frame.samples)
        self._size += frame.samples.size
        if self._size - self._asked_at >= max(self._every, self._rests) and not self._held:
            self._asked_at = self._size
            self._request(_Request(self._utterance, np.concatenate(self._heard), frame.end))
        return self._collect()

    def close(self) -> None:
        """End the thread; waits for a decode that runs."""
        with self._news:
            self._closed = True
            self._waiting = None
            self._news.notify()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def _rests(self) -> int:
        """Samples from one request to the next, so that it decodes half of the time."""
        return round(min(2 * self._took, _MOST_RESTS) * RATE)

    def _begin(self) -> None:
        self._settled: list[str] = []
        self._stretch([])

    def _stretch(self, heard: list[Samples]) -> None:
        """Begin a stretch of sound that is decoded on its own."""
        self._heard = heard
        self._size, self._asked_at = sum(part.size for part in heard), 0
        self._words = StableWords()

    def _request(self, request: _Request) -> None:
        if self._thread is None:
            self._decoded = (request, self._decode(request.samples))
            return
        with self._news:
            self._waiting = request
            self._news.notify()

    def _collect(self) -> Partial | None:
        with self._news:
            if self._failure:
                raise self._failure
            decoded, self._decoded = self._decoded, None
        if decoded is None:
            return None
        request, text = decoded
        more = self._words.take(text)
        if request.samples.size >= self._longest:
            # From here on a new stretch of sound, so that memory and decodes stay bounded.
            self._words.settle()
            self._settled += self._words.shown
            self._stretch([np.concatenate(self._heard)[request.samples.size :]])
            more = True
        shown = [*self._settled, *self._words.shown]
        return Partial(" ".join(shown), request.at) if more and shown else None

    def _work(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting is not None or self._closed)
                if self._closed:
                    return
                request, self._waiting = self._waiting, None
            assert request is not None
            began = self._clock()
            try:
                text = self._decode(request.samples)
            except BaseException as error:  # noqa: BLE001 - raised again where frames are processed: a bug is not hidden in a thread
                self._failure = error
                return
            with self._news:
                self._took, self.decodes = self._clock() - began, self.decodes + 1
                if request.utterance == self._utterance:
                    self._decoded = (request, text)


def _plain(word: str) -> str:
    return re.sub(r"[^\w']", "", word).lower() or word


def _agreed(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """The words at the start of `now` that `before` has too, whatever their case and punctuation."""
    same = 0
    while same < min(len(before), len(now)) and _plain(before[same]) == _plain(now[same]):
        same += 1
    return list(now[:same])


def _beyond(shown: Sequence[str], agreed: Sequence[str]) -> list[str]:
    """The words of `agreed` that follow those already shown, of which the recogniser may by now think otherwise."""
    if not shown:
        return list(agreed)
    matcher = SequenceMatcher(None, [_plain(word) for word in shown], [_plain(word) for word in agreed], autojunk=False)
    *matches, _ = matcher.get_matching_blocks()
    if not matches:
        return []
    last = matches[-1]
    missed = len(shown) - (last.a + last.size)
    return list(agreed[last.b + last.size + missed :]) if missed <= _SLACK else []
