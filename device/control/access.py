"""Where the control socket lies, and who may speak through it: whoever runs the appliance, root, and the group equerry.

Linux gives the mode of the file to whoever connects, and tells who that is (unix(7), SO_PEERCRED and SO_PEERGROUPS).
Within the user namespace of the service (PrivateUsers=) the user numbers of others are not told, but the group's is.
"""

from __future__ import annotations

import array
import contextlib
import grp
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from device.control.client import NAME, address_in

GROUP = "equerry"
_WAITING = 128
"""Connections that wait to be taken; further ones wait at the other end."""
_CREDENTIALS = struct.Struct("3i")
_PEER_GROUPS = 59
"""SO_PEERGROUPS of asm-generic/socket.h, which Python has no name for."""
_MOST_GROUPS = 256
"""As many as Python takes (1,024 bytes); of somebody who is in more only the first is known."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end."""

    pid: int
    uid: int
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may speak, but for root."""

    uid: int
    group: int | None
    """None: no group may."""

    def admits(self, peer: Peer) -> bool:
        """Whether it may."""
        return peer.uid in (0, self.uid) or (self.group is not None and self.group in peer.groups)


def peer_of(connection: socket.socket) -> Peer:
    """As it was when it connected. Raises OSError."""
    pid, uid, gid = _CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    others = array.array("I")
    with contextlib.suppress(OSError):  # a kernel before 4.13, or more groups
        others.frombytes(connection.getsockopt(socket.SOL_SOCKET, _PEER_GROUPS, _MOST_GROUPS * others.itemsize))
    return Peer(pid, uid, frozenset((gid, *others)))


@contextmanager
def listening_in(folder: Path, group: str = GROUP) -> Iterator[tuple[socket.socket, Allowed]]:
    """The socket in `folder`, for its owner and `group`, or its owner alone where it can't be given to the group. It
    replaces an old one, for this process holds the store. Removed in the end. Raises OSError.
    """
    path, fresh = folder / NAME, folder / f"{NAME}.new"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        os.fchmod(
            listening.fileno(), 0o600
        )  # a bound socket has the mode that it had before: it is at no moment anybody's
        fresh.unlink(missing_ok=True)
        try:
            with address_in(folder, fresh.name) as address:
                listening.bind(address)
                shared = _share(address, group)
            listening.listen(_WAITING)
            listening.setblocking(False)
            fresh.replace(path)  # who finds it there is heard
            yield listening, Allowed(os.geteuid(), shared)
        finally:
            path.unlink(missing_ok=True)


def _share(address: str, group: str) -> int | None:
    """Give the socket to the group; its number, or None where that can't be done."""
    try:
        number = grp.getgrnam(group).gr_gid
        if Path(address).stat().st_gid != number:  # the service may call chown not even for nothing (SystemCallFilter=)
            os.chown(address, -1, number)
        Path(address).chmod(0o660)
    except (KeyError, OSError):
        return None
    return number
