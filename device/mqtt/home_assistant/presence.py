"""Keeps what Home Assistant knows of the device true: looks at what the broker has kept, and publishes what differs.

The broker sends what it keeps before what is published after a subscription: an echo of our own tells that all has
come. Without the echo, what came within two seconds is taken for all.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Literal

from services.sync.base import MqttMessage
from services.sync.home_assistant.discovery import MIGRATE, Found, change, filters
from services.sync.topics import Topics

LOOKING_S = 2.0
AGAIN_S = 5.0
"""After another form was published it is told once more: Home Assistant may still have been unloading the old one."""


class Appearing:
    """Of the thread `mqtt`. What it returns is to be published in that order."""

    def __init__(
        self,
        topics: Topics,
        wanted: Callable[[], Found],
        *,
        prefix: str,
        node: str,
        spread_s: float,
        clock: Callable[[], float],
    ) -> None:
        """`wanted`: the discovery messages of now. `spread_s`: so long at most it waits when Home Assistant starts,
        each device its own while, so that not all speak at once.
        """
        self._wanted = wanted
        self._prefix = prefix
        self._node = node
        self._clock = clock
        self._delay = spread_s * zlib.crc32(node.encode()) / 0xFFFFFFFF
        self._status = f"{prefix}/status"
        self._echo = topics.own("ha/echo")
        self._round = 0
        self._found: dict[str, bytes] = {}
        """What stands at the broker."""
        self._looking_until: float | None = None
        self._at: float | None = None
        """When to publish."""
        self._anyway = False
        """Even what stands there already."""
        self.filters: Sequence[tuple[str, Literal[0, 1]]] = [
            (each, 0) for each in (*filters(prefix, node), self._status, self._echo)
        ]

    def connected(self) -> list[MqttMessage]:
        """What is kept is on its way."""
        self._round += 1
        self._found = {}
        self._at = None
        self._looking_until = self._clock() + LOOKING_S
        return [MqttMessage(self._echo, str(self._round).encode())]

    def disconnected(self) -> None:
        """Nothing to do until there is a broker again."""
        self._looking_until = self._at = None

    def arrived(self, message: MqttMessage) -> None:
        """Something of its filters."""
        if message.topic == self._echo:
            if message.payload == str(self._round).encode() and self._looking_until is not None:
                self._looked()
        elif message.topic == self._status:
            kept = message.retain and self._looking_until is not None  # of before: nobody has begun just now
            if message.payload == b"online" and not kept:
                self._anyway = True
                if self._looking_until is None:
                    self._at = self._clock() + self._delay
        elif message.retain and self._looking_until is not None:
            self._found[message.topic] = message.payload

    def again(self) -> None:
        """What there is may be something else now."""
        if self._looking_until is None and self._at is None:
            self._at = self._clock()

    @property
    def looking(self) -> bool:
        """Whether it is not known yet what stands at the broker."""
        return self._looking_until is not None

    @property
    def deadline(self) -> float | None:
        """When `due` has something to say if nothing comes before."""
        return self._looking_until if self._looking_until is not None else self._at

    def due(self, moment: float) -> list[MqttMessage]:
        """What is to be published now."""
        if self._looking_until is not None and moment >= self._looking_until:
            self._looked()
        if self._at is None or moment < self._at:
            return []
        self._at = None
        new = dict(self._wanted())
        anyway, self._anyway = self._anyway, False
        if new == self._found and not anyway:
            return []
        messages = change(self._found, new, prefix=self._prefix, node=self._node)
        self._found = new
        if any(message.payload == MIGRATE for message in messages):
            self._at, self._anyway = moment + AGAIN_S, True
        return messages

    def _looked(self) -> None:
        self._looking_until = None
        self._at = self._clock()
