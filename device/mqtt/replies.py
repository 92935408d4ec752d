"""Where a reply goes, and that it gets there: kept while the broker is away. Given by any thread."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from device.mqtt.payload import VERBS
from device.requests.base import Request, RequestRefused
from services.actions.base import Response
from services.sync.base import MessageTooLarge, MqttMessage, Publish
from services.sync.topics import Topics

log = logging.getLogger(__name__)

Fields = Mapping[str, Any]

_MOST = 1_000
"""Replies that wait; beyond, the oldest is dropped."""
_AT_ONCE = 100
"""Published in one turn of the thread."""
_LONGEST_TOPIC = 256
NOT_UNDERSTOOD = "not_understood"
"""Code of a reply to words in which no command was found: nothing was tried, so nothing has failed by itself."""
_KEPT_S = 300
"""How long a broker keeps a reply for somebody who is away, seconds."""


class ResponseTopicRefused(RequestRefused):
    """The response topic of that message can't be used: {reason}."""

    code = "mqtt.response_topic"


@dataclass(frozen=True, slots=True)
class Target:
    """Who is to be told."""

    topic: str
    correlation: bytes = b""
    asked: bool = False
    """A reply is wanted even where there is nothing to tell but that it was done."""


def target(message: MqttMessage, topics: Topics, user: str | None, closed: Sequence[str] = ()) -> Target:
    """Where the reply to a message goes that `user` has sent, None: nobody knows who. Raises ResponseTopicRefused.

    We may publish where the sender may not. So under our prefix it must be this device's topic for replies, or that
    user's own, and elsewhere nothing of the broker's, nothing that commands others, and nothing below `closed`.
    """
    own = topics.own("reply") if user is None else topics.own(f"reply/{user}")
    topic = message.response_topic
    if not topic:
        return Target(own, message.correlation)
    if reason := _insane(topic, topics, own, closed):
        raise ResponseTopicRefused(reason=reason)
    return Target(topic, message.correlation, asked=True)


def _insane(topic: str, topics: Topics, own: str, closed: Sequence[str]) -> str:
    levels = topic.split("/")
    ours = levels[0] == topics.prefix and topic != topics.own("reply") and not f"{topic}/".startswith(f"{own}/")
    below = next((each for each in closed if f"{topic}/".startswith(f"{each}/")), None)
    found = {
        f"it has more than {_LONGEST_TOPIC} letters": len(topic) > _LONGEST_TOPIC,
        "it has characters that no topic has": "+" in topic or "#" in topic or not topic.isprintable(),
        "it belongs to the broker": topic.startswith("$"),
        f"of those below {topics.prefix}/ it can only be {own}, or below that": ours,
        "it is one for commands": levels[0] != topics.prefix and any(each in VERBS for each in levels[-2:]),
        f"nobody's replies belong below {below}/": below is not None,
    }
    return next((reason for reason, holds in found.items() if holds), "")


def encoded(fields: Fields) -> bytes:
    """As JSON."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


class Replies:
    """Those on their way, until the broker has them."""

    def __init__(self, publish: Publish, wake: Callable[[], None]) -> None:
        self._publish = publish
        self._wake = wake
        self._given: SimpleQueue[tuple[Target, Callable[[], Fields]]] = SimpleQueue()
        self._waiting: deque[MqttMessage] = deque(maxlen=_MOST)
        self._sent: dict[int, MqttMessage] = {}
        """By the token under which the broker acknowledges it."""
        self._held = False
        """The broker is away, or takes no more just now."""

    def give(self, to: Target, fields: Callable[[], Fields]) -> None:
        """From any thread. `fields` is called by the thread that publishes."""
        if self._given.qsize() >= _MOST:
            with suppress(Empty):
                self._given.get_nowait()
        self._given.put((to, fields))
        self._wake()

    def connected(self) -> None:
        """What waits may go."""
        self._held = False

    def disconnected(self) -> None:
        """What the broker has not acknowledged may be lost: it goes again, before the others."""
        self._waiting = deque([*self._sent.values(), *self._waiting], maxlen=_MOST)
        self._sent.clear()

    def acknowledged(self, token: int) -> None:
        """The broker has it, or something else, which makes room, too."""
        self._held = False
        self._sent.pop(token, None)

    def work(self) -> float | None:
        """Publish what there is; 0 where there is more."""
        for _ in range(_AT_ONCE):
            try:
                to, fields = self._given.get_nowait()
            except Empty:
                break
            self._waiting.append(
                MqttMessage(to.topic, encoded(fields()), qos=1, expires_s=_KEPT_S, correlation=to.correlation)
            )
        for _ in range(_AT_ONCE):
            if self._held or not self._waiting:
                break
            self._send(self._waiting[0])
        return 0.0 if self._given.qsize() or (self._waiting and not self._held) else None

    def _send(self, message: MqttMessage) -> None:
        try:
            token = self._publish(message)
        except MessageTooLarge as error:  # the broker's limit, or the correlation data of whoever asked
            log.warning("A reply is lost: %s", error)
            self._waiting.popleft()
            return
        if token is None:
            self._held = True
            return
        self._waiting.popleft()
        self._sent[token] = message
        while len(self._sent) > _MOST:
            del self._sent[next(iter(self._sent))]


def told(wanted: Request | None, *, ok: bool, text: str, code: str | None = None) -> Fields:
    """The fields that every reply has; `wanted` is None where the request could not be read."""
    who = {"id": wanted.id if wanted else None, "client": wanted.client if wanted else ""}
    return {**who, "ok": ok, "text": text, **({"code": code} if code else {})}


def replied(wanted: Request, response: Response, job: str) -> Fields:
    """The fields of the reply to a command that was carried out, or refused when its turn came."""
    failed = next((outcome.code for outcome in response.outcomes if not outcome.ok), None)
    ok = bool(response.command.steps and response.outcomes) and all(outcome.ok for outcome in response.outcomes)
    if not ok and failed is None and not response.reply.awaits:
        failed = NOT_UNDERSTOOD
    steps = [{"action": outcome.action, "ok": outcome.ok, "code": outcome.code} for outcome in response.outcomes]
    awaits = {"awaits": True} if response.reply.awaits else {}
    return {**told(wanted, ok=ok, text=response.reply.text, code=failed), **awaits, "steps": steps, "job": job}
