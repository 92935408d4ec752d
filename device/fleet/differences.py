"""In what the settings of a device differ from those that all shall have in common, and which secrets it lacks.

Compared is what is in force there, whichever file says so. Secrets are known as set or not: no value of one ever leaves
its device, nor does the broker hear of any.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.configuration.comments import toml_of
from device.configuration.common import Common, read_common
from device.control.wire import plain
from device.fleet.errors import AnswerStrange, NotCommon
from device.fleet.listed import FleetDevice
from device.fleet.ssh import Ssh, accepted

OUR_OWN = frozenset(("device.name", "mqtt.topic", "mqtt.username"))
"""What says which device it is: two with the same would be taken for one."""


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """One key."""

    key: str
    wanted: Any
    there: Any
    """None where that device knows no such key."""
    source: str = ""
    """The file there that says so; empty where it is as shipped."""

    @property
    def words(self) -> str:
        """For a person."""
        if self.there is None:
            return "its version knows no such setting"
        return f"{toml_of(self.there)}, not {toml_of(self.wanted)}{f'  ({self.source})' if self.source else ''}"


@dataclass(frozen=True, slots=True)
class ComparedSettings:
    """Of one device."""

    differences: tuple[SettingDifference, ...]
    secrets: Mapping[str, str]
    """Name → set, not set, open (to others), unusable; of those that the fleet file asks for."""

    @property
    def lacking(self) -> tuple[str, ...]:
        """Secrets that are not as they should be."""
        return tuple(name for name, state in self.secrets.items() if state != "set")

    @property
    def same(self) -> bool:
        """Whether there is nothing to do."""
        return not self.differences and not self.lacking


def common_of(path: Path) -> Common:
    """The common settings, checked as on any device. Raises CommonBroken, NotCommon."""
    common = read_common(path)
    if own := sorted(OUR_OWN.intersection(map(str, common.values))):
        raise NotCommon(keys=", ".join(own), first=own[0])
    return common


def compared(ssh: Ssh, device: FleetDevice, common: Common, secrets: Sequence[str]) -> ComparedSettings:
    """Ask a device. Raises DeviceError."""
    lines = _lines(ssh.equerry(device, ["config", "show", "--jsonl"]).out, "key", "value")
    if not lines:
        raise AnswerStrange(command="config show")
    told = {str(each["key"]): each for each in lines}
    found = tuple(
        SettingDifference(str(key), wanted, *_there(told.get(str(key))))
        for key, wanted in common.values.items()
        if str(key) not in told or told[str(key)]["value"] != wanted
    )
    if not secrets:
        return ComparedSettings(found, {})
    known = _lines(accepted(ssh.equerry(device, ["config", "secrets", "--jsonl"])).out, "name", "state")
    states = {str(each["name"]): plain(str(each["state"])) for each in known}
    return ComparedSettings(found, {name: states.get(name, "not set") for name in secrets})


def _there(told: Mapping[str, Any] | None) -> tuple[Any, str]:
    if told is None:
        return None, ""
    source = told.get("source")
    return told["value"], "" if source in (None, "default") else plain(str(source))


def _lines(out: str, *needed: str) -> list[Mapping[str, Any]]:
    """The JSON lines of a command with these fields; what greets at a login is none."""
    found: list[Mapping[str, Any]] = []
    for line in out.splitlines():
        try:
            each = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(each, dict) and all(name in each for name in needed):
            found.append(each)
    return found
