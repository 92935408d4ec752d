"""The appliance's user and what it may use, read off /etc/passwd and /etc/group: root answers for another."""

from __future__ import annotations

import os
import pwd
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from device.doctor.sources import Sources

USER = "equerry"
"""Made by the installer (systemd/sysusers.conf)."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user, with all groups."""

    name: str
    uid: int
    gids: frozenset[int]

    def may_use(self, path: Path) -> bool:
        """Whether it may read and write there, by owner, group and mode (no access lists). Raises OSError."""
        status = path.stat()
        if self.uid == 0:
            return True
        if status.st_uid == self.uid:
            wanted = stat.S_IRUSR | stat.S_IWUSR
        elif status.st_gid in self.gids:
            wanted = stat.S_IRGRP | stat.S_IWGRP
        else:
            wanted = stat.S_IROTH | stat.S_IWOTH
        return status.st_mode & wanted == wanted


def account(sources: Sources) -> Account:
    """That of the installed appliance, else whoever asks."""
    for line in sources.text("etc/passwd").splitlines():
        fields = line.split(":")
        if fields[0] == USER and len(fields) > 3 and fields[2].isdecimal() and fields[3].isdecimal():
            return Account(USER, int(fields[2]), frozenset({int(fields[3]), *_groups(sources)}))
    name = str(sources.uid)
    with suppress(KeyError):
        name = pwd.getpwuid(sources.uid).pw_name
    return Account(name, sources.uid, frozenset({os.getegid(), *os.getgroups()}))


def _groups(sources: Sources) -> set[int]:
    """Of the user equerry (group(5))."""
    fields = (line.split(":") for line in sources.text("etc/group").splitlines())
    return {int(each[2]) for each in fields if len(each) > 3 and each[2].isdecimal() and USER in each[3].split(",")}
