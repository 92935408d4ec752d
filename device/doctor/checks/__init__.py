"""The checks of `equerry doctor`: a file for each area, a function for each check, a finding for each.

A check reads through device/doctor/sources.py alone, so that a test can give it another machine; the list is in
device/doctor/checks/__init__.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from device.doctor.base import Check
from device.doctor.checks import (
    broker,
    calls,
    clock,
    disk,
    hat,
    home,
    machine,
    models,
    power,
    satellites,
    settings,
    sound,
    store,
    unit,
)

CHECKS: Sequence[Check] = (
    *machine.CHECKS,
    *power.CHECKS,
    *disk.CHECKS,
    *clock.CHECKS,
    *hat.CHECKS,
    *sound.CHECKS,
    *calls.CHECKS,
    *settings.CHECKS,
    *models.CHECKS,
    *store.CHECKS,
    *broker.CHECKS,
    *home.CHECKS,
    *satellites.CHECKS,
    *unit.CHECKS,
)
