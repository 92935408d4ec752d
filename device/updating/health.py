"""Whether the slot that booted is well, and what follows: before the appliance starts (`settle`), and once it runs
(`judge`).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from device.updating import autoboot, disk, keeping, trial
from device.updating.system import UpdatedSystem
from device.updating.this_device import SlotDevice
from device.updating.trial import Trial

log = logging.getLogger(__name__)

READY_S = 300.0
"""A Raspberry Pi 4 is ready in some 20 s; an emulated one takes ten times as long."""
_SINCE = {
    "wanted": "It did not start, or the power went.",
    "booted": "It started and hung, or the power went.",
}
"""Why a slot is back, where the tried one could not tell."""
PASSED = "I was updated to Equerry {version}, and all is well."
BACK = "The update to Equerry {version} did not do, so I am {before} again. {why}"
_MENDED = "The store is as it was before."


def settle(device: SlotDevice, now: datetime) -> None:
    """Before the appliance starts: note that a trial came up, or, back in the slot from before, have it read the store
    again. Raises StoreError, BackupError, OSError.
    """
    tried, standing = trial.read(device.state), autoboot.standing(device.config)
    if standing is None:  # nothing is sure of what boots next
        on_trial = tried is not None and tried.slot == device.runs and tried.stage != "passed"
        autoboot.stand(device.config, standing := disk.other(device.runs) if on_trial else device.runs)
    if tried is None or tried.stage in ("back", "passed"):
        return
    if tried.slot != device.runs:
        _come_back(tried, device, now)
    elif tried.slot == standing:  # the power went behind the last step but one
        _pass(tried, device)
    elif tried.stage == "wanted":
        trial.write(device.state, replace(tried, stage="booted"))


def judge(device: SlotDevice, system: UpdatedSystem, *, ready_s: float = READY_S) -> bool:
    """Once the appliance starts: see whether a slot on trial is well, and have it stand from now on. False: it is not,
    and the other one has to boot. What became of a trial is told aloud. Raises OSError.
    """
    tried = trial.read(device.state)
    over = tried is None or tried.stage in ("back", "passed")
    if tried and tried.slot == device.runs and not over:
        if why := tried.why or _amiss(device, system, ready_s):
            log.error("Equerry %s is not well: %s", tried.version, why)
            trial.write(device.state, replace(tried, stage="failed", why=why))
            return False
        autoboot.stand(device.config, device.runs)
        tried, over = _pass(tried, device), True
    if tried and over:
        _tell(tried, system, ready_s)
        trial.forget(device.state)
    return True


def _amiss(device: SlotDevice, system: UpdatedSystem, ready_s: float) -> str:
    """What is wrong with what runs, as a sentence; empty: nothing."""
    if not (process := system.process(ready_s)):
        return f"It was not ready within {ready_s:.0f} s."
    if not system.hears():
        return "It did not hear its test sound."
    if worse := keeping.worse(device.data):
        return worse
    if system.process(0.0) != process:
        return "It did not keep running."
    return ""


def _pass(tried: Trial, device: SlotDevice) -> Trial:
    keeping.forget(device.data)
    trial.write(device.state, passed := replace(tried, stage="passed"))
    return passed


def _come_back(tried: Trial, device: SlotDevice, now: datetime) -> None:
    why = tried.why or _SINCE.get(tried.stage, "")
    if keeping.bring_back(device.data, now):
        why = f"{why} {_MENDED}"
    keeping.forget(device.data)
    trial.write(device.state, replace(tried, stage="back", why=why))
    device.told.parent.mkdir(parents=True, exist_ok=True)
    device.told.write_text(f"failed\n{tried.version}\n{why}\n", encoding="utf-8")


def _tell(tried: Trial, system: UpdatedSystem, ready_s: float) -> None:
    words = BACK if tried.stage == "back" else PASSED
    if system.process(ready_s):
        system.say(words.format(version=tried.version, before=tried.before, why=tried.why).strip())
