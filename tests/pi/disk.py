"""The disks of the virtual Pi: Debian 12 as on a fresh card, and the stick on which a bundle comes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from release.errors import run
from release.source import ROOT

HERE = Path(__file__).parent
PACKAGES = ("apt", "python3", "alsa-utils", "systemd-timesyncd", "ca-certificates")
"""What Raspberry Pi OS has and the bare tree of scripts/pi-root has not."""
SIZE = "6G"
"""Of the card; a file with holes."""
INSIDE = ("agent.py", "room.py", "pins.py", "holding.py")
"""Programs of the tests, in /srv/pi."""
UNITS = ("agent.service", "room.service")


def card(cache: Path, modules: Path, *, told: Callable[[str], None]) -> Path:
    """A card (raw ext4, no partitions) with Debian and what the tests need inside, made once. Raises ReleaseFailed."""
    made = cache / f"card-{_key()}.img"
    if not made.is_file():
        told("The card: a Debian 12 for arm64 (some minutes, once)")
        with TemporaryDirectory(prefix="card-", dir=cache) as work:
            packed, tree = Path(work) / "root.tar", Path(work) / "root"
            run([ROOT / "scripts" / "pi-root", packed, *PACKAGES])
            tree.mkdir()
            run(
                ["tar", "--extract", "--numeric-owner", "--preserve-permissions", "--file", packed, "--directory", tree]
            )
            _furnish(tree, modules)
            fresh = Path(work) / "card.img"
            run(["mke2fs", "-q", "-t", "ext4", "-L", "root", "-d", tree, fresh, SIZE])
            fresh.rename(made)
    return made


def stick(files: list[Path], out: Path) -> Path:
    """A file system with these files alone."""
    with TemporaryDirectory(prefix="stick-", dir=out.parent) as work:
        for path in files:
            (Path(work) / path.name).hardlink_to(path)
        size = sum(path.stat().st_size for path in files) // 1_000_000 + 100
        out.unlink(missing_ok=True)
        run(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-L", "stick", "-d", work, out, f"{size}M"])
    return out


def overlay(base: Path, out: Path) -> Path:
    """A disk (qcow2) that is `base` until written to; `base` stays as it is."""
    out.unlink(missing_ok=True)
    run(
        [
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-b",
            base,
            "-F",
            "qcow2" if base.suffix == ".qcow2" else "raw",
            out,
        ]
    )
    return out


def _key() -> str:
    """Of all that goes into it."""
    parts = [ROOT / "scripts" / "pi-root", Path(__file__), *(HERE / name for name in (*INSIDE, *UNITS, "asound.conf"))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in parts)).hexdigest()[:12]


def _furnish(tree: Path, modules: Path) -> None:
    """The tests' programs, sound, a name, and a journal that lasts."""
    inside, units = tree / "srv" / "pi", tree / "etc" / "systemd" / "system"
    wants = units / "sysinit.target.wants"
    for folder in (inside, wants, tree / "var" / "log" / "journal", units / "multi-user.target.wants"):
        folder.mkdir(parents=True, exist_ok=True)
    for name in INSIDE:
        shutil.copy(HERE / name, inside)
    shutil.copy(modules / "i2c-stub.ko", inside)
    for name in UNITS:
        shutil.copy(HERE / name, units / name)
    unit = (units / "agent.service").read_text("utf-8").replace("/run/equerry-agent.py", "/srv/pi/agent.py")
    (units / "agent.service").write_text(unit, encoding="utf-8")
    (wants / "agent.service").symlink_to("../agent.service")
    (units / "multi-user.target.wants" / "room.service").symlink_to("../room.service")
    shutil.copy(HERE / "asound.conf", tree / "etc" / "asound.conf")
    (tree / "etc" / "hostname").write_text("pi\n", encoding="utf-8")
    (tree / "etc" / "fstab").write_text("/dev/vda / ext4 defaults,noatime 0 1\n", encoding="utf-8")
