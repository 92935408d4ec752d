"""The appliance as others see it over MQTT: real parts on a real link, real jobs on a real store, the real machine; no
microphone and no loudspeaker. What would be said or heard is noted.

    with Desk(tmp_path, broker) as desk:
        phone.publish("equerry/desk/say/homeassistant", "dinner is ready")
        desk.until(lambda: desk.said == ["dinner is ready"])
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.roles import load
from device.dials.appliance import ThisAppliance
from device.dials.base import Dials
from device.dials.kinds import DoNotDisturb, VolumeDial, WakeSensitivity, WakeSound, WakeWord
from device.jobs.job import Pace
from device.jobs.jobs import Jobs
from device.mqtt.commands import Commands
from device.mqtt.counts import counts
from device.mqtt.health import Checkup
from device.mqtt.home_assistant.part import HomeAssistant
from device.mqtt.publisher import Publisher
from device.mqtt.thread import Bridge
from device.records.turns import Recorder
from device.speaking.volumes import SOUNDS
from device.turn import effects as do
from device.turn import events as on
from device.turn.due_store import StoreCalendar
from device.turn.machine import PHASES, Session, step
from firmware.readings import Readings
from services.actions.execution.executor import Executor
from services.actions.policy.policy import Policy
from services.insight.base import Targets
from services.store.store import Store
from services.sync.base import MqttMessage
from services.sync.broker.link import Backoff, MqttLink
from services.sync.home_assistant.discovery import DeviceInfo
from services.sync.home_assistant.entities import Features
from services.sync.topics import Topics
from services.understanding.parser import CommandParser
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find
from services.wake.base import Detection
from tests.broker import Broker
from tests.doubles.body import MemorySpeaker
from tests.doubles.wake import ScriptedWake

ROOT = Path(__file__).parents[1]
ZONE = ZoneInfo("Europe/Berlin")
PATIENCE_S = 20.0
DIALS = frozenset(
    ("volume", "alarm_volume", "beep_volume", "wake_sound", "do_not_disturb", "wake_sensitivity", "wake_word")
)
FEATURES = Features(phases=PHASES, button=True, dials=DIALS, words=("hey_jarvis", "alexa"), restart=True)


def now() -> datetime:
    return datetime.now(ZONE)


@cache
def parser() -> CommandParser:
    """Templates alone."""
    return CommandParser(ROOT / "config" / "sentences")


class Mouth:
    """Plays no earcons."""

    earcons = True


class Desk:
    """One run of the device; another one on the same folder is a restart."""

    def __init__(
        self,
        folder: Path,
        broker: Broker,
        *,
        features: Features = FEATURES,
        roles: Mapping[str, str] | None = None,
        name: str = "Desk",
        login: Mapping[str, Any] | None = None,
        **home: Any,
    ) -> None:
        """`roles`: the environment in which roles are read; `login`: of the link; `home`: more for HomeAssistant."""
        self._stack = ExitStack()
        self.store = self._stack.enter_context(Store(folder / "equerry.db"))
        self.policy = Policy(load({"EQUERRY_ROLES": "", **(roles or {})})[0])
        executor = Executor(self.store, policy=self.policy, find_when=find, zone=ZONE, read_amount=amount_of, clock=now)
        responder = Responder(parser(), executor, now, directory=StoreDirectory(self.store), policy=self.policy)
        self.jobs = Jobs(responder, now=now, pace=Pace(6_000, 1_000, 6_000, 1_000), was_done=self.store.done)
        self.events: list[on.Event] = []
        self.session = Session("starting")
        self.speaker, self.mouth = MemorySpeaker(), Mouth()
        self.wake = ScriptedWake({0: Detection("hey_jarvis", 0.9, 0.0)})
        self.near_misses = self.restarts = 0
        self.calendar = StoreCalendar(self.store)
        self._acting = threading.RLock()
        self._news = threading.Condition()
        self.features = features
        self._wire(folder, broker, name, login or {}, home)

    def _wire(self, folder: Path, broker: Broker, name: str, login: Mapping[str, Any], home: dict[str, Any]) -> None:
        topics = Topics("desk")
        gone, there = (
            MqttMessage("equerry/desk/availability", said, qos=1, retain=True) for said in (b"offline", b"online")
        )
        link = MqttLink(
            broker.host, broker.port, client_id="desk", will=gone, birth=there, backoff=Backoff(lambda: 0.0), **login
        )
        self.appliance = ThisAppliance(Readings(), folder, speaker=self.speaker)
        self.dials = Dials(
            folder / "dials.json",
            [
                *(VolumeDial(self.appliance, sound) for sound in SOUNDS),
                WakeSound(self.mouth),
                DoNotDisturb(self.calendar.disturb, now),
                WakeSensitivity(self.wake),
                WakeWord(self.wake, ["hey_jarvis", "alexa"]),
            ],
        )
        self.commands = Commands(
            topics,
            publish=link.publish,
            wake=link.wake,
            jobs=self.jobs,
            put=self.put,
            demand=self.policy.demand,
            now=now,
        )
        health = Checkup(Readings(), folder, now=now)
        self.telling = Publisher(topics, link.publish, link.wake, now=now, stats=self.jobs.stats, health=health)
        self.home = HomeAssistant(
            topics,
            link.publish,
            link.wake,
            features=lambda: self.features,
            dials=self.dials,
            counts=lambda at: counts(self.store, at, ZONE),
            demand=self.policy.demand,
            now=now,
            restart=self._restart,
            near_misses=lambda: self.near_misses,
            **{
                "about": DeviceInfo(self.store.device, name, "0.9.0"),
                "user": "homeassistant",
                "spread_s": 0.0,
                **home,
            },
        )
        recorder = Recorder(lambda _: None, now=now, targets=Targets(60, 60))
        recorder.follow(self.telling.entry)
        self.jobs.watch(self.telling.job)
        self.jobs.watch(recorder.job)
        self.jobs.follow(self.telling.progress)
        for watcher in (self.telling.changed, self.home.changed):
            self._stack.callback(self.store.watch(watcher))
        self.bridge = Bridge(link, [self.commands, self.telling, self.home], now=now, changed=self._changed)
        self._thread = threading.Thread(target=self.bridge.run)

    def __enter__(self) -> Self:
        self._stack.enter_context(self.jobs)
        self.put(on.Ready())
        self._thread.start()
        self.until(lambda: self.bridge.status.connected)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bridge.stop()
        self._thread.join(PATIENCE_S)
        self._stack.close()
        assert not self._thread.is_alive()

    def put(self, event: on.Event) -> None:
        """Into the machine, at once."""
        with self._acting:
            self.events.append(event)
            self.session, effects = step(self.session, event)
            self.telling.watch(event, self.session)
            for effect in effects:
                if isinstance(effect, do.Speak):
                    self.put(on.Sounded(effect.turn))
        self._changed()

    @property
    def said(self) -> list[str]:
        """What was to be announced."""
        return [event.text for event in self.events if isinstance(event, on.Announced)]

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what comes on another thread, with a deadline."""
        with self._news:
            for _ in range(round(PATIENCE_S / 0.02)):
                if holds():
                    return
                self._news.wait(0.02)
        raise AssertionError("waited in vain")

    def _restart(self) -> None:
        self.restarts += 1
        self._changed()

    def _changed(self, _: object = None) -> None:
        with self._news:
            self._news.notify_all()
