"""Whether the machine can follow one more call."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from device.errors import ApplianceError
from firmware.readings import Readings

NEEDED_BYTES = 400 * 1024 * 1024
"""What following a call from sound takes at most, by words alone, measured: 346 MiB, and something over."""
MODEL_BYTES = 160 * 1024 * 1024
"""What the language model takes beside that, measured: 149 MiB, 94 of them weights that processes share."""
_MIB = 1024 * 1024


class NoRoomForCall(ApplianceError):
    """There is too little memory for another call: {free} MiB are free, and it takes {needed}. Wait until another call
    has ended, or play a script instead of sound.
    """

    code = "call.room"


@contextmanager
def room_for_call(readings: Readings, model: Path) -> Iterator[None]:
    """While a call takes its memory, by loading `model`: other processes wait for their turn, so that each sees what
    those before it took. Raises NoRoomForCall, OSError.
    """
    handle = os.open(model, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        check_room(readings)
        yield
    finally:
        os.close(handle)


def room_for_model(readings: Readings) -> bool:
    """Whether the language model may read the call, too; where nobody knows how much memory there is, it may."""
    memory = readings.memory()
    return memory is None or memory[0] >= NEEDED_BYTES + MODEL_BYTES


def check_room(readings: Readings) -> None:
    """Raises NoRoomForCall where too little memory can be taken; where nobody knows how much, it is tried."""
    memory = readings.memory()
    if memory and memory[0] < NEEDED_BYTES:
        raise NoRoomForCall(free=memory[0] // _MIB, needed=NEEDED_BYTES // _MIB)
