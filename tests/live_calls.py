"""A call that goes on without a sound card: both sides are given frame by frame, their words are told beforehand."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np

from device.calls.live.base import CallNotice, LiveEvent
from device.calls.live.calls import LiveCalls
from device.calls.live.following import CallParts, LiveCall
from device.calls.live.services import CallServices, Tap
from device.calls.live.sides import SideSound
from device.calls.live.table import TableVoices
from device.calls.live.words import CallWords, named_as
from device.calls.record import Opening, Recording
from device.configuration.load import load
from device.turn import effects as do
from device.turn import events as on
from device.wiring.calls.rules import build_call_rules, build_call_setup
from device.wyoming.turns import EngineTurns
from firmware.base import Microphone
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, Frame, Samples
from services.calls.base import SIDES, Side
from services.calls.call import FollowedCall
from services.speech.base import Final, FinalRecognizer, Hints, Vad, no_hints
from services.store.base import CallRecord
from services.store.store import Store
from services.voiceprints.base import Who

LOUD = 8_000


class LevelVad:
    """A voice is whatever is loud."""

    def process(self, frame: Frame) -> float:
        return float(np.abs(frame.samples).max() > 1_000)

    def reset(self) -> None:
        """Nothing is remembered."""


@dataclass
class Recogniser:
    """Hears what it was told it would, in order."""

    texts: list[str] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    """Samples of each sound."""
    confidence: float = 0.9

    def transcribe(self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        self.heard.append(samples.size)
        text = self.texts.pop(0) if self.texts else "mhm"
        return Final(text, self.confidence, 0.0)

    def partial(self, samples: Samples) -> str:
        raise AssertionError("a call has no partials")

    def expecting(self, samples: Samples, words: Sequence[str]) -> str:
        raise AssertionError("nothing is expected on a call")

    def warm_up(self) -> None:
        """Nothing to do."""


@dataclass
class Voices:
    """Knows whose voice everything is, as it was told (services.voiceprints.base.Recogniser)."""

    owners: tuple[str, ...] = ("Anna",)
    people: tuple[str, ...] = ("Anna", "Ben")
    who_now: Who | None = None

    def is_owner(self, name: str) -> bool:
        return name in self.owners

    def names(self) -> tuple[str, ...]:
        return self.people

    def who(self, samples: Samples) -> Who | None:
        assert samples.size
        return self.who_now


def frames(seconds: float, first: int, *, voice: bool, seed: int = 1) -> Iterator[Frame]:
    """Noise that counts as a voice, or a quiet room; numbered from `first`."""
    rng = np.random.default_rng(seed + first)
    for number in range(round(seconds / FRAME_SECONDS)):
        level = LOUD if voice else 3
        yield Frame(rng.integers(-level, level + 1, FRAME_SAMPLES).astype(np.int16), first + number)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Sounds:
    """What the call hears, given by the test (device.calls.live.services.CallSounds)."""

    sides: tuple[Side, ...] = SIDES
    private: bool = True
    reason: str = ""
    device: Microphone | None = None
    routed: list[bool] = field(default_factory=list)
    owner: Tap | None = None
    other: Tap | None = None

    def lacking(self) -> str:
        return self.reason

    def listen(self, owner: Tap, other: Tap) -> Microphone | None:
        self.owner, self.other = owner, other
        return self.device

    def leave(self) -> None:
        self.owner = self.other = None

    def to_ear(self, private: bool) -> None:
        self.routed.append(private)


class CallDesk:
    """A call on a clock that stands, whose thread runs."""

    def __init__(
        self, store: Store, *, announce: bool = False, sounds: Sounds | None = None, voices: Voices | None = None
    ) -> None:
        """`voices` are told apart where all sit around one microphone."""
        self.voices = voices
        self.store, self.clock, self.sounds = store, Clock(), sounds or Sounds()
        self.turns, self.recogniser = EngineTurns(), Recogniser()
        self.vad: Callable[[], Vad] = LevelVad
        self.finals: FinalRecognizer = self.recogniser
        self.pack = ""
        """These three may be set before it begins."""
        self.asides: list[do.SpeakAside] = []
        self.hushed = 0
        self.put: list[on.Event | on.Crashed] = []
        self.told: list[LiveEvent] = []
        self.made: list[LiveCall] = []
        self._next = dict.fromkeys(SIDES, 0)
        self._news: queue.SimpleQueue[LiveEvent] = queue.SimpleQueue()
        self.calls = LiveCalls(
            CallServices(
                sounds=self.sounds,
                make=self._make,
                aside=self.asides.append,
                announce=announce,
                put=self.put.append,
                hush=self._hush,
            ),
            clock=self.clock,
        )
        self.calls.follow(self.told.append)

    def _make(self, who: str, live: LiveCalls, clock: Callable[[], float]) -> LiveCall:
        settings = load()
        rules, now = build_call_rules(settings, self.pack), datetime(2026, 11, 25, 14, tzinfo=UTC)
        names: dict[Side, str] = {"owner": "You", "other": who}
        whose = TableVoices(self.voices, self.voices.is_owner, names) if self.voices else named_as(names)
        parts = CallParts(
            who=who,
            followed=FollowedCall(build_call_setup(settings, rules, self.store, began=now, names=names)),
            sides={side: SideSound(self.vad()) for side in self.sounds.sides},
            words=CallWords(self.finals, no_hints, self.turns, whose, live.heard, crashed=self._crashed),
            tell=live.tell,
            whisper=live.whisper,
            open_record=partial(Recording, self.store, Opening(who, now)),
        )
        self.made.append(LiveCall(parts, clock))
        return self.made[-1]

    def _hush(self) -> None:
        self.hushed += 1

    def _crashed(self, bug: Exception) -> None:
        self.put.append(on.Crashed(bug))

    @contextmanager
    def running(self) -> Iterator[CallDesk]:
        """While its thread runs."""
        thread = threading.Thread(target=self.calls.run, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.calls.stop()
            thread.join(10)
        assert not thread.is_alive()

    def begin(self, who: str = "Henderson") -> None:
        """Until it is followed."""
        self.calls.begin(who)
        self.until(lambda: bool(self.sounds.owner))

    def end(self) -> None:
        """Until it is over."""
        self.calls.end()
        self.until(lambda: not self.calls.who)

    def say(self, side: Side, text: str, seconds: float = 2.0) -> None:
        """One side says something, and pauses; until it is written down."""
        before, self.recogniser.texts = len(self.recogniser.heard), [text]
        self.sound(side, seconds, voice=True)
        self.sound(side, 1.0, voice=False)
        self.settle()  # only then is it known that what was written down ahead is all
        self.until(lambda: len(self.recogniser.heard) > before and self.made[-1].parts.words.idle)
        self.settle()

    def sound(self, side: Side, seconds: float, *, voice: bool) -> None:
        """Frames as they would come, the clock with them."""
        for frame in frames(seconds, self._next[side], voice=voice):
            tap = self.sounds.owner if side == "owner" else self.sounds.other
            self.clock.now += FRAME_SECONDS
            self._next[side] = frame.index + 1
            if tap:
                tap(frame)

    def settle(self) -> None:
        """Until all that was told to the thread is done."""
        done = threading.Event()
        self.calls._inbox.put(done.set)
        assert done.wait(10)

    def until(self, holds: Callable[[], object], within: float = 20.0) -> None:
        """Real threads work: it really waits."""
        end = time.monotonic() + within
        while not holds():
            assert time.monotonic() < end, (self.told, self.put)
            time.sleep(0.01)

    def of(self, kind: type[Any]) -> list[Any]:
        """What was told of a kind."""
        return [each for each in self.told if isinstance(each, kind)]

    @property
    def notices(self) -> list[str]:
        """Of the following itself."""
        return [each.words for each in self.of(CallNotice)]

    @property
    def record(self) -> CallRecord:
        """The one there is."""
        (record,) = self.store.find(CallRecord)
        return record
