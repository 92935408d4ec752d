"""Two seconds of a microphone, and what they are like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmware.base import Microphone
from firmware.frame import FRAME_SECONDS, RATE, Samples, level_dbfs

SECONDS = 2.0
_SETTLE_S = 0.4
"""Many microphones begin with a thump."""
_BLOCK = RATE // 50
_FULL = 32_767
_QUIETEST = 10
"""Percent of the blocks that are the room."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a microphone gave."""

    name: str
    samples: Samples
    rate: int | None
    """Samples a second at which it was opened; None where it does not tell."""
    channels: int


@dataclass(frozen=True, slots=True)
class SoundLevel:
    """What sound is like; dBFS, 0 is a square wave at full scale."""

    level: float
    floor: float
    """Of the quietest tenth."""
    peak: float
    clipped: float
    """Share of samples at full scale, 0 to 1."""
    offset: float
    """Mean, -1 to 1."""
    constant: bool
    """All samples are one and the same."""


def recorded(microphone: Microphone, seconds: float = SECONDS) -> Recording:
    """Open it, listen, close it. Raises MicrophoneMissing, MicrophoneBusy, MicrophoneLost."""
    frames: list[Samples] = []
    microphone.open()
    try:
        for _ in range(round((_SETTLE_S + seconds) / FRAME_SECONDS)):
            if (frame := microphone.read()) is None:
                break
            frames.append(frame.samples)
    finally:
        microphone.close()
    kept = frames[round(_SETTLE_S / FRAME_SECONDS) :] or frames
    layout = getattr(microphone, "layout", None)  # of PyAudio's alone
    samples = np.concatenate(kept) if kept else np.zeros(0, np.int16)
    return Recording(microphone.name, samples, layout.rate if layout else None, layout.channels if layout else 1)


def measured(samples: Samples) -> SoundLevel:
    """Of 16 kHz mono int16, shape (n,)."""
    if samples.size == 0:
        return SoundLevel(-96.0, -96.0, -96.0, 0.0, 0.0, True)
    blocks = [level_dbfs(samples[at : at + _BLOCK]) for at in range(0, max(1, samples.size - _BLOCK + 1), _BLOCK)]
    largest = float(np.max(np.abs(samples.astype(np.int32))))
    return SoundLevel(
        level_dbfs(samples),
        float(np.percentile(blocks, _QUIETEST)),
        20.0 * float(np.log10(max(largest, 0.5) / 32_768)),
        float(np.mean(np.abs(samples.astype(np.int32)) >= _FULL)),
        float(np.mean(samples)) / 32_768,
        bool(np.ptp(samples) == 0),
    )
