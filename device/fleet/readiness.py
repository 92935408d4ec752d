"""Waits until a device is as it should be: ready, of the right version, and nothing amiss that was not before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from device.fleet.errors import BrokenOff, DeviceError, NotReady
from device.fleet.health import DeviceHealth, asked
from device.fleet.listed import FleetDevice
from device.fleet.ssh import Ssh

_FIRST_S, _LAST_S = 0.5, 5.0


def pauses() -> Iterator[float]:
    """Seconds between looks: soon at first, then seldom."""
    pause = _FIRST_S
    while True:
        yield pause
        pause = min(pause * 1.5, _LAST_S)


def await_ready(
    ssh: Ssh,
    device: FleetDevice,
    before: DeviceHealth,
    *,
    within_s: float,
    version: str = "",
    settled: Callable[[DeviceHealth], bool] = lambda _: True,
) -> DeviceHealth:
    """How it is once it is ready. `version`: what it must run; empty: whatever it does. `settled`: what is waited for,
    too, and done without in the end. A connection that breaks is tried again, for it may be starting anew. Raises
    NotReady, BrokenOff.
    """
    until = time.monotonic() + within_s
    for pause in pauses():
        over = time.monotonic() >= until
        try:
            health = asked(ssh, device)
        except BrokenOff:
            raise
        except DeviceError as error:
            why = str(error)
        else:
            why = _amiss(health, before, version)
            if not why and (settled(health) or over):
                return health
        if over:
            raise NotReady(why=why)
        ssh.rest(pause)
    raise AssertionError("pauses end")


def _amiss(health: DeviceHealth, before: DeviceHealth, version: str) -> str:
    """Why it is not as it should be; empty where it is."""
    if health.state == "loading":
        return "it is still loading its models"
    if not health.ready:
        return next(iter(health.amiss.values()), "it does not run")
    if version and health.version != version:
        return f"it runs {health.version}, not {version}"
    new = {what: words for what, words in health.amiss.items() if what not in before.amiss}
    return "; ".join(f"{what}: {words}" for what, words in new.items())
