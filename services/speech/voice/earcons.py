"""Short sounds that say heard, done, failed, and ring; synthesized here, so nobody else's recording is shipped. Pure.

Each note is a struck bar: a sine with a faint double octave that dies sooner, a soft attack and an exponential decay.
Rising means heard or done, falling means failed: Blattner, Sumikawa and Greenberg, "Earcons and Icons" (1989), on
motives told apart by contour. Sines above most voices' fundamental, gone after a quarter of a second, are no voice to
the voice activity detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from firmware.frame import Samples


@dataclass(frozen=True, slots=True)
class _Note:
    start: float
    """Seconds from the beginning."""
    pitch: float
    """Hertz."""
    decay: float
    """Seconds in which it falls to 1/e."""


@dataclass(frozen=True, slots=True)
class _Motif:
    notes: tuple[_Note, ...]
    seconds: float
    peak_dbfs: float


_MOTIFS: dict[str, _Motif] = {
    # Shortest of all, for one goes on speaking while it sounds: A5, E6.
    "heard": _Motif((_Note(0.0, 880.0, 0.05), _Note(0.05, 1318.5, 0.05)), 0.15, -15.0),
    # C6, G6.
    "done": _Motif((_Note(0.0, 1046.5, 0.06), _Note(0.09, 1568.0, 0.06)), 0.24, -15.0),
    # A5 alone, the softest: nobody has asked for an answer.
    "closed": _Motif((_Note(0.0, 880.0, 0.05),), 0.2, -18.0),
    # E5, B4: low and falling.
    "failed": _Motif((_Note(0.0, 659.3, 0.07), _Note(0.1, 493.9, 0.07)), 0.25, -13.0),
    # E6, C6, E6, C6, twice, as a desk clock does; to be heard in the next room.
    "ring": _Motif(
        tuple(
            _Note(bar + 0.12 * i, pitch, 0.09)
            for bar in (0.0, 0.62)
            for i, pitch in enumerate((1318.5, 1046.5, 1318.5, 1046.5))
        ),
        1.25,
        -12.0,
    ),
}

NAMES: tuple[str, ...] = tuple(_MOTIFS)

_ATTACK = 0.006
_RELEASE = 0.02
_OVERTONE, _OVERTONE_GAIN = 4.0, 0.12


@lru_cache(maxsize=16)
def earcon(name: str, rate: int) -> Samples:
    """Mono int16 of one of NAMES at `rate` samples a second; always the same, read-only. KeyError for another name."""
    motif = _MOTIFS[name]
    sound = np.zeros(round(motif.seconds * rate))
    for note in motif.notes:
        first = round(note.start * rate)
        sound[first:] += _struck(note, len(sound) - first, rate)
    release = round(_RELEASE * rate)
    sound[-release:] *= _fade(release)[::-1]
    sound *= 32767.0 * 10 ** (motif.peak_dbfs / 20) / np.abs(sound).max()
    samples: Samples = np.rint(sound).astype(np.int16)
    samples.flags.writeable = False
    return samples


def _struck(note: _Note, count: int, rate: int) -> npt.NDArray[np.float64]:
    time = np.arange(count) / rate
    body = np.sin(2 * np.pi * note.pitch * time) * np.exp(-time / note.decay)
    glint = np.sin(2 * np.pi * note.pitch * _OVERTONE * time) * np.exp(-3 * time / note.decay)
    # Below 16 kHz rates the glint of a high note could fold back; it is left out there.
    sound = body + (_OVERTONE_GAIN * glint if note.pitch * _OVERTONE < 0.45 * rate else 0.0)
    attack = min(count, round(_ATTACK * rate))
    sound[:attack] *= _fade(round(_ATTACK * rate))[:attack]
    return np.asarray(sound, np.float64)


def _fade(count: int) -> npt.NDArray[np.float64]:
    """A raised cosine from 0 to 1: no click."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(1, count)), np.float64)
