"""Raspberry Pi's firmware, played: which boot partition autoboot.txt of a disk names, and what is booted from there.

QEMU has no such firmware. Of it is played: `boot_partition` under `[all]` and `[tryboot]`, of which the latter holds
for one boot, and kernel, initrd and command line of the partition that is named. Partitions are read off the file of
the disk with mtools, so nothing is mounted and nobody need be root.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONFIG = 1
"""The partition with autoboot.txt."""


@dataclass(frozen=True, slots=True)
class BootFiles:
    """What the firmware hands over."""

    partition: int
    kernel: Path
    initrd: Path | None
    """None: config.txt names none."""
    cmdline: str


def boot_files(disk: Path, folder: Path, *, trial: bool = False) -> BootFiles:
    """Take what is booted from a disk into `folder`. `trial`: the boot after `reboot "0 tryboot"`."""
    partition = boot_partition(read(disk, CONFIG, "autoboot.txt").decode(), trial=trial)
    config = read(disk, partition, "config.txt").decode()
    named = re.search(r"^kernel=(\S+)", config, re.MULTILINE), re.search(r"^initramfs[ =](\S+)", config, re.MULTILINE)
    kernel, initrd = folder / "kernel", folder / "initrd" if named[1] else None
    kernel.write_bytes(read(disk, partition, named[0][1] if named[0] else "kernel8.img"))
    if initrd and named[1]:
        initrd.write_bytes(read(disk, partition, named[1][1]))
    return BootFiles(partition, kernel, initrd, read(disk, partition, "cmdline.txt").decode().strip())


def boot_partition(autoboot: str, *, trial: bool) -> int:
    """Which partition autoboot.txt names: of `[all]`, for a trial that of `[tryboot]` over it."""
    section, found = "all", {}
    for line in map(str.strip, autoboot.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith("boot_partition="):
            found[section] = int(line.partition("=")[2])
    return found.get("tryboot", found["all"]) if trial else found["all"]


def read(disk: Path, partition: int, name: str) -> bytes:
    """A file of a FAT partition."""
    return mtools("mtype", "-i", place(disk, partition), f"::{name}")


def put(disk: Path, partition: int, file: Path, name: str) -> None:
    """Write a file into a FAT partition, over one of that name."""
    mtools("mcopy", "-o", "-i", place(disk, partition), file, f"::{name}")


def mtools(*command: str | Path) -> bytes:
    """What one of them prints."""
    return subprocess.run(command, check=True, capture_output=True).stdout


def place(disk: Path, partition: int) -> str:
    """A partition, as mtools has it: disk@@bytes."""
    return f"{disk}@@{span(disk, partition)[0]}"


def span(disk: Path, partition: int) -> tuple[int, int]:
    """Where a partition begins, and how long it is, in bytes."""
    told = subprocess.run(["sfdisk", "--json", disk], check=True, capture_output=True).stdout
    table = json.loads(told)["partitiontable"]
    sector = int(table.get("sectorsize", 512))
    found = next(each for each in table["partitions"] if re.search(rf"\D{partition}$", each["node"]))
    return int(found["start"]) * sector, int(found["size"]) * sector
