"""Finals by Whisper: a quick decode first, a second look where there is doubt."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from firmware.frame import RATE, Samples, level_dbfs
from services.speech import guard
from services.speech.base import Final, Segment
from services.speech.mel import log_mel
from services.speech.whisper_model import FULL, Decoded, WhisperModel

VOCABULARY = (
    "create a task to send the report to Sarah by Friday, high priority", "remind me", "set a timer", "add milk to the shopping list",
    "turn off the lights", "pause", "next", "stop",
)  # fmt: skip
"""What is said to the appliance; in the prompt of a second look."""

_LONGEST = 28.0
"""Seconds decoded at once; longer sound is cut at its pauses."""

_SHORTEST_CUT = 12.0
_WINDOW = 1000
_MARGIN = 300
"""Columns encoded at least, and beyond the sound: what follows speech tells Whisper where it ends."""

_SILENT_DBFS = -65.0
_PIECE = RATE // 50


class WhisperFinals:
    """Final transcripts from a CTranslate2 Whisper model. Thread-safe."""

    def __init__(self, folder: Path, *, threads: int = 2, vocabulary: Sequence[str] = VOCABULARY, language: str = "en") -> None:
        """Load the model in `folder`; raises SpeechModelUnusable."""
        self._model = WhisperModel(folder, threads=threads, language=language)
        self._vocabulary = tuple(vocabulary)

    def transcribe(self, samples: Samples, *, hints: Sequence[str] = (), hurry: bool = False) -> Final:
        """Decode 16 kHz mono int16 of any length; see FinalRecognizer."""
        segments: list[Segment] = []
        reasons: list[guard.Reason] = []
        passes: list[str] = []
        for start, end in windows(samples):
            decoded, taken = self._listen(samples[start:end], hints, hurry=hurry)
            passes += taken
            confidence = math.exp(decoded.logprob)
            reason = guard.reason_to_drop(decoded.text, confidence=confidence, no_speech=decoded.no_speech)
            if reason is None:
                segments.append(Segment(guard.spoken(decoded.text), start / RATE, end / RATE, confidence, decoded.no_speech))
            else:
                reasons.append(reason)
        return _final(segments, reasons, passes)

    def partial(self, samples: Samples) -> str:
        """What is understood of an utterance that still goes on; quick, and empty where the guard doubts it."""
        if silent(samples):
            return ""
        decoded = self._decode(samples)
        doubtful = guard.reason_to_drop(decoded.text, confidence=math.exp(decoded.logprob), no_speech=decoded.no_speech)
        return "" if doubtful else guard.spoken(decoded.text)

    def _listen(self, samples: Samples, hints: Sequence[str], *, hurry: bool) -> tuple[Decoded, list[str]]:
        """Decode one window, once or twice."""
        if silent(samples):
            return Decoded("", 0, 0.0, 1.0, complete=True), []
        fast = self._decode(samples)
        doubt = doubts(fast)
        if doubt == 0 or (hurry and doubt < 2):
            return fast, ["fast"]
        full = self._decode(samples, full=True, prompt=self._prompt(hints))
        return (full if _better(full, fast) else fast), ["fast", "full"]

    def _decode(self, samples: Samples, *, full: bool = False, prompt: str = "") -> Decoded:
        spectrogram = log_mel(samples, self._model.bands)
        columns = FULL if full else max(_WINDOW, spectrogram.shape[1] + _MARGIN)
        return self._model.decode(spectrogram, columns=columns, limit=_limit(samples.size / RATE), prompt=prompt)

    def _prompt(self, hints: Sequence[str]) -> str:
        return ", ".join([*hints, *self._vocabulary])


def windows(samples: Samples) -> Iterator[tuple[int, int]]:
    """Cut sound at its quietest places into stretches of at most 28 s: (start, end) in samples, without gaps."""
    start = 0
    while samples.size - start > _LONGEST * RATE:
        first, last = start + int(_SHORTEST_CUT * RATE), start + int(_LONGEST * RATE)
        pieces = samples[first : last - last % _PIECE].astype(np.float32)
        power = np.square(pieces[: pieces.size // _PIECE * _PIECE].reshape(-1, _PIECE)).mean(axis=1)
        calm = np.convolve(power, np.ones(15), mode="valid")
        end = first + (int(np.argmin(calm)) + 7) * _PIECE
        yield start, end
        start = end
    if samples.size > start:
        yield start, samples.size


def silent(samples: Samples) -> bool:
    """Whether nothing louder than a quiet microphone's hiss is in it."""
    pieces = samples[: samples.size // _PIECE * _PIECE].reshape(-1, _PIECE)
    return pieces.size == 0 or level_dbfs(pieces[np.argmax(np.square(pieces.astype(np.float32)).mean(axis=1))]) < _SILENT_DBFS


def doubts(decoded: Decoded) -> int:
    """How doubtful a decode is: 0 not at all, 1 a second look would be good, 2 it can hardly be right."""
    if not decoded.complete or guard.loops(decoded.text):
        return 2
    confidence = math.exp(decoded.logprob)
    if guard.reason_to_drop(decoded.text, confidence=confidence, no_speech=decoded.no_speech):
        return 2
    return 1 if confidence < 0.5 else 0


def _limit(seconds: float) -> int:
    """Most tokens that so much speech can have: fast speech has about 6 a second."""
    return 16 + round(8 * seconds)


def _better(second: Decoded, first: Decoded) -> bool:
    return (doubts(second), -second.logprob) < (doubts(first), -first.logprob)


def _final(segments: Sequence[Segment], reasons: Sequence[guard.Reason], passes: Sequence[str]) -> Final:
    if not segments:
        return Final("", 0.0, 1.0, (), reasons[0] if reasons else None, tuple(passes))
    weights = [len(segment.text) for segment in segments]
    confidence = math.exp(sum(w * math.log(max(s.confidence, 1e-9)) for w, s in zip(weights, segments, strict=True)) / sum(weights))
    # A hole in a long text must be told; silence between two sentences is none.
    lost = next((reason for reason in reasons if reason in ("loop", "improbable")), None)
    text = re.sub(r"\s+", " ", " ".join(segment.text for segment in segments))
    return Final(text, confidence, max(s.no_speech for s in segments), tuple(segments), lost, tuple(passes))
