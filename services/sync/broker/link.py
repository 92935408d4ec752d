"""The link with an MQTT broker: reached, kept alive, and reached again. MQTT 5.0 and 3.1.1 (OASIS), over paho-mqtt and
no thread of its.
"""

from __future__ import annotations

import logging
import random
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from pydantic import SecretStr

from services.sync.base import (
    BrokerLost,
    BrokerUnreachable,
    Disconnected,
    Filters,
    LinkEvent,
    MqttMessage,
    SessionTaken,
    SyncError,
)
from services.sync.broker.client import Login, Version
from services.sync.broker.connection import Connection
from services.sync.broker.wire import ConnectAttempt, Tls, Wire

log = logging.getLogger(__name__)

_CONNECT_S = 5.0
_STABLE_S = 30.0
"""A connection that lasted this long went well."""
_SHORT_S = 75.0
"""Shorter than the longest that two with one name, of which each waits longer and longer, leave each other alone."""
_SHORT_LIVES = 3
"""So many that did not, one after the other, are a sign of somebody with our name."""
_KEEP_ALIVE_CHECK_S = 1.0
_FAREWELL_S = 1.0
_UNHEARD = 100
"""Topics and filters of which it is logged that nothing comes; others may make up as many as they like."""


class Backoff:
    """Any wait between `first_s` and a ceiling that doubles with each failure (full jitter), so that a thousand devices
    whose broker was restarted don't come back together.
    """

    def __init__(self, random: Callable[[], float], *, first_s: float = 1.0, most_s: float = 60.0) -> None:
        """`random`: numbers from 0 to 1."""
        self._random = random
        self._first_s = first_s
        self._most_s = most_s
        self._failures = 0

    def failed(self) -> float:
        """Seconds to wait after one more failure."""
        self._failures = min(self._failures + 1, 32)
        ceiling: float = min(self._first_s * 2**self._failures, self._most_s)
        return self._first_s + self._random() * max(0.0, ceiling - self._first_s)

    def reset(self) -> None:
        """It went well for a while."""
        self._failures = 0


class MqttLink:
    """A link by paho (services.sync.base.Link). One thread calls it; only `wake` and `change` are for any."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        client_id: str,
        version: Version = "5",
        username: str = "",
        password: SecretStr | None = None,
        tls: Tls | None = None,
        keep_alive_s: int = 30,
        will: MqttMessage | None = None,
        birth: MqttMessage | None = None,
        lasting: bool = True,
        connect_timeout_s: float = _CONNECT_S,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`version` 5 goes down to 3.1.1 by itself where the broker knows no better. `will`: told by the broker when we
        vanish, and by us when we go; `birth`: told after each connecting. `lasting`: the broker keeps what comes while
        we are away.
        """
        self._login = Login(host, port, client_id, username, password, keep_alive_s, will, lasting)
        self._version: Version = version
        self._tls = tls
        self._birth = birth
        self._connect_timeout_s = connect_timeout_s
        self._backoff = backoff or Backoff(random.random)
        self._clock = clock
        self._filters: dict[str, Literal[0, 1]] = {}
        self._events: list[LinkEvent] = []
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._dial: ConnectAttempt | None = None
        self._connection: Connection | None = None
        self._retry_at = clock()
        self._answer_by = 0.0
        self._connected_at: float | None = None
        self._short_lives = 0
        self._token = 0
        self._told = ""
        self._unheard: set[str] = set()
        self._closed = False
        self._next: MqttLink | None = None

    @property
    def connected(self) -> bool:
        return self._connected_at is not None

    def subscribe(self, filters: Filters) -> None:
        self._filters.update(filters)
        if self._connection and self.connected and filters:
            self._connection.subscribe(filters)

    def turn(self, timeout: float) -> list[LinkEvent]:
        """What the last turn brought counts as dealt with now: before, the broker would bring it again
        after a crash.
        """
        if self._closed:
            return []
        if self._next is not None:
            return self._leave()
        if self._connection:
            self._connection.acknowledge()
        self._work()
        self._wait(0.0 if self._events else min(timeout, self._patience()))
        self._work()
        events = self._events.copy()
        self._events.clear()
        return events

    def publish(self, message: MqttMessage) -> int | None:
        if self._connection is None or not self.connected:
            return None
        self._token += message.qos
        taken = self._connection.publish(message, self._token)
        return self._token if taken and message.qos else None

    def wake(self) -> None:
        with suppress(OSError):  # so many bells that one more makes no difference, or closed
            self._bell.send(b"!")

    def change(self, other: MqttLink) -> None:
        """Leave the broker, and reach it from now on as this one would, which was never turned."""
        other.close()
        self._next = other
        self.wake()

    def close(self) -> None:
        """Waits a second at most, for a broker that is slow."""
        self._closed = True
        self._hang_up()
        self._connected_at = None
        self._bell.close()
        self._ear.close()

    def _hang_up(self) -> None:
        if self._dial:
            self._dial.give_up()
        if self._connection:
            self._say_farewell(self._connection)
            self._connection.refuse(BrokerLost(host=self._login.host, reason="we went"))
        self._dial = self._connection = None

    def _leave(self) -> list[LinkEvent]:
        """Say farewell, and begin anew as `change` was told."""
        other, self._next = self._next, None
        assert other is not None
        self._hang_up()
        lost = BrokerLost(host=self._login.host, reason="the settings name another way to it")
        events: list[LinkEvent] = [Disconnected(lost)] if self.connected else []
        self._connected_at, self._told, self._short_lives = None, "", 0
        self._login, self._version, self._tls = other._login, other._version, other._tls
        self._backoff.reset()
        self._retry_at = self._clock()
        self._events.clear()
        return events

    def _work(self) -> None:
        """Go as far as is possible now."""
        if self._connection is None:
            self._reach()
        if self._connection is not None:
            self._converse(self._connection)

    def _reach(self) -> None:
        now = self._clock()
        if self._dial is None:
            if now < self._retry_at:
                return
            self._dial = ConnectAttempt(
                self._login.host, self._login.port, self._tls, self._connect_timeout_s, self.wake
            )
            self._answer_by = now + self._connect_timeout_s
        result = self._dial.result
        if result is None:
            # A name server, most likely; it may still answer, and nobody else is asked before. What was told last time
            # still holds.
            if now >= self._answer_by and not self._told:
                self._tell(
                    BrokerUnreachable(host=self._login.host, reason=f"no answer within {self._connect_timeout_s:g} s")
                )
            return
        self._dial = None
        if isinstance(result, Wire):
            self._connection = Connection(result, self._login, self._version, self._events)
            self._answer_by = now + self._connect_timeout_s
        elif isinstance(result, SyncError):
            self._short_lives = 0
            self._failed(result)
        else:
            raise result

    def _converse(self, connection: Connection) -> None:
        connection.work()
        if connection.connected and self._connected_at is None:
            self._connected_at = self._clock()
            self._told = ""
            if self._filters:
                connection.subscribe(list(self._filters.items()))
            if self._birth:
                connection.publish(self._birth, 0)
        for what, why in connection.unheard:
            if what not in self._unheard and len(self._unheard) < _UNHEARD:
                self._unheard.add(what)
                log.warning("From the broker we don't take %.200r (%s)", what, why)
        connection.unheard.clear()
        if not connection.connected and self._clock() >= self._answer_by:
            connection.refuse(
                BrokerUnreachable(host=self._login.host, reason=f"no answer within {self._connect_timeout_s:g} s")
            )
        if connection.end is not None:
            self._ended(connection, connection.end)

    def _ended(self, connection: Connection, why: SyncError) -> None:
        self._connection = None
        connection.refuse(why)
        if connection.too_new:
            log.info("The broker %s does not know MQTT 5; going on with 3.1.1", self._login.host)
            self._version = "3.1.1"
            self._retry_at = self._clock()
            return
        self._failed(self._suspect(why))

    def _suspect(self, why: SyncError) -> SyncError:
        """Two with one name put each other out for ever, and neither MQTT 3.1.1 nor Mosquitto 2.0.11 says why."""
        lasted = 0.0 if self._connected_at is None else self._clock() - self._connected_at
        if lasted >= _STABLE_S:
            self._backoff.reset()
        broke = self._connected_at is not None and lasted < _SHORT_S and isinstance(why, BrokerLost)
        self._short_lives = self._short_lives + 1 if broke else 0
        if self._short_lives < _SHORT_LIVES:
            return why
        return SessionTaken(host=self._login.host, client=self._login.client_id)

    def _failed(self, error: SyncError) -> None:
        self._retry_at = self._clock() + self._backoff.failed()
        self._tell(error)

    def _tell(self, error: SyncError) -> None:
        if self._connected_at is not None or str(error) != self._told:
            self._connected_at = None
            self._told = str(error)
            self._events.append(Disconnected(error))

    def _patience(self) -> float:
        """Seconds after which there is something to do although nothing happens."""
        if self._connection is not None:
            return 0.0 if self._connection.hidden else _KEEP_ALIVE_CHECK_S
        due = self._retry_at if self._dial is None else self._answer_by
        return max(0.0, due - self._clock()) if self._dial is None or due > self._clock() else _CONNECT_S

    def _wait(self, timeout: float) -> None:
        poll = select.poll()
        poll.register(self._ear, select.POLLIN)
        if self._connection is not None:
            poll.register(self._connection, select.POLLIN | (select.POLLOUT if self._connection.wants_write else 0))
        for descriptor, _ in poll.poll(timeout * 1000):
            if descriptor == self._ear.fileno():
                with suppress(BlockingIOError):
                    self._ear.recv(4096)

    def _say_farewell(self, connection: Connection) -> None:
        if not connection.connected:
            return
        connection.acknowledge()
        if self._login.will:
            connection.publish(replace(self._login.will, qos=0), 0)  # before anything that waits
        connection.disconnect()
        by = self._clock() + _FAREWELL_S
        while connection.end is None and connection.wants_write and (left := by - self._clock()) > 0:
            poll = select.poll()
            poll.register(connection, select.POLLOUT)
            poll.poll(left * 1000)
            connection.work()
