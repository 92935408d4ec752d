"""Sensors of the board: Linux's /proc (proc(5)) and /sys (Documentation/ABI/testing/sysfs-class-thermal, -power)."""

from __future__ import annotations

import os
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_NOWHERE = ("192.0.2.1", 9)
"""An address that documentation has to itself (RFC 5737); nothing is sent there."""
_KIB = 1024
WARM, HOT = 80.0, 85.0
"""°C from which a Raspberry Pi slows down, and slows down much (Raspberry Pi documentation, frequency management and
thermal control).
"""


@dataclass(frozen=True, slots=True)
class Power:
    """What the firmware of a Raspberry Pi tells of its supply and its speed; None where it tells nothing of that."""

    under_voltage: bool
    """The supply gives too little, now."""
    throttled: bool | None = None
    """The processor is slowed down now: for want of power, or because it is hot."""
    was_under_voltage: bool | None = None
    """Since the machine was started, as are all that were."""
    was_throttled: bool | None = None


class Sensors(Protocol):
    """What is asked of the machine, as Readings answers; None for what it has no sensor for."""

    def temperature(self) -> float | None: ...
    def memory(self) -> tuple[int, int] | None: ...
    def disk(self, path: Path) -> tuple[int, int] | None: ...
    def uptime(self) -> float | None: ...
    def load(self) -> float | None: ...
    def process_memory(self) -> int | None: ...
    def power(self) -> Power | None: ...


@dataclass(frozen=True, slots=True)
class Gauges:
    """How the machine is at one moment; None for what it has no sensor for."""

    temperature_celsius: float | None
    memory_free_bytes: int | None
    memory_total_bytes: int | None
    disk_free_bytes: int | None
    disk_total_bytes: int | None
    under_voltage: bool | None
    throttled: bool | None


def gauges(sensors: Sensors, data: Path) -> Gauges:
    """Of the machine, and the disk that holds `data`. A few small files: it takes less than a millisecond."""
    celsius, power = sensors.temperature(), sensors.power()
    memory, disk = sensors.memory() or (None, None), sensors.disk(data) or (None, None)
    supply = (power.under_voltage, power.throttled) if power else (None, None)
    return Gauges(None if celsius is None else round(celsius, 1), *memory, *disk, *supply)


class Readings:
    """Of the machine this runs on. What it has no sensor for is None; nothing raises."""

    def __init__(self, root: Path = Path("/")) -> None:
        """`root`: where /proc and /sys are found."""
        self._proc = root / "proc"
        self._sys = root / "sys"

    def model(self) -> str:
        """What its maker calls it; empty where nothing says so."""
        board, pc = self._proc / "device-tree" / "model", self._sys / "class" / "dmi" / "id" / "product_name"
        return _shown(_text(board) or _text(pc))

    def serial(self) -> str:
        """Of the board; empty where it has none, or it is root's alone to read."""
        return _shown(_text(self._proc / "device-tree" / "serial-number"))

    def temperature(self) -> float | None:
        """°C of the hottest thermal zone."""
        zones = [_number(zone) for zone in sorted(self._sys.glob("class/thermal/thermal_zone*/temp"))]
        readings = [milli / 1000 for milli in zones if milli is not None]
        return max(readings, default=None)

    def memory(self) -> tuple[int, int] | None:
        """Bytes that can still be taken, and bytes in all."""
        fields = dict(line.split(":", 1) for line in _text(self._proc / "meminfo").splitlines() if ":" in line)
        amounts = [fields.get(name, "").split() for name in ("MemAvailable", "MemTotal")]
        if not all(amount and amount[0].isdecimal() for amount in amounts):
            return None
        available, total = (int(amount[0]) * _KIB for amount in amounts)
        return available, total

    def disk(self, path: Path) -> tuple[int, int] | None:
        """Bytes free for us on the disk that holds `path`, and bytes in all."""
        there = next((folder for folder in (path, *path.parents) if folder.exists()), None)
        try:
            usage = shutil.disk_usage(there or path)
        except OSError:
            return None
        return usage.free, usage.total

    def uptime(self) -> float | None:
        """Seconds since the machine was started."""
        return _first(self._proc / "uptime")

    def load(self) -> float | None:
        """Work that ran or waited over the last minute, per processor."""
        load = _first(self._proc / "loadavg")
        return None if load is None else load / (os.cpu_count() or 1)

    def process_memory(self) -> int | None:
        """Bytes of memory that this process holds (its resident set)."""
        line = next(
            (line for line in _text(self._proc / "self" / "status").splitlines() if line.startswith("VmRSS:")), ""
        )
        words = line.split()
        return int(words[1]) * _KIB if len(words) > 1 and words[1].isdecimal() else None

    def power(self) -> Power | None:
        """Of a Raspberry Pi, from its firmware's bits (Raspberry Pi documentation, vcgencmd get_throttled), else from
        its voltage sensor (Documentation/hwmon/raspberrypi-hwmon). None on any other machine.
        """
        told = map(
            _bits, sorted(self._sys.glob("devices/platform/soc*/*firmware/get_throttled"))
        )  # soc@107c000000 on a Pi 5
        bits = next((each for each in told if each is not None), None)
        if bits is not None:
            return _power(bits)
        sensors = (
            name.parent
            for name in sorted(self._sys.glob("class/hwmon/hwmon*/name"))
            if _text(name).strip() == "rpi_volt"
        )
        alarms = [_number(sensor / "in0_lcrit_alarm") for sensor in sensors]
        return next((Power(bool(alarm)) for alarm in alarms if alarm is not None), None)

    def battery(self) -> int | None:
        """Percent of the first battery."""
        capacities = (_number(supply) for supply in sorted(self._sys.glob("class/power_supply/*/capacity")))
        return next((int(capacity) for capacity in capacities if capacity is not None), None)

    def address(self) -> str | None:
        """The IPv4 address from which it would speak to other networks; None while there is no route."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as looking:
            try:
                looking.connect(_NOWHERE)
            except OSError:
                return None
            return str(looking.getsockname()[0])


def power_of_bits(told: str) -> Power | None:
    """Of what `vcgencmd get_throttled` says behind its sign of equality, such as 0x50005; None for anything else."""
    try:
        return _power(int(told, 16))
    except ValueError:
        return None


def _power(bits: int) -> Power:
    slowed = 0b1110  # frequency capped, throttled, soft temperature limit
    return Power(bool(bits & 1), bool(bits & slowed), bool(bits & 1 << 16), bool(bits & slowed << 16))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _shown(text: str) -> str:
    """Without the zero byte at its end."""
    return "".join(each for each in text if each.isprintable()).strip()


def _number(path: Path) -> float | None:
    try:
        return float(_text(path))
    except ValueError:
        return None


def _first(path: Path) -> float | None:
    """Of several numbers."""
    try:
        return float(_text(path).split()[0])
    except (ValueError, IndexError):
        return None


def _bits(path: Path) -> int | None:
    try:
        return int(_text(path), 16)
    except ValueError:
        return None


CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def started() -> float:
    """When this process began, on time.monotonic's clock, seconds."""
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    # Field 22, start time in ticks since boot; 20th after the name. Monotonic time also counts from boot, without
    # sleep.
    since_boot = int(fields[19]) / CLOCK_TICKS
    asleep = time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    return since_boot - asleep


def resident_mb() -> int:
    """The most memory this process ever held, MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1000
    return 0
