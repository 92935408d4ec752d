"""A real sshd on loopback behind which several devices live, each in a home of its own; and their fleet file.

    with FleetDesk(tmp_path, ["desk", "hall"]) as desk:
        desk["hall"].start("0.1.0")
        told = desk.fleet("status", "--json")

Which device a connection is for stands in its environment (SetEnv of ssh_config(5)), and sshd's forced command goes to
that home. On each, `equerry` is the real one; what stands for an appliance that runs is tests/fleet_appliance.py.
Needs the Debian package openssh-server; sshd runs as whoever runs the tests.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.broker import free_port

ROOT = Path(__file__).resolve().parents[1]
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_sshd = pytest.mark.skipif(
    SSHD is None or not shutil.which("ssh"),
    reason="no sshd here: apt-get install openssh-server, or scripts/setup --tests",
)
PATIENCE_S = 60.0


class Home:
    """One device."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir(parents=True)
        (folder / "data").mkdir()
        self.settings = folder / "equerry.toml"
        self.settings.touch()
        (folder / "version").write_text("0.1.0")
        self.equerry(
            f"appliance={ROOT}/tests/fleet_appliance.py\n"
            f'[ "${{1:-}}" != update ] || exec {sys.executable} $appliance "$@"\n'
            f'exec {sys.executable} -m device "$@"\n'
        )

    def equerry(self, script: str) -> None:
        """Put another command in the place of `equerry`."""
        path = self.folder / "bin" / "equerry"
        path.write_text(f"#!/bin/sh\n{script}")
        path.chmod(0o755)

    def says(self, name: str, text: str) -> None:
        """A file of tests/fleet_appliance.py."""
        (self.folder / name).write_text(text)

    def start(self, version: str = "0.1.0") -> None:
        """An appliance of this version, and wait until it answers."""
        self.begin(version)
        end = time.monotonic() + PATIENCE_S
        while not (self.folder / "pid").exists():
            assert time.monotonic() < end, (self.folder / "appliance.log").read_text()
            time.sleep(0.05)

    def begin(self, version: str = "0.1.0") -> None:
        """The same without waiting."""
        self.says("version", version)
        environ = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        with (self.folder / "appliance.log").open("ab") as log:
            subprocess.Popen(
                [sys.executable, ROOT / "tests" / "fleet_appliance.py", "serve"],
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def rest(self) -> None:
        """Until no update goes on."""
        if (going := self.folder / ".equerry-fleet" / "going").exists():
            with going.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX)

    def stop(self) -> None:
        """Where one runs."""
        if (pid := self.folder / "pid").exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)
            pid.unlink()

    @property
    def version(self) -> str:
        """Of the one that was started last."""
        return (self.folder / "version").read_text().strip()

    @property
    def updates(self) -> list[str]:
        """Those that were begun."""
        path = self.folder / "updates"
        return path.read_text().split() if path.exists() else []


class FleetDesk:
    """sshd, the devices behind it, and whoever looks after them."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.homes = {name: Home(folder / "devices" / name) for name in names}
        self.file = folder / "fleet.toml"
        self.file.write_text(
            'ssh_config = "ssh_config"\nsudo = false\n' + "".join(f"[devices.{name}]\n" for name in names)
        )
        for name in ("host_key", "key"):
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
            subprocess.run(words, check=True, timeout=30)
        (folder / "authorized_keys").write_text((folder / "key.pub").read_text())
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {(folder / 'host_key.pub').read_text()}")
        self.ssh_config = folder / "ssh_config"
        self.ssh_config.write_text(self._ssh_config(names))
        self._write_door()
        self._sshd: subprocess.Popen[bytes] | None = None

    def __getitem__(self, name: str) -> Home:
        return self.homes[name]

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self.homes.values():
            each.rest()
            each.stop()
        self.shut()

    def open(self) -> None:
        """Until sshd takes connections."""
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where sshd of root locks itself in
        assert SSHD
        with (self.folder / "sshd.log").open("ab") as log:
            self._sshd = subprocess.Popen(
                [SSHD, "-D", "-e", "-f", self.folder / "sshd_config"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + PATIENCE_S
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self._sshd.poll() is None and time.monotonic() < end, (self.folder / "sshd.log").read_text()
            time.sleep(0.02)

    def shut(self) -> None:
        """Nobody is let in any more."""
        if self._sshd:
            self._sshd.terminate()
            self._sshd.wait(PATIENCE_S)
            self._sshd = None

    def begin(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """`equerry fleet` with these words, in a process of its own. `environ`: variables besides."""
        file = ["--fleet", str(self.file)] if self.file.exists() else []
        ours = {"HOME": str(self.folder), "PYTHONPATH": str(ROOT), "COLUMNS": "80", "LANG": "C.UTF-8"}
        return subprocess.Popen(
            [sys.executable, "-m", "device", "fleet", *words[:1], *file, *words[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], **ours, **environ},
            cwd=self.folder,
        )

    def fleet(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The same, until it has ended."""
        process = self.begin(*words, **environ)
        try:
            out, err = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            raise
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def told(self, *words: str) -> dict[str, Any]:
        """What `--json` prints, whatever the exit status."""
        result = self.fleet(*words, "--json")
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def _ssh_config(self, names: Sequence[str]) -> str:
        each = "".join(f"Host {name}\n    SetEnv FLEET_DEVICE={name}\n" for name in names)
        return f"""{each}Host *
    HostName 127.0.0.1
    Port {self.port}
    User {getpass.getuser()}
    IdentityFile {self.folder}/key
    IdentitiesOnly yes
    UserKnownHostsFile {self.folder}/known_hosts
    GlobalKnownHostsFile /dev/null
"""

    def _write_door(self) -> None:
        door = self.folder / "door"
        door.write_text(
            f'#!/bin/sh\ncd "{self.folder}/devices/$FLEET_DEVICE" || exit 1\n'
            'export HOME="$PWD" PATH="$PWD/bin:$PATH"\n'
            'export EQUERRY_CONFIG="$PWD/equerry.toml" EQUERRY_PATHS__DATA="$PWD/data"\n'
            f'export PYTHONPATH="{ROOT}" LANG=C.UTF-8\n'
            'exec sh -c "$SSH_ORIGINAL_COMMAND"\n'
        )
        door.chmod(0o755)
        (self.folder / "sshd_config").write_text(
            f"""ListenAddress 127.0.0.1
Port {self.port}
HostKey {self.folder}/host_key
AuthorizedKeysFile {self.folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AcceptEnv FLEET_DEVICE
ForceCommand {door}
MaxStartups 1000
PrintMotd no
LogLevel ERROR
"""
        )


def archive(path: Path, version: str, name: str = "equerry") -> Path:
    """As far as anybody looks into it: an archive of a release."""
    text = f'[project]\nname = "{name}"\nversion = "{version}"\n'.encode()
    with tarfile.open(path, "w:gz") as file:
        member = tarfile.TarInfo(f"equerry-{version}/pyproject.toml")
        member.size = len(text)
        file.addfile(member, BytesIO(text))
    return path
