"""Satellites on real sockets, and the appliance's end of them with engines that do as they are told."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from wyoming.audio import AudioChunk
from wyoming.event import Event, Eventable, read_event
from wyoming.pipeline import PipelineStage, RunPipeline

from device.hearing.ear import Ear
from device.satellites.link import SatelliteLink
from device.satellites.place import SatellitePlace
from device.satellites.services import Done, SatelliteServices
from device.turn import events as on
from device.wyoming.frames import encoded
from device.wyoming.services import Detectors
from firmware.frame import RATE, Frame, Samples, level_dbfs
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Final, Hints, no_hints
from services.speech.endpoint import AdaptiveEndpoint
from services.understanding.base import Command
from services.voiceprints.base import Who
from services.wake.base import Detection, WakeDetector
from tests.doubles.speech import ScriptedFinals, SineVoice
from tests.doubles.wake import ScriptedWake

WOKEN = RunPipeline(PipelineStage.WAKE, PipelineStage.TTS)
OPENED = RunPipeline(PipelineStage.ASR, PipelineStage.TTS)
VOICE = ((0.4, 0.9), (1.1, 2.1))
"""When somebody speaks in `said`: the wake word, the command; seconds."""

_STEP = 60
"""By so much the samples of one seed lie above those of the one before."""


def said(seed: int, *, gain: float = 1.0, noise: float = 20.0, seconds: float = 3.6) -> Samples:
    """A room in which somebody says the wake word and something: noise that comes and goes as `seed` has it."""
    chance = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    steps = np.repeat(np.where(chance.random(200) < 0.45, 0.0, 1.0), round(0.08 * RATE))
    voice = chance.normal(0, 4000, time.size) * np.resize(steps, time.size)
    there = np.zeros(time.size)
    for start, end in VOICE:
        there[(time >= start) & (time < end)] = 1.0
    room = np.random.default_rng(int(gain * 1000)).normal(0, noise, time.size)
    return np.clip(gain * voice * there + room + seed * _STEP, -32768, 32767).astype(np.int16)


def hush(seed: int, seconds: float) -> Samples:
    """The room, in which nobody speaks."""
    return np.full(round(seconds * RATE), seed * _STEP, np.int16)


class LoudVad:
    """What is loud is a voice."""

    def process(self, frame: Frame) -> float:
        return 0.95 if level_dbfs(frame.samples) > -40.0 else 0.02

    def reset(self) -> None:
        """It remembers nothing."""


class NumberFinals(ScriptedFinals):
    """Understands the seed of what is said, as a number, whoever is decoded first."""

    def __init__(self) -> None:
        super().__init__([])

    def transcribe(self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        return Final(f"Number {round(float(samples.mean()) / _STEP)}", 0.83, 0.0)


def pieces(sound: Samples, rate: int = RATE) -> list[Eventable]:
    """As a satellite sends it."""
    return [AudioChunk(rate, 2, 1, sound[at : at + 1024].tobytes()) for at in range(0, sound.size, 1024)]


def answer(text: str, *, awaits: bool = False) -> Response:
    return Response(Command(text, (), 1.0, "template"), (Outcome("list.add", not awaits, text),), Reply(text, awaits))


class Satellite:
    """At the other end; waits 10 s at most."""

    def __init__(self, name: str, room: str = "", *, patience_s: float = 10.0) -> None:
        self._patience_s = patience_s
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(10)
        self.place = SatellitePlace(name, "127.0.0.1", self._listening.getsockname()[1], room)

    def __enter__(self) -> Satellite:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        self._listening.close()

    def reached(self) -> Satellite:
        """Wait for the appliance."""
        self.line, _ = self._listening.accept()
        self.line.settimeout(self._patience_s)
        self._reader = self.line.makefile("rb")
        assert [self.hear().type for _ in range(2)] == ["describe", "run-satellite"]
        return self

    def hang_up(self) -> None:
        with contextlib.suppress(AttributeError, OSError):
            self._reader.close()
            self.line.close()

    def say(self, *events: Eventable) -> None:
        for event in events:
            self.line.sendall(encoded(event.event()))

    def hear(self) -> Event:
        event = read_event(self._reader)
        assert event is not None, "the appliance hung up"
        return event

    def over(self) -> bool:
        """Whether it hangs up."""
        try:
            while read_event(self._reader):
                pass
        except OSError:
            pass
        return True

    def until(self, kind: str) -> list[Event]:
        """What comes up to an event of this kind."""
        found = [self.hear()]
        while found[-1].type != kind:
            found.append(self.hear())
        return found

    def silent(self, seconds: float = 0.4) -> bool:
        """Whether nothing comes."""
        return not select.select([self.line], [], [], seconds)[0]


@dataclass
class Desk:
    """What the satellites are handed."""

    finals: ScriptedFinals = field(default_factory=NumberFinals)
    reply: Callable[[str, str], Response | None] = lambda text, client: answer(
        f"{client.partition(':')[2]} said {text}."
    )
    """None: later, by `dones`."""
    commands: list[tuple[str, str, float, bool]] = field(default_factory=list)
    dones: list[Done] = field(default_factory=list)
    crashes: list[BaseException] = field(default_factory=list)
    voice: SineVoice = field(default_factory=lambda: SineVoice(22_050))
    wakes: Callable[[], WakeDetector] = lambda: ScriptedWake({11: Detection("hey_jarvis", 0.9, 0.96)})
    decoder: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2))
    longest_s: float = 15.0

    def ear(self, emit: on.Emit, wake: WakeDetector | None) -> Ear:
        return Ear(
            wake=wake,
            vad=LoudVad(),
            endpoint=AdaptiveEndpoint(longest=self.longest_s),
            partials=None,
            finals=self.finals,
            cut_wake=lambda text: text,
            hints=no_hints,
            decoder=self.decoder,
            emit=emit,
        )

    def submit(self, text: str, client: str, confidence: float, *, resumes: bool, who: Who | None, done: Done) -> None:
        self.commands.append((text, client, confidence, resumes))
        response = self.reply(text, client)
        if response is None:
            self.dones.append(done)
        else:
            done(response)

    def services(self) -> SatelliteServices:
        detectors = Detectors(self.wakes, ("hey_jarvis",), most=10)
        return SatelliteServices(self.ear, detectors, lambda: ("hey_jarvis",), self.submit, self.voice, answer_s=3.0)


@contextlib.contextmanager
def linked(desk: Desk, satellites: Sequence[Satellite], **how: float) -> Iterator[list[SatelliteLink]]:
    """The appliance reaches for these, and for one that hung up at once again."""
    services = desk.services()
    links = [
        SatelliteLink(each.place, services, crashed=desk.crashes.append, wait_s=lambda _: 0.02, **how)
        for each in satellites
    ]
    threads = [threading.Thread(target=each.run, name="satellite") for each in links]
    for thread in threads:
        thread.start()
    try:
        yield links
    finally:
        for each in links:
            each.stop()
        for thread in threads:
            thread.join(10)
        desk.decoder.shutdown()
        assert not any(thread.is_alive() for thread in threads)
        assert not desk.crashes, desk.crashes
