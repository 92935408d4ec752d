"""The same on each of many devices, some at once; one that fails or hangs holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Generic, TypeVar

from device.fleet.errors import DeviceError
from device.fleet.listed import FleetDevice

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Came(Generic[T]):
    """What came of it on one device."""

    device: FleetDevice
    value: T | None = None
    error: DeviceError | None = None


def on_each(
    devices: Sequence[FleetDevice], work: Callable[[FleetDevice], T], at_once: int, break_off: Callable[[], None]
) -> Iterator[Came[T]]:
    """As each is done, whichever is first; what `work` raises but a DeviceError is raised.

    Left early, as by Ctrl-C, it calls `break_off`, which has `work` end soon, and begins no further device.
    """
    pool = ThreadPoolExecutor(max(1, min(at_once, len(devices))), thread_name_prefix="device")
    try:
        for each in as_completed([pool.submit(_came, device, work) for device in devices]):
            yield each.result()
    except BaseException:
        break_off()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def in_order(came: Iterator[Came[T]], devices: Sequence[FleetDevice]) -> list[Came[T]]:
    """All of them, as they are listed."""
    by_name = {each.device.name: each for each in came}
    return [by_name[device.name] for device in devices]


def _came(device: FleetDevice, work: Callable[[FleetDevice], T]) -> Came[T]:
    try:
        return Came(device, work(device))
    except DeviceError as error:
        return Came(device, error=error)
