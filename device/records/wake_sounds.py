"""The sound of wrong wakes, where the owner wants it ([wake] keep_sound): the last fifty, for the owner alone."""

from __future__ import annotations

import io
import os
import wave
from datetime import UTC, datetime
from pathlib import Path

from firmware.frame import RATE, Samples

FOLDER = "sounds"
"""Beside what else is kept of wakes."""
MOST = 50
"""The oldest go first."""


def keep_sound(folder: Path, word: str, at: float, samples: Samples) -> Path:
    """Write 16 kHz mono int16 of a wake at this time, POSIX seconds, as a WAV file; the path. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%S.%fZ}-{word}.wav"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(_wav(samples))
    for old in sounds_in(folder)[:-MOST]:
        old.unlink(missing_ok=True)
    return path


def sounds_in(folder: Path) -> list[Path]:
    """The oldest first. Raises PermissionError where it may not be looked into."""
    return sorted(each for each in folder.iterdir() if each.suffix == ".wav") if folder.is_dir() else []


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()
