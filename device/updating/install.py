"""An update into the slot that does not run, and a boot on trial. The slot that runs is never written to; until
autoboot.txt names the other one, which only its health check does, any boot but the one on trial is into this one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from device.atomic import alone
from device.updating import autoboot, disk, keeping, trial
from device.updating.errors import NoRest, NoTrial, OtherBoard, StoreUnreadableThen
from device.updating.system import UpdatedSystem
from device.updating.this_device import SlotDevice
from device.updating.update_file import UpdateFile, UpdateManifest, opened
from firmware.errors import ExpectedError

REST_S = 600.0
"""So long is waited for a moment in which nothing is broken off."""
_LOOK_S = 2.0


def install(
    path: Path,
    device: SlotDevice,
    system: UpdatedSystem,
    *,
    signed: bool,
    tell: Callable[[str], None],
    rest_s: float = REST_S,
) -> None:
    """Write the update into the other slot and begin to boot it on trial. `signed`: only if a key of the device signed
    it; `tell` hears what is being done.

    Raises UpdateError, StoreError, BackupError; the appliance goes on as it was then.
    """
    with alone(device.state), opened(path, device.keys if signed else None) as update:
        _fitting(update.manifest, path, device)
        _write(update, device, tell)
        tell("Wait until nothing is being done or said")
        _wait_for_rest(system, rest_s)
        tell(f"Boot Equerry {update.manifest.version} on trial")
        _try(update.manifest, device, system)


def _fitting(manifest: UpdateManifest, path: Path, device: SlotDevice) -> None:
    if manifest.board != device.board:
        raise OtherBoard(path=path, theirs=manifest.board, ours=device.board)
    if (found := keeping.layout(device.data)) > manifest.layout:
        raise StoreUnreadableThen(version=manifest.version, found=found, known=manifest.layout)
    before = trial.read(device.state)
    if before and before.slot == device.runs and before.stage in ("wanted", "booted", "failed"):
        raise NoTrial(reason=f"Equerry {before.version} is on trial itself, and not yet found well")


def _write(update: UpdateFile, device: SlotDevice, tell: Callable[[str], None]) -> None:
    slot = disk.other(device.runs)
    partitions = device.partitions(slot)
    for part in update.manifest.parts:
        tell(f"Write {part.name} into slot {slot}, and read it back")
        disk.write(part, update.chunks(part), partitions[part.name], slot)


def _wait_for_rest(system: UpdatedSystem, rest_s: float) -> None:
    end = time.monotonic() + rest_s
    while not system.at_rest():
        if time.monotonic() >= end:
            raise NoRest(seconds=round(rest_s))
        time.sleep(min(_LOOK_S, rest_s))


def _try(manifest: UpdateManifest, device: SlotDevice, system: UpdatedSystem) -> None:
    """Keep the store as it is, write the trial down, and reboot."""
    system.stop()
    try:
        keeping.keep(device.data)
        if autoboot.standing(device.config) != device.runs:
            autoboot.stand(device.config, device.runs)  # what the trial is to come back to
        trial.write(device.state, trial.Trial(disk.other(device.runs), manifest.version, device.version))
        system.reboot(trial=True)
    except (OSError, ExpectedError) as error:
        trial.forget(device.state)
        system.start()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise NoTrial(reason=reason or error) from error
