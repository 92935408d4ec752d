"""A whole appliance as `equerry run` builds it, on real engines and a store of its own: its microphone hears what is
played to it, in real time; what it says goes into a WAV file.

    with WholeAppliance(tmp_path / "desk", "desk", broker) as desk: desk.ready() desk.microphone.play(turn("What time is
        it?")) desk.until(lambda: "Played" in desk.names)

Its ear does not open again by itself after a reply, as a real one would: nobody waits here for that to end.
EQUERRY_SESSION__OPEN_S in `environ` lets it.
"""

from __future__ import annotations

import os
import queue
import threading
import time
import wave
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
import soxr

from device.configuration.load import load
from device.control.client import NotRunning, request
from device.lights.thread import Dark
from device.process.lacks import Lacking
from device.turn import events as on
from device.turn.machine import Session
from device.wiring.appliance import build_daemon
from device.wiring.body import Hardware, build_buttons, build_switch, build_voice, mute_marker
from device.wiring.commands import build_recorder
from device.wiring.ear import Engines, load_engines
from firmware.base import MicrophoneLost, MicrophoneMissing, SpeakerMissing
from firmware.frame import RATE, Frame, Samples
from firmware.sound.audio_file import FileSpeaker
from firmware.sound.playback import PlaybackMicrophone
from services.speech.base import Voice
from services.speech.finals.whisper import WhisperFinals
from services.speech.partials.rolling import RollingPartials
from services.speech.vad import SileroVad
from services.speech.voice.piper import Piper
from services.store.base import Document
from services.store.store import Store
from services.wake.base import WakeSettings
from services.wake.openwakeword import OpenWakeWord

MODELS = os.environ.get("EQUERRY_PATHS__MODELS") or str(Path.home() / ".local/share/equerry/models")
PATIENCE_S = 30.0
"""How long to wait for what must come; a deadline, not a pause."""


@dataclass(frozen=True)
class Shared:
    """What several appliances of one process can use at once: most of what there is to load."""

    finals: WhisperFinals
    voice: Voice

    @classmethod
    @cache
    def loaded(cls) -> Shared:
        """The default models, loaded once in a process."""
        return cls(WhisperFinals(Path(MODELS) / "equerry-ears", threads=2), Piper(Path(MODELS) / "piper-en-us-joe"))

    def engines(self) -> Engines:
        """As load_engines makes them: with a wake word, voice activity and partials of their own."""
        wake = OpenWakeWord(Path(MODELS) / "openwakeword", {"hey_jarvis": WakeSettings()}, second_look=0.2)
        partials = RollingPartials(self.finals.partial, inline=False)
        vad = SileroVad(Path(MODELS) / "silero-vad")
        return Engines(wake, vad, partials, self.finals, ThreadPoolExecutor(2))


class Microphone(PlaybackMicrophone):
    """It can be unplugged."""

    unplugged = False
    is_open = False

    def open(self) -> None:
        if self.unplugged:
            raise MicrophoneMissing(names="(none found)")
        super().open()
        self.is_open = True

    def close(self) -> None:
        super().close()
        self.is_open = False

    def read(self) -> Frame:
        if self.unplugged:
            raise MicrophoneLost(name=self.name)
        return super().read()


class PacedSpeaker(FileSpeaker):
    """What is played takes as long as it sounds, and it can be unplugged."""

    unplugged = False
    haste = 1.0
    """So many times faster than it sounds."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._halt = threading.Event()

    def play(self, samples: Samples, rate: int) -> bool:
        self._halt.clear()
        for piece in np.array_split(samples, max(1, samples.size * 20 // rate)):
            if self.unplugged:
                raise SpeakerMissing(names="(none found)")
            if self._halt.wait(piece.size / rate / self.haste):
                return False
            super().play(piece, rate)
        return True

    def stop(self) -> None:
        self._halt.set()


class Seen(NamedTuple):
    """Something that happened."""

    event: on.Event
    phase: str
    """After it."""
    at: float
    """time.monotonic()."""


class WholeAppliance:
    """One run of it."""

    def __init__(
        self,
        folder: Path,
        name: str,
        broker: tuple[str, int] | None,
        *,
        shared: Shared | None = None,
        environ: Mapping[str, str] | None = None,
        watch: Callable[[on.Event, Session], None] = lambda _event, _session: None,
        paced: bool = False,
    ) -> None:
        """`broker`: where it is; None: none is configured. `shared`: not to be loaded again. `environ`: more settings.
        `watch` is told of each event, on its main thread. `paced`: what it says takes as long as it sounds, and can be
        talked over; else it takes no time.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.settings = load(
            {
                "EQUERRY_CONFIG": os.environ.get("EQUERRY_CONFIG", ""),
                "EQUERRY_PATHS__DATA": str(folder),
                "EQUERRY_PATHS__MODELS": MODELS,
                "EQUERRY_DEVICE__NAME": name,
                "EQUERRY_MICROPHONE__NAME": "playback",  # what is named is there, though no sound card has it
                "EQUERRY_SPEAKER__NAME": "file",
                "EQUERRY_LANGUAGE_MODEL__ENABLED": "false",
                "EQUERRY_RING__CLOCK_WAIT_S": "0",
                "EQUERRY_GUIDE__ENABLED": "false",
                "EQUERRY_SESSION__OPEN_S": "0",
                **(
                    {"EQUERRY_MQTT__HOST": broker[0], "EQUERRY_MQTT__PORT": str(broker[1]), "EQUERRY_MQTT__TOPIC": name}
                    if broker
                    else {}
                ),
                **(environ or {}),
            }
        )
        self.microphone = Microphone()
        self.replies = folder / "replies.wav"
        self.speaker = PacedSpeaker(self.replies) if paced else FileSpeaker(self.replies)
        self.seen: list[Seen] = []
        self._before = "starting"
        self.crash: BaseException | None = None
        self.hook = watch
        """May be changed."""
        self._news = threading.Condition()
        self._inbox: Any = queue.SimpleQueue()
        self._stack = ExitStack()
        self._thread = threading.Thread(target=self._run, name=f"main {name}")
        self.store = self._stack.enter_context(Store(self.settings.paths.data / "equerry.db"))
        try:
            self._build(shared)
        except BaseException:
            self._stack.close()
            raise

    def _build(self, shared: Shared | None) -> None:
        settings, put = self.settings, self._inbox.put
        lacking = Lacking()
        buttons, switch = build_buttons(settings, put, lacking), build_switch(settings, put, lacking)
        for pin in (buttons, switch):
            if pin:
                self._stack.callback(pin.close)
        engines = self._stack.enter_context(shared.engines() if shared else load_engines(settings))
        self._stack.callback(self.speaker.close)
        recorder = build_recorder(settings, self.store, put=put, wake=engines.wake)
        self._stack.callback(recorder.flush)
        self.daemon = build_daemon(
            settings,
            store=self.store,
            engines=engines,
            voice=shared.voice if shared else build_voice(settings),
            hardware=Hardware(
                microphone=self.microphone,
                speaker=self.speaker,
                lights=Dark(),
                mute=mute_marker(settings, switch),
                buttons=buttons,
            ),
            inbox=self._inbox,
            watchers=[self._watch],
            recorder=recorder,
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inbox.put(on.Stopping())
        self._thread.join(PATIENCE_S)
        self._stack.close()
        if self.crash is not None:
            raise self.crash
        assert not self._thread.is_alive(), f"{self.name} does not end"

    # --- what it does ---

    @property
    def names(self) -> list[str]:
        """Of what happened."""
        return [type(each.event).__name__ for each in list(self.seen)]

    @property
    def phases(self) -> list[str]:
        """Each phase it went through, in order, from the one that it was in."""
        phases = [self._before, *(each.phase for each in list(self.seen))]
        return [phase for at, phase in enumerate(phases) if at == 0 or phases[at - 1] != phase]

    def of(self, *kinds: type[on.Event]) -> list[Any]:
        """What happened of these kinds."""
        return [each.event for each in list(self.seen) if isinstance(each.event, kinds)]

    def when(self, kind: type[on.Event]) -> float:
        """When this happened first."""
        return next(each.at for each in list(self.seen) if isinstance(each.event, kind))

    def forget(self) -> None:
        """What has happened so far."""
        with self._news:
            self._before = self.phase
            self.seen.clear()

    @property
    def phase(self) -> str:
        """What it is doing."""
        return self.seen[-1].phase if self.seen else self._before

    def status(self) -> dict[str, Any]:
        """What `equerry status` is told; empty before it listens to that."""
        try:
            return request(self.settings.paths.data, {"request": "status"}, patience=PATIENCE_S)
        except NotRunning:
            return {}

    def ready(self, *others: str) -> None:
        """Until it hears, and has the broker with these `others` on it, if one is configured."""
        self.until(lambda: self.phase != "starting")
        if others:
            self.until(lambda: set(others) <= set(self.status().get("site", {}).get("others", ())))

    def until(self, holds: Callable[[], object], within: float = PATIENCE_S) -> None:
        """Wait for what comes on another thread."""
        end = time.monotonic() + within
        with self._news:
            while not holds():
                assert self.crash is None, repr(self.crash)
                assert time.monotonic() < end, f"{self.name} waited in vain; {self.phase} after {self.names[-20:]}"
                self._news.wait(0.05)

    def documents(self, kind: type[Document]) -> list[Any]:
        """What its store has."""
        return list(self.store.find(kind))

    # --- what it says ---

    @property
    def spoken(self) -> int:
        """How much it has said so far: samples in the file."""
        return max(0, self.replies.stat().st_size - 44) // 2 if self.replies.exists() else 0

    def said(self, since: int = 0) -> Samples:
        """All that it has said after so many samples, earcons too: 16 kHz mono int16."""
        with wave.open(str(self.replies)) as sound:
            rate = sound.getframerate()
            samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)[since:]
        heard: Samples = np.clip(soxr.resample(samples.astype(np.float32), rate, RATE), -32768, 32767).astype(np.int16)
        return heard

    # --- its main thread ---

    def _run(self) -> None:
        try:
            self.daemon.run()
        except BaseException as error:  # noqa: BLE001 - raised where it is ended
            with self._news:
                self.crash = error
                self._news.notify_all()

    def _watch(self, event: on.Event, session: Session) -> None:
        with self._news:
            self.seen.append(Seen(event, session.phase, time.monotonic()))
            self._news.notify_all()
        self.hook(event, session)


@contextmanager
def roles(folder: Path, text: str) -> Iterator[None]:
    """Appliances that are built meanwhile have these roles, and no settings but their own."""
    (folder / "equerry.toml").write_text("", encoding="utf-8")
    (folder / "roles.toml").write_text(text, encoding="utf-8")
    wanted = {"EQUERRY_CONFIG": str(folder / "equerry.toml"), "EQUERRY_ROLES": str(folder / "roles.toml")}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
