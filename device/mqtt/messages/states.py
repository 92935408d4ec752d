"""What is published of how things are: retained, so that whoever comes later knows it at once. Values (see
base.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from device.mqtt.messages.base import Happening
from device.turn.machine import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Happening):
    """What the appliance is doing. Published whenever any of it changes; phases that last a few milliseconds may be
    left out.
    """

    topic: ClassVar[str] = "state"
    retained: ClassVar[bool] = True
    qos: ClassVar[Literal[0, 1]] = 1

    phase: Phase
    """As in docs/phases.md."""
    muted: bool
    """The microphone is closed on purpose."""
    switched_off: bool
    """By the switch on the device; nothing else opens it then."""
    microphone_fault: str | None
    """Why no sound comes from the microphone, in words; null while it does."""
    store_fault: str | None
    """Code of what kept the last command from being written, such as store.full; null once one was written again."""
    ringing: str | None
    """What rings: reminder, alarm, timer, …"""
    running: int
    """Jobs that run now."""
    turn: int
    """Number of the latest turn of the microphone; it only grows while the appliance runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus(Happening):
    """The queue of commands in figures. Published when a job came or went, at most once a second, and with `health`."""

    topic: ClassVar[str] = "queue/status"
    retained: ClassVar[bool] = True
    qos: ClassVar[Literal[0, 1]] = 1

    queued: int
    """Jobs that wait."""
    running: int
    """Jobs that run."""
    bound: int
    """How many may run at once just now: fewer when it is hot or has much to do."""
    completed: int
    """Since the appliance was started, as all counts here."""
    failed: int
    """Nothing of them was done."""
    cancelled: int
    """Somebody stopped them."""
    refused: int
    """Not even queued: too many at once."""
    waited_p50_s: float
    """Time in the queue, of the last 1,000 jobs that ended: the median."""
    waited_p95_s: float
    """What 95 of 100 of them do not exceed."""
    took_p50_s: float
    """From start to end: the median."""
    took_p95_s: float
    """What 95 of 100 of them do not exceed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(Happening):
    """How the machine is. Published on connecting and every `[mqtt] health_s` seconds; null is what it has no sensor
    for.
    """

    topic: ClassVar[str] = "health"
    retained: ClassVar[bool] = True
    qos: ClassVar[Literal[0, 1]] = 1

    uptime_s: float
    """Since Equerry was started."""
    machine_uptime_s: float | None
    """Since the machine was started."""
    memory_free_bytes: int | None
    """What can still be taken, on the machine."""
    memory_total_bytes: int | None
    """What the machine has."""
    process_memory_bytes: int | None
    """What Equerry holds of it (resident)."""
    disk_free_bytes: int | None
    """On the disk that holds the store."""
    disk_total_bytes: int | None
    """What that disk has."""
    temperature_celsius: float | None
    """Of the hottest sensor."""
    load: float | None
    """Work that ran or waited over the last minute, per processor; above 1 work waits."""
    under_voltage: bool | None
    """The supply gives too little just now (Raspberry Pi)."""
    throttled: bool | None
    """The processor is slowed down just now, for want of power or because it is hot (Raspberry Pi)."""
    under_voltage_since_start: bool | None
    """At some time since the machine was started."""
    throttled_since_start: bool | None
    """At some time since the machine was started."""
    level_dbfs: float | None
    """Loudness at the microphone just now, dB of the loudest there is (-96: none); null while it is closed."""
    backlog: int | None
    """Changes that other devices of the site have not been told of yet."""
    quarantined: int | None
    """Documents of other devices that are not taken in, for their clock is wrong."""
    near_misses: int
    """How often the wake word was nearly heard, since Equerry was started."""
    dropped: int
    """Happenings that were never published, since Equerry was started: they were too old, or too many."""
