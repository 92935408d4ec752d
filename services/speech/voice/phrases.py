"""Phrases that were said before, kept on disk: a recurring reply starts without synthesis."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np

from firmware.frame import Samples
from services.speech.base import Voice

_MAGIC = b"EQPH1\n"
_CHECK_BYTES = 16


class CachedVoice:
    """A voice that remembers (services.speech.base.Voice). Thread-safe if the voice is.

    The disk is a help, never a need: when it is full, read-only, or holds a damaged file, the sentence is synthesized.
    """

    def __init__(self, voice: Voice, folder: Path, *, limit_bytes: int = 64 * 2**20) -> None:
        """Keep at most `limit_bytes` in `folder` (made when absent); the phrases not said for longest go first."""
        self._voice = voice
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._held: int | None = None
        self.name = voice.name
        self.rate = voice.rate
        self.hits = 0
        self.misses = 0

    def synthesize(self, sentence: str) -> Samples:
        """As the voice does, or from disk; the same sentence in other spacing is the same sentence."""
        words = " ".join(sentence.split())
        path = self._folder / f"{self._key(words)}.pcm"
        kept = _read(path)
        if kept is not None:
            self.hits += 1
            return kept
        self.misses += 1
        samples = self._voice.synthesize(words)
        with suppress(OSError):
            self._keep(path, samples)
        return samples

    def _key(self, words: str) -> str:
        return hashlib.sha256(f"{self.name}\n{self.rate}\n{words}".encode()).hexdigest()[:40]

    def _keep(self, path: Path, samples: Samples) -> None:
        """Write beside, then move into place: a reader, or a power cut, never meets half a phrase."""
        sound = samples.astype("<i2").tobytes()
        whole = _MAGIC + _check(sound) + sound
        if len(whole) > self._limit:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(whole)
            Path(part).replace(path)
        except OSError:
            with suppress(OSError):
                Path(part).unlink()
            raise
        self._evict(len(whole))

    def _evict(self, added: int) -> None:
        with self._lock:
            # The folder is measured once; then a running total decides, so that keeping a phrase costs no walk.
            self._held = _size(self._folder) if self._held is None else self._held + added
            if self._held <= self._limit:
                return
            files = sorted(
                (entry for entry in os.scandir(self._folder) if entry.is_file()),
                key=lambda entry: entry.stat().st_mtime_ns,
            )
            self._held = sum(entry.stat().st_size for entry in files)
            for entry in files:
                # Down to nine tenths, so that not every further phrase walks the folder again.
                if self._held <= self._limit * 0.9:
                    break
                size = entry.stat().st_size
                Path(entry.path).unlink(missing_ok=True)
                self._held -= size


def _read(path: Path) -> Samples | None:
    """The phrase, marked as just used; None when it is absent, damaged or unreadable."""
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    sound = whole[len(_MAGIC) + _CHECK_BYTES :]
    if not whole.startswith(_MAGIC + _check(sound)):
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):
        os.utime(path)
    return np.frombuffer(sound, "<i2").astype(np.int16)


def _check(sound: bytes) -> bytes:
    return hashlib.blake2b(sound, digest_size=_CHECK_BYTES).digest()


def _size(folder: Path) -> int:
    return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())
