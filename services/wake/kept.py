"""What woke it, wrongly or rightly, kept as features: an .npz without pickles of `features` (n, 28, 96) float16,
`words`, `at` and `sure`. No sound is kept.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from firmware.errors import FacultyError
from services.wake.features import NUMBERS

STEPS = 28
"""Embeddings of one wake, the newest last: 2.2 seconds."""
MOST = 300
"""The oldest go first."""
_MOST_BYTES = 8_000_000
Features = npt.NDArray[np.float16]


class WakesUnusable(FacultyError):
    """What was kept of wakes, {path}, can't be read ({reason}). Delete it: it is learnt anew."""

    code = "wake.kept"


@dataclass(frozen=True, slots=True, eq=False)
class Wakes:
    """Wakes in the order in which they came, at most 300."""

    features: Features
    """Shape (n, 28, 96)."""
    words: tuple[str, ...] = ()
    """Which word each was taken for."""
    at: tuple[float, ...] = ()
    """POSIX seconds."""
    sure: tuple[bool, ...] = ()
    """Whether somebody said what it was, not silence alone."""

    @classmethod
    def none(cls) -> Self:
        """As at first."""
        return cls(np.zeros((0, STEPS, NUMBERS), np.float16))

    def of(self, word: str) -> Wakes:
        """Those taken for this word."""
        here = [number for number, each in enumerate(self.words) if each == word]
        return Wakes(
            self.features[here],
            tuple(self.words[each] for each in here),
            tuple(self.at[each] for each in here),
            tuple(self.sure[each] for each in here),
        )

    def with_one(self, word: str, features: Features, at: float, *, sure: bool) -> Wakes:
        """With one more, shape (28, 96), and the oldest left out where there are too many."""
        every = np.concatenate((self.features, features[None].astype(np.float16)))
        return Wakes(every[-MOST:], (*self.words, word)[-MOST:], (*self.at, at)[-MOST:], (*self.sure, sure)[-MOST:])


def load_wakes(path: Path) -> Wakes:
    """Read what `save_wakes` wrote; none where there is no file. Raises WakesUnusable."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise WakesUnusable(path=path, reason="the file is too large")
        content = path.read_bytes()
    except FileNotFoundError:
        return Wakes.none()
    except OSError as error:
        raise WakesUnusable(path=path, reason=error.strerror or "it can't be read") from error
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            features, words, at, sure = (kept[name] for name in ("features", "words", "at", "sure"))
    except Exception as error:  # what zipfile, zlib and NumPy raise on a damaged file has no common root
        raise WakesUnusable(path=path, reason="the file is damaged") from error
    fits = features.dtype == np.float16 and features.shape == (len(words), STEPS, NUMBERS)
    if not fits or not np.isfinite(features).all() or not words.shape == at.shape == sure.shape:
        raise WakesUnusable(path=path, reason="its parts do not belong together")
    return Wakes(features, tuple(map(str, words)), tuple(map(float, at)), tuple(map(bool, sure)))


def save_wakes(path: Path, wakes: Wakes) -> None:
    """Keep them, for nobody else to read, as a whole or not at all. Raises OSError."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        features=wakes.features,
        words=np.array(wakes.words, np.str_),
        at=np.array(wakes.at, np.float64),
        sure=np.array(wakes.sure, np.bool_),
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(file.getvalue())
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
