"""Takes in what the broker keeps, after each connecting. A message of our own, which comes behind the last of it, tells
that all is here.

A broker silently drops what does not fit into its queue for a client (Mosquitto: max_queued_messages, 1,000 by
default), our own message too. Then we ask for one kind after the other, which is less at once.
"""

from __future__ import annotations

import logging
import secrets
from collections import deque

from services.sync.base import Filters, MqttMessage
from services.sync.context import SyncContext

log = logging.getLogger(__name__)

_QUIET_S = 5.0
"""Nothing has come for so long, though the broker has our message: it is lost."""


class Filling:
    """Called by the thread `mqtt`."""

    def __init__(self, context: SyncContext) -> None:
        self._context = context
        self.topic = context.topics.own("sync")
        # QoS 0: what is retained comes again after each connecting, and no queue of acknowledgements stands before it.
        self._filters: Filters = [(context.topics.documents(kind), 0) for kind in sorted(context.kinds)]
        self._left: deque[Filters] = deque()
        self._marker = b""
        self._token: int | None = None
        self._last = 0.0
        self._apart = False
        self.seen: set[int] = set()
        """Documents, by their hashes, of which something came since it began."""
        self.begun = False
        """It goes on."""
        self.filled = False
        """All that the broker kept has come, since we connected; as far as it gives it."""
        self.whole = False
        """And it gave all."""

    @property
    def filters(self) -> Filters:
        """All documents, and our own message, which must wait in the same queue and be dropped like them."""
        return [*self._filters, (self.topic, 0)]

    def connected(self) -> None:
        """The link has subscribed to everything."""
        self.filled = False
        self._begin(apart=False)

    def disconnected(self) -> None:
        """What comes after this is another fill."""
        self.begun = self.filled = False
        self._marker, self._token = b"", None

    def again(self) -> None:
        """Something was lost here: have all told once more."""
        if not self._apart:
            self._context.subscribe(self._filters)
        self._begin(apart=self._apart)

    def saw(self, key: int) -> None:
        """Something came about a document."""
        self._last = self._context.clock()
        if self.begun:
            self.seen.add(key)

    def acknowledged(self, token: int) -> None:
        """The broker has our message."""
        if token == self._token:
            self._token, self._last = None, self._context.clock()

    def came(self, marker: bytes) -> bool:
        """Our message is back, and all before it is taken in. True: that was the last of them. Empty: what came before
        is of an earlier connection, and the broker may not have it any more.
        """
        if not marker:
            self.seen.clear()
        if not self.begun or not self._marker or marker != self._marker:
            return False
        self._marker = b""
        return self._go_on(whole=True)

    def work(self) -> bool:
        """Send our message, or miss it. True: now it is known that no more will come."""
        if not self.begun:
            return False
        if not self._marker:
            self._mark()
        elif self._token is None and self._context.clock() - self._last >= _QUIET_S:
            return self._miss()
        return False

    def _begin(self, *, apart: bool) -> None:
        self.begun, self._apart = True, apart
        self.seen.clear()
        self._left = deque([each] for each in self._filters) if apart else deque()
        self.whole = True
        if apart:
            self._context.subscribe(self._left.popleft())
        self._mark()

    def _mark(self) -> None:
        """At once: while the queue for us is full."""
        self._marker = b""
        marker = secrets.token_hex(8).encode()
        self._token = self._context.publish(MqttMessage(self.topic, marker, qos=1))
        if self._token is not None:
            self._marker, self._last = marker, self._context.clock()

    def _miss(self) -> bool:
        if not self._apart:
            self._begin(apart=True)
            return False
        self._marker = b""
        return self._go_on(whole=False)

    def _go_on(self, *, whole: bool) -> bool:
        self.whole = self.whole and whole
        if self._left:
            self._context.subscribe(self._left.popleft())
            self._mark()
            return False
        if not self.whole:
            log.warning(
                "The broker drops messages; not all documents of other devices have come. Raise its limit"
                " (max_queued_messages)"
            )
        self.begun, self.filled = False, True
        return True
