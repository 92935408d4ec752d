"""From whatever a device or a file has to frames of 16 kHz mono int16."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples

Block = npt.NDArray[Any]
"""Sound as it comes: shape (n,) or (n, channels); int16, int32 (full scale 2³¹) or float (full scale 1.0)."""

_FULL_SCALE = 32_768.0


def to_float(block: Block) -> npt.NDArray[np.float32]:
    """The mean of all channels, full scale 1.0; samples that are not numbers become silence. Shape (n,)."""
    if block.dtype == np.int16:
        sound = block.astype(np.float32) / np.float32(_FULL_SCALE)
    elif block.dtype == np.int32:
        sound = block.astype(np.float32) / np.float32(2**31)
    else:
        sound = np.nan_to_num(block.astype(np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
    return sound if sound.ndim == 1 else sound.mean(axis=1, dtype=np.float32)


def to_int16(sound: npt.NDArray[np.floating[Any]]) -> Samples:
    """Rounded, and clipped where it is louder than int16 can hold."""
    samples: Samples = np.clip(np.rint(sound * _FULL_SCALE), -32_768, 32_767).astype(np.int16)
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

    def __init__(self, rate: int, *, first: int = 0) -> None:
        self._rate = rate
        self._resampler = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="float32")
        self._rest: Samples = np.zeros(0, np.int16)
        self.index = first
        """Index of the next frame."""

    def process(self, block: Block) -> list[Frame]:
        """Take the next block; the frames it completes."""
        return self._cut(self._converted(block))

    def finish(self) -> list[Frame]:
        """The end of the sound: what the resampler still holds, the last frame padded with silence. The last call,
        once.
        """
        tail = np.zeros(0, np.int16)
        if self._resampler is not None:
            tail = to_int16(self._resampler.resample_chunk(np.zeros(0, np.float32), last=True))
        frames = self._cut(tail)
        if self._rest.size:
            frames += self._cut(np.zeros(FRAME_SAMPLES - self._rest.size, np.int16))
        return frames

    def _converted(self, block: Block) -> Samples:
        if self._resampler is not None:
            return to_int16(self._resampler.resample_chunk(to_float(block)))
        if block.dtype == np.int16 and block.ndim == 1:
            return block
        return to_int16(to_float(block))

    def _cut(self, samples: Samples) -> list[Frame]:
        # Concatenation copies, so a frame never shows a device buffer that is used again.
        joined = np.concatenate((self._rest, samples))
        count = joined.size // FRAME_SAMPLES
        frames = [Frame(joined[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], self.index + i) for i in range(count)]
        self._rest = joined[count * FRAME_SAMPLES :]
        self.index += count
        return frames
