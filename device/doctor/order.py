"""All checks, in the order in which they look."""

from __future__ import annotations

from collections.abc import Sequence

from device.doctor.base import Check
from device.doctor.checks import broker, clock, disk, hat, machine, models, power, settings, sound, store, unit

CHECKS: Sequence[Check] = (
    *machine.CHECKS,
    *power.CHECKS,
    *disk.CHECKS,
    *clock.CHECKS,
    *hat.CHECKS,
    *sound.CHECKS,
    *settings.CHECKS,
    *models.CHECKS,
    *store.CHECKS,
    *broker.CHECKS,
    *unit.CHECKS,
)
