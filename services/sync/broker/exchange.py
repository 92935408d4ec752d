"""A link that can be exchanged for another one while it is in use: another port, another password, another
certificate.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from services.sync.base import Acknowledged, BrokerLost, Disconnected, Link, LinkEvent, MqttMessage, Rejected


class ChangingLink:
    """services.sync.base.Link over one after the other. `change` may be called by any thread, as may `wake`; the rest
    by one.
    """

    def __init__(self, link: Link, host: str) -> None:
        """`host`: of the broker, for what is told when it is left."""
        self._link = link
        self._host = host
        self._filters: dict[str, Literal[0, 1]] = {}
        self._lock = threading.Lock()
        self._next: Link | None = None
        self._before = 0
        """Tokens that earlier links have given; those of this one count from here."""
        self._token = 0
        self._closed = False

    def change(self, link: Link) -> None:
        """Leave the broker, and reach it by this one from now on."""
        with self._lock:
            dropped, self._next = self._next, link
            if self._closed:
                dropped, self._next = link, None
        if dropped is not None:
            dropped.close()
        self._link.wake()

    def subscribe(self, filters: Sequence[tuple[str, Literal[0, 1]]]) -> None:
        """As of Link."""
        self._filters.update(filters)
        self._link.subscribe(filters)

    def turn(self, timeout: float) -> list[LinkEvent]:
        """As of Link."""
        with self._lock:
            link, self._next = self._next, None
        if link is None:
            return [self._counted(event) for event in self._link.turn(timeout)]
        was = self._link.connected
        self._link.close()
        self._link, self._before = link, self._token
        link.subscribe(list(self._filters.items()))
        return [Disconnected(BrokerLost(host=self._host, reason="the settings name another way to it"))] if was else []

    def publish(self, message: MqttMessage) -> int | None:
        """As of Link."""
        token = self._link.publish(message)
        if token is None:
            return None
        self._token = self._before + token
        return self._token

    @property
    def connected(self) -> bool:
        """As of Link."""
        return self._link.connected

    def wake(self) -> None:
        """As of Link."""
        self._link.wake()

    def close(self) -> None:
        """As of Link."""
        with self._lock:
            self._closed, waiting, self._next = True, self._next, None
        if waiting is not None:
            waiting.close()
        self._link.close()

    def _counted(self, event: LinkEvent) -> LinkEvent:
        return replace(event, token=self._before + event.token) if isinstance(event, Acknowledged | Rejected) else event
