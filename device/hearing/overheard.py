"""What somebody says into a question while the appliance still asks it: told from its own voice. On the listen thread.

Its own voice and others' are told apart by how loud they are (device/hearing/stop_word.py), frame by frame. A frame or
two may be its own, spoken with more stress; where nobody else speaks the sound is left out, or its own words would
stand among those of the answer.
"""

from __future__ import annotations

from collections import deque

from firmware.frame import FRAME_SECONDS, Frame

MEMORY_S = 6.0
"""Seconds of what is said into a question that may be its answer."""
_EDGE = 2
"""Frames kept on both sides: a word begins and ends more softly than it sounds."""
_APART = 4
"""Frames without somebody's voice that part one stretch from the next."""
_LEAST = 3
"""Frames with somebody's voice in a stretch; what is shorter is its own voice. Shorter at the end of the question: the
preroll of the ear that opens has it.
"""

Voiced = tuple[Frame, float]
"""A frame, with the probability of a voice that is not its own."""


class Overheard:
    """Keeps what is heard from when the appliance begins to speak, as far as somebody may have answered in it."""

    def __init__(self) -> None:
        self._heard: deque[Voiced] = deque(maxlen=round(MEMORY_S / FRAME_SECONDS))
        self._speaks = False

    def hear(self, frame: Frame, probability: float, *, speaks: bool) -> None:
        """Take the next frame in which nobody is listened to. `speaks`: the appliance does."""
        if speaks and not self._speaks:
            self._heard.clear()
        self._speaks = speaks
        self._heard.append((frame, probability))

    def clear(self) -> None:
        """What was heard is dealt with."""
        self._heard.clear()
        self._speaks = False

    def answer(self) -> list[Voiced]:
        """From where somebody began to speak; empty: nobody did."""
        heard = [*self._heard]
        voiced = _voiced([probability > 0.5 for _, probability in heard])
        if not voiced:
            return []
        near = {at + edge for at in voiced for edge in range(-_EDGE, _EDGE + 1)}
        first = max(0, min(near))
        newest = len(heard) - 1 - _EDGE  # these go on in the ear
        return [
            each if at in near or at > newest else (each[0].silenced(), 0.0)
            for at, each in enumerate(heard[first:], first)
        ]


def _voiced(somebody: list[bool]) -> list[int]:
    """Where somebody speaks, without what is too short for a word."""
    stretches: list[list[int]] = []
    for at in (at for at, speaks in enumerate(somebody) if speaks):
        if stretches and at - stretches[-1][-1] <= _APART:
            stretches[-1].append(at)
        else:
            stretches.append([at])
    return [at for stretch in stretches if len(stretch) >= _LEAST for at in stretch]
