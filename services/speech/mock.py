"""Speech faculties that hear and say what they are told to: for tests and for a rehearsal of the appliance without models."""

from __future__ import annotations

from collections.abc import Sequence

from firmware.frame import Frame


class ScriptedVad:
    """Hears a voice at given times of a stream, whatever it sounds like."""

    def __init__(self, voice: Sequence[tuple[float, float]], *, likely: float = 0.95, unlikely: float = 0.02) -> None:
        """`voice`: stretches of audio time, seconds. With `likely` and `unlikely` close to each other it doubts as in a loud room."""
        self.resets = 0
        self._voice = tuple(voice)
        self._likely, self._unlikely = likely, unlikely

    def process(self, frame: Frame) -> float:
        """`likely` for a frame that overlaps a voice."""
        return self._likely if any(frame.start < end and frame.end > start for start, end in self._voice) else self._unlikely

    def reset(self) -> None:
        """Count it."""
        self.resets += 1
