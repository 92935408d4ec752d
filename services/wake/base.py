"""Hearing the wake word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from firmware.errors import FacultyError
from firmware.frame import Frame, Samples
from services.wake.kept import Wakes


class WakeModelUnusable(FacultyError):
    """The wake word model {path} can't be used ({reason}). Run: equerry models verify, then equerry models pull."""

    code = "wake.model"


@dataclass(frozen=True, slots=True)
class Detection:
    """The wake word was heard."""

    word: str
    """The model's name, e.g. hey_jarvis."""
    score: float
    """0…1."""
    at: float
    """Audio time of the end of the frame that decided, seconds."""
    features: npt.NDArray[np.float16] | None = field(default=None, compare=False, repr=False)
    """What it sounded like, no sound can be made of it: embeddings of the last 2.2 seconds, shape (28, 96)."""
    sound: Samples | None = field(default=None, compare=False, repr=False)
    """The sound of the last 2.2 seconds itself, 16 kHz mono int16, where that is wanted."""


@dataclass(frozen=True, slots=True)
class WakeSettings:
    """How one wake word is judged."""

    threshold: float = 0.5
    patience: int = 1
    """Frames in a row that must reach the threshold."""
    refractory: float = 2.0
    """Seconds after a detection in which the same word is not detected again."""
    near: float = 0.2
    """A score that peaks from here up to the threshold is a near miss."""


@dataclass(frozen=True, slots=True)
class Guard:
    """How every wake word is judged while the appliance itself speaks."""

    threshold: float = 0.5
    patience: int = 2


@runtime_checkable
class Ears(Protocol):
    """A recogniser that is asked whether a phrase was said."""

    def compare(self, samples: Samples, phrase: str) -> tuple[float, float]:
        """Log-probability that 16 kHz sound says `phrase`, and of the likeliest words that are as long; at most 0."""

    def partial(self, samples: Samples) -> str:
        """What 16 kHz sound says, as they write it."""


MayWake = Callable[[Samples], bool]
"""Whether whoever is heard in 16 kHz mono int16 may wake the appliance."""


class WakeDetector(Protocol):
    """Hears wake words in a stream of frames; never gated by voice activity, since that depresses its scores."""

    @property
    def words(self) -> tuple[str, ...]:
        """Those that are listened for."""

    @property
    def threshold(self) -> float:
        """The score that a word must reach."""

    score: float
    """Of the frame before, the strongest word's; 0…1."""

    @property
    def near_misses(self) -> dict[str, int]:
        """How often each word came close to its threshold without reaching it."""

    @property
    def rising(self) -> bool:
        """Whether a word reached its threshold in the last frame, but not yet in enough frames in a row."""

    def guard(self, against: Guard | None) -> None:
        """From the next frame on, words are judged more strictly, since the appliance itself speaks; None: as ever."""

    def process(self, frame: Frame) -> Detection | None:
        """Take the next frame; the strongest detection it completes, if any."""

    def listen_for(self, words: Sequence[str]) -> None:
        """Listen for these from the next frame on; from any thread. Raises WakeModelUnusable: those before stay."""

    def tune(self, threshold: float) -> None:
        """A word must reach this score from the next frame on; from any thread."""

    def learn(self, wrong: Wakes, meant: Wakes) -> None:
        """Hear no more what sounds like these wrong wakes, as far as nothing that is meant is lost. From any thread."""

    def reset(self) -> None:
        """Forget the sound heard so far (a new stream), not the counts."""
