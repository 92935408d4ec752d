"""What was heard: lately, for a turn that begins now; and for a turn until one moment, for whoever decodes it while the
listen thread goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, Frame, Samples
from services.speech.dereverberation import dereverberated, distinct

_LEAST = round(1.0 / FRAME_SECONDS)
"""Frames in which an array can learn a room; of less it would make what was never said."""
BEFORE = round(3.0 / FRAME_SECONDS)
"""Frames of what was heard before a turn from which the room and its noise are learnt."""


class Lately:
    """The newest frames."""

    def __init__(self, preroll_s: float) -> None:
        """`preroll_s`: seconds, at most, of what was heard before a turn began that belong to it."""
        self.preroll = max(1, round(preroll_s / FRAME_SECONDS))
        """The same in frames."""
        self._frames: deque[Frame] = deque(maxlen=BEFORE + self.preroll)

    def hear(self, frame: Frame) -> None:
        """Take the next frame."""
        self._frames.append(frame)

    def clear(self) -> None:
        """A new stream begins."""
        self._frames.clear()

    @property
    def now(self) -> float:
        """Audio time, seconds."""
        return self._frames[-1].end if self._frames else 0.0

    def newest(self, seconds: float | None = None) -> tuple[list[Frame], list[Frame]]:
        """What a turn that begins now may reach back into: what was heard before it, and the frames of so many seconds
        that belong to it; without a number as many as may.
        """
        frames = list(self._frames)
        count = self.preroll if seconds is None else min(self.preroll, round(seconds / FRAME_SECONDS))
        begin = max(0, len(frames) - count)
        return frames[max(0, begin - BEFORE) : begin], frames[begin:]


@dataclass(frozen=True, slots=True, eq=False)
class HeardTurn:
    """Of one turn."""

    frames: Sequence[Frame]
    """At least one."""
    theirs: Sequence[bool]
    """Which of them may hold something of the talker's."""
    before: Sequence[Frame] = ()
    """What was heard right before them, of an array: the room and its noise."""

    def samples(self) -> Samples:
        """What may be the talker's, int16."""
        return self._chosen([frame.samples for frame in self.frames])

    def cleared(self) -> Samples:
        """The same with less of the room and of its noise, where several microphones heard it and the appliance's own
        voice was not among it; on the decode thread (services/speech/dereverberation.py).
        """
        first = _array_from(self.frames)
        if len(self.frames) - first < _LEAST:
            return self.samples()
        before = [] if first else self.before[_array_from(self.before) :]
        each = [frame.channels for frame in (*before, *self.frames[first:]) if frame.channels is not None]
        if len({channels.shape for channels in each}) > 1:  # the microphone was opened anew
            return self.samples()
        channels = distinct(np.concatenate(each))
        if channels.shape[1] < 2:
            return self.samples()
        sound = dereverberated(channels, len(before) * FRAME_SAMPLES)
        heard = [frame.samples for frame in self.frames[:first]]
        return self._chosen([*heard, *sound.reshape(-1, FRAME_SAMPLES)[len(before) :]])

    def _chosen(self, sounds: Sequence[Samples]) -> Samples:
        chosen = [sound for sound, theirs in zip(sounds, self.theirs, strict=True) if theirs]
        return np.concatenate(chosen or sounds)


def _array_from(frames: Sequence[Frame]) -> int:
    """From which frame on all have what each microphone heard."""
    lacking = [at for at, frame in enumerate(frames) if frame.channels is None]
    return lacking[-1] + 1 if lacking else 0
