"""What devices tell of themselves through the broker, retained: nothing is published, and no secret is among it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from device.control.wire import plain
from device.fleet.errors import NoneAnnounced
from device.fleet.health import DeviceHealth, of_state
from device.pages.status import lines_of
from services.sync.base import Arrived, Disconnected, Link

TOLD = ("availability", "about", "state", "health")
_QUIET_S = 1.0
"""A broker sends what it keeps at once; so long nothing more came, and that was all."""


@dataclass(frozen=True, slots=True)
class AnnouncedDevice:
    """One device, as the broker knows it."""

    name: str
    """Its level of the topics."""
    site: str
    health: DeviceHealth


def announced(
    link: Link, prefix: str, *, within_s: float = 10.0, clock: Callable[[], float] = time.monotonic
) -> Mapping[str, AnnouncedDevice]:
    """Every device that has ever told of itself, by its name in topics. Raises SyncError where there is no connection,
    NoneAnnounced.
    """
    told: dict[str, dict[str, bytes]] = {}
    link.subscribe([(f"{prefix}/+/{what}", 0) for what in TOLD])
    until, came = clock() + within_s, None
    while clock() < until and (came is None or clock() - came < _QUIET_S):
        for event in link.turn(0.1):
            if isinstance(event, Disconnected):
                raise event.error
            came = clock()
            if isinstance(event, Arrived):
                _, name, what = event.message.topic.rsplit("/", 2)
                told.setdefault(name, {})[what] = event.message.payload
    if not told:
        raise NoneAnnounced(prefix=prefix)
    return {name: _announced(plain(name), each) for name, each in sorted(told.items())}


def _announced(name: str, told: Mapping[str, bytes]) -> AnnouncedDevice:
    about, state, machine = (_object(told.get(what, b"")) for what in ("about", "state", "health"))
    version, site = plain(str(about.get("version", ""))), plain(str(about.get("site", "")))
    if told.get("availability") != b"online":
        since = str(state.get("at", ""))[:16].replace("T", " ")
        words = f"offline{f'; its last word was at {plain(since)}' if since else ''}"
        return AnnouncedDevice(name, site, DeviceHealth("offline", version, {"equerry": words}))
    return AnnouncedDevice(name, site, _health(version, state, machine))


def _health(version: str, state: Mapping[str, Any], machine: Mapping[str, Any]) -> DeviceHealth:
    """As `equerry status` would mark it, as far as it is told here."""
    appliance = {"appliance": {"button_stuck": False, **state}} if "microphone_fault" in state else {}
    told = {"version": version, "pid": 0, "running": 0, "queued": 0, "machine": machine, **appliance}
    try:
        lines = lines_of(told, datetime.now(UTC), UTC)
    except (KeyError, TypeError, ValueError):
        return DeviceHealth("running", version, look={"health": "what it tells can't be read here"})
    amiss = dict(of_state(lines, "amiss"))
    if state.get("store_fault"):
        amiss["store"] = plain(str(state["store_fault"]))
    running = "loading" if state.get("phase") == "starting" else "running"
    return DeviceHealth(running, version, amiss, of_state(lines, "look"))


def _object(payload: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
