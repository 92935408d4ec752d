"""A Wyoming server on real sockets, with engines that do as they are told, and clients of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable, read_event

from device.wyoming.access import Guests
from device.wyoming.frames import encoded
from device.wyoming.server import WyomingServer
from device.wyoming.services import Detectors, ModelTold, WyomingServices, info_of
from device.wyoming.turns import EngineTurns
from firmware.frame import RATE, Samples
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Final
from services.understanding.base import Command
from services.wake.base import Detection
from tests.doubles.speech import SineVoice
from tests.doubles.wake import ScriptedWake


def done(words: str, *, ok: bool = True) -> Response:
    return Response(Command(words, (), 1.0, "template"), (Outcome("list.add", ok, words),), Reply(words))


@dataclass
class Device:
    """What the server is handed."""

    heard: list[Samples] = field(default_factory=list)
    commands: list[tuple[str, str, float]] = field(default_factory=list)
    answers: dict[str, Response] = field(default_factory=dict)
    before_decode: Callable[[], None] = lambda: None
    turns: EngineTurns = field(default_factory=EngineTurns)
    crashes: list[BaseException] = field(default_factory=list)
    voice: SineVoice = field(default_factory=lambda: SineVoice(22_050))

    def transcribe(self, samples: Samples) -> Final:
        """The number that the sound holds, as words."""
        self.before_decode()
        self.heard.append(samples)
        return Final(f"number {samples[0]}" if samples.any() else "", 0.4, 0.0)

    def carry_out(self, text: str, client: str, confidence: float) -> Response:
        self.commands.append((text, client, confidence))
        return self.answers.get(text) or done(f"Done: {text} for {client}.")

    def offers(self) -> WyomingServices:
        return WyomingServices(
            self.transcribe,
            self.voice,
            self.carry_out,
            Detectors(lambda: ScriptedWake({2: Detection("hey_jarvis", 0.9, 0.24)}), ("hey_jarvis", "alexa"), most=2),
            info_of(version="1", ear=ModelTold("ears", "Ears"), voice=ModelTold("joe", "Joe"), words=("hey_jarvis",)),
            self.turns,
        )


@contextlib.contextmanager
def serving(device: Device, allow: list[str] | None = None, **how: float) -> Iterator[int]:
    server = WyomingServer(
        device.offers(),
        "127.0.0.1",
        0,
        Guests(["127.0.0.1"] if allow is None else allow),
        crashed=device.crashes.append,
        **how,
    )
    thread = threading.Thread(target=server.run, name="wyoming")
    thread.start()
    assert server.ready.wait(10)
    try:
        yield server.port
    finally:
        server.stop()
        thread.join(10)
        assert not thread.is_alive()
        assert not device.crashes, device.crashes


class Client:
    """At the other end; waits 10 s at most."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._reader = self.line.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()
        self.line.close()

    def say(self, *events: Eventable) -> None:
        self.line.sendall(b"".join(encoded(each.event()) for each in events))

    def hear(self) -> Event | None:
        return read_event(self._reader)

    def ask(self, *events: Eventable) -> Event:
        self.say(*events)
        event = self.hear()
        assert event is not None
        return event

    def over(self) -> bool:
        try:
            return self.line.recv(1) == b""
        except ConnectionError:
            return True


def spoken(number: int, seconds: float = 0.5, rate: int = RATE, channels: int = 1, width: int = 2) -> list[Eventable]:
    sound = np.full((round(seconds * rate), channels), number, "<i2" if width == 2 else "<i4")
    if width == 4:
        sound = sound << 16
    start = AudioStart(rate, width, channels)
    return [Transcribe(), start, AudioChunk(rate, width, channels, sound.tobytes()), AudioStop()]
