"""The card's initial file system: busybox, e2fsck, a script and the drivers of the disks.

Debian's initramfs-tools would make one, too, in half an hour in the emulator, and ten times as large.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from release.errors import ReleaseFailed, run
from release.source import ROOT

CARD = ROOT / "release" / "card"


def lines_of(path: Path) -> list[str]:
    """The lines of a list of ours, without its comments."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def with_needs(names: list[str], dependencies: str) -> list[str]:
    """Files of these modules and of all they need, by what depmod(8) found (modules.dep); built-in ones have none."""
    needs = {}
    for line in dependencies.splitlines():
        file, _, rest = line.partition(":")
        needs[file] = rest.split()
    by_name = {Path(file).name.partition(".ko")[0].replace("-", "_"): file for file in needs}
    wanted = [by_name[name] for name in names if name in by_name]
    return sorted({file for each in wanted for file in (each, *needs[each])})


def initrd(root: Path, kernel: str, work: Path, out: Path, epoch: int) -> None:
    """Write it, from the tree with Debian's packages and the version of the kernel in it. Raises ReleaseFailed."""
    top = work / "initrd"
    for name in ("bin", "dev", "proc", "sys", "run", "root"):
        (top / name).mkdir(parents=True)
    shutil.copy(CARD / "init", top / "init")
    shutil.copy(root / "bin" / "busybox", top / "bin" / "busybox")
    shutil.copy(root / "sbin" / "e2fsck.static", top / "bin" / "e2fsck")
    for applet in (
        "sh",
        "mount",
        "modprobe",
        "grep",
        "sed",
        "head",
        "usleep",
        "sleep",
        "mkdir",
        "chmod",
        "stat",
        "reboot",
    ):
        (top / "bin" / applet).symlink_to("busybox")
    for applet in ("cat", "switch_root", "ln"):
        (top / "bin" / applet).symlink_to("busybox")
    names = lines_of(CARD / "modules")
    (top / "modules").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    _modules(root / "usr" / "lib" / "modules" / kernel, top, names)
    run(["depmod", "-b", top, kernel])
    _pack(top, out, epoch)


def _modules(source: Path, top: Path, names: list[str]) -> None:
    target = top / "lib" / "modules" / source.name
    target.mkdir(parents=True)
    dependencies = source / "modules.dep"
    if not dependencies.is_file():
        raise ReleaseFailed(f"the kernel {source.name} has no modules.dep; make the tree anew: scripts/pi-root")
    for file in with_needs(names, dependencies.read_text(encoding="utf-8")):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / file, target / file)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copy(source / name, target / name)


def _pack(top: Path, out: Path, epoch: int) -> None:
    for path in (top, *top.rglob("*")):
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    listed = 'cd "$1" && find . -mindepth 1 | LC_ALL=C sort'
    pack = f'{listed} | cpio --quiet --reproducible -R 0:0 -o -H newc | zstd -q -19 -T1 > "$2"'
    run(["sh", "-c", pack, "pack", top, out])
