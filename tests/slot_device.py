"""A device with two slots, as far as its disk, its firmware and its store go: all real, in a file and a folder.

What stands for the rest is told by the slots themselves: `kernel` of a boot partition says whether it hangs, a root
says which version it is and what its appliance does. `boot` does what a Raspberry Pi and systemd do with them.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tomllib
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from device.updating.disk import BootSlot, Partition, running
from device.updating.health import judge, settle
from device.updating.install import install
from device.updating.this_device import SlotDevice
from device.updating.trial import Trial, read
from device.updating.update_file import PARTS, UpdateManifest, UpdatePart
from release.signing import make_keys, write_update
from services.store.base import Task
from services.store.sqlite.migrations import KNOWN, MIGRATIONS, Migration, migrate
from services.store.store import Store
from tests.pi import firmware

EPOCH = 1_800_000_000
MIB = 1 << 20
LABELS = ("config", "boot-a", "boot-b", "root-a", "root-b")
NEEDS = ("sfdisk", "mformat", "mcopy", "mtype", "openssl")
_ROOT = 2 * MIB


def missing() -> list[str]:
    """Programs that are needed and not here."""
    return [each for each in NEEDS if not shutil.which(each)]


class Hung(Exception):
    """The kernel does nothing any more; somebody pulls the plug, or the watchdog does."""


@dataclass
class DiskDevice:
    """The device; it also stands for the system around it (device/updating/system.py)."""

    folder: Path
    tryboot: bool = False
    runs: BootSlot = "a"
    version: str = ""
    does: str = "good"
    """What the appliance of the running slot does."""
    busy: bool = False
    said: list[str] = field(default_factory=list)
    starts: int = 0
    """Processes of the appliance so far."""

    @property
    def disk(self) -> Path:
        return self.folder / "disk.img"

    @property
    def store(self) -> Path:
        return self.folder / "data" / "equerry.db"

    @property
    def key(self) -> Path:
        return self.folder / "release"

    @property
    def device(self) -> SlotDevice:
        return SlotDevice(
            self.runs,
            self.version,
            "arm64",
            config=self.folder / "config",
            state=self.folder / "state",
            data=self.folder / "data",
            told=self.folder / "told",
            keys=(self.folder / "release.pub",),
            partition=lambda name: Partition(self.disk, *firmware.span(self.disk, LABELS.index(name) + 1)),
        )

    # --- made, and asked ---

    def make(self, *titles: str) -> None:
        """A disk of which slot a has version 0.1.0, and a store with these tasks."""
        for each in ("config", "state", "data", "booted"):
            (self.folder / each).mkdir()
        make_keys(self.key)
        with self.disk.open("wb") as file:
            file.truncate(24 * MIB)
        table = "".join(f'size={4 * 2048}, name="{each}"\n' for each in LABELS)
        _run("sfdisk", "--quiet", self.disk, given=f"label: gpt\n{table}")
        _run("mformat", "-i", firmware.place(self.disk, 1), "-T", "8192", "::")
        (self.folder / "config" / "autoboot.txt").write_text(
            "[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n"
        )
        self._keep_config()
        images = self.images("0.1.0")
        for label, name in (("boot-a", PARTS[0]), ("root-a", PARTS[1])):
            self.put(label, (images / name).read_bytes())
        with Store(self.store) as store, store.transaction("made") as tx:
            for each in titles:
                tx.add(Task(title=each))
        self.boot()

    def images(self, version: str, *, does: str = "good", kernel: str = "good", cmdline: str = "quiet") -> Path:
        """The folder of a release's images."""
        folder = self.folder / f"images-{version}-{does}-{kernel}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        boot = folder / PARTS[0]
        _run("mformat", "-C", "-i", boot, "-T", "4096", "::")
        for name, text in (
            ("vmlinuz", kernel),
            ("initrd.img", "initrd"),
            ("config.txt", "kernel=vmlinuz\ninitramfs initrd.img followkernel\n"),
            ("cmdline.txt", f"{cmdline} root=PARTLABEL=root-a ro panic=10\n"),
        ):
            (folder / name).write_text(text)
            _run("mcopy", "-i", boot, folder / name, f"::{name}")
        text = f'version = "{version}"\ndoes = "{does}"\n'.encode()
        (folder / PARTS[1]).write_bytes(text + b"\0" * (_ROOT - len(text)))
        return folder

    def update(self, version: str = "0.2.0", *, board: str = "arm64", key: Path | None = None, **images: str) -> Path:
        """An update file."""
        made = self.folder / f"equerry-{version}-{board}.update"
        write_update(version, board, self.images(version, **images), key or self.key, made, epoch=EPOCH)
        return made

    def put(self, label: str, content: bytes) -> None:
        """Write into a partition."""
        with self.disk.open("r+b") as file:
            file.seek(firmware.span(self.disk, LABELS.index(label) + 1)[0])
            file.write(content)

    def content(self, label: str) -> bytes:
        """All of a partition."""
        start, length = firmware.span(self.disk, LABELS.index(label) + 1)
        with self.disk.open("rb") as file:
            file.seek(start)
            return file.read(length)

    @property
    def titles(self) -> set[str]:
        """Of the tasks that are kept."""
        with Store(self.store) as store:
            return {each.title for each in store.find(Task)}

    @property
    def trial(self) -> Trial | None:
        return read(self.folder / "state")

    # --- what a person does ---

    def install(self, path: Path, *, signed: bool = True) -> None:
        """As `equerry update` does, up to the reboot."""
        try:
            install(path, self.device, self, signed=signed, tell=lambda words: None, rest_s=0.0)
        finally:
            self._keep_config()

    def boot(self) -> None:
        """Power on, or a reboot; until a slot stays. Raises Hung."""
        trial, self.tryboot = self.tryboot, False
        files = firmware.boot_files(self.disk, self.folder / "booted", trial=trial)
        if files.kernel.read_text() == "hangs":
            raise Hung
        slot = running(files.cmdline)
        assert slot is not None
        self.runs = slot
        root = tomllib.loads(self.content(f"root-{slot}").rstrip(b"\0").decode())
        self.version, self.does = root["version"], root["does"]
        (self.folder / "config" / "autoboot.txt").write_bytes(firmware.read(self.disk, 1, "autoboot.txt"))
        try:
            settle(self.device, datetime.now(UTC))
            self.start()
            stays = self.trial is None or judge(self.device, self, ready_s=0.0)
        finally:
            self._keep_config()
        if not stays:
            self.boot()

    def _keep_config(self) -> None:
        firmware.put(self.disk, 1, self.folder / "config" / "autoboot.txt", "autoboot.txt")

    # --- the system around it ---

    def process(self, within: float) -> int:
        if self.does == "dies":
            self.starts += 1
        return 0 if self.does in ("never ready", "migrates and ends") else self.starts

    def hears(self) -> bool:
        return self.does != "deaf"

    def at_rest(self) -> bool:
        return not self.busy

    def say(self, words: str) -> None:
        self.said.append(words)

    def stop(self) -> None:
        """It writes nothing any more: it never does beside a test."""

    def start(self) -> None:
        self.starts += 1
        match self.does:
            case "spoils the store":
                self.store.write_bytes(b"\xff" * self.store.stat().st_size)
            case "loses tasks":
                with closing(sqlite3.connect(self.store, isolation_level=None)) as connection:
                    connection.execute("DELETE FROM documents")
            case "migrates and ends":
                more = Migration(KNOWN + 1, "more", ("CREATE TABLE more (id)",))
                with closing(sqlite3.connect(self.store, isolation_level=None)) as connection:
                    migrate(connection, "2026-11-26T00:00:00Z", (*MIGRATIONS, more))
            case "takes a task, is deaf":
                self.does = "deaf"
                self.take("told to the new one")

    def reboot(self, *, trial: bool) -> None:
        self.tryboot = trial

    def take(self, title: str) -> None:
        """The appliance is told of a task."""
        with Store(self.store) as store, store.transaction("told") as tx:
            tx.add(Task(title=title))


def manifest(**changes: object) -> UpdateManifest:
    """One of no real images."""
    parts = tuple(UpdatePart(name, 4096, "0" * 64) for name in PARTS)
    values: dict[str, object] = {"version": "0.2.0", "board": "arm64", "layout": KNOWN, "parts": parts, **changes}
    return UpdateManifest(**values)  # type: ignore[arg-type] # of the fields' types


def _run(*command: str | Path, given: str = "") -> None:
    subprocess.run(command, input=given, text=True, check=True, capture_output=True)
