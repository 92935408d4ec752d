"""One command on one device, by the system's ssh: its keys, its known_hosts, its configuration, and no word asked.

ssh_config(5): BatchMode asks nothing; ControlMaster lets further commands to a device go through its first connection.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

from device.control.wire import plain
from device.fleet.errors import (
    BrokenOff,
    CommandMissing,
    DeviceAway,
    DeviceError,
    DeviceRefused,
    DeviceSilent,
    EquerryMissing,
    HostChanged,
    HostUnknown,
    LoginRefused,
    SudoRefused,
)
from device.fleet.listed import FleetDevice
from firmware.errors import ExpectedError

CONNECT_S = 10
LIMIT_S = 60.0
"""For a command that only looks: a slow device loads Python for a few seconds."""
_IDLE_S = 600
"""A kept connection that nobody uses ends by itself, where we were killed."""
_NOT_OURS = 255
"""ssh's own exit status where it did not come to run the command."""
_MOST_TOLD = 300


class SshMissing(ExpectedError):
    """There is no ssh on this machine. Install it: sudo apt install openssh-client"""

    code = "fleet.no_ssh"


class SshAnswer(NamedTuple):
    """What a command left."""

    status: int
    out: str
    err: str


class Ssh:
    """The way to devices: a connection for each command, or one for several (`kept`). All of it is for any thread."""

    def __init__(self, config: Path | None = None) -> None:
        """`config`: of ssh, in place of ~/.ssh/config."""
        self._config = config
        self._folder = tempfile.TemporaryDirectory(prefix="equerry-fleet-")
        self._numbers = count()
        self._sockets: dict[str, Path] = {}
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._broken_off = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    @contextmanager
    def kept(self, device: FleetDevice) -> Iterator[None]:
        """Commands to this device within the block share its first connection."""
        # A socket of its own: of two devices behind two jump hosts, host and port may be the same.
        self._sockets[device.name] = socket = Path(self._folder.name) / str(next(self._numbers))
        try:
            yield
        finally:
            del self._sockets[device.name]
            if socket.exists():
                words = ["ssh", "-O", "exit", "-o", f"ControlPath={socket}", "it"]
                with suppress(OSError, subprocess.TimeoutExpired):
                    subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=5, check=False)

    def break_off(self) -> None:
        """End what runs, and begin nothing more; what was begun on the devices to go on by itself does."""
        with self._lock:
            self._broken_off.set()
            running = list(self._running)
        for each in running:
            _kill(each)

    def rest(self, seconds: float) -> None:
        """Wait, or until all is broken off."""
        self._broken_off.wait(seconds)

    def equerry(
        self, device: FleetDevice, words: Sequence[str], *, stdin: str = "", limit_s: float = LIMIT_S
    ) -> SshAnswer:
        """`equerry` with these words there. Raises what `run` does, EquerryMissing, CommandMissing, SudoRefused."""
        told = self.run(device, shlex.join([*sudo(device), "equerry", *words]), stdin=stdin, limit_s=limit_s)
        if told.status:
            _refused(told, device, words)
        return told

    def run(
        self, device: FleetDevice, command: str, *, stdin: str | IO[bytes] = "", limit_s: float = LIMIT_S
    ) -> SshAnswer:
        """A line for the shell there. Raises DeviceAway, DeviceSilent, HostUnknown, HostChanged, LoginRefused,
        BrokenOff."""
        file = None if isinstance(stdin, str) else stdin
        process = self._begun([*self._ssh(device), command], subprocess.PIPE if file is None else file)
        try:
            out, err = process.communicate(stdin if isinstance(stdin, str) else None, timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise DeviceSilent(limit_s=limit_s) from None
        finally:
            _kill(process)
            with self._lock:
                self._running.discard(process)
        if self._broken_off.is_set():
            raise BrokenOff
        told = SshAnswer(process.returncode, out, err)
        if told.status == _NOT_OURS:
            raise not_reached(device, told.err)
        return told

    def _begun(self, words: Sequence[str], stdin: int | IO[bytes]) -> subprocess.Popen[str]:
        with self._lock:
            if self._broken_off.is_set():
                raise BrokenOff
            try:
                process = subprocess.Popen(
                    words,
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**os.environ, "LC_ALL": "C"},
                    encoding="utf-8",
                    errors="replace",
                    start_new_session=True,  # Ctrl-C is ours to deal with
                )
            except FileNotFoundError:
                raise SshMissing from None
            self._running.add(process)
            return process

    def _ssh(self, device: FleetDevice) -> list[str]:
        options = [
            "BatchMode=yes",
            f"ConnectTimeout={CONNECT_S}",
            "ServerAliveInterval=5",
            "ServerAliveCountMax=3",
            "LogLevel=ERROR",
        ]
        if socket := self._sockets.get(device.name):
            options += ["ControlMaster=auto", f"ControlPath={socket}", f"ControlPersist={_IDLE_S}"]
        words = ["ssh", "-T", *(["-F", str(self._config)] if self._config else [])]
        words += [word for each in options for word in ("-o", each)]
        words += ["-p", str(device.port)] if device.port else []
        words += ["-l", device.user] if device.user else []
        return [*words, "--", device.host]


def sudo(device: FleetDevice) -> Sequence[str]:
    """What stands before a command of root's there."""
    return ["sudo", "-n"] if device.sudo and device.user != "root" else []


def last_words(text: str) -> str:
    """The last line that says something, fit for a terminal."""
    lines = [each for each in plain_lines(text) if each]
    return lines[-1][:_MOST_TOLD] if lines else "nothing"


def plain_lines(text: str) -> list[str]:
    """Without what a terminal would obey."""
    return [plain(re.sub(r"\x1b\[[0-9;]*m", "", each)).strip() for each in text.splitlines()]


def not_reached(device: FleetDevice, err: str) -> DeviceError:
    """What ssh says when it did not come to run anything, in our words."""
    at = f"{device.user}@{device.host}" if device.user else device.host
    ssh = f"ssh{f' -p {device.port}' if device.port else ''} {at}"
    if "IDENTIFICATION HAS CHANGED" in err:
        known = f"[{device.host}]:{device.port}" if device.port else device.host
        return HostChanged(forget=f"ssh-keygen -R {shlex.quote(known)}, then {ssh}")
    if "Host key verification failed" in err or "host key is known" in err:
        return HostUnknown(ssh=ssh)
    if "Permission denied" in err or "Too many authentication failures" in err:
        return LoginRefused(user=device.user or "you", ssh=ssh)
    words = last_words(err).removeprefix("ssh: ").rstrip(".")
    reached = re.fullmatch(r"connect to host \S+ port (\d+): (.*)", words)
    return DeviceAway(reason=f"{reached[2]} (port {reached[1]})" if reached else words)


def _refused(told: SshAnswer, device: FleetDevice, words: Sequence[str]) -> None:
    """Raises where the command did not come to its own work; its own statuses are the caller's."""
    if "sudo:" in told.err and ("password is required" in told.err or "not allowed" in told.err):
        raise SudoRefused
    if told.status == 127 or "equerry: command not found" in told.err or "equerry: not found" in told.err:
        raise EquerryMissing
    if told.status == 2 and re.search("No such (command|option)", told.err):
        raise CommandMissing(command=" ".join(each for each in words if not each.startswith("-")), name=device.name)


def accepted(told: SshAnswer) -> SshAnswer:
    """A command that must have gone well. Raises DeviceRefused with its last words."""
    if told.status:
        raise DeviceRefused(words=last_words(told.err or told.out).removeprefix("equerry: "))
    return told


def _kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
