"""Folders that look to the doctor like /proc, /sys, /dev and /etc of Raspberry Pis, written by hand; and Sources that
read them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from device.configuration.load import load_usable
from device.doctor.base import Ran
from device.doctor.sources import Host, Sources
from firmware.readings import Readings

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
GIB = 1 << 30

_OS = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'
_USERS = {
    "etc/passwd": "root:x:0:0::/root:/bin/sh\nequerry:x:990:990::/var/lib/equerry:/usr/sbin/nologin\n",
    "etc/group": "audio:x:29:equerry\n",
}
_MEMORY = "MemTotal: {total} kB\nMemFree: 100 kB\nMemAvailable: {free} kB\n"

TREES: Mapping[str, Mapping[str, str]] = {
    # A Pi 3 with 1 GB, hot, starved by its supply, on an SD card, no HAT, a USB microphone that another program holds.
    "pi3": {
        "proc/device-tree/model": "Raspberry Pi 3 Model B Plus Rev 1.3\0",
        "proc/meminfo": _MEMORY.format(total=900_000, free=200_000),
        "proc/uptime": "90000.0 1.0",
        "sys/class/thermal/thermal_zone0/temp": "85900",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "50005",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_driver": "cpufreq-dt",
        "sys/block/mmcblk0/stat": "1 2 3 4 5 6 2000000 8 9 10 11",
        "sys/block/mmcblk0/device/type": "SD",
        "proc/asound/cards": (
            " 1 [Device         ]: USB-Audio - USB PnP Sound Device\n                      Generic USB\n"
        ),
        "proc/asound/card1/pcm0c/sub0/status": "state: RUNNING\nowner_pid   : 4711\n",
        "proc/4711/comm": "arecord\n",
        "dev/snd/pcmC1D0c": "",
    },
    # A Pi 4 as it should be, with a ReSpeaker 2-Mics whose lights are on SPI, its data on an eMMC half used.
    "pi4": {
        "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
        "proc/meminfo": _MEMORY.format(total=3_900_000, free=2_900_000),
        "proc/uptime": "360000.0 1.0",
        "sys/class/thermal/thermal_zone0/temp": "51400",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "0",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "ondemand",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_driver": "cpufreq-dt",
        "sys/block/mmcblk0/stat": "1 2 3 4 5 6 4000000 8 9 10 11",
        "sys/block/mmcblk0/device/life_time": "0x05 0x04",
        "sys/block/mmcblk0/device/pre_eol_info": "0x01",
        "proc/asound/cards": (
            " 0 [seeed2micvoicec]: simple-card - seeed-2mic-voicecard\n                      seeed-2mic-voicecard\n"
        ),
        "dev/snd/pcmC0D0c": "",
        "dev/snd/pcmC0D0p": "",
        "dev/spidev0.0": "",
        "dev/gpiochip0": "",
        "dev/i2c-1": "",
        "run/systemd/timesync/synchronized": "",
    },
    # A Pi 5 with its clock, a HAT that has an EEPROM, throttled a while ago, booted from NVMe; SPI is off.
    "pi5": {
        "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
        "proc/device-tree/hat/vendor": "IQaudIO Limited\0",
        "proc/device-tree/hat/product": "IQaudIO Pi-Codec+\0",
        "proc/meminfo": _MEMORY.format(total=8_000_000, free=7_000_000),
        "proc/uptime": "3600.0 1.0",
        "sys/class/thermal/thermal_zone0/temp": "62000",
        "sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled": "e0000",
        "sys/class/rtc/rtc0/hctosys": "1",
        "proc/asound/cards": " 0 [IQaudIOCODEC   ]: IQaudIOCODEC - IQaudIOCODEC\n                      IQaudIOCODEC\n",
        "dev/snd/pcmC0D0c": "",
        "dev/gpiochip0": "",
    },
}


class Keeper:
    """Clocks of a tree."""

    def __init__(self, root: Path, synchronised: bool | None) -> None:
        self._root = root
        self._synchronised = synchronised

    def wall(self) -> float:
        return NOW.timestamp()

    def steady(self) -> float:
        return 3600.0

    def boot(self) -> str:
        return "1"

    def synchronised(self) -> bool | None:
        return (self._root / "run/systemd/timesync/synchronized").exists() or self._synchronised

    def kept(self) -> bool:
        return (self._root / "sys/class/rtc/rtc0/hctosys").exists()


def planted(folder: Path, name: str, also: Mapping[str, str] | None = None) -> Path:
    """The tree, written into `folder`."""
    for place, text in {"etc/os-release": _OS, **_USERS, **TREES.get(name, {}), **(also or {})}.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def no_command(_: Sequence[str]) -> Ran:
    return Ran(None)


def disk(
    free: float = 0.5, *, files: float = 0.5, flag: int = 0, total: int = 32 * GIB
) -> Callable[[Path], os.statvfs_result]:
    """A disk of which this share is free."""
    told = SimpleNamespace(
        f_bavail=int(free * total / 4096),
        f_frsize=4096,
        f_blocks=total // 4096,
        f_files=1000,
        f_favail=int(files * 1000),
        f_flag=flag,
    )
    return lambda _: told  # type: ignore[return-value]


def nothing(*_: object) -> Any:
    raise AssertionError("nobody was to ask for this")


def sources_of(root: Path, **others: Any) -> Sources:
    """Of a machine with this tree, on which nothing runs; `environ` sets settings as variables do."""
    environ = {
        "EQUERRY_CONFIG": str(root / "equerry.toml"),
        "EQUERRY_PATHS__DATA": str(root / "data"),
        **others.pop("environ", {}),
    }
    (root / "equerry.toml").touch()
    settings, problems = load_usable(environ)
    plain = Sources(
        settings=settings,
        problems=problems,
        environ=environ,
        now=lambda: NOW,
        run=no_command,
        readings=Readings(root),
        keeper=Keeper(root, others.pop("synchronised", None)),
        host=Host("aarch64", "6.6.31+rpt-rpi-v8", 64, (3, 11, 2)),
        unusable=list,
        status=lambda: None,
        microphone=nothing,
        speaker=nothing,
        names=lambda _: [],
        link=nothing,
        secrets=[root / "etc/equerry/secrets"],
        root=root,
        statvfs=disk(),
    )
    return replace(plain, **others)
