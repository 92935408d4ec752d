"""The second stage: what a word's model hears at a low threshold is judged again before it counts.

Beside the model's own scores of the sound as it is and with its noise suppressed stand those of a head of our own,
which was taught by what sounds alike (training/wake); a logistic regression weighs the four. Its file is a head's
(services/wake/head.py) with `floor`, `weights` (the four, then the bias), `ears`, `patience` and `kept` beside.

A word that was learnt on the device has its head and the ears alone (`borne_out`).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.wake.base import WakeModelUnusable
from services.wake.features import NUMBERS, Floats
from services.wake.head import Head, load_head, sigmoid
from services.wake.kept import Wakes
from services.wake.veto import Veto

PARTS = 4
"""Of a verdict: the model's score and the head's, each of the sound as it is and with its noise suppressed."""
_HOPELESS = -4.0
"""A verdict's logit at which the ears are not asked any more."""
_MOST_PATIENT = 10
_SUREST = 12.0
"""Logits beyond it say no more."""
_LEARNT, _LENIENT = 2.0, 4.0
"""Of a word that was learnt: what its head's logit counts for beside the ears, and the bias. The same for all words,
since no ordinary speech is kept whose sound the ears could be asked of when one is learnt (docs/wake-words.md).
"""
HOPELESS = -_LENIENT / _LEARNT
"""A learnt word's logit that nothing the ears say makes up for."""
LEAST_SURE = -_LENIENT
"""By how much other words may be likelier to the ears than a learnt word of which its head is as sure as not."""


@dataclass(slots=True, eq=False)
class Verifier:
    """Judges one word again."""

    head: Head
    floor: float
    """The first stage's score from which on it is asked; 0…1."""
    weights: Floats
    """Of the four logits, then the bias; shape (5,)."""
    kept: Floats
    """Hidden units of the head for a choice of what was meant, each of length 1; shape (n, hidden). What alarms teach
    must not cost one of them.
    """
    ears: Floats | None = None
    """Where the ears are asked too: what the verdict's logit without them counts for, their log-probability of the
    phrase, by how much other words are likelier, and the bias; shape (4,).
    """
    patience: int = 1
    """Frames in a row for which it must be sure: the beginning of a longer word may sound like all of a short one."""
    veto: Veto | None = field(default=None)
    """What was learnt from alarms of this house; replaced as a whole, from any thread."""

    def score(
        self,
        first: float,
        second: float,
        window: Floats,
        quiet: Floats,
        ask: Callable[[], tuple[float, float]] | None = None,
    ) -> float:
        """0…1, at least a half where it was more likely meant than not.

        `first`, `second`: the model's scores of the embeddings `window` and `quiet`, shape (1, steps, 96), of the sound
        as it is and with its noise suppressed. `ask`: the ears, where there are any (services.wake.base.Ears). 0.0
        where it sounds like what woke wrongly here.
        """
        verdict = self.verdict(first, second, window, quiet)
        if self.ears is not None and ask and verdict > _HOPELESS:
            phrase, best = ask()
            verdict = float(np.array([verdict, *heard(phrase, best), 1.0]) @ self.ears)
        veto = self.veto
        if veto and veto.strikes(hidden(self.head, window)[0]):
            return 0.0
        return float(sigmoid(np.array([verdict], np.float32))[0])

    def verdict(self, first: float, second: float, window: Floats, quiet: Floats) -> float:
        """As `score`, without the ears: a logit."""
        heads = self.head.logits(np.concatenate((window, quiet)))
        parts = np.array([logit(first), logit(second), *np.clip(heads, -_SUREST, _SUREST)], np.float32)
        return float(parts @ self.weights[:PARTS] + self.weights[PARTS])

    def learn(self, wrong: Wakes, meant: Wakes) -> None:
        """Hear what sounds like these wrong wakes no more; `meant`: what must go on being heard."""
        if not wrong.words:
            self.veto = None
            return
        alarms, known = (hidden(self.head, each.features[:, -self.head.steps :]) for each in (wrong, meant))
        self.veto = Veto.of(alarms, wrong.sure, np.concatenate((self.kept, known)))


def heard(phrase: float, best: float) -> tuple[float, float]:
    """What counts of the ears' log-probabilities: of the phrase, and by how much other words are likelier."""
    return max(phrase, -_SUREST), max(min(phrase - best, 0.0), -_SUREST)


def borne_out(verdict: float, phrase: float, best: float) -> float:
    """A learnt word's logit, from its head's and what the ears say (services.wake.base.Ears)."""
    return _LEARNT * verdict + heard(phrase, best)[1] + _LENIENT


def hidden(head: Head, windows: npt.NDArray[np.floating[Any]]) -> Floats:
    """The last hidden units of the head, of length 1, for windows of shape (n, steps, 96); shape (n, hidden)."""
    value = ((np.asarray(windows, np.float32) - head.mean) / head.scale).reshape(len(windows), head.steps * NUMBERS)
    for weights, bias in head.layers[:-1]:
        value = np.maximum(value @ weights + bias, 0)
    length = np.linalg.norm(value, axis=1, keepdims=True)
    return np.asarray(value / np.maximum(length, 1e-6), np.float32)


def logit(score: float) -> float:
    """log(p / (1 - p)), at most 12 either way."""
    inside = min(max(score, 1e-6), 1 - 1e-6)
    return float(np.clip(np.log(inside / (1 - inside)), -_SUREST, _SUREST))


def packed(verifier: Verifier) -> bytes:
    """What its file holds."""
    with np.load(io.BytesIO(verifier.head.packed()), allow_pickle=False) as head:
        arrays: dict[str, Any] = {name: head[name] for name in head.files}
    file = io.BytesIO()
    kept = verifier.kept.astype(np.float16)
    if verifier.ears is not None:
        arrays["ears"] = verifier.ears
    arrays |= {"floor": np.float32(verifier.floor), "weights": verifier.weights, "patience": verifier.patience}
    np.savez_compressed(file, **arrays, kept=kept)
    return file.getvalue()


def load_verifier(path: Path) -> Verifier | None:
    """Read what `packed` gave; None where there is no such file. Raises WakeModelUnusable where it is damaged."""
    if not path.is_file():
        return None
    head = load_head(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            floor, weights, kept = (np.asarray(file[name], np.float32) for name in ("floor", "weights", "kept"))
            ears = np.asarray(file["ears"], np.float32) if "ears" in file.files else None
            patience = int(file["patience"])
    except Exception as error:  # what zipfile, zlib and NumPy raise on a damaged file has no common root
        raise WakeModelUnusable(path=path, reason="the file is damaged or no second stage of a wake word") from error
    sizes = (PARTS + 1,), head.layers[-1][0].shape[:1]
    if floor.shape or (weights.shape, kept.shape[1:]) != sizes or not np.isfinite(weights).all():
        raise WakeModelUnusable(path=path, reason="its parts do not belong together")
    if not 1 <= patience <= _MOST_PATIENT:
        raise WakeModelUnusable(path=path, reason="it asks for too many frames")
    if ears is not None and (ears.shape != (4,) or not np.isfinite(ears).all()):
        raise WakeModelUnusable(path=path, reason="its parts do not belong together")
    return Verifier(head, float(floor), weights, kept, ears, patience)
