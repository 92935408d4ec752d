"""Sound files as microphone and speaker."""

from __future__ import annotations

import logging
import math
import time
import wave
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from firmware.base import AudioFileEmpty, AudioFileMissing, AudioFileUnreadable
from firmware.errors import BodyError
from firmware.frame import RATE, Frame, Samples
from firmware.sound.array import ArrayFramer
from firmware.sound.resample import Framer, resampled
from firmware.sound.shape import ArrayShape

log = logging.getLogger(__name__)

_BLOCK_SECONDS = 0.1
"""Where a file is damaged, the block is lost with it."""
_UNREADABLE = (soundfile.SoundFileError, TypeError, ValueError)
"""The last two come for names such as x.raw, which need their format told."""
_SPEAKER_RATE = 22_050
"""Samples a second of a file that is written; other rates are resampled to it."""
_RATES = range(4_000, 768_001)
"""Anything else is a damaged header; resampling it would take for ever."""


class AudioFileUnwritable(BodyError):
    """The sound can't be written to {path} ({reason}). Choose another place, or make room on the disk."""

    code = "audio.unwritable"


class FileMicrophone:
    """A WAV or FLAC file (or what else libsndfile reads) as a microphone; any rate, channels and sample format.

    Read little by little, so a long file costs no more memory than a short one. A file that was cut off gives what is
    there.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        array: ArrayShape | None = None,
        realtime: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`array`: the microphones of files that have just its channels. `realtime`: frames come when a microphone
        would give them, by `clock` (seconds) and `sleep`; else as fast as read.
        """
        self._path = Path(path)
        self._array = array
        self._realtime = realtime
        self._clock = clock
        self._sleep = sleep
        self.name = str(path)
        self.overruns = 0
        self._file: soundfile.SoundFile | None = None
        self._framer: Framer | ArrayFramer = Framer(RATE)
        self._ready: deque[Frame] = deque()
        self._ended = True
        self._began: float | None = None
        self._heard = 0
        """Samples of each channel read from the file."""

    def open(self) -> None:
        """From the beginning of the file. Raises AudioFileMissing, AudioFileUnreadable or AudioFileEmpty."""
        self.close()
        self._file = self.opened()
        rate, first = self._file.samplerate, self._framer.index
        fits = self._array is not None and self._array.channels == self._file.channels > 1
        self._framer = (
            ArrayFramer(self._array, rate, first=first) if self._array and fits else Framer(rate, first=first)
        )
        self._ended = False
        self._heard = 0
        while not self._ready and not self._ended:
            self._fill()
        if not self._ready:
            self.close()
            raise AudioFileEmpty(path=self._path)

    def read(self) -> Frame | None:
        while not self._ready and not self._ended:
            self._fill()
        if not self._ready:
            return None
        frame = self._ready.popleft()
        if self._realtime:
            self._wait(frame)
        return frame

    @property
    def direction(self) -> None:
        """A file has none."""

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self._ready.clear()
        self._ended = True
        self._began = None

    def opened(self) -> soundfile.SoundFile:
        """The file itself. Raises AudioFileMissing, AudioFileUnreadable or AudioFileEmpty."""
        try:
            if self._path.stat().st_size == 0:
                raise AudioFileEmpty(path=self._path)
            with self._path.open("rb"):
                pass  # for the system's own words; libsndfile says only "System error"
            file = soundfile.SoundFile(str(self._path))
        except FileNotFoundError as problem:
            raise AudioFileMissing(path=self._path) from problem
        except OSError as problem:
            raise AudioFileUnreadable(path=self._path, reason=(problem.strerror or "no access").lower()) from problem
        except _UNREADABLE as problem:
            raise AudioFileUnreadable(path=self._path, reason=_reason(problem)) from problem
        if file.samplerate not in _RATES:
            file.close()
            raise AudioFileUnreadable(path=self._path, reason=f"a sampling rate of {file.samplerate} Hz")
        return file

    def _fill(self) -> None:
        """Read the next block, or end the sound."""
        assert self._file is not None
        # 16-bit files pass bit for bit; others lose nothing on the way through float. Arrays are of 16 bits.
        kind = "int16" if self._file.subtype == "PCM_16" or isinstance(self._framer, ArrayFramer) else "float32"
        try:
            block = self._file.read(round(self._file.samplerate * _BLOCK_SECONDS), dtype=kind)
        except soundfile.SoundFileError as problem:
            if self._heard == 0:
                raise AudioFileUnreadable(path=self._path, reason=_reason(problem)) from problem
            log.warning(
                "%s is damaged after %.1f s (%s)", self._path, self._heard / self._file.samplerate, _reason(problem)
            )
            block = None
        if block is not None and block.size:
            self._heard += len(block)
            self._ready.extend(self._framer.process(block))
        else:
            self._ended = True
            self._ready.extend(self._framer.finish())

    def _wait(self, frame: Frame) -> None:
        if self._began is None:
            self._began = self._clock() - frame.start
        ahead = self._began + frame.end - self._clock()
        if ahead > 0:
            self._sleep(ahead)


def read_channels(path: Path, *, most: int = 2**25) -> tuple[npt.NDArray[np.float32], int]:
    """All channels of a file, shape (n, channels), full scale 1.0, and samples a second; cut after `most` samples of
    all channels (128 MiB). Raises AudioFileMissing, AudioFileUnreadable or AudioFileEmpty.
    """
    with FileMicrophone(path).opened() as file:
        try:
            sound: npt.NDArray[np.float32] = file.read(most // file.channels, dtype="float32", always_2d=True)
        except soundfile.SoundFileError as problem:
            raise AudioFileUnreadable(path=path, reason=_reason(problem)) from problem
        if not len(sound):
            raise AudioFileEmpty(path=path)
        return np.nan_to_num(sound, nan=0.0, posinf=1.0, neginf=-1.0), file.samplerate


class FileSpeaker:
    """Writes all that is played into one WAV file, 16 bits mono; the file is a whole one after every `play`.

    Sound is taken as fast as the disk takes it, so there is never anything left to stop.
    """

    def __init__(self, path: Path | str, *, most_s: float = math.inf) -> None:
        """`most_s`: seconds of sound that are written; what is played after that is not."""
        self._path = Path(path)
        self.name = str(path)
        self.volume = 1.0
        self._most_s = most_s
        self._file: BinaryIO | None = None
        self._wave: wave.Wave_write | None = None

    def play(self, samples: Samples, rate: int) -> bool:
        """Append mono int16. Always True. Raises AudioFileUnwritable."""
        try:
            writer, file = self._opened()
            if writer.tell() / _SPEAKER_RATE >= self._most_s:
                return True
            # writeframes mends the header each time, so a file whose writer died is still a sound file.
            writer.writeframes((resampled(samples, rate, _SPEAKER_RATE) * self.volume).astype("<i2").tobytes())
            file.flush()
        except OSError as problem:
            raise AudioFileUnwritable(path=self._path, reason=(problem.strerror or "no access").lower()) from problem
        return True

    def drain(self) -> bool:
        return True

    def stop(self) -> None:
        """Nothing waits."""

    def duck(self, db: float) -> None:
        """Nothing sounds."""

    def close(self) -> None:
        """End; harmless when already closed. A later `play` begins the file anew."""
        writer, file, self._wave, self._file = self._wave, self._file, None, None
        if writer is not None and file is not None:
            try:
                writer.close()
                file.close()
            except OSError as problem:
                log.warning("%s may lack its end: %s", self._path, problem)

    def _opened(self) -> tuple[wave.Wave_write, BinaryIO]:
        if self._wave is None or self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("wb")
            self._wave = wave.Wave_write(self._file)
            self._wave.setnchannels(1)
            self._wave.setsampwidth(2)
            self._wave.setframerate(_SPEAKER_RATE)
        return self._wave, self._file


def _reason(problem: Exception) -> str:
    words = getattr(problem, "error_string", None) or str(problem)
    return str(words).removeprefix("Error : ").rstrip(".").lower() or "unknown format"
