"""A call with a real `equerry run`: begun, watched, ended; and how much of a whisper a recording has."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from device.calls.watched import watched
from device.control.client import request
from firmware.frame import Samples
from tests.sound.appliance import Appliance
from tests.virtual_sound import Recording


class Watching(threading.Thread):
    """What `equerry call watch` shows, with when it came."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.came: list[tuple[float, dict[str, Any]]] = []
        self.start()

    def run(self) -> None:
        for message in watched(self.folder):
            self.came.append((time.monotonic(), dict(message.found)))

    def find(self, event: str, **fields: str) -> tuple[float, dict[str, Any]] | None:
        """The first of these whose fields hold these words."""
        for at, found in self.came:
            if found.get("event") == event and all(
                value in str(found.get(name, "")).lower() for name, value in fields.items()
            ):
                return at, found
        return None

    def wait_for(self, event: str, *, within: float = 20.0, **fields: str) -> tuple[float, dict[str, Any]]:
        until = time.monotonic() + within
        while time.monotonic() < until:
            if found := self.find(event, **fields):
                return found
            time.sleep(0.05)
        raise AssertionError(f"no {event} with {fields} within {within} s in {[each for _, each in self.came]}")


def do(appliance: Appliance, action: str, **slots: str) -> str:
    steps = [{"action": action, "slots": slots}]
    return str(request(appliance.folder, {"request": "command", "steps": steps})["reply"])


@contextmanager
def calling(appliance: Appliance) -> Iterator[Watching]:
    """A call with Henderson, followed for as long as this lasts."""
    position, watching = len(appliance.log), Watching(appliance.folder)
    assert do(appliance, "call.start", name="Henderson") == "I follow the call with Henderson."
    try:
        appliance.await_log("a call is followed", after=position)
        yield watching
    finally:
        if appliance.process.poll() is None:
            position = len(appliance.log)
            told = do(appliance, "call.end")
            appliance.await_log("the call is over", after=position)
            assert told == "The call with Henderson is over."


def contained_db(whisper: Samples, where: Samples) -> float:
    """How loud the whisper is in a recording, beside itself: its highest cross-correlation over its own energy."""
    sound, whole = whisper.astype(np.float64), where.astype(np.float64)
    size = 1 << (sound.size + whole.size).bit_length()
    both = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(sound, size)), size)
    return float(20 * np.log10(np.abs(both).max() / np.dot(sound, sound) + 1e-12))


def loud(recording: Recording) -> Samples:
    """From its first sound to its last."""
    at = np.flatnonzero(np.abs(recording.samples.astype(np.int32)) > 100)
    assert at.size, "nothing was heard"
    return recording.samples[at[0] : at[-1] + 1]
