"""Hearing "stop" without the wake word while the appliance itself speaks. Belongs to the ear, on the listen thread.

The microphone hears the appliance, too, so a voice alone means nothing. What is louder than its own voice has been in
this room so far is somebody else's: a short stretch of that, with silence behind it, is cut out and decoded once, by a
recogniser that expects "stop".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future

import numpy as np

from device.turn import events as on
from firmware.frame import FRAME_SECONDS, RATE, Frame, Samples
from services.speech.echo import is_stop
from services.speech.levels import BLOCK_SECONDS, BLOCKS, block_levels

_SHORTEST = 0.06
_LONGEST = 1.4
"""Seconds that "stop" or "that's enough" take."""
_PAUSE = 0.32
"""Seconds of silence that end it."""
_EDGE = 0.16
"""Seconds kept at both ends: a word begins and ends more softly than it sounds."""
_QUIET = 0.3
"""Seconds of silence put around what is decoded."""
_OVER = 6.0
"""dB by which somebody else is louder than its own voice is…"""
_MOSTLY = 90.0
"""…in so many percent of its frames; in the others somebody else may have spoken."""
_ROOM = -50.0
"""dBFS; less is nobody who speaks to us."""
_LATE = 0.64
"""Seconds at most from the loudspeaker to the ear, with the echo of the room."""
_LIKELY = 0.4
"""Probability of a voice."""
_MEMORY = 12.0
"""Seconds of its own voice from which the room is known…"""
_KNOWN = 1.0
"""…the least of them…"""
_WELL_KNOWN = 4.0
"""…and from how many on what is louder is somebody else for sure."""
_MANY = 4
"""Times _LONGEST that somebody may talk; longer is its own voice, grown louder: the room is learned anew."""
_ONSET = 1.0
"""Seconds in which a reply begins: who was not done speaking goes on then, and what takes its echo away has to find its
way again."""
_ONSETS = 6
"""Replies whose beginnings are remembered…"""
_ONSETS_KNOWN = 2
"""…and from how many on somebody else is told from its own voice there,…"""
_ONSET_OVER = 3.0
"""…dB over the loudest of them."""
_SAID = 3.0
"""Seconds in which what it says may be the "stop" that was heard."""


class Overhearing:
    """`level`: of what the appliance says now, dBFS, None in silence; `said`: its words of the last seconds."""

    def __init__(
        self,
        decode: Callable[[Samples], str],
        decoder: Executor,
        *,
        level: Callable[[], float | None],
        said: Callable[[float], str],
        emit: on.Emit,
    ) -> None:
        self._decode, self._decoder, self._level, self._said, self._emit = decode, decoder, level, said, emit
        self._decoding: Future[str] | None = None
        self._own: deque[float | None] = deque(maxlen=round(_LATE / FRAME_SECONDS))
        self._coupling: deque[float] = deque(maxlen=round(_MEMORY / FRAME_SECONDS))
        """How much louder than what was handed to the loudspeaker it was in the microphone, dB, frame by frame."""
        self.decodes = 0
        """How often something was decoded."""
        self.somebody = False
        """In the last frame somebody else was heard over what the appliance says."""
        self.surely = False
        """And louder than its own voice was at the beginning of any of its last replies."""
        self._onsets: deque[float] = deque(maxlen=_ONSETS)
        """How much louder, dB, the loudest frame at the beginning of each was than what the loudspeaker was given."""
        self._onset: list[float] = []
        self.reset()

    def reset(self) -> None:
        """It is silent, or listens to a command: forget what was heard, but not how the room sounds."""
        if self._onset:
            self._onsets.append(max(self._onset))
        self.somebody = self.surely = False
        self._onset, self._frames = [], 0
        self._heard: list[Samples] = []
        self._levels: list[float] = []
        """Of each block heard, dBFS; of one that is nobody else's, minus infinity."""
        self._talks = 0
        """Somebody talks, so often longer than it takes to say "stop"."""
        self._own.clear()

    def hear(self, frame: Frame, probability: float, turn: int) -> None:
        """Take the next frame of sound while the appliance speaks, as this turn."""
        levels = block_levels(frame)
        self._own.append(self._level())
        own = max((each for each in self._own if each is not None), default=None)
        bound = self._bound(own)
        loud = np.where((levels >= bound) & (probability >= _LIKELY), levels, -np.inf)
        self.somebody = bool(np.isfinite(loud).any())
        self._begin(float(levels.max()), own)
        # Once the room is known, who talks over it must not pass for its own voice, however long.
        if own is not None and (len(self._coupling) * FRAME_SECONDS < _WELL_KNOWN or not self.somebody):
            self._coupling.append(float(levels.max()) - own)
        self._heard.append(frame.samples)
        self._levels.extend(loud.tolist())
        voiced = np.flatnonzero(np.isfinite(self._levels))
        if not voiced.size:
            keep = 1 + round(_EDGE / FRAME_SECONDS)
            self._heard, self._levels = self._heard[-keep:], self._levels[-keep * BLOCKS :]
            return
        if (len(self._levels) - 1 - int(voiced[-1])) * BLOCK_SECONDS >= _PAUSE:
            self._take(int(voiced[0]), int(voiced[-1]) + 1, voiced.size * BLOCK_SECONDS, turn)
        elif len(self._levels) * BLOCK_SECONDS > 2 * _LONGEST:
            self._talks += 1
            if self._talks == _MANY:  # or its own voice is louder than it was
                self._coupling.clear()
            cut = len(self._heard) - round(_LONGEST / FRAME_SECONDS)
            self._heard, self._levels = self._heard[cut:], self._levels[cut * BLOCKS :]

    def leave_out(self) -> None:
        """Somebody spoke into the beginning of what it says: that tells nothing of its own voice."""
        self._onset, self._frames = [], round(_ONSET / FRAME_SECONDS)

    def _begin(self, level: float, own: float | None) -> None:
        """Note how loud its own voice is where a reply begins, and whether this is louder."""
        known = len(self._onsets) >= _ONSETS_KNOWN
        bound = _ROOM if own is None else own + max(self._onsets) + _ONSET_OVER if known else np.inf
        self.surely = self.somebody and level >= bound
        if own is not None and self._frames < _ONSET / FRAME_SECONDS:
            self._frames += 1
            self._onset.append(level - own)

    def _bound(self, own: float | None) -> float:
        """The level from which a sound is not its own voice."""
        if own is None:
            return _ROOM
        if len(self._coupling) * FRAME_SECONDS < _KNOWN:
            return np.inf
        return max(_ROOM, own + float(np.percentile(self._coupling, _MOSTLY)) + _OVER)

    def _take(self, first: int, end: int, voiced: float, turn: int) -> None:
        """Decode what was heard from one block to another, if it can be what is listened for."""
        sound, heard = np.concatenate(self._heard), (end - first) * BLOCK_SECONDS
        busy = self._talks > 0 or (self._decoding is not None and not self._decoding.done())
        self._heard, self._levels, self._talks = [], [], 0
        if busy or voiced < _SHORTEST or heard > _LONGEST:
            return
        block = round(BLOCK_SECONDS * RATE)
        edge = round(_EDGE * RATE)
        cut = sound[max(0, first * block - edge) : end * block + edge]
        quiet = np.zeros(round(_QUIET * RATE), np.int16)
        said = self._said(_SAID)
        self.decodes += 1
        self._decoding = self._decoder.submit(self._decode, np.concatenate((quiet, cut, quiet)))
        self._decoding.add_done_callback(lambda done: self._judge(done, said, turn))

    def _judge(self, done: Future[str], said: str, turn: int) -> None:
        """On the thread that decoded."""
        if done.cancelled():
            return
        if error := done.exception():
            self._emit(on.Crashed(error))
        elif is_stop(done.result(), said):
            self._emit(on.StopHeard(turn))
