"""A disk with two slots whose appliance is a small program: the kernel, systemd, FAT, squashfs, ext4, our units and
device/updating are real, and it boots in seconds where the image of a card takes minutes.

What its appliance does stands on the kernel's command line: `does=WORDS`, with _ for blanks.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from device.configuration.places import ROOT
from tests.pi import firmware, inside

SIZES = {"config": 16, "boot-a": 64, "boot-b": 64, "root-a": 320, "root-b": 320, "data": 128}
"""MiB of each partition."""
PYTHON = (
    "annotated_types",
    "pydantic",
    "python_dateutil",
    "rapidfuzz",
    "six",
    "tinydb",
    "typing_extensions",
    "typing_inspection",
)
"""What device/updating needs, out of a bundle for aarch64."""
HERE = Path(__file__).parent
CURRENT = "opt/equerry/current"
FSTAB = """\
PARTLABEL=config /boot/config vfat sync,flush 0 0
PARTLABEL=data /data ext4 defaults 0 2
/data/lib /var/lib/equerry none bind,x-systemd.requires-mounts-for=/data 0 0
/data/slots /var/lib/equerry-slots none bind,x-systemd.requires-mounts-for=/data 0 0
tmpfs /tmp tmpfs defaults 0 0
tmpfs /var/tmp tmpfs defaults 0 0
tmpfs /var/log tmpfs defaults 0 0
"""
UNIT = """\
[Unit]
After=local-fs.target
[Service]
Type=notify
ExecStart=/opt/equerry/current/.venv/bin/python -I /opt/equerry/small_appliance.py
[Install]
WantedBy=multi-user.target
"""
COMMAND = """\
#!/bin/sh
[ "$1" = hear ] || exit 0
grep -q does=deaf /proc/cmdline || echo '{"event": "command", "steps": [{"action": "datetime.query"}]}'
"""


def make(disk: Path, tree: Path, bundle: Path, kernel: Path, key: Path) -> Path:
    """Write a disk of which slot a is good; the folder of images of which updates can be made. `tree`: of scripts/
    pi-root with python3 and openssl; `bundle`: for aarch64; `key`: the public one.
    """
    images = disk.parent / "images"
    images.mkdir()
    _root(tree, bundle, key, images / "root.squashfs")
    _boot(images, kernel)
    with disk.open("wb") as file:
        file.truncate((sum(SIZES.values()) + 4) << 20)
    table = "".join(f'size={size}MiB, name="{label}"\n' for label, size in SIZES.items())
    _run("sfdisk", "--quiet", disk, given=f"label: gpt\n{table}")
    _run("mformat", "-i", firmware.place(disk, 1), "-T", str(SIZES["config"] * 2048), "::")
    (images / "autoboot.txt").write_text("[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n")
    firmware.put(disk, 1, images / "autoboot.txt", "autoboot.txt")
    _put(disk, 2, images / "boot.img")
    _put(disk, 4, images / "root.squashfs")
    with tempfile.TemporaryDirectory() as data:
        for name in ("lib", "slots"):
            (Path(data) / name).mkdir()
        _run("mkfs.ext4", "-q", "-d", data, images / "data.img", f"{SIZES['data']}M")
    _put(disk, 6, images / "data.img")
    return images


def _boot(images: Path, kernel: Path) -> None:
    _run("mformat", "-C", "-i", images / "boot.img", "-T", str(48 * 2048), "::")
    words = "root=PARTLABEL=root-a ro rootfstype=squashfs rootwait panic=10\n"
    (images / "cmdline.txt").write_text(words)
    (images / "config.txt").write_text("kernel=kernel8.img\n")
    for path, name in ((kernel, "kernel8.img"), (images / "cmdline.txt", ""), (images / "config.txt", "")):
        _run("mcopy", "-i", images / "boot.img", path, f"::{name or path.name}")


def _root(tree: Path, bundle: Path, key: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        whole = Path(work) / "root.tar"
        with tarfile.open(tree) as base, tarfile.open(whole, "w") as root:
            root.add(_program(Path(work) / "program", bundle), CURRENT, filter=_plain)
            _add_files(root, key)
            ours = set(root.getnames())
            for entry in base:
                if entry.name.removeprefix("./") not in ours:
                    root.addfile(entry, base.extractfile(entry) if entry.isreg() else None)
        with whole.open("rb") as file:
            command = ("sqfstar", "-quiet", "-no-progress", "-comp", "lz4", out)
            subprocess.run(command, stdin=file, check=True, capture_output=True)


def _program(top: Path, bundle: Path) -> Path:
    """The code, with an environment of what it needs; compiled, since nobody can write it there."""
    site = top / ".venv" / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    for name in ("device", "services", "firmware", "config", "scripts"):
        shutil.copytree(ROOT / name, top / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", top)
    with tarfile.open(bundle) as packed:
        for entry in packed:
            if entry.name.endswith(".whl") and Path(entry.name).name.startswith(PYTHON):
                content = packed.extractfile(entry)
                assert content is not None
                with zipfile.ZipFile(io.BytesIO(content.read())) as wheel:
                    wheel.extractall(site)
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", top], check=False
    )
    (site / "equerry.pth").write_text(f"/{CURRENT}\n")
    (top / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    (top / ".venv" / "bin").mkdir()
    (top / ".venv" / "bin" / "python").symlink_to("/usr/bin/python3")
    return top


def _add_files(root: tarfile.TarFile, key: Path) -> None:
    wanted = "etc/systemd/system/multi-user.target.wants"
    units = ("equerry.service", "equerry-slots.service", "equerry-slot-check.service", "agent.service")
    for unit in units:
        _link(root, f"{wanted}/{unit}", f"/etc/systemd/system/{unit}")
    for unit in units[1:3]:
        _add(root, f"etc/systemd/system/{unit}", (ROOT / "systemd" / unit).read_bytes())
    for name, text in (
        ("etc/fstab", FSTAB),
        ("etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
        ("etc/systemd/system/equerry.service", UNIT),
        ("usr/share/equerry/release.pub", key.read_text()),
    ):
        _add(root, name, text.encode())
    _add(root, "usr/local/bin/equerry", COMMAND.encode(), 0o755)
    _add(root, "opt/equerry/small_appliance.py", (HERE / "small_appliance.py").read_bytes())
    agent = (inside.HERE / "agent.service").read_text().replace("/run/equerry-agent.py", "/opt/equerry/agent.py")
    _add(root, "etc/systemd/system/agent.service", agent.encode())
    _add(root, "opt/equerry/agent.py", (inside.HERE / "agent.py").read_bytes())
    for folder in ("boot/config", "data", "var/lib/equerry", "var/lib/equerry-slots", "mnt"):
        entry = tarfile.TarInfo(folder)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        root.addfile(entry)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def _add(root: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    root.addfile(entry, io.BytesIO(content))


def _link(root: tarfile.TarFile, name: str, to: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, to
    root.addfile(entry)


def _put(disk: Path, partition: int, image: Path) -> None:
    start, _ = firmware.span(disk, partition)
    _run("dd", f"if={image}", f"of={disk}", "bs=1M", "oflag=seek_bytes", f"seek={start}", "conv=notrunc", "status=none")


def _run(*command: str | Path, given: str = "") -> None:
    subprocess.run(command, input=given, text=True, check=True, capture_output=True)
