"""Finals by Whisper: a quick decode first, further looks where there is doubt.

The policy and its figures: docs/adr/0003-a-shorter-window-for-whisper.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rapidfuzz.fuzz import ratio

from firmware.frame import RATE, Samples, level_dbfs
from services.speech.base import Final, Hints, Hypothesis, Segment, confidence_of, no_hints
from services.speech.finals import guard
from services.speech.finals.mel import log_mel
from services.speech.finals.whisper_model import FULL, Decoded, Encoded, WhisperModel

VOCABULARY = (
    "task",
    "tasks",
    "remind me",
    "reminder",
    "timer",
    "shopping list",
    "lights",
    "stop",
    "cancel",
    "next",
    "pause",
)
"""What is said to the appliance; shown to the decoder at a second look."""

_LONGEST = 12.0
_SHORTEST = 5.0
"""Seconds decoded at once. Longer sound is cut at a pause in between: in long windows Whisper now and then ends too
early.
"""

_PAUSE = 1.0
_VOICE = 0.5
_CONTRAST_DB = 6.0
"""A pause to cut at: seconds of it, seconds of voice before and after, and how much louder voice must be for pauses to
be told.
"""

_COLUMNS = 600
_MARGIN = 200
"""Columns (10 ms) encoded at least, and beyond the sound: what follows tells Whisper where speech ends."""

_BEAM = 5
"""Of the first look. A second look is greedy: it is no worse then, and cheaper."""

_SURE = 0.77
"""Confidence from which no second look is taken. Processors differ by some 0.02 in what they make of the same sound."""

_SURER = 0.1
"""By how much a second look must be surer, since a prompt makes Whisper surer of anything; not where it only puts
prompted words in the place of words that sound alike: a task for a test.
"""
_ALIKE = 45
"""Share of letters, percent, that such words have in common."""

_SILENT_DBFS = -65.0
_PIECE = RATE // 50
_SLOW = 1.2
"""Tokens a second of voice; people say three to five. With fewer, words were lost."""


class WhisperFinals:
    """Final transcripts from a CTranslate2 Whisper model (services.speech.base.FinalRecognizer)."""

    def __init__(self, folder: Path, *, threads: int = 2, language: str = "en") -> None:
        """Load the model in `folder`; raises SpeechModelUnusable."""
        self._model = WhisperModel(folder, threads=threads, language=language)

    def warm_up(self) -> None:
        self._model.warm_up()

    def transcribe(self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        segments: list[Segment] = []
        firsts: list[str] = []
        others: tuple[Hypothesis, ...] = ()
        reasons: list[guard.Reason] = []
        passes: list[str] = []
        for start, end in windows(samples):
            for offset, part, decoded, first in self._listen(
                samples[start:end], hints, said if start == 0 else "", passes, hurry=hurry
            ):
                begin = start + offset
                reason = _reason(decoded)
                if reason is None:
                    confidence = math.exp(decoded.logprob)
                    segment = Segment(
                        guard.spoken(decoded.text), begin / RATE, (begin + part) / RATE, confidence, decoded.no_speech
                    )
                    segments.append(segment)
                    firsts.append(guard.spoken(first))
                    others = tuple(replace(other, text=guard.spoken(other.text)) for other in decoded.others)
                else:
                    reasons.append(reason)
        final = _final(segments, firsts, reasons, passes)
        return replace(final, others=others) if len(segments) == 1 and not reasons else final

    def partial(self, samples: Samples) -> str:
        return self.expecting(samples, ())

    def expecting(self, samples: Samples, words: Sequence[str]) -> str:
        if silent(samples):
            return ""
        prompt = ". ".join(words) + "." if words else ""
        decoded = self._model.decode(self._encode(samples), limit=_limit(samples), prompt=prompt)
        return "" if _reason(decoded) else guard.spoken(decoded.text)

    def compare(self, samples: Samples, phrase: str) -> tuple[float, float]:
        return self._model.compare(log_mel(samples, self._model.bands), phrase)

    def _listen(
        self, samples: Samples, hints: Hints, said: str, passes: list[str], *, hurry: bool
    ) -> list[tuple[int, int, Decoded, str]]:
        """Decode one window: (offset, length, what was decoded, the text of the first look), two of them where one
        decode lost words.
        """
        if silent(samples):
            return [(0, samples.size, Decoded("", 0, 0.0, 1.0, complete=True), "")]
        best, first = self._look(samples, hints, said, passes, hurry=hurry)
        if best.tokens >= _SLOW * voiced(samples) or samples.size < _SHORTEST * RATE:
            return [(0, samples.size, best, first)]
        passes.append("halves")
        middle = calmest(samples, samples.size // 4, samples.size * 3 // 4)
        halves = [(0, middle), (middle, samples.size)]
        looks = [
            (at, end - at, *self._look(samples[at:end], hints, "" if at else said, passes, hurry=hurry))
            for at, end in halves
        ]
        heard = sum(look.tokens for _, _, look, _ in looks if not _reason(look))
        return looks if heard > best.tokens else [(0, samples.size, best, first)]

    def _look(
        self, samples: Samples, hints: Hints, said: str, passes: list[str], *, hurry: bool
    ) -> tuple[Decoded, str]:
        """Decode sound as one, again while there is doubt and time: what is believed, and the first look's text."""
        encoded, limit = self._encode(samples), _limit(samples)
        best = first = self._model.decode(encoded, limit=limit, beam=_BEAM, said=said)
        passes.append("fast")
        if doubts(best) <= (1 if hurry else 0):
            return best, first.text
        names = hints(first.texts)
        prompt = ", ".join([*VOCABULARY, *names]) + "."
        best = better(best, self._model.decode(encoded, limit=limit, said=said, prompt=prompt), prompt, names)
        passes.append("prompted")
        if _reason(best) == "loop" and not hurry:
            best = better(
                best,
                self._model.decode(self._encode(samples, FULL), limit=limit, beam=_BEAM, said=said, prompt=prompt),
                prompt,
                names,
            )
            passes.append("full")
        return best, first.text

    def _encode(self, samples: Samples, columns: int = _COLUMNS) -> Encoded:
        spectrogram = log_mel(samples[: int(30 * RATE)], self._model.bands)
        return self._model.encode(spectrogram, max(columns, spectrogram.shape[1] + _MARGIN))


def windows(samples: Samples) -> Iterator[tuple[int, int]]:
    """Cut sound into stretches of at most 12 s: (start, end) in samples, without gaps.

    Between two voices with a long pause, after which Whisper often says no more; else, where it must be, at the calmest
    place.
    """
    start = 0
    while start < samples.size:
        last = start + int(_LONGEST * RATE)
        end = start + _pause(samples[start:last])
        if end == start:
            end = samples.size if last >= samples.size else calmest(samples, start + int(_SHORTEST * RATE), last)
        yield start, end
        start = end


def _pause(samples: Samples) -> int:
    """The middle of the first long pause with voice before and after it; 0 where there is none."""
    level = 10 * np.log10(np.maximum(_power(samples), 1.0))
    if level.size == 0:
        return 0
    floor, loud = np.percentile(level, [8, 95])
    # A lone loud piece is a click.
    voice = np.flatnonzero(np.convolve(level > (floor + loud) / 2, np.ones(5), mode="same") >= 3)
    long = int(_PAUSE * RATE / _PIECE)
    enough = int(_VOICE * RATE / _PIECE)
    if loud - floor < _CONTRAST_DB or voice.size < 2 * enough:
        return 0
    gaps = enough - 1 + np.flatnonzero(np.diff(voice)[enough - 1 : voice.size - enough] >= long)
    return int(voice[gaps[0]] + voice[gaps[0] + 1]) // 2 * _PIECE if gaps.size else 0


def calmest(samples: Samples, first: int, last: int) -> int:
    """The middle of the calmest 0.3 s between two places."""
    power = _power(samples[first:last])
    if power.size < 15:
        return (first + last) // 2
    return first + (int(np.argmin(np.convolve(power, np.ones(15), mode="valid"))) + 7) * _PIECE


def silent(samples: Samples) -> bool:
    """Whether nothing in it is louder than a quiet microphone's hiss."""
    power = _power(samples)
    return power.size == 0 or level_dbfs(np.sqrt(power.max(keepdims=True)).astype(np.int16)) < _SILENT_DBFS


def voiced(samples: Samples) -> float:
    """Seconds that are nearly as loud as the loudest: about how long somebody spoke; too little rather than too
    much.
    """
    power = _power(samples)
    loud = np.percentile(power, 95) if power.size else 0.0
    return float(np.count_nonzero(power > loud * 10**-1.5)) * _PIECE / RATE if loud else 0.0


def doubts(decoded: Decoded) -> int:
    """How doubtful a decode is: 0 not at all, 1 a second look would be good, 2 it can hardly be right."""
    if _reason(decoded):
        return 2
    return 1 if math.exp(decoded.logprob) < _SURE else 0


def _power(samples: Samples) -> npt.NDArray[np.float32]:
    """Mean square of each 20 ms."""
    pieces = samples[: samples.size // _PIECE * _PIECE].reshape(-1, _PIECE).astype(np.float32)
    return np.asarray(np.square(pieces).mean(axis=1), np.float32)


def _limit(samples: Samples) -> int:
    """Most tokens that so much sound can hold: hurried speech has about 6 a second, numbers read out 8."""
    return 12 + 8 * samples.size // RATE


def _reason(decoded: Decoded) -> guard.Reason | None:
    if not decoded.complete:
        # More than can be said in that time.
        return "loop"
    return guard.reason_to_drop(decoded.text, confidence=math.exp(decoded.logprob), no_speech=decoded.no_speech)


def better(first: Decoded, second: Decoded, prompt: str, names: Sequence[str] = ()) -> Decoded:
    """Which of two looks to believe; the second was shown the prompt, with these names in it."""
    hopeless, still = doubts(first) > 1, doubts(second) > 1
    if not still and not any(_borne_out(text, second.text, names) for text in first.texts):
        return first
    if hopeless != still:
        return second if hopeless else first
    needed = 0.0 if _only_prompted(first.text, second.text, prompt) else _SURER
    return second if math.exp(second.logprob) > math.exp(first.logprob) + needed else first


def _borne_out(before: str, after: str, names: Sequence[str]) -> bool:
    """Whether each name that was shown, and is in `after`, stands there in the place of words that look alike: what is
    shown is sometimes put out though nothing of the kind was said.
    """
    old, new, shown = _words(before), _words(after), set(_words(" ".join(names)))
    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return all(
        ratio("".join(old[a:b]), "".join(new[c:d])) >= _ALIKE
        for kind, a, b, c, d in changes
        if kind != "equal" and not shown.isdisjoint(new[c:d])
    )


def _only_prompted(before: str, after: str, prompt: str) -> bool:
    """Whether `after` differs from `before` only by words of the prompt in the place of words that look alike."""
    old, new, shown = _words(before), _words(after), set(_words(prompt))
    changes = [
        change for change in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if change[0] != "equal"
    ]
    return all(
        b - a == d - c and shown.issuperset(new[c:d]) and ratio("".join(old[a:b]), "".join(new[c:d])) >= _ALIKE
        for _, a, b, c, d in changes
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


def _final(
    segments: Sequence[Segment], firsts: Sequence[str], reasons: Sequence[guard.Reason], passes: Sequence[str]
) -> Final:
    if not segments:
        return Final("", 0.0, 1.0, (), reasons[0] if reasons else "silence", tuple(passes))
    # A hole in a long text must be told; silence between two sentences is none.
    lost = next((reason for reason in reasons if reason in ("loop", "improbable")), None)
    text = " ".join(segment.text for segment in segments)
    no_speech = max(segment.no_speech for segment in segments)
    first = " ".join(firsts)
    changed = first if _words(first) != _words(text) else None
    return Final(text, confidence_of(segments), no_speech, tuple(segments), lost, tuple(passes), changed)
