"""One lesson: from some recordings of a word to a head that hears it, and how well it does.

Positives are the recordings and a synthetic voice, higher and lower, through rooms and noise. Negatives are ordinary
speech (bank.py), phrases that sound nearly alike (near.py), and what woke the appliance wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from services.wake.base import Ears
from services.wake.features import FeatureModels
from services.wake.head import Head
from services.wake.teaching.clips import STEPS, WordTake, stream_of, windows_at, word_in
from services.wake.teaching.ensemble import together
from services.wake.teaching.figures import Fold, about
from services.wake.teaching.fit import FitPlan, fit
from services.wake.teaching.near import near
from services.wake.teaching.noises import Random, Sound
from services.wake.teaching.pool import Numbers, Pool, Windows, windows_of
from services.wake.teaching.written import written

TAKES = 8
"""Times that each recording is put through a room."""
VOICES = 36
"""Times that the synthetic voice speaks the word."""
VOICE_TAKES = 2
NEAR = 48
"""Phrases nearly like it that are spoken."""
FOLDS = 3
LEAST_RECORDINGS = 3
_OWN_PITCH, _PITCH, _SPEED, _LIVELY = (0.9, 1.12), (0.8, 1.4), (0.8, 1.25), (0.2, 0.9)
_WEIGHTS = {"recordings": 1.0, "voices": 0.6, "bank": 1.0, "near": 3.0, "alarms": 20.0}
"""How often one of each is drawn, against the others of its kind."""
_PLAN = FitPlan(hidden=(32,), rounds=8)

Told = Callable[[str, float], None]
"""Is told what is done, and how much of all is done by then, 0 to 1."""


class ManyVoices(Protocol):
    """A synthetic voice that speaks as many people would."""

    def speak(self, text: str, *, speed: float, pitch: float, lively: float) -> Sound:
        """16 kHz sound; `pitch` raises it by this factor, `lively` (0 to 1) is how freely it varies."""

    def phonemes(self, text: str) -> list[str]:
        """Its sounds in the alphabet of the IPA."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a word is learnt from."""

    phrase: str
    name: str
    recordings: Sequence[WordTake]
    bank: Sequence[Windows]
    """Streams of ordinary speech, each (n, 96)."""
    alarms: Sequence[Windows] = ()
    """What woke it wrongly, each (n, 96)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Examples:
    said: Windows
    groups: Numbers
    """The recording that each of `said` comes from."""
    spoken: Windows
    spoken_groups: Numbers
    near: Sequence[Windows]


def teach(
    material: Material,
    models: FeatureModels,
    speaker: ManyVoices,
    *,
    told: Told,
    ears: Ears | None = None,
    seed: int = 0,
) -> Head:
    """A head whose score of 0.5 lies above ordinary talk that its parts did not know. `ears`: asked whether they know
    the word; where they do, they will be asked whenever it may have been said.

    It is FOLDS heads in one; each has not learnt from a share of the recordings and of ordinary speech, and tells by
    those where its threshold lies and how much is missed.

    Raises ValueError where there are fewer than LEAST_RECORDINGS; whatever `speaker` raises.
    """
    if len(material.recordings) < LEAST_RECORDINGS:
        raise ValueError(f"{len(material.recordings)} recordings are too few")
    examples = _examples(material, models, speaker, np.random.default_rng(seed), told)
    heads, folds = [], []
    for at in range(FOLDS):
        told("learning", 0.5 + 0.5 * at / FOLDS)
        heads.append(_fitted(material, examples, at, seed + at))
        folds.append(_fold(material, examples, heads[-1], at))
    known = written(material.phrase, material.recordings, ears) if ears else ""
    told("done", 1.0)
    head = together(heads, [fold.threshold for fold in folds])
    return replace(head, about=about(folds, len(material.recordings)) | ({"ears": known} if known else {}))


def _fold(material: Material, examples: _Examples, head: Head, at: int) -> Fold:
    """How a head scores what it did not learn from."""
    said = head.logits(examples.said[examples.groups % FOLDS == at])
    # A word is heard where any of the windows behind it reaches the threshold.
    each = said.reshape(-1, _behind(examples)).max(axis=1)
    return Fold(each, [head.logits(windows_of(stream, STEPS)) for stream in material.bank[at::FOLDS]])


def _behind(examples: _Examples) -> int:
    """Windows that each take gave; all gave the same number."""
    return int(np.count_nonzero(examples.groups == examples.groups[0])) // TAKES


def _fitted(material: Material, examples: _Examples, left: int, seed: int) -> Head:
    """`left`: the fold that is left out."""
    kept = examples.groups % FOLDS != left
    bank = [stream for number, stream in enumerate(material.bank) if number % FOLDS != left]
    positives = Pool([examples.said[kept], examples.spoken], [_WEIGHTS["recordings"], _WEIGHTS["voices"]])
    kinds = (("bank", bank), ("near", examples.near), ("alarms", material.alarms))
    parts = [(windows_of(stream, STEPS), _WEIGHTS[kind]) for kind, streams in kinds for stream in streams]
    negatives = Pool([part for part, _ in parts], [weight for _, weight in parts])
    groups = np.concatenate((examples.groups[kept], examples.spoken_groups))
    return fit(material.name, positives, negatives, groups=groups, plan=_PLAN, seed=seed)


def _examples(material: Material, models: FeatureModels, speaker: ManyVoices, random: Random, told: Told) -> _Examples:
    told("speaking what sounds nearly like it", 0.0)
    texts = near(material.phrase, speaker.phonemes, NEAR, int(random.integers(1 << 30)))
    others = [_spoken(speaker, text, random) for text in texts]
    streams = [stream_of(models, each, random) for each in others]
    told("speaking it in other voices", 0.2)
    voices = [word_of(_spoken(speaker, material.phrase, random)) for _ in range(VOICES)]
    spoken = [(voice, at) for at, voice in enumerate(voices) if voice]
    said_windows, groups = _taken(
        models, list(zip(material.recordings, range(1000), strict=False)), TAKES, others, random
    )
    told("putting it into rooms", 0.4)
    spoken_windows, spoken_groups = _taken(models, spoken, VOICE_TAKES, others, random)
    return _Examples(said_windows, groups, spoken_windows, spoken_groups + 1000, streams)


def _taken(
    models: FeatureModels, said: Sequence[tuple[WordTake, int]], takes: int, others: Sequence[Sound], random: Random
) -> tuple[Windows, Numbers]:
    made, groups = [], []
    for one, number in said:
        for _ in range(takes):
            around = others[int(random.integers(len(others)))] if random.random() < 0.5 else None
            made.append(windows_at(models, one.warped(float(random.uniform(*_OWN_PITCH))), random, around))
            groups += [number] * len(made[-1])
    return np.concatenate(made), np.array(groups, np.int64)


def word_of(sound: Sound) -> WordTake | None:
    """Of synthetic sound."""
    quiet = np.zeros(4800, np.float32)
    whole = np.concatenate((quiet, sound * np.float32(0.5 / (np.abs(sound).max(initial=0) + 1e-9)), quiet))
    return word_in(np.asarray(whole * 32767, np.int16))


def _spoken(speaker: ManyVoices, text: str, random: Random) -> Sound:
    speed, pitch, lively = (float(random.uniform(*span)) for span in (_SPEED, _PITCH, _LIVELY))
    return speaker.speak(text, speed=speed, pitch=pitch, lively=lively)
