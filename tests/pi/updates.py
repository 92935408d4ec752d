"""Updates in the virtual Pi: a good one, and eight that are broken on purpose, each on a disk with two slots.

    python -m tests.pi.updates FOLDER TREE BUNDLE KERNEL [WAY…]

FOLDER is where the disk and the console's text are left; TREE a tar of scripts/pi-root with python3 and openssl, BUNDLE
for aarch64, KERNEL of tests/pi/kernel.py. The disk is small_image's, the firmware is played (firmware.py). Ends with 1
where a way does not end in the slot that it should.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from release.signing import make_keys, write_update
from tests.pi import small_image
from tests.pi.firmware import boot_files, mtools, put, read
from tests.pi.inside import with_agent
from tests.pi.machine import Board, Disk, Machine, MachineError

READY_S = 240.0
"""Until the agent answers, on a busy machine."""
JUDGED_S = 900.0
INSTALLED_S = 600.0
HUNG_S = 60.0
WRITTEN = "set -- $(cat /sys/block/vda/stat); echo $7"
"""Sectors, since it was switched on."""
HALF_OF_IT = 160_000
"""Sectors; an update has 320,000."""
INSTALL = "/opt/equerry/current/scripts/update /mnt/equerry.update"
TASKS = (
    "/opt/equerry/current/.venv/bin/python -I -c 'from pathlib import Path;"
    " from services.store.sqlite.read_only import documents_of;"
    ' print(len(documents_of(Path("/var/lib/equerry/equerry.db"))["task"]))\''
)


class FlashedPi:
    """The device with its disk, and a stick that updates are carried on."""

    def __init__(self, folder: Path, disk: Path, images: Path, key: Path) -> None:
        """`images`: boot.img and root.squashfs, of which updates are made; `key`: the private one whose public one the
        disk has.
        """
        self.folder, self.disk, self.images, self.key = folder, disk, images, key
        self.stick = folder / "stick.img"
        self.autoboot = read(disk, 1, "autoboot.txt")
        self.machine = Machine(Board(disk, "", ()), folder / "machine")
        self.carry(b"")

    def carry(self, update: bytes) -> None:
        """Put an update onto the stick."""
        carried = self.folder / "carried"
        shutil.rmtree(carried, ignore_errors=True)
        carried.mkdir()
        (carried / "equerry.update").write_bytes(update)
        self.stick.unlink(missing_ok=True)
        size = f"{(len(update) >> 20) + 24}M"
        subprocess.run(["mkfs.ext4", "-q", "-d", carried, self.stick, size], check=True, capture_output=True)

    def update(self, more: str = "", key: Path | None = None) -> bytes:
        """An update; `more`: further words of its kernel's command line."""
        changed, words = self.folder / "changed", self.folder / "cmdline.txt"
        shutil.rmtree(changed, ignore_errors=True)
        changed.mkdir()
        boot = shutil.copy(self.images / "boot.img", changed)
        (changed / "root.squashfs").symlink_to(self.images / "root.squashfs")
        words.write_bytes(mtools("mtype", "-i", boot, "::cmdline.txt").strip() + f" {more}\n".encode())
        mtools("mcopy", "-o", "-i", boot, words, "::cmdline.txt")
        made = self.folder / "made.update"
        write_update("0.2.0", "arm64", changed, key or self.key, made, epoch=1_800_000_000)
        return made.read_bytes()

    def on(self, *, trial: bool = False) -> None:
        """Power on: the firmware takes what the disk says."""
        files = boot_files(self.disk, self.folder, trial=trial)
        disks = (Disk(self.disk, "card"), Disk(self.stick, "stick"))
        initrd = files.initrd and with_agent(files.initrd, self.folder / "initrd-with-agent")
        self.machine.board = Board(files.kernel, files.cmdline, disks, initrd, memory_mib=2048)
        self.machine.start()

    def ready(self) -> None:
        """Until it can be asked."""
        self.machine.wait_ready(READY_S)
        self.machine.until("sleep 2; systemctl is-active equerry.service", READY_S)

    def slot(self) -> str:
        """Which slot runs, once the appliance does and no trial is left."""
        self.ready()
        self.machine.until("sleep 2; [ ! -e /var/lib/equerry-slots/trial.json ]", JUDGED_S)
        return self.machine.run("sed 's/.*root=PARTLABEL=root-\\(.\\).*/\\1/' /proc/cmdline").out.strip()

    def tasks(self) -> str:
        """How many tasks the store has."""
        return self.machine.run(TASKS).out.strip()

    def install(self) -> str:
        """Install what the stick has, until it reboots on trial (empty), or what was said of it."""
        self.machine.run("mount /dev/disk/by-id/virtio-stick /mnt")
        try:
            ran = self.machine.run(INSTALL, INSTALLED_S)
        except MachineError:
            pass  # the reboot was quicker than the answer; if there was none, that is told below
        else:
            if ran.status > 0:  # less: it was ended, as everything is by a reboot
                return ran.out
        ended = self.machine.wait_end(READY_S)
        assert ended == "tryboot", ended
        return ""

    def off(self) -> None:
        self.machine.run("sync")
        self.machine.cut()

    def standing(self) -> str:
        return read(self.disk, 1, "autoboot.txt").decode().partition("[tryboot]")[0].split("boot_partition=")[1].strip()


Way = Callable[[FlashedPi], None]


def good(pi: FlashedPi) -> None:
    """It stands, in slot b, and after the next boot, too."""
    pi.carry(pi.update())
    pi.on()
    assert pi.slot() == "a" and pi.tasks() == "1"
    assert pi.install() == ""
    pi.on(trial=True)
    assert pi.slot() == "b" and pi.tasks() == "1"
    pi.off()
    assert pi.standing() == "3"
    (pi.folder / "autoboot.txt").write_bytes(pi.autoboot)
    put(pi.disk, 1, pi.folder / "autoboot.txt", "autoboot.txt")


def refused(pi: FlashedPi, update: bytes, words: str) -> None:
    pi.carry(update)
    pi.on()
    assert pi.slot() == "a"
    said = pi.install()
    assert words in said, said
    assert pi.slot() == "a" and pi.tasks() == "1"
    pi.off()


def bad_signature(pi: FlashedPi) -> None:
    """Signed by another key."""
    (pi.folder / "somebody").unlink(missing_ok=True)
    make_keys(pi.folder / "somebody")
    refused(pi, pi.update(key=pi.folder / "somebody"), "was not signed with the release's key")


def damaged(pi: FlashedPi) -> None:
    """One byte of the root is another one."""
    update = bytearray(pi.update())
    update[-(1 << 20)] ^= 1
    refused(pi, bytes(update), "root.squashfs of the update is not what was signed")


def power_cut(pi: FlashedPi) -> None:
    """The power goes while it is written."""
    pi.carry(pi.update())
    pi.on()
    assert pi.slot() == "a"
    pi.machine.run("mount /dev/disk/by-id/virtio-stick /mnt")
    before = int(pi.machine.run(WRITTEN).out)
    pi.machine.begin(INSTALL)
    pi.machine.until(f"[ $({WRITTEN}) -gt {before + HALF_OF_IT} ]", INSTALLED_S)
    pi.machine.cut()
    came_back(pi)


def came_back(pi: FlashedPi, why: str = "") -> None:
    """After a reboot, or a new start: slot a, with its store, and it says why."""
    pi.on()
    assert pi.slot() == "a" and pi.tasks() == "1"
    told = pi.machine.run("cat /run/equerry-update/state").out if why else ""
    assert why in told, told
    pi.off()
    assert pi.standing() == "2"


def tried(pi: FlashedPi, more: str) -> None:
    pi.carry(pi.update(more))
    pi.on()
    assert pi.slot() == "a"
    assert pi.install() == ""
    pi.on(trial=True)


def not_well(pi: FlashedPi, more: str, why: str) -> None:
    tried(pi, more)
    ended = pi.machine.wait_end(JUDGED_S)
    assert ended == "restart", ended
    came_back(pi, why)


def deaf(pi: FlashedPi) -> None:
    """It does not hear its test sound."""
    not_well(pi, "does=deaf", "It did not hear its test sound.")


def never_ready(pi: FlashedPi) -> None:
    """Its appliance never becomes ready."""
    not_well(pi, "systemd.mask=equerry.service", "It was not ready within 300 s.")


def spoils_the_store(pi: FlashedPi) -> None:
    """It overwrites the store."""
    not_well(pi, "does=spoils_the_store", "The store is as it was before.")


def panics(pi: FlashedPi) -> None:
    """Its kernel finds nothing to run, and panics."""
    tried(pi, "init=/nonexistent rdinit=/nonexistent")
    assert pi.machine.wait_end(READY_S) == "panic"
    came_back(pi, "It did not start, or the power went.")


def hangs(pi: FlashedPi) -> None:
    """It hangs, and somebody pulls the plug."""
    tried(pi, "init=/usr/bin/sleep rdinit=/bin/sleep -- 1000000")
    pi.machine.wait_for("Run /(usr/)?bin/sleep as init process", READY_S)
    time.sleep(HUNG_S)
    pi.machine.cut()
    came_back(pi, "It did not start, or the power went.")


WAYS: dict[str, Way] = {
    each.__name__.replace("_", "-"): each
    for each in (good, bad_signature, damaged, power_cut, deaf, never_ready, spoils_the_store, panics, hangs)
}


def main(folder: Path, tree: Path, bundle: Path, kernel: Path, ways: list[str]) -> int:
    """Try each way, one after the other on one disk."""
    disk, key = folder / "disk.img", folder / "release"
    images = small_image.make(disk, tree, bundle, kernel, make_keys(key))
    return tried_all(FlashedPi(folder, disk, images, key), ways or list(WAYS))


def tried_all(pi: FlashedPi, ways: list[str]) -> int:
    """1 where a way did not end as it should."""
    failed = 0
    for name in ways:
        began = time.monotonic()
        try:
            WAYS[name](pi)
            told = "ok"
        except (AssertionError, MachineError, OSError) as error:
            failed, told = 1, f"FAILED: {error}"
        finally:
            pi.machine.cut()
        print(f"{time.strftime('%H:%M:%S')}  {name}: {told} ({time.monotonic() - began:.0f} s)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:5]), sys.argv[5:]))
