"""The sound of one side as it comes: cut at its pauses, on the clock of the call; and whether both sides are one."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from device.calls.cutter import CutSound, Cutter
from firmware.frame import FRAME_SECONDS, RATE, Frame, level_dbfs
from services.speech.base import Vad

_GAP_S = 0.5
"""A frame that comes so much later than those before it tells of sound that was lost between."""
_DRIFT_S = 1e-4
"""Seconds a frame by which a side is believed to come later, as each device has a clock of its own."""
_COMPARED_S = 4.0
"""So much of both sides is compared,…"""
_EVERY_S = 5.0
"""…so often;…"""
_ALIKE = 0.9
"""…from this correlation on they are one sound, whatever their levels and however one lags behind…"""
_TIMES = 3
"""…where it is so as often in a row."""
_LOUD_DBFS = -50.0
"""What is softer says nothing."""


class SideSound:
    """Takes the frames of one side, and holds at most one segment of them."""

    def __init__(self, vad: Vad) -> None:
        self._cutter = Cutter(vad)
        self._late_s: float | None = None
        """What the clock of the call is ahead of the frames' own."""
        self.recent: deque[Frame] = deque(maxlen=round(_COMPARED_S / FRAME_SECONDS))
        """The last frames, for `SameSound`."""
        self.heard_s = 0.0
        """How much sound came."""

    @property
    def speaking(self) -> bool:
        """Whether a segment goes on."""
        return self._cutter.speaking

    def take(self, frame: Frame, at_s: float) -> list[CutSound]:
        """The next frame, which came at this time of the call; the segments that it ends."""
        self.recent.append(frame)
        self.heard_s += FRAME_SECONDS
        ended: list[CutSound | None] = []
        late_s = at_s - frame.end
        if self._late_s is None or late_s - self._late_s > _GAP_S:
            ended.append(self.finish())
            self._late_s = late_s
        self._late_s = min(self._late_s + _DRIFT_S, late_s)
        ended.append(self._placed(self._cutter.take(frame)))
        return [each for each in ended if each]

    def early(self) -> CutSound | None:
        """What was said until now, just when it may be all."""
        return self._placed(self._cutter.early())

    def finish(self) -> CutSound | None:
        """The sound is over or interrupted: what was being said, if anything."""
        return self._placed(self._cutter.finish())

    def abandon(self, last_s: float) -> CutSound | None:
        """What was being said but for the last seconds, which were meant for the appliance."""
        return self._placed(self._cutter.abandon(last_s))

    def _placed(self, cut: CutSound | None) -> CutSound | None:
        late_s = self._late_s or 0.0
        return cut and replace(cut, start_s=max(0.0, cut.start_s + late_s), end_s=max(0.0, cut.end_s + late_s))


class SameSound:
    """Tells two sides that are one sound. A voice that the other's microphone hears across the room is not that much
    alike.
    """

    def __init__(self) -> None:
        self._compared_s = 0.0
        self._times = 0

    def look(self, one: SideSound, other: SideSound, at_s: float) -> bool:
        """Whether both have been the same for a while; to be asked often, compares seldom."""
        if at_s - self._compared_s < _EVERY_S or len(one.recent) < (one.recent.maxlen or 0):
            return False
        self._compared_s = at_s
        sounds = [np.concatenate([frame.samples for frame in side.recent]) for side in (one, other) if side.recent]
        if len(sounds) < 2 or any(level_dbfs(sound) < _LOUD_DBFS for sound in sounds):
            return False
        self._times = self._times + 1 if correlation(sounds[0], sounds[1]) >= _ALIKE else 0
        return self._times >= _TIMES


def correlation(one: np.ndarray, other: np.ndarray, within_s: float = 1.0) -> float:
    """The highest normalized correlation of two sounds, shape (n,) each, 0 to 1, one up to so many seconds behind the
    other; a part of either that the other lacks counts against it.
    """
    left, right = (each.astype(np.float32) - np.float32(each.mean()) for each in (one, other))
    norm = float(np.linalg.norm(left) * np.linalg.norm(right))
    if not norm:
        return 0.0
    size = 1 << (left.size + right.size - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(left, size) * np.conj(np.fft.rfft(right, size)), size)
    reach = round(within_s * RATE)
    near = np.concatenate((product[:reach], product[-reach:]))
    return float(np.max(np.abs(near))) / norm
