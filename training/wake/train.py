"""Teaches the second stage of one shipped wake word.

    python -m training.wake.train WORD BANK.npz… --out config/wake/verifiers/WORD.npz [--alarms-per-hour 0.5] [--seed 7]

BANKs are of training.wake.gather. The four logits are weighed by what two heads say of the half that they did not learn
from; the bias is then moved until so many alarms an hour are left there, of what nobody made to sound alike. What a
bank calls `held` is left alone, and measured at the end.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.wake_hours import cached
from firmware.frame import FRAME_SECONDS
from services.wake.features import Floats
from services.wake.head import Head
from services.wake.teaching.fit import FitPlan, fit
from services.wake.teaching.pool import Pool
from services.wake.verifier import PARTS, Verifier, hidden, logit, packed
from training.wake.gather import Bank, load_bank
from training.wake.phrases import WORDS

FLOOR = 0.02
"""The first stage's score from which on the second is asked."""
_HARD = 0.005
"""Frames of other speech that score so much are all learnt from; of the rest, one in _ONE_IN."""
_ONE_IN = 40
_SPAN = (-0.25, 0.6)
"""Seconds about the end of a word in which the frames are that hear it."""
_KEPT = 160
_PLAN = FitPlan(hidden=(64,), rounds=16, batches=80, patience=5, noise=0.35, dropped=0.4)
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """All frames of a bank, as one word sees them."""

    bank: Bank
    word: str
    meant: Bools
    """Frames that hear the word."""
    other: Bools
    """Frames of clips in which nobody says it."""
    clip: npt.NDArray[np.int64]
    fold: npt.NDArray[np.int64]
    """0 or 1 to learn from, by recording; 2: held."""

    @property
    def scores(self) -> Floats:
        """Of the first stage, shape (2, frames): raw and with the noise suppressed."""
        return np.asarray(self.bank.scores[:, list(WORDS).index(self.word)], np.float32)


def frames_of(bank: Bank, word: str) -> Frames:
    """Which frames are what."""
    count = int(bank.starts[-1])
    clip = np.repeat(np.arange(len(bank.rows)), np.diff(bank.starts))
    at = (np.arange(count) - bank.starts[clip] + 1) * FRAME_SECONDS
    ends = np.array([row["end"] for row in bank.rows])
    says = np.array([word in (row.get("word"), row["group"], row.get("label")) for row in bank.rows])
    unknown = np.array([word == "hey_jarvis" and row["group"] == "jarvis_alone" for row in bank.rows])
    real = np.array([not row.get("voice") for row in bank.rows])
    scores = np.asarray(bank.scores[0, list(WORDS).index(word)], np.float32)
    # Where a recording's word ends nobody wrote down: about where the first stage hears it best.
    best = np.array([a + int(np.argmax(scores[a:b])) for a, b in zip(bank.starts, bank.starts[1:], strict=False)])
    near_best = np.abs(np.arange(count) - best[clip]) <= 3
    spoken = (at > ends[clip] + _SPAN[0]) & (at < ends[clip] + _SPAN[1])
    meant = says[clip] & np.where(real[clip], near_best, spoken) & (scores > 0.002)
    halves = [half(str(row["file"])) for row in bank.rows]
    fold = np.where([row["held"] for row in bank.rows], 2, halves)
    return Frames(bank, word, meant, ~says[clip] & ~unknown[clip], clip, fold[clip])


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """What the first stage heard in hours of speech without the word: a row for each frame above the floor."""

    windows: Floats
    """Shape (n, 2, 16, 96)."""
    first: Floats
    second: Floats
    fold: npt.NDArray[np.int64]
    clip: npt.NDArray[np.int64]

    @classmethod
    def read(cls, paths: Sequence[Path], word: str) -> Speech:
        """What may be learnt from of caches of benchmarks.wake_hours."""
        every = [each for path in paths for each in cached(path)[1][word] if ", learnt from" in each.clip]
        counts = [len(each.frames) for each in every]
        folds = [half(each.clip) for each in every]
        return cls(
            np.concatenate([each.windows for each in every] or [np.zeros((0, 2, 16, 96), np.float32)]),
            np.array([score for each in every for score in each.first], np.float32),
            np.array([score for each in every for score in each.second], np.float32),
            np.repeat(np.array(folds, np.int64), counts),
            np.repeat(np.arange(len(every)), counts),
        )

    def parts(self, head: Head, chosen: npt.NDArray[np.int64]) -> Floats:
        """The four logits of these rows, shape (n, 4)."""
        first = [[logit(float(score)) for score in each[chosen]] for each in (self.first, self.second)]
        heads = [np.clip(head.logits(self.windows[chosen, at]), -12, 12) for at in (0, 1)]
        return np.asarray([*first, *heads], np.float32).T


def half(name: str) -> int:
    """0 or 1: with which half of the recordings it is learnt from."""
    return int(hashlib.sha256(name.encode()).hexdigest()[8:10], 16) % 2


def head_of(sets: Sequence[Frames], folds: Sequence[int], seed: int, speech: Speech) -> Head:
    """A head that learns from these folds."""
    positives, negatives, groups = [], [], []
    random = np.random.default_rng(seed)
    for at, frames in enumerate(sets):
        here = np.isin(frames.fold, folds)
        hard = (frames.scores.max(axis=0) >= _HARD) | (random.integers(_ONE_IN, size=len(here)) == 0)
        for quiet in (False, True):
            windows = frames.bank.windows(quiet)
            chosen = np.flatnonzero(frames.meant & here)
            positives.append(windows[chosen])
            groups.append(frames.clip[chosen] + 1_000_000 * at)
            negatives.append(windows[np.flatnonzero(frames.other & here & hard)])
    hard_speech = speech.windows[np.isin(speech.fold, folds)]
    told = Pool(positives), Pool([*negatives, hard_speech[:, 0], hard_speech[:, 1]])
    print(f"  {len(told[0])} positives, {len(told[1])} negatives")
    return fit(sets[0].word, *told, groups=np.concatenate(groups), plan=_PLAN, seed=seed)


def parts_of(frames: Frames, head: Head, chosen: npt.NDArray[np.int64]) -> Floats:
    """The four logits of these frames, shape (n, 4)."""
    first = [[logit(float(score)) for score in row[chosen]] for row in frames.scores]
    heads = [np.clip(head.logits(frames.bank.windows(quiet)[chosen]), -12, 12) for quiet in (False, True)]
    return np.asarray([*first, *heads], np.float32).T


def regression(parts: Floats, meant: Bools) -> Floats:
    """Weights of the four logits, none negative, and the bias, both kinds counted alike; by gradient descent."""
    weights = np.array([0.2] * PARTS + [0.0], np.float64)
    inputs = np.concatenate((parts, np.ones((len(parts), 1))), axis=1).astype(np.float64)
    share: npt.NDArray[np.float64] = np.where(meant, 0.5 / meant.sum(), 0.5 / (~meant).sum())
    for _ in range(4000):
        said = 0.5 * (1 + np.tanh(0.5 * (inputs @ weights)))
        weights -= 0.05 * (inputs.T @ ((said - meant) * share) + 1e-3 * np.r_[weights[:PARTS], 0])
        weights[:PARTS] = np.maximum(weights[:PARTS], 0)
    return np.asarray(weights, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Best verdict (a logit without the bias moved) of each clip that has a frame above the floor, else -inf."""

    frames: Frames
    best: Floats
    """Of each clip, shape (clips,)."""

    def missed(self, fold: Sequence[int], bias: float) -> tuple[int, int]:
        """How many of how many clips with the word are not heard."""
        clips = np.unique(self.frames.clip[self.frames.meant & np.isin(self.frames.fold, fold)])
        return int((self.best[clips] + bias < 0).sum()), len(clips)

    def alarms(self, fold: Sequence[int], bias: float, *, alike: bool = False) -> tuple[int, float]:
        """How many clips without it are heard, in how many hours; `alike`: of what was made to sound like it."""
        made = np.array([row.get("near") == self.frames.word for row in self.frames.bank.rows])
        here = self.frames.other & np.isin(self.frames.fold, fold) & (made[self.frames.clip] == alike)
        clips = np.unique(self.frames.clip[here])
        return int((self.best[clips] + bias >= 0).sum()), float(here.sum() * FRAME_SECONDS / 3600)


def judged(frames: Frames, heads: Sequence[Head], weights: Floats) -> Judged:
    """Each clip by the head that did not learn from it; held ones by the last."""
    best = np.full(len(frames.bank.rows), -np.inf, np.float32)
    for fold, head in enumerate(heads):
        chosen = np.flatnonzero((frames.fold == fold) & (frames.scores[0] >= FLOOR))
        if len(chosen):
            verdicts = parts_of(frames, head, chosen) @ weights[:PARTS] + weights[PARTS]
            np.maximum.at(best, frames.clip[chosen], verdicts)
    return Judged(frames, best)


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("word", choices=WORDS)
    told.add_argument("banks", type=Path, nargs="+")
    told.add_argument("--replays", type=Path, nargs="*", default=[], help="caches of benchmarks.wake_hours")
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--alarms-per-hour", type=float, default=0.2)
    told.add_argument("--seed", type=int, default=7)
    asked = told.parse_args()
    sets = [frames_of(load_bank(path), asked.word) for path in asked.banks]
    speech = Speech.read(asked.replays, asked.word)
    halves = [head_of(sets, [1 - fold], asked.seed, speech) for fold in (0, 1)]
    whole = head_of(sets, [0, 1], asked.seed, speech)
    gathered = [(frames, fold) for frames in sets for fold in (0, 1)]
    parts, meant = [], []
    for frames, fold in gathered:
        chosen = np.flatnonzero((frames.fold == fold) & (frames.scores[0] >= FLOOR) & (frames.meant | frames.other))
        parts.append(parts_of(frames, halves[fold], chosen))
        meant.append(frames.meant[chosen])
    for fold in (0, 1):
        parts.append(speech.parts(halves[fold], np.flatnonzero(speech.fold == fold)))
        meant.append(np.zeros(len(parts[-1]), np.bool_))
    weights = regression(np.concatenate(parts), np.concatenate(meant))
    print(f"  weights {np.round(weights, 3)}")
    all_judged = [judged(frames, [*halves, whole], weights) for frames in sets]
    bias = _moved(all_judged, asked.alarms_per_hour)
    figures = _figures(all_judged, bias, [path.stem for path in asked.banks])
    print(json.dumps(figures, indent=1))
    weights[PARTS] += bias
    kept = _kept(sets, whole, weights, asked.seed)
    about = {"of": [path.stem for path in asked.banks], "figures": figures}
    verifier = Verifier(replace(whole, about=about), FLOOR, weights, kept)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_bytes(packed(verifier))
    for name, head in zip(("half0", "half1"), halves, strict=True):
        asked.out.with_suffix(f".{name}.npz").write_bytes(packed(Verifier(head, FLOOR, weights, kept)))


def _moved(sets: Sequence[Judged], per_hour: float) -> float:
    """The largest bias to add with which no more alarms an hour are left in what was learnt from, by the other half."""
    steps = np.arange(-8, 4, 0.05)
    for bias in steps[::-1]:
        found = [each.alarms([0, 1], float(bias)) for each in sets]
        if sum(count for count, _ in found) <= per_hour * sum(hours for _, hours in found):
            return float(bias)
    return float(steps[0])


def _figures(sets: Sequence[Judged], bias: float, names: Sequence[str]) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {}
    for each, name in zip(sets, names, strict=True):
        for fold, by in (([0, 1], "other half"), ([2], "held")):
            missed, alarms, alike = (
                each.missed(fold, bias),
                each.alarms(fold, bias),
                each.alarms(fold, bias, alike=True),
            )
            found[f"{name}, {by}"] = {
                "missed": list(missed),
                "alarms, hours": [alarms[0], round(alarms[1], 2)],
                "alarms, hours of what sounds alike": [alike[0], round(alike[1], 2)],
            }
    return found


def _kept(sets: Sequence[Frames], head: Head, weights: Floats, seed: int) -> Floats:
    found = []
    for frames in sets:
        chosen = np.flatnonzero(frames.meant & (frames.fold < 2) & (frames.scores[0] >= FLOOR))
        sure = parts_of(frames, head, chosen) @ weights[:PARTS] + weights[PARTS] >= 0
        found.append(hidden(head, frames.bank.windows(False)[chosen[sure]]))
    every = np.concatenate(found)
    return every[np.random.default_rng(seed).permutation(len(every))[:_KEPT]]


if __name__ == "__main__":
    main()
