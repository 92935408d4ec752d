"""An update on one device: the archive brought there, the update begun so that it outlives our connection, and looked
at. What runs there is there.sh, with the rights of whoever logs in; only `equerry update` has root's.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Literal

from device.fleet.errors import DeviceRefused, NotReady
from device.fleet.listed import FleetDevice
from device.fleet.release import FleetRelease
from device.fleet.ssh import LIMIT_S, Ssh, SshAnswer, accepted, last_words, plain_lines, sudo

_SLOWEST = 100_000
"""Bytes a second that a copy must come to."""
_LONGEST_S = 86_400.0
_SPARE_KIB = 1024
_NOT_ENDED: Mapping[str, Literal["going", "trial", "none"]] = {"going": "going", "trial": "trial", "none": "none"}
_TELLS_WHY = ("update: ", "install: ", "setup: ")
"""How our scripts begin the line in which they say what failed; "What helps: " follows."""


@dataclass(frozen=True, slots=True)
class UpdateSeen:
    """How far an update is. `none`: none was begun, or the machine was started anew meanwhile; `trial`: it runs, and is
    being judged whether it may stay.
    """

    state: Literal["none", "going", "trial", "ended"]
    status: int = 0
    words: str = ""
    """Of one that has ended; of one that goes on, its version."""


def bring(ssh: Ssh, device: FleetDevice, release: FleetRelease) -> None:
    """The archive and its signature, unless they are there already; whole, or not at all. Raises DeviceError."""
    for part in release.parts:
        if _there(ssh, device, "has", part.path.name, part.sha256).status:
            words = "copy", part.path.name, part.sha256, str(part.bytes // 1024 + _SPARE_KIB)
            limit_s = min(LIMIT_S + part.bytes / _SLOWEST, _LONGEST_S)
            with part.path.open("rb") as file:
                accepted(_there(ssh, device, *words, stdin=file, limit_s=limit_s))


def begin(ssh: Ssh, device: FleetDevice, release: FleetRelease) -> None:
    """Have it updated, unless it is already under way. Raises DeviceError; NotReady where another update goes on."""
    what = [release.parts[-1].path.name] if release.parts else ["--version", release.version]
    words = last_words(
        accepted(_there(ssh, device, "begin", release.version, *sudo(device), "equerry", "update", *what)).out
    )
    if words.startswith("going ") and words != f"going {release.version}":
        raise NotReady(why=f"an update to {words.removeprefix('going ')} goes on there; wait for its end")


def look(ssh: Ssh, device: FleetDevice) -> UpdateSeen:
    """How far it is. Raises DeviceError."""
    lines = plain_lines(accepted(_there(ssh, device, "look")).out)
    for number, line in enumerate(lines):
        state, _, rest = line.partition(" ")
        one_word = " " not in rest and bool(rest) == (state == "going")  # what greets at a login has more
        if one_word and (not_ended := _NOT_ENDED.get(state)):
            return UpdateSeen(not_ended, words=rest)
        if state == "ended" and rest.isdigit():
            return UpdateSeen("ended", int(rest), why(lines[number + 1 :]))
    raise DeviceRefused(words=last_words("\n".join(lines)))


def why(lines: list[str]) -> str:
    """Of the last words of an update: what failed and what helps, where it says so, else its last line."""
    for mark in _TELLS_WHY:
        at = next((number for number in range(len(lines) - 1, -1, -1) if lines[number].startswith(mark)), None)
        if at is not None:
            return " ".join([lines[at].removeprefix(mark), *(each for each in lines[at + 1 :] if "helps:" in each)])
    return last_words("\n".join(lines))


def _there(
    ssh: Ssh, device: FleetDevice, *words: str, stdin: IO[bytes] | str = "", limit_s: float = LIMIT_S
) -> SshAnswer:
    return ssh.run(device, shlex.join(["sh", "-c", _script(), "fleet", *words]), stdin=stdin, limit_s=limit_s)


@cache
def _script() -> str:
    return Path(__file__).with_name("there.sh").read_text(encoding="utf-8")
