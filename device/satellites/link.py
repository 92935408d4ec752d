"""The connection with one satellite: reached, kept alive, reached again. In Wyoming a satellite is the server.

The thread `satellite` reads and listens, `satellite-turns` does what was said and speaks; both send.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Describe
from wyoming.ping import Ping
from wyoming.satellite import RunSatellite

from device.errors import ApplianceError
from device.satellites.intake import SatelliteIntake
from device.satellites.place import SatellitePlace
from device.satellites.services import SatelliteServices
from device.satellites.turns import Order, SatelliteTurns
from device.wyoming.frames import FrameReader, encoded
from firmware.errors import ExpectedError
from services.actions.wording import sentence
from services.home.backoff import pause

log = logging.getLogger(__name__)

REACH_S = 5.0
SEND_S = 10.0
"""Seconds in which it must take what it is sent."""
PING_S = 15.0
"""So often it is asked whether it is there."""
SILENT_S = 40.0
"""One that answers pings at all, and has said nothing for so long, is gone."""
_LOOK_S = 0.5
_STEADY_S = 30.0
"""A connection that lasted so long was none in vain."""
_CHUNK = 65_536


class SatelliteAway(ApplianceError):
    """The satellite {name} can't be reached at {where} ({reason}). Check that it runs, and [satellites] at."""

    code = "satellite.away"


class SatelliteGone(ApplianceError):
    """The satellite {name} is gone ({reason})."""

    code = "satellite.gone"


@dataclass(frozen=True, slots=True)
class SatelliteStatus:
    """How a satellite is."""

    name: str
    room: str
    connected: bool = False
    since: float | None = None
    """Seconds of time.time(); None: it was not tried yet."""
    reason: str = ""
    code: str = ""


class SatelliteLink:
    """Of one satellite. `status` may be read by any thread."""

    def __init__(
        self,
        place: SatellitePlace,
        services: SatelliteServices,
        *,
        crashed: Callable[[BaseException], None],
        wait_s: Callable[[int], float] = lambda tries: pause(tries, random.random()),  # noqa: S311 - no secret
        send_s: float = SEND_S,
    ) -> None:
        """`crashed` is handed a bug; `wait_s`: before the next try, behind so many in vain."""
        self.place = place
        self._services, self._crashed = services, crashed
        self._wait_s, self._send_s = wait_s, send_s
        self._stopping = threading.Event()
        self._sending = threading.Lock()
        self._line: socket.socket | None = None
        self.status = SatelliteStatus(place.name, place.room)

    def run(self) -> None:
        """Until stopped; a bug is handed on."""
        tries = 0
        try:
            while not self._stopping.is_set():
                begun = time.monotonic()
                self._once()
                tries = 1 if time.monotonic() - begun > _STEADY_S else tries + 1
                self._stopping.wait(self._wait_s(tries))
        except Exception as error:  # noqa: BLE001 - a bug, which is raised by whoever hears of it
            self._crashed(error)

    def stop(self) -> None:
        """End soon, from any thread."""
        self._stopping.set()
        self._hang_up()

    def _once(self) -> None:
        """One connection, to its end."""
        try:
            with self._reached() as line:
                self._line = line
                self._show(connected=True)
                self._serve(line)
        except OSError as error:
            self._show(error=SatelliteGone(name=self.place.name, reason=error.strerror or str(error) or "no answer"))
        except ExpectedError as error:
            self._show(error=error)
        finally:
            self._line = None

    def _reached(self) -> socket.socket:
        where = self.place.host, self.place.port
        try:
            line = socket.create_connection(where, timeout=REACH_S)
        except OSError as error:
            reason = error.strerror or str(error)
            raise SatelliteAway(name=self.place.name, where=f"{where[0]}:{where[1]}", reason=reason) from None
        line.settimeout(self._send_s)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def _serve(self, line: socket.socket) -> None:
        orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        turns = SatelliteTurns(self._services, self.place.client, self._send, orders.put)
        hearer = self._services.nearest.joined(turns.put)
        intake = SatelliteIntake(self._services, hearer, orders, clock=time.monotonic, sleep=self._sleep)
        thread = threading.Thread(target=self._guarded, args=(turns,), name="satellite-turns", daemon=True)
        thread.start()
        try:
            self._send(Describe())
            self._send(RunSatellite())
            for event in self._heard(line, intake):
                for answer in intake.take(event):
                    self._send(answer)
        except ExpectedError as error:
            with contextlib.suppress(OSError):
                self._send(Error(sentence(str(error)), error.code))
            raise
        finally:
            turns.put(None)
            self._hang_up()
            hearer.leave()
            intake.close()
            thread.join(self._send_s)

    def _guarded(self, turns: SatelliteTurns) -> None:
        try:
            turns.run()
        except OSError:
            self._hang_up()  # who reads notices
        except Exception as error:  # noqa: BLE001 - a bug, which is raised by whoever hears of it
            self._crashed(error)

    def _heard(self, line: socket.socket, intake: SatelliteIntake) -> Iterator[Event]:
        """What it says, until it says no more. Raises FrameBroken, SatelliteGone, OSError."""
        frames, pongs = FrameReader(), False
        latest = asked = time.monotonic()
        with selectors.DefaultSelector() as ready:
            ready.register(line, selectors.EVENT_READ)
            while not self._stopping.is_set():
                if ready.select(_LOOK_S):
                    heard = line.recv(_CHUNK)
                    if not heard:
                        raise SatelliteGone(name=self.place.name, reason="it hung up")
                    latest = time.monotonic()
                    for event in frames.feed(heard):
                        pongs = pongs or event.type == "pong"
                        yield event
                intake.obey()
                now = time.monotonic()
                if now - asked > PING_S:
                    asked = now
                    self._send(Ping())
                if pongs and now - latest > SILENT_S:
                    raise SatelliteGone(name=self.place.name, reason="it answers no more")

    def _send(self, told: Eventable) -> None:
        """From both threads. Raises OSError."""
        with self._sending:
            if self._line is None:
                raise ConnectionAbortedError("the connection is over")
            self._line.sendall(encoded(told.event()))

    def _sleep(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def _hang_up(self) -> None:
        line = self._line
        if line:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _show(self, *, connected: bool = False, error: ExpectedError | None = None) -> None:
        if self._stopping.is_set():
            return
        before, reason = self.status, str(error) if error else ""
        code = error.code if error else ""
        self.status = SatelliteStatus(self.place.name, self.place.room, connected, time.time(), reason, code)
        if connected:
            log.info("The satellite %s is there", self.place.name)
        elif (before.connected, before.reason) != (False, reason):
            log.warning("%s", reason)
