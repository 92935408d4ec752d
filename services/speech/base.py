"""Voice activity, transcripts and the voice: their values and Protocols."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from firmware.errors import FacultyError
from firmware.frame import Frame, Samples
from services.voiceprints.base import Who


class SpeechModelUnusable(FacultyError):
    """The speech model {path} can't be used ({reason}). Run: equerry models verify, then equerry models pull."""

    code = "speech.model"


class VoiceUnusable(FacultyError):
    """The voice {path} can't be used ({reason}). Run: equerry models verify, then equerry models pull."""

    code = "voice.model"


EndReason = Literal["silence", "too_long", "no_speech", "released"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The end of speech, in audio seconds."""

    at: float
    """When it was decided."""
    reason: EndReason
    speech_start: float | None = None
    speech_end: float | None = None
    """When the voice fell silent, as far as the detector can tell."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How what was heard in one turn sounded. Levels in dBFS: 0 is the root mean square of a square wave at full
    scale.
    """

    level: float | None
    """Of the frames with a voice; None without any."""
    floor: float | None
    """Of those without; None where the voice never paused."""
    clipped: float
    """Share of the samples that are at full scale, 0 to 1."""
    dropouts: int
    """Gaps in the sound: what the processor had no time to take."""

    @property
    def snr(self) -> float | None:
        """How far the voice is over the room, dB: an estimate, since the room sounds on beneath the voice."""
        return None if self.level is None or self.floor is None else self.level - self.floor


class Vad(Protocol):
    """How likely each frame holds a voice."""

    def process(self, frame: Frame) -> float:
        """Probability of speech in this frame, 0…1."""

    def reset(self) -> None:
        """Forget what was heard (a new stream)."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A transcript that may still change; never executed."""

    text: str
    at: float
    """Audio time up to which it was heard, seconds."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a final transcript."""

    text: str
    start: float
    """Seconds from the start of the decoded sound."""
    end: float
    confidence: float
    """exp of the mean log-probability of its tokens, 0…1."""
    no_speech: float
    """Probability that there was no speech, 0…1."""


def confidence_of(segments: Sequence[Segment]) -> float:
    """Their geometric mean by length, 0…1; `segments` is not empty, nor any of their texts."""
    letters = [len(each.text) for each in segments]
    logs = [n * math.log(max(each.confidence, 1e-9)) for n, each in zip(letters, segments, strict=True)]
    return math.exp(sum(logs) / sum(letters))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Other words that the sound may hold."""

    text: str
    confidence: float
    """As that of a segment."""
    behind: float
    """Natural logarithm of how much likelier the likeliest words are."""


Hints = Callable[[Sequence[str]], Sequence[str]]
"""Names from the store that misheard words may be: asked with all hypotheses, it answers with few, nearest first."""


def no_hints(heard: Sequence[str]) -> Sequence[str]:  # noqa: ARG001 - Hints
    """Where there is no store."""
    return ()


@dataclass(frozen=True, slots=True)
class Final:
    """A transcript that will not change. `text` is empty when nothing intelligible was said or the guard dropped it."""

    text: str
    confidence: float
    no_speech: float
    segments: tuple[Segment, ...] = field(default=())
    dropped: str | None = None
    """Why the guard dropped what the engine had put out: silence, phrase, loop, improbable, echo. None: nothing was
    dropped.
    """
    passes: tuple[str, ...] = field(default=())
    """Which decodes it took, e.g. ("fast",) or ("fast", "full")."""
    first: str | None = None
    """What was taken for the likeliest words, where a second look or a vote put others there."""
    others: tuple[Hypothesis, ...] = field(default=())
    """The likelier first; none where it has several segments, or a second look was believed."""
    who: Who | None = None
    """Whose voice it was; None where nobody is enrolled, or there was too little of it."""


class PartialRecognizer(Protocol):
    """Shows what it hears while one speaks. Vosk, or rolling Whisper."""

    def reset(self) -> None:
        """A new utterance begins."""

    def process(self, frame: Frame) -> Partial | None:
        """Take the next frame of the utterance; a partial when the text to show changed. Never blocks for a decode on a
        live stream.
        """

    def hold(self, hold: bool) -> None:
        """While held, begin no new decode: the final needs the processor."""

    def close(self) -> None:
        """End any thread of its own."""


class FinalRecognizer(Protocol):
    """Writes down what was said in a stretch of sound: 16 kHz mono int16. Thread-safe: the early decode, a partial and
    a stop word may be decoded at the same time.
    """

    def transcribe(self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        """The final transcript of one utterance of any length.

        `hints`: finds names from the store that the speaker may have used, for engines that can be told. `said`: words
        that the sound is known to begin with, such as "Hey Jarvis,", which are left out of the final. `hurry`: a quick
        answer matters more than a second look.
        """

    def partial(self, samples: Samples) -> str:
        """What is understood of an utterance that still goes on; quick. Empty where nothing is, or it is doubtful."""

    def expecting(self, samples: Samples, words: Sequence[str]) -> str:
        """What was said in a short sound that is likely one of `words`; quick. Empty where nothing was, or it is
        doubtful.
        """

    def warm_up(self) -> None:
        """Do what else the first utterance would wait for."""


class Voice(Protocol):
    """Turns a sentence into sound."""

    name: str
    """Model and speed: whatever its sound depends on besides the sentence (part of the key of cached phrases)."""
    rate: int
    """Samples a second of what `synthesize` returns."""

    def synthesize(self, sentence: str) -> Samples:
        """Mono int16 of one sentence of plain text; numbers, times and dates are already words or are made so."""
