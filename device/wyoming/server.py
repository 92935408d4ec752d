"""The Wyoming server: who connects, and a thread for each who may. docs/wyoming.md.

A thread waits where its client does, for sound, for a decode, for a job, and an answer is what its own call returned:
it can't be another's. Their number is bounded. The package's own server is one of coroutines, which would have to hand
each of these waits to a thread.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

from wyoming.error import Error

from device.errors import ApplianceError
from device.wyoming.access import Guests
from device.wyoming.announcement import announced
from device.wyoming.dialogue import Dialogue
from device.wyoming.frames import FrameReader, encoded
from device.wyoming.services import WyomingServices
from firmware.errors import ExpectedError
from services.actions.wording import sentence

log = logging.getLogger(__name__)

MOST = 16
"""Clients at once."""
IDLE_S = 60.0
"""Seconds without a word from a client, and for a whole event."""
SEND_S = 10.0
"""Seconds in which it must take what it is sent."""
_AGAIN_S = 30.0
_CHUNK = 65_536


class TooManyClients(ApplianceError):
    """{most} are connected already. Try again in a moment."""

    code = "wyoming.too_many"


class WyomingServer:
    """Runs beside the turns; a bug in it is raised by whoever hears of `crashed`."""

    name = "wyoming"

    def __init__(
        self,
        offers: WyomingServices,
        address: str,
        port: int,
        guests: Guests,
        *,
        called: str = "",
        crashed: Callable[[BaseException], None] | None = None,
        idle_s: float = IDLE_S,
        send_s: float = SEND_S,
    ) -> None:
        """`called`: as what the network is told of it; empty: not at all."""
        self._offers, self._address, self.port, self._guests = offers, address, port, guests
        self._called, self._crashed = called, crashed
        self._idle_s, self._send_s = idle_s, send_s
        self._stopping = threading.Event()
        self._listening: socket.socket | None = None
        self._lines: dict[str, socket.socket] = {}
        self._lock = threading.Lock()
        self._numbers = count(1)
        self.ready = threading.Event()
        """Set while it listens."""

    def run(self) -> None:
        """Until stopped. Where the address can't be had, it is tried again."""
        while not self._stopping.is_set():
            try:
                with self._listen() as listening, self._told():
                    self._accept(listening)
            except OSError as error:
                log.error("Wyoming: %s port %d can't be had (%s). [wyoming]", self._address, self.port, error)
            self._stopping.wait(_AGAIN_S)

    def stop(self) -> None:
        """End soon, from any thread; who is connected is hung up."""
        self._stopping.set()
        self._offers.turns.close()
        with self._lock:
            open_ = [*self._lines.values(), *([self._listening] if self._listening else [])]
        for each in open_:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def _listen(self) -> Iterator[socket.socket]:
        with socket.create_server(
            (self._address, self.port), family=socket.AF_INET6 if ":" in self._address else socket.AF_INET, backlog=MOST
        ) as listening:
            self.port = listening.getsockname()[1]
            with self._lock:
                self._listening = listening
            self.ready.set()
            try:
                yield listening
            finally:
                self.ready.clear()
                with self._lock:
                    self._listening = None

    def _told(self) -> contextlib.AbstractContextManager[None]:
        return announced(self._called, self._address, self.port) if self._called else contextlib.nullcontext()

    def _accept(self, listening: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                line, address = listening.accept()
            except ConnectionError:
                continue  # gone again
            except OSError:
                if self._stopping.is_set():
                    return
                raise
            peer = address[0]
            if not self._guests.admits(peer):
                line.close()
                if self._guests.news(peer):
                    log.warning("Wyoming: %s connected, and is not on the list. [wyoming] allow", peer)
            else:
                self._begin(line, peer)

    def _begin(self, line: socket.socket, peer: str) -> None:
        name = f"line-{next(self._numbers)}"
        with self._lock:
            room = len(self._lines) < MOST and not self._stopping.is_set()
            if room:
                self._lines[name] = line
        if room:
            threading.Thread(target=self._guarded, args=(line, peer, name), name="wyoming-client", daemon=True).start()
            return
        with line:
            line.settimeout(0.0)
            _tell(line, TooManyClients(most=MOST))

    def _guarded(self, line: socket.socket, peer: str, name: str) -> None:
        try:
            self._serve(line, peer, name)
        except Exception as error:
            if self._crashed is None:
                raise
            self._crashed(error)
        finally:
            with self._lock:
                self._lines.pop(name, None)
            line.close()

    def _serve(self, line: socket.socket, peer: str, name: str) -> None:
        dialogue, frames = Dialogue(self._offers, peer, name, sleep=self._sleep), FrameReader()
        try:
            for heard in self._heard(line, frames):
                for event in frames.feed(heard):
                    for answer in dialogue.take(event):
                        line.settimeout(self._send_s)
                        line.sendall(encoded(answer))
        except ExpectedError as error:
            line.settimeout(self._send_s)
            _tell(line, error)
        except OSError:
            pass  # it has gone, or takes nothing
        finally:
            dialogue.close()

    def _sleep(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def _heard(self, line: socket.socket, frames: FrameReader) -> Iterator[bytes]:
        """Until it says no more, or keeps us waiting."""
        begun = time.monotonic()
        while not self._stopping.is_set():
            if not frames.open:
                begun = time.monotonic()
            elif time.monotonic() - begun > self._idle_s:
                return
            line.settimeout(self._idle_s)
            heard = line.recv(_CHUNK)
            if not heard:
                return
            yield heard


def _tell(line: socket.socket, error: ExpectedError) -> None:
    """The last that a client is told: older Home Assistants know no such event, and see that the line is closed."""
    with contextlib.suppress(OSError):
        line.sendall(encoded(Error(sentence(str(error)), error.code).event()))
        line.shutdown(socket.SHUT_WR)
