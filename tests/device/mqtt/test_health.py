"""How the machine is, on one with every sensor and on one with none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from device.messages.base import payload_of
from device.mqtt.health import Checkup
from firmware.readings import Readings

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def read(root: Path, **more: Any) -> dict[str, Any]:
    moments = iter((1000.0, 1012.34))
    checkup = Checkup(Readings(root), root, now=lambda: NOW, clock=lambda: next(moments), **more)
    return json.loads(payload_of(checkup(3)))  # type: ignore[no-any-return]


def test_a_raspberry_pi(tmp_path: Path) -> None:
    written = {
        "proc/meminfo": "MemTotal:        3884348 kB\nMemAvailable:    2500000 kB\n",
        "proc/uptime": "93784.41 361000.12\n",
        "proc/loadavg": "2.00 1.50 1.00 2/345 6789\n",
        "proc/self/status": "VmRSS:\t  402873 kB\n",
        "sys/class/thermal/thermal_zone0/temp": "81312\n",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "50004\n",
    }
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    told = read(tmp_path, level=lambda: -52.34, backlog=lambda: 7, quarantined=lambda: 1, near_misses=lambda: 4)
    disk = {told.pop("disk_free_bytes"), told.pop("disk_total_bytes")}
    assert None not in disk
    assert 0 < told.pop("load") <= 2.0
    assert told == {
        "at": "2026-11-23T09:30:00Z",
        "uptime_s": 12.3,
        "machine_uptime_s": 93784.4,
        "memory_free_bytes": 2_500_000 * 1024,
        "memory_total_bytes": 3_884_348 * 1024,
        "process_memory_bytes": 402_873 * 1024,
        "temperature_celsius": 81.3,
        "under_voltage": False,
        "throttled": True,
        "under_voltage_since_start": True,
        "throttled_since_start": True,
        "level_dbfs": -52.3,
        "backlog": 7,
        "quarantined": 1,
        "near_misses": 4,
        "dropped": 3,
    }


def test_a_machine_that_tells_nothing(tmp_path: Path) -> None:
    told = read(tmp_path)
    known = {name for name, value in told.items() if value is not None}
    assert known == {"at", "uptime_s", "disk_free_bytes", "disk_total_bytes", "near_misses", "dropped"}
