"""How the appliance is, in one object: what `equerry status` is told through the control socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from device.control.wire import plain
from device.process.lacks import Part
from device.turn import events as on
from device.turn.session import Session
from services.home.status import HomeStatus
from services.sync.base import LinkStatus

Section = Callable[[], Mapping[str, Any] | None]
"""Called by any thread; does not wait."""


class Facts:
    """`watch` is a watcher of the daemon; calling it is for any thread, and does not wait.

    {"started", "appliance": {"phase", "turn", "muted", "switched_off", "button_stuck", "ringing", "microphone_fault",
    "level_dbfs"}, and the sections that there are: "lacking": by part of device/process/lacks.py why it is done
    without, "session": {"id", "state", "began", "turns", "commands", "quality"},
    "home_assistant": {"connected", "since", "version", "reason", "code", "entities"},
    "broker": {"connected", "since", "version", "reason", "code"}, "sync": as SyncStatus of
    services/sync/replication.py, with "quarantined" counted, "site": {"others", "newest_version"},
    "engine": of the language model, where it is not there: {"state": as in device/models/engine.py, "words"},
    "satellites": by name {"room", "connected", "since", "reason", "code"}, "settings":
    {"since", "settings_refused", "settings_refused_at", "waiting", "restarts", "roles_refused", "roles_refused_at",
    "factory_since", "at_rest": nothing goes on that a new start would break off}, "guide": as
    device/guide/by_voice.py tells it,
    "machine": {"temperature_celsius", "disk_free_bytes", "disk_total_bytes", "memory_free_bytes", "memory_total_bytes",
    "under_voltage", "throttled"}}
    """

    def __init__(
        self, started: datetime, sections: Mapping[str, Section], *, level: Callable[[], float | None] = lambda: None
    ) -> None:
        """Sections with nothing in them are left out. `level`: of the microphone, dBFS."""
        self._started = started
        self._sections = sections
        self._level = level
        self._session: Session | None = None

    def watch(self, _: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        self._session = session

    def __call__(self) -> dict[str, Any]:
        """What is known now."""
        here = {"appliance": {**_appliance(self._session), "level_dbfs": self._level()}} if self._session else {}
        told = {name: dict(section) for name, ask in self._sections.items() if (section := ask())}
        return {"started": self._started.isoformat(), **here, **told}


def broker(link: LinkStatus) -> dict[str, Any]:
    """The section of this name."""
    return {**asdict(link), "since": link.since and link.since.isoformat(), "reason": plain(link.reason)}


def home_assistant(status: HomeStatus) -> dict[str, Any]:
    """The section of this name."""
    since = None if status.since is None else datetime.fromtimestamp(status.since, UTC).isoformat()
    return {**asdict(status), "since": since, "reason": plain(status.reason)}


def lacking(told: Mapping[Part, str]) -> dict[str, str]:
    """The section of this name: what is done without, and why."""
    return {part: plain(words) for part, words in told.items()}


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
