"""From whatever a device or a file has to frames of 16 kHz mono int16."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from firmware.frame import FRAME_SAMPLES, RATE, Channels, Frame, Samples

Block = npt.NDArray[Any]
"""Sound as it comes: shape (n,) or (n, channels); int16, int32 (full scale 2³¹) or float (full scale 1.0)."""

_FULL_SCALE = 32_768.0


def to_float(block: Block) -> npt.NDArray[np.float32]:
    """The mean of all channels, full scale 1.0; samples that are not numbers become silence. Shape (n,)."""
    sound = to_floats(block)
    return sound if sound.ndim == 1 else sound.mean(axis=1, dtype=np.float32)


def to_floats(block: Block) -> npt.NDArray[np.float32]:
    """Full scale 1.0, in the shape that it has; samples that are not numbers become silence."""
    if block.dtype == np.int16:
        return block.astype(np.float32) / np.float32(_FULL_SCALE)
    if block.dtype == np.int32:
        return block.astype(np.float32) / np.float32(2**31)
    return np.nan_to_num(block.astype(np.float32), nan=0.0, posinf=1.0, neginf=-1.0)


def to_int16(sound: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int16]:
    """Rounded, and clipped where it is louder than int16 can hold."""
    samples: npt.NDArray[np.int16] = np.clip(np.rint(sound * _FULL_SCALE), -32_768, 32_767).astype(np.int16)
    return samples


def resampled(samples: Samples, rate: int, to: int) -> Samples:
    """A whole mono sound at another rate."""
    if rate == to or samples.size == 0:
        return samples
    sound: npt.NDArray[np.float32] = soxr.resample(to_float(samples), rate, to)
    return to_int16(sound)


class Framer:
    """Cuts a stream of blocks of any size into frames, resampled and mixed down on the way; nothing is lost or doubled.

    16 kHz mono int16 passes bit for bit. Anything else goes through soxr (its HQ setting), which keeps some 20 ms to
    itself until `finish`.
    """

    def __init__(self, rate: int, *, first: int = 0, microphones: int = 0) -> None:
        """`microphones`: of an array. Blocks are then of shape (n, 1 + microphones): what the array makes of them, and
        each by itself, which the frames keep.
        """
        self._rate = rate
        self._array = microphones > 0
        self._resampler = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1 + microphones, dtype="float32")
        self._rest: Samples | Channels = np.zeros((0, 1 + microphones) if self._array else 0, np.int16)
        self.index = first
        """Index of the next frame."""

    def process(self, block: Block) -> list[Frame]:
        """Take the next block; the frames it completes."""
        return self._cut(self._converted(block))

    def finish(self) -> list[Frame]:
        """The end of the sound: what the resampler still holds, the last frame padded with silence. The last call,
        once.
        """
        nothing = np.zeros_like(self._rest[:0])
        tail = nothing
        if self._resampler is not None:
            tail = to_int16(self._resampler.resample_chunk(nothing.astype(np.float32), last=True))
        frames = self._cut(tail)
        if missing := -len(self._rest) % FRAME_SAMPLES:
            frames += self._cut(np.zeros((missing, *self._rest.shape[1:]), np.int16))
        return frames

    def _converted(self, block: Block) -> Samples | Channels:
        if self._resampler is None and block.dtype == np.int16 and block.ndim == 1:
            return block
        sound = to_floats(block) if self._array else to_float(block)
        return to_int16(sound if self._resampler is None else self._resampler.resample_chunk(sound))

    def _cut(self, sound: Samples | Channels) -> list[Frame]:
        # Concatenation copies, so a frame never shows a device buffer that is used again.
        joined = np.concatenate((self._rest, sound))
        count = len(joined) // FRAME_SAMPLES
        frames = [
            self._frame(joined[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], self.index + i) for i in range(count)
        ]
        self._rest = joined[count * FRAME_SAMPLES :]
        self.index += count
        return frames

    def _frame(self, sound: Samples | Channels, index: int) -> Frame:
        return Frame(np.ascontiguousarray(sound[:, 0]), index, sound[:, 1:]) if self._array else Frame(sound, index)
