"""The card: one image for Raspberry Pis, with two slots for the system and one place for what is written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from release import disk
from release.bundle import version
from release.errors import ReleaseFailed, run
from release.initrd import CARD, initrd
from release.root_tree import kernel_of, root_tree, trim
from release.source import ROOT

NEEDED = (
    "mmdebstrap",
    "mksquashfs",
    "mkfs.vfat",
    "mcopy",
    "sfdisk",
    "mke2fs",
    "depmod",
    "cpio",
    "zstd",
    "xz",
    "unshare",
)
FIRMWARE = ("bootcode.bin", "start.elf", "fixup.dat", "start4.elf", "fixup4.dat")
"""Of package raspi-firmware: up to Pi 3, and Pi 4."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made, and of what."""

    bundle: Path
    """The archive of scripts/bundle, for aarch64."""
    out: Path
    """The image; beside it, raw, what updates are made of."""
    key: Path | None
    """The public key of who signs updates."""
    packed: bool
    """Whether by xz."""


def epoch() -> int:
    """The time of the commit, seconds since 1970."""
    return int(run(["git", "log", "-1", "--format=%ct"], folder=ROOT))


def image(wanted: Wanted, *, told: Callable[[str], None]) -> None:
    """Write the image, and `boot.img` and `root.squashfs` in a folder PARTS of the image's name. `told` hears what is
    being done. Raises ReleaseFailed with what helps."""
    for each in NEEDED:
        if not shutil.which(each):
            raise ReleaseFailed(
                f"{each} is not here; see docs/install.md for what has to be installed, then run this again"
            )
    when = epoch()
    parts = parts_of(wanted.out)
    parts.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="equerry-image-", dir=wanted.out.parent) as name:
        work = Path(name)
        told("Debian, and Equerry in it")
        bundle = _unpacked(wanted.bundle, work)
        root = work / "root"
        root_tree(bundle, root, when, wanted.key)
        told("What is booted")
        _boot(root, work, parts / "boot.img", when)
        told("The root")
        trim(root)
        disk.squashfs(parts / "root.squashfs", root, when)
        told("The card")
        _disk(parts, work, wanted, when)


def parts_of(out: Path) -> Path:
    """The folder of what an update is made of, as scripts/sign takes it."""
    return out.with_name(out.name.partition(".img")[0] + ".parts")


def _unpacked(bundle: Path, work: Path) -> Path:
    folder = work / "bundle"
    folder.mkdir()
    run(["tar", "-xf", bundle, "-C", folder, "--no-same-owner"])
    found = list(folder.iterdir())
    if len(found) != 1 or not (found[0] / "bundle.toml").is_file():
        raise ReleaseFailed(f"{bundle} is no bundle of Equerry; make it: scripts/bundle --arch aarch64")
    about = (found[0] / "bundle.toml").read_text(encoding="utf-8")
    if f'version = "{version()}"' not in about or 'debian = "arm64"' not in about:
        raise ReleaseFailed(f"{bundle} is of another version or machine; make it: scripts/bundle --arch aarch64")
    return found[0]


def _boot(root: Path, work: Path, out: Path, when: int) -> None:
    kernel = kernel_of(root)
    tree = work / "boot"
    tree.mkdir()
    shutil.copy(root / "boot" / f"vmlinuz-{kernel}", tree / "vmlinuz")
    initrd(root, kernel, work, tree / "initrd.img", when)
    for name in FIRMWARE:
        shutil.copy(root / "usr/lib/raspi-firmware" / name, tree / name)
    for path in (root / f"usr/lib/linux-image-{kernel}" / "broadcom").glob("bcm27*.dtb"):
        shutil.copy(path, tree / path.name)
    for path in (CARD / "boot").iterdir():
        shutil.copy(path, tree / path.name)
    disk.fat(out, "boot-a", tree, when)


def _disk(parts: Path, work: Path, wanted: Wanted, when: int) -> None:
    config = work / "config"
    shutil.copytree(CARD / "config", config)
    disk.fat(work / "config.img", "config", config, when)
    disk.ext4(work / "data.img", when)
    of = {"config": work / "config.img", "data": work / "data.img"}
    raw = wanted.out if not wanted.packed else work / "card.img"
    disk.disk(raw, {**of, "boot-a": parts / "boot.img", "root-a": parts / "root.squashfs"})
    if wanted.packed:
        run(["sh", "-c", 'xz -T2 -3 -c "$1" > "$2"', "xz", raw, wanted.out])
