"""A microphone that hears what it is given: for the rehearsal and the benchmarks, where there is no sound card."""

from __future__ import annotations

import queue
import time

import numpy as np

from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, Frame, Samples

HISS = 4
"""Amplitude of the quiet room between clips, of 32768 (about -80 dBFS). Digital silence would be a fault, as on a
device.
"""


class PlaybackMicrophone:
    """Endless quiet, clocked in real time, into which clips are played (firmware.base.Microphone)."""

    name = "playback"
    overruns = 0
    direction = None

    def __init__(self) -> None:
        self._noise = np.random.default_rng(0)
        self._clips: queue.SimpleQueue[Samples] = queue.SimpleQueue()
        self._rest = np.zeros(0, np.int16)
        self._index = 0
        self._began: float | None = None
        self.clip_ended: float | None = None
        """time.monotonic() when the last sample of the latest clip was heard; None while it plays."""

    def play(self, clip: Samples) -> None:
        """Let it hear this (16 kHz mono int16), after what waits already. From any thread."""
        self.clip_ended = None
        self._clips.put(clip)

    def open(self) -> None:
        self._began = None

    def read(self) -> Frame:
        if self._began is None:
            self._began = time.monotonic() - self._index * FRAME_SECONDS
        samples = self._next()
        heard = self._began + (self._index + 1) * FRAME_SECONDS
        time.sleep(max(0.0, heard - time.monotonic()))
        frame = Frame(samples, self._index)
        self._index += 1
        return frame

    def close(self) -> None:
        """Nothing to give back."""

    def _next(self) -> Samples:
        quiet = self._noise.integers(-HISS, HISS + 1, FRAME_SAMPLES).astype(np.int16)
        if not self._rest.size:
            try:
                self._rest = self._clips.get_nowait()
            except queue.Empty:
                return quiet
        piece, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
        if not self._rest.size:
            self.clip_ended = time.monotonic() + piece.size / FRAME_SAMPLES * FRAME_SECONDS
        quiet[: piece.size] = np.clip(quiet[: piece.size].astype(np.int32) + piece, -32768, 32767)
        return quiet
