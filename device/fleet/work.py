"""What a roll-out does to one device: an update, or settings that are to be in common."""

from __future__ import annotations

import time
from collections.abc import Mapping

from device.configuration.common import Common
from device.fleet.differences import compared
from device.fleet.errors import BrokenOff, DeviceError, NotReady
from device.fleet.health import DeviceHealth, asked
from device.fleet.listed import FleetDevice
from device.fleet.readiness import await_ready, pauses
from device.fleet.release import FleetRelease
from device.fleet.ssh import Ssh, accepted
from device.fleet.updating import begin, bring, look

_NOTICED_S = 2.0
"""A running appliance sees within a second that its settings were changed."""


class UpdateWork:
    """Brings a release to a device, has it installed there, and waits until it is ready."""

    def __init__(
        self, ssh: Ssh, release: FleetRelease, before: Mapping[str, DeviceHealth], *, patience_s: float, ready_s: float
    ) -> None:
        """`before`: how each was, by name. `patience_s`: for the update to end; `ready_s`: to be ready then."""
        self._ssh, self._release, self._before = ssh, release, before
        self._patience_s, self._ready_s = patience_s, ready_s

    def __call__(self, device: FleetDevice) -> str:
        """Raises DeviceError."""
        with self._ssh.kept(device):
            return self._update(device)

    def _update(self, device: FleetDevice) -> str:
        began, version = time.monotonic(), self._release.version
        if not self._begun_before(device):
            bring(self._ssh, device, self._release)
            begin(self._ssh, device, self._release)
        for _ in range(2):  # a slot on trial is ready before it is judged, and may give way to the one before it
            self._await_end(device)
            await_ready(self._ssh, device, self._before[device.name], within_s=self._ready_s, version=version)
        return f"{version} in {time.monotonic() - began:.0f} s"

    def _begun_before(self, device: FleetDevice) -> bool:
        """An earlier command may have begun it: it goes on, or has ended since all were asked how they are."""
        seen, version = look(self._ssh, device), self._release.version
        if seen.state != "ended":
            return seen.state == "going" and seen.words == version
        health = asked(self._ssh, device)
        return health.ready and health.version == version

    def _await_end(self, device: FleetDevice) -> None:
        """Raises NotReady where it failed or takes too long. A machine that starts anew is away for a while."""
        until = time.monotonic() + self._patience_s
        why = ""
        for pause in pauses():
            if time.monotonic() > until:
                break
            try:
                seen = look(self._ssh, device)
            except BrokenOff:
                raise
            except DeviceError as error:
                why = f"; {error}"
            else:
                why = ""
                if seen.state == "ended" and seen.status:
                    raise NotReady(why=f"the update failed: {seen.words}")
                if seen.state in ("ended", "none"):
                    return
            self._ssh.rest(pause)
        raise NotReady(why=f"the update has not ended within {self._patience_s / 60:.0f} min{why}")


class SettingsWork:
    """Sets what is to be in common, and waits until the appliance has taken it."""

    def __init__(self, ssh: Ssh, common: Common, before: Mapping[str, DeviceHealth], *, ready_s: float) -> None:
        """`before`: how each was, by name."""
        self._ssh, self._common, self._before, self._ready_s = ssh, common, before, ready_s

    def __call__(self, device: FleetDevice) -> str:
        """Raises DeviceError."""
        with self._ssh.kept(device):
            return self._set(device)

    def _set(self, device: FleetDevice) -> str:
        accepted(self._ssh.equerry(device, ["config", "apply", "-"], stdin=self._common.text))
        if left := compared(self._ssh, device, self._common, ()).differences:
            raise NotReady(why="; ".join(f"{each.key} is still {each.words}" for each in left))
        before = self._before[device.name]
        if not before.ready:
            return "set; it does not run"
        self._ssh.rest(_NOTICED_S)
        health = await_ready(
            self._ssh, device, before, within_s=self._ready_s, settled=lambda each: "settings" not in each.look
        )
        return f"set; {health.look['settings']}" if "settings" in health.look else "set"
