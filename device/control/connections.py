"""Connections of the control socket: bytes in, lines out, nobody waited for. All on the thread `control`.

What others may cost us is bounded: 128 connections, a request of 16 KiB, one request at a time of each, and a hundred
unread lines for a watcher. Nothing is read from a connection before its last answer was taken.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from device.control.access import Allowed, peer_of
from device.control.client import LONGEST

log = logging.getLogger(__name__)

MOST = 128
"""Connections at once; further ones wait in the kernel's queue, and where that is full, too, at the other end."""
IDLE_S = 10.0
"""Seconds of silence after which a connection makes room for one that waits."""
MOST_WATCHING = 16
MOST_BEHIND = 100
"""Lines that whoever watches may be behind; then he begins anew, with how it is."""
_CHUNK = 65_536


@dataclass(slots=True, eq=False)
class SocketConnection:
    """One connection."""

    socket: socket.socket
    since: float
    """When it was last heard, or took something of an answer."""
    heard: bytes = b""
    unsent: bytearray = field(default_factory=bytearray)
    busy: bool = False
    """A request of it is being answered; the next is read after that."""
    over: bool = False
    """It says no more, but waits for its answer."""
    met: bool = False
    """Its first line was read."""
    taking: bool = False
    """Its lines are being taken, one after the other."""
    behind: dict[object, bytes] | None = None
    """It watches, and is to be sent these, by what they are of: of some only the newest counts."""
    anew: bool = False
    """It was too far behind."""

    def owe(self, of: object, line: bytes) -> None:
        """Send it this line when it takes it; what waits of the same is dropped."""
        assert self.behind is not None
        if self.anew:
            return
        self.behind.pop(of, None)
        self.behind[of] = line
        if len(self.behind) > MOST_BEHIND:
            self.behind.clear()
            self.anew = True


class Lines:
    """Who speaks to us. `take` is given each whole line of one that is not busy; `afresh` makes a first line."""

    def __init__(self, take: Callable[[SocketConnection, bytes], None], afresh: Callable[[], bytes]) -> None:
        self._take = take
        self._afresh = afresh
        self._selector = selectors.DefaultSelector()
        self._lines: set[SocketConnection] = set()
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        self._allowed: Allowed | None = None
        self._refused: set[int] = set()
        self._listening: socket.socket | None = None
        self._selector.register(self._woken, selectors.EVENT_READ)

    @property
    def watching(self) -> list[SocketConnection]:
        """Those who watch."""
        return [line for line in self._lines if line.behind is not None]

    def __contains__(self, line: SocketConnection) -> bool:
        """Whether it was not hung up."""
        return line in self._lines

    def listen(self, listening: socket.socket, allowed: Allowed) -> None:
        """Take connections from here."""
        self._listening, self._allowed = listening, allowed

    def notify(self) -> None:
        """Let `turn` come back, from any thread."""
        with contextlib.suppress(BlockingIOError, OSError):  # a full pipe wakes, too
            self._wake.send(b".")

    def turn(self, patience: float | None) -> None:
        """Wait for somebody, or to be notified, so many seconds at most, and meet all who are there."""
        room = self._room()
        for key, ready in self._selector.select(patience if room else min(patience or 1.0, 1.0)):
            if key.fileobj is self._listening:
                self._accept()
            elif key.fileobj is self._woken:
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(4096)
            else:
                self._meet(key.data, ready)

    def close(self) -> None:
        """Hang up all."""
        for line in list(self._lines):
            self._hang_up(line)
        self._selector.close()
        self._wake.close()
        self._woken.close()

    def answer(self, line: SocketConnection, answer: bytes) -> None:
        """To its request; then comes its next."""
        if line in self._lines:
            line.unsent += answer
            line.busy = False
            self._send(line)

    def watch(self, line: SocketConnection) -> None:
        """It is owed lines from now on, first how it is now."""
        line.behind, line.anew, line.heard = {}, True, b""
        self._send(line)

    def owe(self, of: object, told: bytes) -> None:
        """Tell all who watch."""
        for line in self.watching:
            line.owe(of, told)
            self._send(line)

    # --- connections ---

    def _room(self) -> bool:
        """Whether there is room for one more; listen only then. Who says and takes nothing for long makes room."""
        if self._listening is None:
            return True
        if len(self._lines) >= MOST:
            now = time.monotonic()
            for line in [each for each in self._lines if not each.busy and now - each.since > IDLE_S]:
                self._hang_up(line)
        room, listens = len(self._lines) < MOST, self._listening in self._selector.get_map()
        if room and not listens:
            self._selector.register(self._listening, selectors.EVENT_READ)
        elif listens and not room:
            self._selector.unregister(self._listening)
        return room

    def _accept(self) -> None:
        assert self._listening is not None and self._allowed is not None
        with contextlib.suppress(OSError):  # gone again
            connection, _ = self._listening.accept()
            peer = peer_of(connection)
            if not self._allowed.admits(peer):
                if peer.uid not in self._refused:  # once: somebody who knocks all day fills no log
                    self._refused.add(peer.uid)
                    log.warning("Process %d of user %d spoke to the control socket, and may not.", peer.pid, peer.uid)
                connection.close()
                return
            connection.setblocking(False)
            line = SocketConnection(connection, time.monotonic())
            self._lines.add(line)
            self._selector.register(connection, selectors.EVENT_READ, line)

    def _meet(self, line: SocketConnection, ready: int) -> None:
        if line in self._lines and ready & selectors.EVENT_WRITE:
            self._send(line)
        if line in self._lines and ready & selectors.EVENT_READ:
            self._hear(line)

    def _hear(self, line: SocketConnection) -> None:
        try:
            heard = line.socket.recv(min(4096, LONGEST - len(line.heard)))
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        if not heard:
            line.over = True
            self._settle(line)
        elif line.behind is None:  # who watches has nothing more to say
            line.since = time.monotonic()
            line.heard += heard
            if len(line.heard) == LONGEST and b"\n" not in line.heard:
                self._hang_up(line)
                return
            self._next(line)

    def _next(self, line: SocketConnection) -> None:
        """Take the next whole line, unless one is being answered; then see what to wait for."""
        if line.taking:  # what is answered at once comes back here: thousands of lines are no deep recursion
            return
        line.taking = True
        while line in self._lines and not line.busy and not line.unsent and line.behind is None and b"\n" in line.heard:
            asked, _, line.heard = line.heard.partition(b"\n")
            line.busy = True
            self._take(line, asked)
        line.taking = False
        self._settle(line)

    def _send(self, line: SocketConnection) -> None:
        """As much as it takes without waiting."""
        while line in self._lines:
            if not line.unsent and line.behind is not None:
                self._owed(line)
            if not line.unsent:
                break
            try:
                sent = line.socket.send(line.unsent[:_CHUNK])
            except BlockingIOError:
                break
            except OSError:
                self._hang_up(line)
                return
            line.since = time.monotonic()
            del line.unsent[:sent]
        self._next(line)

    def _owed(self, line: SocketConnection) -> None:
        assert line.behind is not None
        if line.anew:
            line.anew = False
            line.unsent += self._afresh()
        elif line.behind:
            line.unsent += line.behind.pop(next(iter(line.behind)))

    def _settle(self, line: SocketConnection) -> None:
        """Wait for what there is to wait for; hang up where that is nothing."""
        if line not in self._lines:
            return
        waits = b"\n" in line.heard  # a whole request: the next is heard when its turn has come
        if line.over and (line.behind is not None or not (line.busy or line.unsent or waits)):
            self._hang_up(line)
            return
        wanted = (0 if line.over or waits else selectors.EVENT_READ) | (selectors.EVENT_WRITE if line.unsent else 0)
        known = self._selector.get_map().get(line.socket)
        if known is None and wanted:
            self._selector.register(line.socket, wanted, line)
        elif known is not None and not wanted:
            self._selector.unregister(line.socket)
        elif known is not None and known.events != wanted:
            self._selector.modify(line.socket, wanted, line)

    def _hang_up(self, line: SocketConnection) -> None:
        self._lines.discard(line)
        if line.socket in self._selector.get_map():
            self._selector.unregister(line.socket)
        line.socket.close()
