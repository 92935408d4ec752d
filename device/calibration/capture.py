"""The microphone for a moment, beside an appliance that may hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from device.calibration.levels import Sound, decibels
from device.control.client import NoAnswer, NotRunning, Starting, request
from device.errors import ApplianceError
from firmware.base import Microphone, MicrophoneMissing
from firmware.frame import Frame
from firmware.sound.resample import Block

_PATIENCE_S = 2.0

Shown = Callable[[float, float], None]
"""Told while something is recorded: the seconds that are left, and how loud it is, dBFS."""


class MicrophoneTaken(ApplianceError):
    """The running appliance holds the microphone ({reason}) Have it let go, and start it again afterwards: sudo
    systemctl stop equerry; or end equerry run. Where PipeWire or PulseAudio shares the microphone that is not needed.
    """

    code = "microphone.taken"


class Channels(Protocol):
    """firmware.sound.microphone.PyAudioMicrophone."""

    @property
    def rate(self) -> int:
        """Samples a second."""

    def read_block(self) -> Block:
        """Shape (n, channels), int16. Raises MicrophoneLost."""


@contextmanager
def held(microphone: Microphone, data: Path) -> Iterator[None]:
    """Open while the block runs. `data`: where the store is. Raises MicrophoneTaken, MicrophoneMissing."""
    try:
        microphone.open()
    except MicrophoneMissing as problem:
        if runs(data):
            raise MicrophoneTaken(reason=str(problem)) from problem
        raise
    try:
        yield
    finally:
        microphone.close()


def runs(data: Path) -> bool:
    """Whether the appliance whose store lies there runs now."""
    try:
        request(data, {"request": "status"}, patience=_PATIENCE_S)
    except NotRunning:
        return False
    except (NoAnswer, Starting):
        return True
    return True


def listened(microphone: Microphone, seconds: float) -> list[Frame]:
    """So much of an open microphone, as the ear would have it. Raises MicrophoneLost."""
    frames: list[Frame] = []
    while (frame := microphone.read()) is not None:
        frames.append(frame)
        if frame.end - frames[0].start >= seconds:
            break
    return frames


def record(microphone: Channels, seconds: float, shown: Shown) -> Sound:
    """So much of an open microphone, shape (n, channels), full scale 1.0. Raises MicrophoneLost."""
    blocks: list[Block] = []
    wanted, got = round(seconds * microphone.rate), 0
    while got < wanted:
        block = microphone.read_block()
        blocks.append(block)
        got += len(block)
        loudest = float(np.sqrt(np.mean(np.square(block / 32768.0), axis=0)).max(initial=0.0))
        shown(max(0.0, (wanted - got) / microphone.rate), decibels(loudest))
    return (np.concatenate(blocks)[:wanted] / np.float32(32768.0)).astype(np.float32)
