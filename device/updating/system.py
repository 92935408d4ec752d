"""What is asked of systemd and of the appliance, on the device itself."""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from device.control.client import accepted, request
from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

_UNIT = "equerry.service"
_COMMAND = ("/usr/local/bin/equerry",)
_WORDS = "What time is it?"
_UNDERSTOOD = '"action": "datetime.query"'
"""Of what `equerry hear --jsonl` prints for these words."""
_LOOK_S = 1.0
_PATIENCE_S = 10.0
_HEARS_S = 300.0
"""A Raspberry Pi 4 loads its models a second time in 20 s; an emulated one takes ten times as long."""


class UpdatedSystem(Protocol):
    """What an update needs of the device around it."""

    def process(self, within: float) -> int:
        """The process of the appliance that is ready, waited for so many seconds; 0: none is."""

    def hears(self) -> bool:
        """Whether words that the voice speaks into a file are heard by the ear, and understood."""

    def at_rest(self) -> bool:
        """Whether nothing goes on that a new start would break off."""

    def say(self, words: str) -> None:
        """Have the appliance say this, if it runs."""

    def stop(self) -> None:
        """End the appliance. Raises OSError."""

    def start(self) -> None:
        """Start it, without waiting."""

    def reboot(self, *, trial: bool) -> None:
        """Begin to boot anew, for a trial of the slot that does not stand. Raises OSError."""


class SystemdSystem:
    """The device, by systemctl, the control socket and the command `equerry`."""

    def __init__(self, data: Path, command: Sequence[str] = _COMMAND) -> None:
        """`data`: the appliance's folder; `command`: what `equerry` is called."""
        self._data = data
        self._command = command

    def process(self, within: float) -> int:
        """See UpdatedSystem. The unit is active once the appliance told that it is ready."""
        end = time.monotonic() + within
        while True:
            shown = _told("systemctl", "show", _UNIT, "--property=ActiveState", "--property=MainPID")
            told = dict(line.partition("=")[::2] for line in shown.splitlines())
            if told.get("ActiveState") == "active":
                return int(told.get("MainPID", "0"))
            if time.monotonic() >= end:
                return 0
            time.sleep(_LOOK_S)

    def hears(self) -> bool:
        """See UpdatedSystem. In processes of their own: the appliance goes on listening to the room."""
        sound = self._data / "update" / "test.wav"
        _told(*self._command, "say", "--wav", str(sound), _WORDS)
        told = _told(*self._command, "hear", "--no-wake", "--dry-run", "--jsonl", str(sound))
        sound.unlink(missing_ok=True)
        return _UNDERSTOOD in told

    def at_rest(self) -> bool:
        """See UpdatedSystem. One that does not run is at rest."""
        try:
            told = accepted(request(self._data, {"request": "status"}, patience=_PATIENCE_S))
        except ExpectedError:
            return True
        return bool(told.get("at_rest", True))

    def say(self, words: str) -> None:
        """See UpdatedSystem."""
        try:
            accepted(request(self._data, {"request": "say", "text": words}, patience=_PATIENCE_S))
        except ExpectedError as error:
            log.warning("This was not said aloud: %s %s", words, error)

    def stop(self) -> None:
        """See UpdatedSystem."""
        _done("systemctl", "stop", _UNIT)

    def start(self) -> None:
        """See UpdatedSystem."""
        _told("systemctl", "start", "--no-block", _UNIT)

    def reboot(self, *, trial: bool) -> None:
        """See UpdatedSystem. The firmware tries the other slot after `reboot "0 tryboot"`, and only then."""
        _done("systemctl", "reboot", *(["--reboot-argument=0 tryboot"] if trial else []))


def _told(*command: str) -> str:
    """What a program printed, if it ends in time; whether that did is for whoever reads it."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_HEARS_S).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _done(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.returncode, " ".join(done.stderr.split()) or f"{command[0]} {command[1]} failed")
