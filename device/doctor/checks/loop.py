"""A chirp from the loudspeaker, found again in what the microphone heard: how late, how loud, how clearly.

The chirp's frequency rises, so that its correlation with itself has one narrow peak; with it is correlated what was
heard (a matched filter).
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firmware.base import Microphone, Speaker
from firmware.errors import BodyError
from firmware.frame import RATE, Samples

_CHIRP_S = 0.5
_FROM, _TO = 400.0, 4_000.0
"""Hz: what small loudspeakers and every microphone take."""
_LOUD = 0.3
"""Of full scale."""
_LISTEN_S = 3.0
_CLEAR = 10.0
"""The peak stands so many times above the root mean square; noise alone reaches 5 in three seconds."""

Signal = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of the chirp."""

    latency_s: float
    """From handing it to the loudspeaker to hearing its first sample."""
    gain_db: float
    """How much louder than it was sent."""
    clarity: float
    """How far its peak stands out."""

    @property
    def found(self) -> bool:
        """Whether it was heard at all."""
        return self.clarity >= _CLEAR


def chirp(rate: int = RATE) -> Samples:
    """A sine that rises linearly, with soft ends; mono int16."""
    at = np.arange(round(_CHIRP_S * rate)) / rate
    phase = 2 * np.pi * (_FROM * at + (_TO - _FROM) * at**2 / (2 * _CHIRP_S))
    soft = np.minimum(1.0, np.minimum(at, _CHIRP_S - at) / 0.02)
    sound: Samples = np.rint(32_767 * _LOUD * np.sin(phase) * soft).astype(np.int16)
    return sound


def find(heard: Samples, sent: Samples, began: int = 0) -> Heard:
    """Finds `sent` in `heard`, both 16 kHz mono int16; it was sent at sample `began` of `heard`."""
    wide, narrow = heard[began:].astype(np.float64), sent.astype(np.float64)
    if wide.size < narrow.size:
        return Heard(0.0, -96.0, 0.0)
    length = 1 << (wide.size + narrow.size - 1).bit_length()
    both = np.fft.irfft(np.fft.rfft(wide, length) * np.conj(np.fft.rfft(narrow, length)), length)[
        : wide.size - narrow.size + 1
    ]
    size: Signal = np.abs(both)
    spread = float(np.sqrt(np.mean(size**2)))
    at = int(np.argmax(size))
    if spread == 0.0:
        return Heard(0.0, -96.0, 0.0)
    share = float(size[at] / np.dot(narrow, narrow))  # how much of the chirp stands there: least squares
    return Heard(at / RATE, 20.0 * float(np.log10(max(share, 1e-5))), float(size[at]) / spread)


def heard_chirp(microphone: Microphone, speaker: Speaker) -> Heard:
    """Play a chirp and listen. Takes some three seconds. Raises what either raises."""
    sent, frames, failed = chirp(), list[Samples](), list[BodyError]()

    def play() -> None:
        try:
            speaker.play(sent, RATE)
            speaker.drain()
        except BodyError as error:
            failed.append(error)

    microphone.open()
    try:
        for _ in range(5):  # what the device has kept to itself, and its thump
            microphone.read()
        playing, began = threading.Thread(target=play, name="chirp", daemon=True), time.monotonic()
        playing.start()
        while time.monotonic() - began < _LISTEN_S and (frame := microphone.read()) is not None:
            frames.append(frame.samples)
        playing.join(_LISTEN_S)
    finally:
        microphone.close()
        speaker.close()
    if failed:
        raise failed[0]
    return find(np.concatenate(frames) if frames else np.zeros(0, np.int16), sent)
