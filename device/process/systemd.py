"""What systemd is told: ready, what goes on, that sound still moves, that it ends. One datagram each, as sd_notify(3)
describes them.

The watchdog is fed by main, and only when the listener's pulse has moved since it was last fed. So it stands for both:
the reactor takes events, and frames go through the ear (or the microphone is closed or being mended, and the loop that
does so goes round). When either hangs, in a driver or in a lock, nothing is fed, and systemd ends the process and
starts it again.
"""

from __future__ import annotations

import logging
import math
import os
import socket
import time
from collections.abc import Callable, Mapping

from device.turn import events as on
from device.turn.session import Session

log = logging.getLogger(__name__)

_SHARE = 4
"""The watchdog is fed so many times in the time it waits; systemd asks for two at least."""


class Notifier:
    """The socket of whoever started this process. One that is gone is told of once, and does not matter otherwise."""

    def __init__(self, address: str) -> None:
        """`address`: as NOTIFY_SOCKET has it, a path or an abstract name after @."""
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._failed = False
        self._told = ""

    def tell(self, **states: str) -> None:
        """Send these states, e.g. READY="1". Does not wait."""
        message = "\n".join(f"{name}={' '.join(value.split())}" for name, value in states.items())
        try:
            self._socket.sendto(message.encode(), self._address)
        except OSError as error:
            if not self._failed:
                log.warning("systemd can't be told of %s (%s).", ", ".join(states), error.strerror)
            self._failed = True
        else:
            self._failed = False

    def close(self) -> None:
        """Tell nothing more."""
        self._socket.close()

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon: told when it is ready, what it does, and that it ends."""
        match event:
            case on.Ready():
                self.tell(READY="1", STATUS=status_of(session))
            case on.Stopping():
                self.tell(STOPPING="1", STATUS="ending")
            case _ if (status := status_of(session)) != self._told:
                self._told = status
                self.tell(STATUS=status)


def status_of(session: Session) -> str:
    """One line for `systemctl status`, without a word that was said."""
    return f"microphone fault: {session.fault}" if session.fault is not None else session.phase


class Watchdog:
    """Feeds systemd's watchdog; its `beat` is called by main whenever it comes round."""

    def __init__(
        self, notifier: Notifier, pulse: Callable[[], int], wait_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`pulse`: a number that grows while the listener lives. `wait_s`: seconds until systemd ends the process."""
        self._notifier = notifier
        self._pulse = pulse
        self._every = wait_s / _SHARE
        self._clock = clock
        self._seen = pulse()
        self._next = clock()

    def beat(self) -> float:
        """Feed it if that is due and the pulse has moved. Seconds after which to be called again."""
        moment = self._clock()
        if moment >= self._next:
            self._next = moment + self._every
            pulse = self._pulse()
            if pulse != self._seen:
                self._seen = pulse
                self._notifier.tell(WATCHDOG="1")
        return self._next - moment


def unwatched() -> float:
    """In the place of a watchdog's `beat`, where none waits."""
    return math.inf


def notifier_of(environ: Mapping[str, str]) -> Notifier | None:
    """Of NOTIFY_SOCKET; None where nobody wants to be told."""
    address = environ.get("NOTIFY_SOCKET", "")
    return Notifier(address) if address[:1] in ("/", "@") else None


def watchdog_wait(environ: Mapping[str, str], pid: int | None = None) -> float | None:
    """Seconds that the watchdog of this process waits (sd_watchdog_enabled(3)); None where it has none."""
    meant, usec = environ.get("WATCHDOG_PID", ""), environ.get("WATCHDOG_USEC", "")
    if not usec.isdecimal() or int(usec) == 0 or (meant and meant != str(os.getpid() if pid is None else pid)):
        return None
    return int(usec) / 1e6


AGAIN = 75
"""Ended to be started again (EX_TEMPFAIL of sysexits.h), as Restart=on-failure does after any code but 0."""


class Ending:
    """How `equerry run` ends."""

    def __init__(self, put: Callable[[on.Event], None]) -> None:
        self._put = put
        self.code = 0
        """Of the process."""

    def again(self) -> None:
        """In order, as by SIGTERM, and then from the start. From any thread."""
        self.code = AGAIN
        self._put(on.Stopping())
