"""Whether a recording will do to learn a word from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from firmware.frame import FRAME_SAMPLES, RATE, Samples
from services.wake.features import FeatureModels, Floats
from services.wake.teaching.clips import STEPS, WordTake, word_in
from services.wake.teaching.pool import Windows

SHORTEST_S, LONGEST_S = 0.25, 2.0
_FULL, _CLIPPED = 32_700, 0.002
"""What counts as full scale, and the share of a word's samples there from which it is distorted."""
_UNLIKE, _LESS = 0.2, 0.5
"""Likeness to the other takes below which one is another word; and the share of what is usual among them. Of ten people
who say the same word the least is 0.17, of another word the most 0.14 (72 takes of 2 words).
"""


def take_of(samples: Samples) -> WordTake | str:
    """The word in a 16 kHz recording, or what is wrong with it, as the end of a sentence."""
    found = word_in(samples)
    if found is None:
        return "has nothing in it that stands out from the room: say the word louder, or from nearer"
    seconds = len(found.sound) / RATE
    if seconds < SHORTEST_S:
        return f"has only {seconds:.1f} s of sound in it: say the whole word"
    if seconds > LONGEST_S:
        return f"has {seconds:.1f} s of speech in it: say the word alone, with a pause before and after"
    if np.mean(np.abs(found.sound) * 32768 >= _FULL) > _CLIPPED:
        return "is too loud and distorted: speak from further away, or see equerry mic calibrate"
    return found


def unlike(takes: Sequence[WordTake], models: FeatureModels, bank: Sequence[Windows]) -> list[int]:
    """Numbers of those that do not sound like the others: another word, or half of it; none where there are fewer than
    four to compare. `bank`: streams of ordinary speech, each (n, 96), for what is usual.
    """
    if len(takes) < 4:
        return []
    usual = np.concatenate(bank[::4]).astype(np.float32)
    mean, spread = usual.mean(axis=0), usual.std(axis=0) + 1e-3
    heard = np.stack([((_embeddings(take, models) - mean) / spread).ravel() for take in takes])
    heard /= np.linalg.norm(heard, axis=1, keepdims=True) + 1e-9
    alike = heard @ heard.T
    np.fill_diagonal(alike, np.nan)
    each = np.nanmedian(alike, axis=1)
    return [int(at) for at in np.flatnonzero(each < max(_UNLIKE, _LESS * float(np.median(each))))]


def _embeddings(take: WordTake, models: FeatureModels) -> Floats:
    """Of the last second of it, at one level; shape (n, 96)."""
    loud = take.sound * np.float32(0.3 / (np.abs(take.sound).max() + 1e-9))
    hiss = np.random.default_rng(0).normal(0, 2e-4, 2 * RATE).astype(np.float32)
    whole = np.concatenate((hiss[: RATE * 3 // 2], loud, hiss[: RATE // 5]))
    whole = whole[len(whole) % FRAME_SAMPLES :]
    return models.of(np.asarray(np.rint(whole * 32767), np.int16), STEPS - 4)
