"""The thread `mqtt`: turns the link, and gives each part what is its own. Nobody else calls either."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from services.sync.base import (
    Acknowledged,
    Arrived,
    Connected,
    Disconnected,
    Link,
    LinkEvent,
    LinkStatus,
    MqttPart,
    Rejected,
)
from services.sync.topics import fits

log = logging.getLogger(__name__)

_PATIENCE_S = 5.0
_REASONS = 16


class Bridge:
    """device.turn.reactor.Beside. `status` may be read by any thread."""

    name = "mqtt"

    def __init__(
        self,
        link: Link,
        parts: Sequence[MqttPart],
        *,
        now: Callable[[], datetime],
        changed: Callable[[LinkStatus], None] = lambda _: None,
    ) -> None:
        """`changed` is told when the connection comes or goes, on this thread."""
        self._link = link
        self._parts = tuple(parts)
        self._now = now
        self._changed = changed
        self._noted: set[str] = set()
        self._stopping = threading.Event()
        self.status = LinkStatus(connected=False, since=None)

    def run(self) -> None:
        """Until stopped."""
        self._link.subscribe(list(dict.fromkeys(each for part in self._parts for each in part.filters)))
        while not self._stopping.is_set():
            waits = [wait for part in self._parts if (wait := part.work()) is not None]
            for event in self._link.turn(max(0.0, min([_PATIENCE_S, *waits]))):
                self._meet(event)
        self._link.close()

    def stop(self) -> None:
        """End soon, from any thread."""
        self._stopping.set()
        self._link.wake()

    def _meet(self, event: LinkEvent) -> None:
        match event:
            case Connected(version=version):
                self._show(LinkStatus(True, self._now(), version))
                for part in self._parts:
                    part.connected(event)
            case Disconnected(error):
                was = self.status.connected
                self._show(LinkStatus(False, self._now(), "", str(error), error.code))
                if was:
                    for part in self._parts:
                        part.disconnected()
            case Arrived(message):
                for part in self._parts:
                    if any(fits(pattern, message.topic) for pattern, _ in part.filters):
                        part.arrived(message)
            case Acknowledged(token):
                for part in self._parts:
                    part.acknowledged(token)
            case Rejected(token, reason):
                self._note(reason)
                for part in self._parts:
                    part.rejected(token, reason)

    def _note(self, reason: str) -> None:
        """Once for each reason: a broker that takes none of our messages would fill the log."""
        if reason not in self._noted and len(self._noted) < _REASONS:
            self._noted.add(reason)
            log.warning(
                "The broker does not take all that is published (%s). Do its rules let this device write its topics?",
                reason,
            )

    def _show(self, status: LinkStatus) -> None:
        self.status = status
        if status.connected:
            log.info("The broker is there (MQTT %s)", status.version)
        else:
            log.warning("%s", status.reason)
        self._changed(status)
