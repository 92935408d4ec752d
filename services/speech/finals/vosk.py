"""Final transcripts by Vosk: for languages without a Whisper model of a size that the device can carry."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from firmware.frame import RATE, Samples
from services.speech.base import Final, Hints, Segment, confidence_of, no_hints
from services.speech.finals.wake_phrase import cut, name_of
from services.speech.partials.vosk import VoskModel

_CHUNK = RATE // 5
"""Samples taken at once: Vosk looks for pauses between two chunks."""
_OTHER = "[unk]"
"""What Vosk writes for any word that is none of a grammar's."""


class VoskFinals:
    """Final transcripts from one Vosk model: one decode each, in which names can't be hinted. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`; raises SpeechModelUnusable."""
        self._model = VoskModel(folder)
        self._model.recogniser()  # some damage shows only here

    def warm_up(self) -> None:
        """Lay out the memory of the engine."""
        self.partial(np.zeros(_CHUNK, np.int16))

    def transcribe(
        self,
        samples: Samples,
        *,
        hints: Hints = no_hints,  # noqa: ARG002 - Vosk's vocabulary is that of its model
        said: str = "",
        hurry: bool = False,  # noqa: ARG002 - there is no second look to leave out
    ) -> Final:
        segments = list(self._segments(samples))
        if segments and said:
            first = segments[0]
            segments[0] = Segment(
                cut(first.text, [name_of(said)]), first.start, first.end, first.confidence, first.no_speech
            )
        told = [segment for segment in segments if segment.text]
        if not told:
            return Final("", 0.0, 1.0, dropped="silence", passes=("vosk",))
        return Final(" ".join(each.text for each in told), confidence_of(told), 0.0, tuple(told), passes=("vosk",))

    def partial(self, samples: Samples) -> str:
        return " ".join(segment.text for segment in self._segments(samples))

    def expecting(self, samples: Samples, words: Sequence[str]) -> str:
        """What was said in a short sound that is likely one of these; empty where it is none of them."""
        if not self._model.knows(_OTHER):  # then any sound would be taken for one of the words
            return self.partial(samples)
        grammar = json.dumps([*words, _OTHER], ensure_ascii=False)
        heard = [segment.text for segment in self._segments(samples, grammar)]
        return "" if any(_OTHER in each for each in heard) else " ".join(heard)

    def _segments(self, samples: Samples, *grammar: str) -> Iterator[Segment]:
        """Between the pauses that Vosk finds."""
        recogniser = self._model.recogniser(*grammar)
        recogniser.SetWords(True)
        for start in range(0, samples.size, _CHUNK):
            if recogniser.AcceptWaveform(samples[start : start + _CHUNK].tobytes()):
                yield from _segment(recogniser.Result())
        yield from _segment(recogniser.FinalResult())


def _segment(told: str) -> Iterator[Segment]:
    """What one answer of Vosk holds; nothing where no word was heard."""
    if words := json.loads(told).get("result"):
        confidence = math.exp(sum(math.log(max(each["conf"], 1e-9)) for each in words) / len(words))
        text = " ".join(each["word"] for each in words)
        yield Segment(text, words[0]["start"], words[-1]["end"], confidence, 0.0)
