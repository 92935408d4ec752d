"""Speech faculties that hear and say what they are told to: for tests and for a rehearsal of the appliance without
models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from firmware.frame import FRAME_SECONDS, Frame, Samples
from services.speech.base import Final, Hints, Partial, no_hints


class ScriptedVad:
    """Hears a voice at given times of a stream, whatever it sounds like."""

    def __init__(self, voice: Sequence[tuple[float, float]], *, likely: float = 0.95, unlikely: float = 0.02) -> None:
        """`voice`: stretches of audio time, seconds. With `likely` and `unlikely` close to each other it doubts as in a
        loud room.
        """
        self.resets = 0
        self._voice = tuple(voice)
        self._likely, self._unlikely = likely, unlikely

    def process(self, frame: Frame) -> float:
        """`likely` for a frame that overlaps a voice."""
        return (
            self._likely
            if any(frame.start < end and frame.end > start for start, end in self._voice)
            else self._unlikely
        )

    def reset(self) -> None:
        """Count it."""
        self.resets += 1


class SineVoice:
    """Says a tone for each word, so that tests can count words; deterministic. Set `failing` and it raises it
    instead.
    """

    WORD_SECONDS = 0.1
    GAP_SECONDS = 0.05

    def __init__(self, rate: int = 16_000, *, name: str = "sine") -> None:
        self.rate = rate
        self.name = name
        self.said: list[str] = []
        """Every sentence asked for, in order."""
        self.failing: Exception | None = None
        self.before: Callable[[str], None] = lambda _: None
        """Called with each sentence before it is made, e.g. to wait."""

    def synthesize(self, sentence: str) -> Samples:
        """A tone and a gap a word, the pitch from the word's letters."""
        self.before(sentence)
        if self.failing is not None:
            raise self.failing
        self.said.append(sentence)
        time = np.arange(round(self.WORD_SECONDS * self.rate)) / self.rate
        gap = np.zeros(round(self.GAP_SECONDS * self.rate), np.int16)
        sounds: list[Samples] = []
        for word in sentence.split():
            pitch = 300 + sum(word.encode()) % 700
            sounds += [np.rint(8000 * np.sin(2 * np.pi * pitch * time)).astype(np.int16), gap]
        return np.concatenate(sounds) if sounds else gap[:0]

    def words_in(self, samples: Samples) -> int:
        """How many words this voice said in `samples`."""
        step = round(0.01 * self.rate)
        loud = [bool(np.abs(samples[at : at + step]).max(initial=0) > 1000) for at in range(0, samples.size, step)]
        return sum(now and not before for before, now in zip([False, *loud], loud, strict=False))


class ScriptedFinals:
    """Understands what the script says, one line an utterance; the last line goes on. An Exception in the script is
    raised.
    """

    def __init__(self, script: Sequence[str | Final | Exception]) -> None:
        self.heard: list[tuple[int, Hints, bool]] = []
        """Samples, hints and hurry of each call."""
        self.before: Callable[[Samples], None] = lambda _: None
        """Called with the sound before the answer, e.g. to wait."""
        self._script = list(script)

    def transcribe(self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        """The next line, whatever it sounds like; an empty text is dropped as silence."""
        self.heard.append((samples.size, hints, hurry))
        self.before(samples)
        line = (self._script.pop(0) if len(self._script) > 1 else self._script[0]) if self._script else ""
        if isinstance(line, Exception):
            raise line
        if isinstance(line, Final):
            return line
        return Final(line, 0.9, 0.02, passes=("script",)) if line else Final("", 0.0, 1.0, dropped="silence")

    def partial(self, samples: Samples) -> str:
        """Nothing yet."""
        return ""

    def expecting(self, samples: Samples, words: Sequence[str]) -> str:
        """None of the words."""
        return ""

    def warm_up(self) -> None:
        """Nothing is slow here."""


class ScriptedPartials:
    """Shows given texts at given times of each utterance, seconds after `reset`. Set `failing` and it raises it
    instead.
    """

    def __init__(self, script: Sequence[tuple[float, str]]) -> None:
        self.closed = False
        self.held = False
        self.failing: Exception | None = None
        self._script = sorted(script)
        self.reset()

    def reset(self) -> None:
        """A new utterance: the script begins again."""
        self._seconds = 0.0
        self._rest = list(self._script)

    def hold(self, hold: bool) -> None:
        """While held, nothing new is shown."""
        self.held = hold

    def process(self, frame: Frame) -> Partial | None:
        """The latest text whose time has come."""
        if self.failing is not None:
            raise self.failing
        self._seconds += FRAME_SECONDS
        text = None
        while self._rest and self._rest[0][0] <= self._seconds and not self.held:
            text = self._rest.pop(0)[1]
        return Partial(text, frame.end) if text is not None else None

    def close(self) -> None:
        """Remember it."""
        self.closed = True
