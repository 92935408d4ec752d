"""The disk that holds the store: room, whether it can be written, and how worn a card is."""

from __future__ import annotations

import os
from pathlib import Path

from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources, text_of
from device.pages.status import size

_FULL, _TIGHT = 0.02, 0.10
_LEAST = 200e6
"""Bytes without which backups and models soon find no room."""
_DAY_S = 86_400
_SECTOR = 512
"""Bytes of what /sys/block counts, whatever the disk's own are (Documentation/block/stat.rst)."""
_MUCH = 20e9
"""Bytes a day: so much wears a card out within a few years."""
_EXCEEDED = 0x0B
"""JESD84-B51, EXT_CSD DEVICE_LIFE_TIME_EST: 1 is up to 10 % of the life used, 10 up to all of it, 11 more than that."""
_WORN = 0x08
_RESERVE = {2: "80 % of the spare blocks are used", 3: "90 % of the spare blocks are used"}
"""Likewise, PRE_EOL_INFO; 1 is normal."""


def room(sources: Sources) -> Verdict:
    """How much room there is on the disk of [paths] data."""
    told = sources.statvfs(_there(sources.settings.paths.data))
    free, total = told.f_bavail * told.f_frsize, told.f_blocks * told.f_frsize
    words = f"{size(free)} of {size(total)} free"
    facts: Facts = {"free_bytes": free, "total_bytes": total}
    if free < min(_FULL * total, _LEAST):
        return fail(words, **facts)
    return warn(words, **facts) if free < min(_TIGHT * total, 10 * _LEAST) else ok(words, **facts)


def inodes(sources: Sources) -> Verdict:
    """Whether that disk takes more files: a file system may be out of inodes with much room left."""
    told = sources.statvfs(_there(sources.settings.paths.data))
    if not told.f_files:
        return skip("this file system does not count them")
    facts: Facts = {"free": told.f_favail, "total": told.f_files}
    words = f"{told.f_favail:,} more files"
    return fail(words, **facts) if told.f_favail < _FULL * told.f_files else ok(words, **facts)


def writable(sources: Sources) -> Verdict:
    """Whether the folder of [paths] data is there and takes writes. A worn card is often mounted read-only."""
    data = sources.settings.paths.data
    there = _there(data)
    if sources.statvfs(there).f_flag & os.ST_RDONLY:
        return fail(f"the disk of {data} is mounted read-only")
    if data.exists() and not data.is_dir():
        return fail(f"{data} is no folder", "Name another one: equerry config set paths.data …")
    if not data.is_dir():
        return warn(f"{data} is not there yet", "It is made when the appliance starts first: equerry run")
    if not os.access(data, os.W_OK | os.X_OK):
        return unknown(
            f"this user may not write into {data}", "Put sudo before it, or become the user of the appliance."
        )
    return ok(str(data))


def wear(sources: Sources) -> Verdict:
    """How worn the SD card or eMMC is. An eMMC tells (life_time, pre_eol_info: JEDEC JESD84-B51); an SD card has no
    such register: what is known of it is how much was written."""
    cards = sources.below("sys/block/mmcblk[0-9]")
    if not cards:
        return skip("no SD card or eMMC")
    verdicts = [_worn(sources, card) for card in cards]
    order = ("fail", "warn", "unknown", "ok")
    return min(verdicts, key=lambda each: order.index(each.state))


def _worn(sources: Sources, card: Path) -> Verdict:
    name, written = card.name, _written(sources, card)
    lives = [number for word in text_of(card / "device" / "life_time").split() if (number := _number(word))]
    reserve = _number(text_of(card / "device" / "pre_eol_info"))
    rate = f"; {written[0]}" if written else ""
    facts: Facts = {"disk": name, "life": lives, "reserve": reserve, "bytes_a_day": written[1] if written else None}
    if not lives and not reserve:
        words = f"{name}: an SD card does not tell{rate}"
        return warn(f"{words}, which is much", **facts) if written and written[1] > _MUCH else unknown(words, **facts)
    life = max(lives, default=0)
    words = (
        f"{name}: more than its life is used"
        if life >= _EXCEEDED
        else f"{name}: up to {life * 10} % of its life is used"
    )
    words += f"; {_RESERVE[reserve]}" if reserve in _RESERVE else ""
    if life >= _EXCEEDED or reserve == 3:
        return fail(words + rate, **facts)
    return warn(words + rate, **facts) if life >= _WORN or reserve == 2 else ok(words + rate, **facts)


def _written(sources: Sources, card: Path) -> tuple[str, float] | None:
    """Since the machine was started (/sys/block/*/stat, the seventh figure): in words, and bytes a day."""
    figures, uptime = text_of(card / "stat").split(), sources.readings.uptime()
    if len(figures) < 7 or not figures[6].isdecimal() or not uptime:
        return None
    written = int(figures[6]) * _SECTOR
    if uptime < _DAY_S:
        return f"{size(written)} written since the start", 0.0
    return f"{size(written * _DAY_S / uptime)} a day are written", written * _DAY_S / uptime


def _there(folder: Path) -> Path:
    """The nearest folder that exists."""
    return next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))


def _number(word: str) -> int:
    try:
        return int(word, 16)
    except ValueError:
        return 0


CHECKS = (
    Check("disk.room", "room", room, "Free some space: apt-get clean, old backups, files in [files] inbox."),
    Check("disk.inodes", "files", inodes, "Find the folder with very many small files, and remove them."),
    Check(
        "disk.writable",
        "writing",
        writable,
        "Look at dmesg for errors of the disk; copy the backups elsewhere, and take a new card where there are any.",
    ),
    Check(
        "disk.wear",
        "wear",
        wear,
        "Copy the backups elsewhere (equerry backup --to FOLDER), and take a new card soon, best one of high"
        " endurance.",
    ),
)
