"""What `equerry fleet` shows: rows of tables, objects for programs, and sentences that sum up. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from device.fleet.differences import ComparedSettings
from device.fleet.each import Came
from device.fleet.errors import DeviceError
from device.fleet.health import DeviceHealth
from device.fleet.listed import FleetDevice
from device.fleet.rollout import RolledOut

_MOST_NAMED = 6

Cells = dict[str, str]
Fields = dict[str, Any]


def listed(devices: Sequence[FleetDevice]) -> list[Cells]:
    """What the fleet file says."""
    return [
        {
            "device": each.name,
            "host": f"{each.host}{f':{each.port}' if each.port else ''}",
            "user": each.user,
            "groups": ", ".join(each.groups),
        }
        for each in devices
    ]


def health_cells(name: str, health: DeviceHealth | None, error: DeviceError | None) -> Cells:
    """How a device is: ✓ well, ! look at it, ✗ not well or not reached."""
    if health is None:
        return {"": "✗", "device": name, "version": "", "state": "unknown", "amiss": str(error)}
    said = [f"{what}: {words}" for what, words in (health.amiss or health.look).items()]
    words = "; ".join(said[:2]) + (f"; and {len(said) - 2} more" if len(said) > 2 else "")
    mark = "✗" if not health.well else "!" if health.look else "✓"
    return {"": mark, "device": name, "version": health.version, "state": health.state, "amiss": words}


def health_fields(name: str, health: DeviceHealth | None, error: DeviceError | None) -> Fields:
    """The same for a program."""
    if health is None:
        return {"device": name, "well": False, "state": "unknown", **error_fields(error)}
    told = {"version": health.version, "amiss": dict(health.amiss), "look": dict(health.look)}
    return {"device": name, "well": health.well, "state": health.state, **told}


def error_fields(error: DeviceError | None) -> Fields:
    """Code and words."""
    return {"code": error.code, "text": str(error)} if error else {}


def summary(healths: Sequence[DeviceHealth | None]) -> str:
    """ "197 of 200 are well. Versions: 195 × 0.2.0, 5 × 0.1.0." """
    well = sum(1 for each in healths if each and each.well)
    versions = Counter(each.version for each in healths if each and each.version)
    told = ", ".join(f"{count} × {version}" for version, count in versions.most_common())
    return f"{well} of {len(healths)} {'is' if well == 1 else 'are'} well.{f' Versions: {told}.' if told else ''}"


def difference_cells(came: Came[ComparedSettings]) -> list[Cells]:
    """A row for each key and secret in which a device is another; none where it is as it should be."""
    name = came.device.name
    if came.value is None:
        return [{"device": name, "setting": "", "there": str(came.error)}]
    rows = [{"device": name, "setting": each.key, "there": each.words} for each in came.value.differences]
    return rows + [
        {"device": name, "setting": f"secret {secret}", "there": came.value.secrets[secret]}
        for secret in came.value.lacking
    ]


def difference_fields(came: Came[ComparedSettings]) -> Fields:
    """The same for a program."""
    told = came.value
    if told is None:
        return {"device": came.device.name, "same": False, **error_fields(came.error)}
    differences = [asdict(each) for each in told.differences]
    return {"device": came.device.name, "same": told.same, "differences": differences, "secrets": dict(told.secrets)}


def rolled_out(result: RolledOut, skipped: Sequence[str], again: str) -> list[str]:
    """What was done, a sentence each. `again`: the command that goes on from here."""
    lines = [f"Done: {names(list(result.done))}."] if result.done else []
    if skipped:
        lines.append(f"As it should be before: {names(skipped)}.")
    if result.failed:
        lines.append(f"Not ready: {names(list(result.failed))}.")
    if result.begun:
        lines.append(f"Under way when this was stopped, and going on there: {names(result.begun)}.")
    if result.left:
        lines.append(f"Nothing was done on {names(result.left)}.")
    if first := next(iter(result.failed), ""):
        lines.append(
            f"Mend {first} (equerry fleet status {first} tells how it is). Then this goes on from there: {again}"
        )
    elif not result.well:
        lines.append(f"This goes on from there: {again}")
    return lines


def rolled_out_fields(result: RolledOut, skipped: Sequence[str]) -> Fields:
    """The same for a program."""
    failed = {name: error_fields(error) for name, error in result.failed.items()}
    told: Mapping[str, Any] = {"done": result.done, "failed": failed, "begun": result.begun, "left": result.left}
    return {"well": result.well, **told, "skipped": list(skipped)}


def names(of: Sequence[str]) -> str:
    """A few by name, and how many more."""
    shown = ", ".join(of[:_MOST_NAMED])
    return f"{shown} and {len(of) - _MOST_NAMED} more" if len(of) > _MOST_NAMED else shown
