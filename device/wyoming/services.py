"""What the dialogue with a client asks of the rest of the appliance, and how that tells of itself."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
    WakeModel,
    WakeProgram,
)

from device.control.wire import plain
from device.errors import ApplianceError
from device.wyoming.turns import EngineTurns
from firmware.frame import Samples
from services.actions.base import Response
from services.speech.base import Final, Voice
from services.wake.base import WakeDetector

MOST_WAKING = 3
"""Streams at once that are listened to for a wake word: each takes a part of a processor for as long as it lasts."""
_REMEMBERED, _REMEMBERED_S = 64, 120.0
_AUTHOR = Attribution("Equerry", "")


class NoWakePlace(ApplianceError):
    """{most} streams are listened to for a wake word already. End one of them first."""

    code = "wyoming.wake"


class WakeWordUnknown(ApplianceError):
    """There is no wake word of that name here. There are {known}."""

    code = "wyoming.wake_word"


@dataclass(frozen=True, slots=True)
class ModelTold:
    """A model as clients are told of it."""

    name: str
    title: str
    languages: tuple[str, ...] = ("en",)


class Detectors:
    """Wake word detectors for clients, each with its own stream; loaded when they are first needed. Thread-safe."""

    def __init__(self, load: Callable[[], WakeDetector], words: Sequence[str], *, most: int = MOST_WAKING) -> None:
        self.words = tuple(words)
        self._load, self._most = load, most
        self._lock = threading.Lock()
        self._free: list[WakeDetector] = []
        self._lent = 0

    @contextmanager
    def lent(self, names: Sequence[str] | None) -> Iterator[WakeDetector]:
        """One that listens for these, or for all. Raises NoWakePlace, WakeWordUnknown, WakeModelUnusable."""
        wanted = tuple(dict.fromkeys(names or self.words))
        if not set(wanted) <= set(self.words):
            raise WakeWordUnknown(known=", ".join(self.words) or "none")
        with self._lock:
            if self._lent >= self._most:
                raise NoWakePlace(most=self._most)
            self._lent += 1
            detector = self._free.pop() if self._free else None
        try:
            detector = detector or self._load()
            detector.listen_for(wanted)
            detector.reset()
            yield detector
        finally:
            with self._lock:
                self._lent -= 1
                if detector:
                    self._free.append(detector)


class Doubts:
    """How sure the ear was of what it wrote down for whom: a command comes back as bare text, and is to be doubted as
    if it had been spoken here. Thread-safe.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._heard: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def note(self, peer: str, final: Final) -> None:
        """These words went to this address."""
        with self._lock:
            self._heard[peer, plain(final.text).strip()] = self._clock(), final.confidence
            while len(self._heard) > _REMEMBERED:
                self._heard.popitem(last=False)

    def confidence(self, peer: str, text: str) -> float:
        """Of a command from there; 1 where nothing like it was heard lately, and somebody may have typed it."""
        with self._lock:
            at, confidence = self._heard.get((peer, text), (-_REMEMBERED_S, 1.0))
        return confidence if self._clock() - at <= _REMEMBERED_S else 1.0


@dataclass(frozen=True, slots=True)
class WyomingServices:
    """What is offered."""

    transcribe: Callable[[Samples], Final]
    """The final transcript of 16 kHz mono int16."""
    voice: Voice
    carry_out: Callable[[str, str, float], Response]
    """What comes of words, for a client, heard so surely. Raises an ExpectedError where it is not taken."""
    detectors: Detectors | None
    """None: no wake word is listened for here."""
    info: Info
    turns: EngineTurns = field(default_factory=EngineTurns)
    doubts: Doubts = field(default_factory=Doubts)


def info_of(*, version: str, ear: ModelTold, voice: ModelTold, words: Sequence[str]) -> Info:
    """What Home Assistant is told: one program of each kind."""
    wake = [WakeModel(word, _AUTHOR, True, word.replace("_", " "), version, ["en"], _phrase(word)) for word in words]
    return Info(
        asr=[AsrProgram("Equerry", _AUTHOR, True, "Hears", version, [
            AsrModel(ear.name, _AUTHOR, True, ear.title, version, list(ear.languages))
        ])],
        tts=[TtsProgram("Equerry", _AUTHOR, True, "Speaks", version, [
            TtsVoice(voice.name, _AUTHOR, True, voice.title, version, list(voice.languages))
        ], supports_synthesize_streaming=True)],
        handle=[HandleProgram("Equerry", _AUTHOR, True, "Tasks, lists, times", version, [
            HandleModel("equerry", _AUTHOR, True, "Commands", version, ["en"])
        ])],
        wake=[WakeProgram("Equerry", _AUTHOR, True, "Wakes", version, wake)] if wake else [],
    )  # fmt: skip


def _phrase(word: str) -> str:
    return word.replace("_", " ").title()
