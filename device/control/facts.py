"""How the appliance is, in one object: what `equerry status` is told through the control socket. Sections without a
source are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from device.control.wire import plain
from device.process.lacks import Part
from device.turn import events as on
from device.turn.session import Session
from firmware.readings import Sensors, gauges
from services.sync.base import LinkStatus

Section = Mapping[str, Any]


def unknown() -> None:
    """Where there is no such thing."""


class Facts:
    """`watch` is a watcher of the daemon; calling it is for any thread, and does not wait.

    {"started", "appliance": {"phase", "turn", "muted", "switched_off", "button_stuck", "ringing", "microphone_fault",
    "level_dbfs"}, "lacking": by part of device/process/lacks.py why it is done without; left out where nothing is,
    "session": {"id", "state", "began", "turns", "commands", "quality"},
    "broker": {"connected", "since", "version", "reason", "code"}, "sync": as SyncStatus of
    services/sync/replication.py, with "quarantined" counted, "site": {"others", "newest_version"}, "settings":
    {"since", "settings_refused", "settings_refused_at", "waiting", "restarts", "roles_refused", "roles_refused_at",
    "factory_since"}, "guide": as device/guide/by_voice.py tells it,
    "machine": {"temperature_celsius", "disk_free_bytes", "disk_total_bytes", "memory_free_bytes", "memory_total_bytes",
    "under_voltage", "throttled"}}
    """

    def __init__(
        self,
        started: datetime,
        *,
        sensors: Sensors,
        data: Path,
        link: Callable[[], LinkStatus | None] = unknown,
        sync: Callable[[], Section | None] = unknown,
        others: Callable[[], Collection[str] | None] = unknown,
        newest: Callable[[], str | None] = unknown,
        settings: Callable[[], Section | None] = unknown,
        level: Callable[[], float | None] = unknown,
        talk: Callable[[], Section | None] = unknown,
        guide: Callable[[], Section | None] = unknown,
        lacking: Callable[[], Mapping[Part, str]] = dict,
    ) -> None:
        """`data`: the folder of the store. `link`: of the broker, None where none is configured. `sync`: how far the
        documents are in step. `others`: the devices of the site within reach, by name; `newest`: the newest version
        that one of the site has. `settings`: how things stand with them. `level`: of the microphone, dBFS. `talk`: the
        session that goes on, or the last one. `lacking`: what is done without, and why. Each may be called by any
        thread, and does not wait.
        """
        self._started = started
        self._sensors = sensors
        self._data = data
        self._link = link
        self._sync = sync
        self._others = others
        self._newest = newest
        self._settings = settings
        self._level = level
        self._talk = talk
        self._guide = guide
        self._lacking = lacking
        self._session: Session | None = None

    def watch(self, _: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        self._session = session

    def __call__(self) -> dict[str, Any]:
        """What is known now."""
        link, sync, others, settings, talk = self._link(), self._sync(), self._others(), self._settings(), self._talk()
        guide = self._guide()
        sections = {
            "appliance": {**_appliance(self._session), "level_dbfs": self._level()} if self._session else None,
            "lacking": {part: plain(words) for part, words in lacking.items()}
            if (lacking := self._lacking())
            else None,
            "session": None if talk is None else dict(talk),
            "broker": {**asdict(link), "since": link.since and link.since.isoformat(), "reason": plain(link.reason)}
            if link
            else None,
            "sync": None if sync is None else dict(sync),
            "site": None if others is None else {"others": sorted(others), "newest_version": self._newest()},
            "settings": None if settings is None else dict(settings),
            "guide": None if guide is None else dict(guide),
            "machine": asdict(gauges(self._sensors, self._data)),
        }
        return {
            "started": self._started.isoformat(),
            **{name: told for name, told in sections.items() if told is not None},
        }


def _appliance(session: Session) -> dict[str, Any]:
    return {
        "phase": session.phase,
        "turn": session.turn,
        "muted": session.muted,
        "switched_off": session.switched_off,
        "button_stuck": session.stuck,
        "ringing": session.ringing.kind if session.ringing else None,
        "microphone_fault": None if session.fault is None else plain(session.fault),
    }
