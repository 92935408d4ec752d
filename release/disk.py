"""The card's partitions and their file systems, made as files: the same bytes from the same content.

The identifiers are the same on every card: what tells devices from each other is made at the first boot.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from release.errors import ReleaseFailed, run

MIB = 2**20
_GAP = MIB
"""Before the first partition and behind the last: the table and its copy."""
_BASIC, _LINUX, _ROOT = (
    "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7",
    "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
    "B921B045-1DF0-41C3-AF44-4C6F280D3FAE",
)
"""Types of partitions: FAT, Linux, the root of an arm64 machine (uapi-group.org, Discoverable Partitions)."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Of the card, in order."""

    name: str
    mib: int
    kind: str


PARTITIONS: Sequence[Partition] = (
    Partition("config", 64, _BASIC),
    Partition("boot-a", 256, _BASIC),
    Partition("boot-b", 256, _BASIC),
    Partition("root-a", 1792, _ROOT),
    Partition("root-b", 1792, _ROOT),
    Partition("data", 64, _LINUX),
)
"""The last is grown to the disk's end at the first boot."""


def identifier(name: str) -> uuid.UUID:
    """Of a partition, a file system or the disk."""
    return uuid.uuid5(uuid.UUID("c8fa2d0e-6e4c-5a6b-9b5e-0c5f4f1f7a10"), name)


def table() -> str:
    """The partition table, as sfdisk(8) reads it."""
    lines, start = ["label: gpt", f"label-id: {identifier('disk')}", "unit: sectors", ""], _GAP // 512
    for each in PARTITIONS:
        size = each.mib * MIB // 512
        lines.append(f'start={start}, size={size}, type={each.kind}, uuid={identifier(each.name)}, name="{each.name}"')
        start += size
    return "\n".join([*lines, ""])


def fat(out: Path, name: str, tree: Path, epoch: int) -> None:
    """A FAT file system for the partition `name`, of a folder's files; `epoch`: their time, seconds since 1970."""
    size = next(each.mib for each in PARTITIONS if each.name == name)
    number = f"{identifier(name).int >> 96:08x}"
    out.unlink(missing_ok=True)
    label = name.partition("-")[0].upper()
    run(["mkfs.vfat", "-C", "-F", "32", "--invariant", "-i", number, "-n", label, out, str(size * 1024)])
    for path in sorted(tree.iterdir()):
        os.utime(path, (epoch, epoch))
        run(["mcopy", "-m", "-i", out, path, f"::{path.name}"], env={**os.environ, "TZ": "UTC"})


def ext4(out: Path, epoch: int) -> None:
    """An empty ext4 file system of the partition `data`."""
    out.unlink(missing_ok=True)
    number = identifier("data")
    env = {**os.environ, "E2FSPROGS_FAKE_TIME": str(epoch), "SOURCE_DATE_EPOCH": str(epoch)}
    options = f"hash_seed={number},lazy_itable_init=1,nodiscard,resize=134217728"  # grows to 512 GB while mounted
    size = f"{PARTITIONS[-1].mib}M"
    run(
        ["mke2fs", "-q", "-F", "-t", "ext4", "-L", "data", "-U", str(number), "-E", options, "-m", "1", out, size],
        env=env,
    )


def squashfs(out: Path, tree: Path, epoch: int) -> None:
    """A tree as a squashfs, all of one time. Raises ReleaseFailed where it is too large for its partition."""
    out.unlink(missing_ok=True)
    env = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    packing = ["-comp", "zstd", "-Xcompression-level", "19", "-b", "256K", "-no-xattrs", "-reproducible"]
    times = ["-mkfs-time", str(epoch), "-all-time", str(epoch)]
    run(["mksquashfs", tree, out, "-noappend", "-no-progress", "-quiet", *packing, *times], env=env)
    most = next(each.mib for each in PARTITIONS if each.name == "root-a")
    if out.stat().st_size > most * MIB:
        raise ReleaseFailed(f"the root has {out.stat().st_size // MIB} MiB, and its partition {most}")


def disk(out: Path, parts: dict[str, Path]) -> None:
    """The whole disk. `parts`: a file for each partition that is not empty, by name. What is empty takes no room."""
    out.unlink(missing_ok=True)
    size = 2 * _GAP + sum(each.mib for each in PARTITIONS) * MIB
    with out.open("wb") as file:
        file.truncate(size)
    script = out.with_suffix(".table")
    script.write_text(table(), encoding="utf-8")
    run(["sh", "-c", 'sfdisk --quiet "$1" < "$2"', "sfdisk", out, script])
    script.unlink()
    start = _GAP
    for each in PARTITIONS:
        if each.name in parts:
            place = [f"seek={start}", "oflag=seek_bytes", "conv=notrunc,sparse", "bs=1M", "status=none"]
            run(["dd", f"if={parts[each.name]}", f"of={out}", *place])
        start += each.mib * MIB
