"""How a device is: which version it runs, whether it is ready, and what is amiss, by `equerry status --json` there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from device.control.wire import plain
from device.fleet.errors import AnswerStrange
from device.fleet.listed import FleetDevice
from device.fleet.ssh import Ssh
from device.pages.status import StatusLine, lines_of

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """Of one device, at one moment."""

    state: str
    """running, loading, stopped; of the broker also offline, where nobody knows more."""
    version: str = ""
    """Of the appliance that runs; empty where none does."""
    amiss: Mapping[str, str] = field(default_factory=dict)
    """What → words."""
    look: Mapping[str, str] = field(default_factory=dict)
    """What somebody may want to know."""

    @property
    def ready(self) -> bool:
        """Whether all is loaded and the ear is open."""
        return self.state == "running"

    @property
    def well(self) -> bool:
        """Ready, and nothing amiss."""
        return self.ready and not self.amiss


def asked(ssh: Ssh, device: FleetDevice) -> DeviceHealth:
    """Ask it. Raises DeviceError."""
    told = ssh.equerry(device, ["status", "--json"])
    return health_of(_object(told.out, "status"))


def health_of(told: Fields) -> DeviceHealth:
    """Of the object that `equerry status --json` prints. Raises AnswerStrange."""
    if not told.get("ok"):
        return DeviceHealth("stopped", amiss={"equerry": plain(str(told.get("text", "it does not run")))})
    try:
        lines = lines_of(told, datetime.now(UTC), UTC)
        version, state = str(told["version"]), "loading" if told.get("state") == "loading" else "running"
    except (KeyError, TypeError, ValueError, AttributeError):
        raise AnswerStrange(command="status") from None
    return DeviceHealth(state, plain(version), of_state(lines, "amiss"), of_state(lines, "look"))


def of_state(lines: list[StatusLine], state: str) -> Mapping[str, str]:
    """What → words, of those that are so; "update" is left out: what others run is what a fleet tells anyway."""
    return {line.what: plain(line.words) for line in lines if line.state == state and line.what != "update"}


def _object(out: str, command: str) -> Fields:
    """The last line is the object: what greets at a login comes before it."""
    try:
        told = json.loads(out.strip().splitlines()[-1])
    except (ValueError, IndexError, RecursionError):
        raise AnswerStrange(command=command) from None
    if not isinstance(told, dict):
        raise AnswerStrange(command=command)
    return told
