"""The card's root: Debian, the appliance as scripts/install puts it there, and what only a card needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from release.errors import ReleaseFailed, run
from release.initrd import CARD, lines_of
from release.source import ROOT

INSIDE = """\
set -e
mount --make-rprivate / 2> /dev/null || true
mount -t proc proc "$1/proc"
mount --bind /dev "$1/dev"
mount --bind "$2" "$1/mnt"
chroot "$1" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH="$3" \
    PYTHONDONTWRITEBYTECODE=1 sh -ec "$4"
"""
"""In namespaces of its own: the mounts end with it. Bytecode is made afterwards, without the emulator."""
INSTALL = """\
/mnt/equerry/scripts/install --from /mnt
systemctl --quiet enable systemd-networkd systemd-resolved systemd-timesyncd ssh
for each in /etc/systemd/system/equerry-*.service; do
    if grep -q '^\\[Install' "$each"; then systemctl --quiet enable "${each##*/}"; fi
done
systemctl --quiet disable equerry-engine
passwd --quiet --lock root
"""


def root_tree(bundle: Path, folder: Path, epoch: int, key: Path | None) -> None:
    """Make the tree in `folder`, for root alone. `bundle`: the unpacked bundle for aarch64; `epoch`: the time it is of,
    seconds since 1970; `key`: whose updates it takes. Raises ReleaseFailed."""
    archive = folder.with_suffix(".tar")
    folder.mkdir()
    _shown([ROOT / "scripts" / "pi-root", archive, *lines_of(CARD / "packages")])
    run(["tar", "-xf", archive, "-C", folder, "--numeric-owner", "--xattrs"])
    archive.unlink()
    run(["cp", "-R", "--no-preserve=ownership", f"{CARD / 'root'}/.", folder])
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", INSIDE, "sh"]
    _shown([*apart, folder, bundle, str(epoch), INSTALL])
    for name in ("data", "boot/config", "opt/equerry/models", "srv"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if key:
        (folder / "usr/share/equerry").mkdir(parents=True, exist_ok=True)
        shutil.copy(key, folder / "usr/share/equerry/release.pub")


def trim(folder: Path) -> None:
    """Away with what does not go onto the card, and with all that tells when it was made or differs from one making to
    the next."""
    for pattern in lines_of(CARD / "left-out"):
        for path in sorted(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name in ("boot/config", "var/log", "var/cache", "var/tmp", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "etc/machine-id").touch()  # empty: each device gets its own, and no unit is switched on by presets
    (folder / "etc/hostname").write_text("equerry\n", encoding="utf-8")
    (folder / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n127.0.1.1 equerry\n", encoding="utf-8")
    (folder / "etc/resolv.conf").unlink(missing_ok=True)
    (folder / "etc/resolv.conf").symlink_to("/run/systemd/resolve/stub-resolv.conf")
    slots = folder / "var/lib/equerry-slots"
    slots.mkdir(mode=0o700, exist_ok=True)
    wireless = folder / "etc/systemd/system/sys-subsystem-net-devices-wlan0.device.wants"
    wireless.mkdir()
    (wireless / "wpa_supplicant@wlan0.service").symlink_to("/lib/systemd/system/wpa_supplicant@.service")
    run(["depmod", "-b", folder, kernel_of(folder)])
    for site in folder.glob("opt/equerry/releases/*/.venv/lib/python3*/site-packages"):
        forget_wheels(site)
    _compile(folder)


def forget_wheels(site: Path) -> None:
    """Away with what uv notes of each package (folder site-packages): the very moment its wheel was written."""
    for note in site.glob("*.dist-info/uv_cache.json"):
        record = note.with_name("RECORD")
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        own = f"{note.parent.name}/{note.name},"
        record.write_text("".join(line for line in lines if not line.startswith(own)), encoding="utf-8")
        note.unlink()


def kernel_of(folder: Path) -> str:
    """The version of the one kernel in a tree."""
    found = sorted(path.name for path in (folder / "usr/lib/modules").iterdir())
    if len(found) != 1:
        raise ReleaseFailed(f"the tree has {len(found)} kernels, and one is needed; make it anew: scripts/pi-root")
    return found[0]


def _compile(folder: Path) -> None:
    """Python's compiled code, which does not look at times of files: those are all the same on the card."""
    for old in (*folder.glob("usr/lib/python3*"), *folder.glob("opt/equerry/releases/*")):
        for path in sorted(old.rglob("__pycache__"), reverse=True):
            shutil.rmtree(path)
    if sys.version_info[:2] != (3, 11):
        raise ReleaseFailed(
            f"this is Python {sys.version_info[0]}.{sys.version_info[1]}, and the card has 3.11; make it on Debian 12"
        )
    places: list[Path] = [*folder.glob("usr/lib/python3*"), *folder.glob("opt/equerry/releases/*/.venv/lib")]
    places += [
        path for name in ("device", "services", "firmware") for path in folder.glob(f"opt/equerry/releases/*/{name}")
    ]
    options = ["-q", "-j", "1", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/"]
    subprocess.run([sys.executable, "-m", "compileall", *options, *places], check=False, stdout=subprocess.DEVNULL)


def _shown(command: list[str | Path]) -> None:
    """Run what takes minutes and tells of itself. Raises ReleaseFailed."""
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})
    if done.returncode:
        raise ReleaseFailed(f"{Path(command[0]).name} failed with {done.returncode}; see its words above")
