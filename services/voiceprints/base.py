"""Knowing people by their voice: its values and Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from firmware.errors import FacultyError
from firmware.frame import Samples

Embedding = NDArray[np.float32]
"""A voice as a point on the unit sphere, one dimension: near those of the same person, far from others'."""


class EncoderUnusable(FacultyError):
    """The speaker encoder {path} can't be used ({reason}). Run: equerry models verify, then equerry models pull."""

    code = "voiceprints.model"


@dataclass(frozen=True, slots=True, eq=False)
class Voiceprint:
    """The voice of an enrolled person. Personal data: it leaves the device only by `equerry voices export`."""

    name: str
    recordings: Sequence[Embedding]
    """One of each sentence, at least one."""
    enrolled: datetime
    """Zone-aware."""
    encoder: str
    """The model that made it: others' embeddings can't be compared."""

    @property
    def mean(self) -> Embedding:
        """What all sentences have in common, unit length."""
        middle = np.mean(np.stack(self.recordings), axis=0)
        unit: Embedding = (middle / max(float(np.linalg.norm(middle)), 1e-9)).astype(np.float32)
        return unit


@dataclass(frozen=True, slots=True)
class Who:
    """Whose voice a turn was, as far as voices tell: a convenience, never a proof."""

    name: str | None
    """The enrolled person; None: nobody known, or not sure enough of anybody."""
    sureness: float
    """Probability that `name` is right, 0…1; without a name: that it was nobody who is enrolled."""
    likely: tuple[tuple[str, float], ...] = ()
    """Everybody enrolled with the probability that it was they, best first. With "nobody" the sum is 1. Empty: there
    was too little voice to tell.
    """


class SpeakerEncoder(Protocol):
    """Makes a point of a voice. Thread-safe."""

    def embed(self, samples: Samples) -> Embedding:
        """The voice in 16 kHz mono int16 of any length, unit length; only voiced sound makes sense."""


class Recogniser(Protocol):
    """Tells the voices of enrolled people apart. Thread-safe."""

    def names(self) -> tuple[str, ...]:
        """Whoever is enrolled, in the order of enrolment."""

    def who(self, samples: Samples) -> Who | None:
        """Whose voice this utterance is: 16 kHz mono int16. None: nobody is enrolled, or it holds too little voice.
        Where somebody is and can't be told, it is nobody known.
        """
