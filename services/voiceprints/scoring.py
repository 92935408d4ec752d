"""From the likeness of voices to who it was, and how surely. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.voiceprints.base import Embedding, Voiceprint, Who
from services.voiceprints.spoken import VoicedSound

SURE = 0.8
"""Probability from which somebody is named."""
NOBODY = 0.2
"""How likely it is, before anything is heard, that it is nobody who is enrolled."""
_MOST = 12.0
"""Log-likelihood ratios are not believed further than this, natural logarithm."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a likeness is worth, given how long and how clearly somebody spoke: weights of a logistic regression, learnt
    by training/voiceprints on people who are scored on nowhere (docs/voiceprints.md).
    """

    constant: float
    likeness: float
    length: float
    clarity: float
    likeness_length: float
    likeness_clarity: float

    def ratio(self, likeness: float, seconds: float, snr: float) -> float:
        """Natural logarithm of how many times likelier this cosine is of one person than of two. `seconds` of speech,
        `snr` in dB.
        """
        weights = (
            self.constant, self.likeness, self.length, self.clarity, self.likeness_length, self.likeness_clarity
        )  # fmt: skip
        pairs = zip(weights, evidence(likeness, seconds, snr), strict=True)
        return max(-_MOST, min(_MOST, sum(weight * value for weight, value in pairs)))


def evidence(likeness: float, seconds: float, snr: float) -> tuple[float, ...]:
    """What the weights of a Calibration are of, in their order."""
    length = math.log2(min(max(seconds, 0.3), 4.0) / 2.0)
    clarity = (min(max(snr, 0.0), 40.0) - 20.0) / 10.0
    return (1.0, likeness, length, clarity, likeness * length, likeness * clarity)


LEARNT = Calibration(
    constant=-17.936, likeness=42.076, length=0.4, clarity=-3.611, likeness_length=-1.302, likeness_clarity=4.974
)


def ratios(
    voice: Embedding, speech: VoicedSound, prints: Sequence[Voiceprint], calibration: Calibration = LEARNT
) -> Mapping[str, float]:
    """The log-likelihood ratio of each enrolled person."""
    return {each.name: calibration.ratio(float(each.mean @ voice), speech.seconds, speech.snr) for each in prints}


def decided(ratios: Mapping[str, float]) -> Who:
    """Whose voice it was, by Bayes' rule: each of those enrolled is as likely as another beforehand, and so far nobody
    has been heard. `ratios` is not empty.
    """
    each = math.log((1.0 - NOBODY) / len(ratios))
    logs = {name: ratio + each for name, ratio in ratios.items()}
    nobody = math.log(NOBODY)
    most = max(nobody, *logs.values())
    whole = math.exp(nobody - most) + sum(math.exp(value - most) for value in logs.values())
    ranked = sorted(((name, math.exp(value - most) / whole) for name, value in logs.items()), key=lambda one: -one[1])
    name, share = ranked[0]
    known = share >= SURE
    return Who(name if known else None, share if known else math.exp(nobody - most) / whole, tuple(ranked))


def ratios_of(who: Who) -> Mapping[str, float]:
    """What `decided` was told, as far as the probabilities still tell."""
    each = math.log((1.0 - NOBODY) / len(who.likely))
    nobody = max(1.0 - sum(share for _, share in who.likely), 1e-9)
    return {
        name: max(-_MOST, min(_MOST, math.log(max(share, 1e-12) / nobody * NOBODY) - each))
        for name, share in who.likely
    }
