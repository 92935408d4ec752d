"""Home Assistant: the device appears there by itself, shows how it is, and can be turned. A part of the thread `mqtt`.

    <ha>/…/config                          what there is (services/sync/home_assistant/discovery.py)
    <prefix>/<device>/ha/<what>            how it is (services/sync/home_assistant/entities.py), retained
    <prefix>/<device>/set/<dial>[/<user>]  turns a dial (device/dials/base.py), restarts, or updates; QoS 0: not meant
                                           for later

What moves the appliance otherwise goes to device/mqtt/commands.py. Refusals are told on <prefix>/<device>/error.
"""

from __future__ import annotations

import json
import logging
import queue
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from device.dials.base import LONGEST, Dials, DialUnknown, DialWrong
from device.mqtt.commands import Demand
from device.mqtt.home_assistant.presence import Appearing
from device.mqtt.home_assistant.release import Release
from device.mqtt.refusals import Errors
from device.mqtt.senders import Flooded, Senders
from device.mqtt.tokens import Tokens
from device.upkeep.updates import Updates
from firmware.errors import ExpectedError
from services.store.base import Change
from services.sync.base import Connected, MessageTooLarge, MqttMessage, MqttPart, Publish
from services.sync.home_assistant.discovery import DeviceInfo, Form, Found, wanted
from services.sync.home_assistant.entities import Features, entities
from services.sync.topics import Topics

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often it is looked whether something was turned otherwise, such as the volume by voice."""
COUNT_S = 3.0
"""From one count of what there is to do to the next at least;"""
COUNT_ANYWAY_S = 60.0
"""at most: tasks become overdue though nothing is written."""
_SHARE = 20
"""Counting takes no more than one of so many seconds."""
_HOUR_S, _MINUTE_S = 3_600.0, 60.0


class HomeAssistant(MqttPart):
    """`gesture`, `changed` and `plugged` are for any thread; the rest is for `mqtt`."""

    def __init__(
        self,
        topics: Topics,
        publish: Publish,
        wake: Callable[[], None],
        *,
        about: DeviceInfo,
        features: Callable[[], Features],
        dials: Dials,
        counts: Callable[[datetime], Mapping[str, Any]],
        demand: Demand,
        now: Callable[[], datetime],
        restart: Callable[[], None] | None = None,
        newest: Callable[[], str] = lambda: "",
        updates: Updates | None = None,
        near_misses: Callable[[], int] = lambda: 0,
        prefix: str = "homeassistant",
        form: Form = "device",
        user: str = "",
        spread_s: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`features` is asked whenever Home Assistant is told; dials are added. `restart` starts the process again;
        `newest`: version on the site; `updates`: where they can be installed; `near_misses`: since the start; `prefix`,
        `form`: as Home Assistant wants it, form `none` takes all away; `user`: its name at the broker, where that
        proves who it is.
        """
        self._topics, self._publish, self._wake = topics, publish, wake
        self._about, self._features, self._dials, self._counts = about, features, dials, counts
        self._demand, self._restart, self._near_misses = demand, restart, near_misses
        self._release = Release(about.version, newest, updates)
        self._prefix, self._form, self._user = prefix, form, user
        self._now, self._clock = now, clock
        self._appearing = Appearing(topics, self._found, prefix=prefix, node=about.node, spread_s=spread_s, clock=clock)
        self._errors = Errors(publish, topics.own("error"), now=now, clock=clock)
        self._senders = Senders(Tokens())
        self._gestures: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._out: deque[MqttMessage] = deque()
        self._shown: dict[str, bytes] = {}
        """What was published of `ha/…` since there is a connection."""
        self._connected = self._plugged = False
        self._may: frozenset[str] | None = None
        """What Home Assistant was told that it may do."""
        self._last: Mapping[str, Any] = {}
        self._heard: Mapping[str, Any] = {"word": None, "score": None}
        self._nearly: deque[tuple[float, int]] = deque([(clock(), near_misses())])
        self._stale = True
        """Something was written since the last count."""
        self._counted: Mapping[str, Any] | None = None
        self._count_at = self._count_anyway_at = 0.0

    @property
    def filters(self) -> Sequence[tuple[str, Literal[0, 1]]]:
        """Of what Home Assistant says and knows, what is turned, and what of ours is kept for it."""
        own: list[tuple[str, Literal[0, 1]]] = [
            (self._topics.own(each), 0) for each in ("set/+", "set/+/+", "latency", "wake")
        ]
        return [*self._appearing.filters, *own]

    # --- from any thread ---

    def gesture(self, name: str) -> None:
        """What was done with the talk button: one of services.sync.home_assistant.entities.GESTURES."""
        self._gestures.put(name)
        self._wake()

    def changed(self, _: Sequence[Change]) -> None:
        """A watcher of the store."""
        self._stale = True

    def plugged(self) -> None:
        """Something that `features` tells of may have come, such as a microphone."""
        self._plugged = True
        self._wake()

    # --- on the thread mqtt ---

    def connected(self, _: Connected) -> None:
        """All is told again: nobody knows what the broker has kept."""
        self._connected = True
        self._shown.clear()
        self._out.clear()
        self._out.extend(self._appearing.connected())

    def disconnected(self) -> None:
        """What was not told yet is told as it is then."""
        self._connected = False
        self._out.clear()
        self._appearing.disconnected()

    def arrived(self, message: MqttMessage) -> None:
        """Never raises for any message."""
        what = self._topics.what(message.topic) or ""
        if what.startswith("set/"):
            self._set(message, what.removeprefix("set/"))
        elif what == "latency":
            last = _picked(message, "at", "client", "result", "actions", "code", "total_s")
            if last and last["result"] != "silent":  # nobody said anything: an ear that closed is no command
                self._last = last
        elif what == "wake":
            self._heard = _picked(message, "word", "score") or self._heard
        else:
            self._appearing.arrived(message)

    def work(self) -> float | None:
        """Publish what there is."""
        moment = self._clock()
        self._tell_gestures()
        if not self._connected:
            return None
        if self._plugged or self._may not in (None, self._features().may):  # roles change while it runs
            self._plugged = False
            self._appearing.again()
        self._out.extend(self._appearing.due(moment))
        if not self._appearing.looking:  # first what there is, then how it is
            self._show_all(moment)
            if failure := self._release.failure():
                self._errors.tell(self._topics.own("set/update"), *failure)
        self._flush()
        waits = [deadline - moment for deadline in (self._appearing.deadline,) if deadline is not None]
        waits += [wait for wait in (self._errors.work(),) if wait is not None]
        return max(0.0, min([LOOK_S, *waits]))

    def _show_all(self, moment: float) -> None:
        self._show("dials", self._dials.values)
        self._show("version", self._release.shown)
        self._show("heard", {**self._heard, "near_misses_per_hour": self._near_misses_an_hour(moment)})
        self._count(moment)
        if self._counted is not None:
            self._show("counts", self._counted)
        if self._last:
            self._show("last", self._last)

    def _found(self) -> Found:
        features = replace(
            self._features(), dials=self._dials.names, bounds=self._dials.bounds, words=self._dials.choices("wake_word")
        )
        self._may = features.may
        each = entities(features, self._topics, user=self._user)
        return wanted(each, self._about, self._topics, prefix=self._prefix, form=self._form)

    def _show(self, what: str, tree: Mapping[str, Any]) -> None:
        payload = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
        if self._shown.get(what) != payload:
            self._shown[what] = payload
            self._out.append(MqttMessage(self._topics.own(f"ha/{what}"), payload, qos=1, retain=True))

    def _flush(self) -> None:
        """As much as the broker takes now."""
        while self._out:
            message = self._out[0]
            try:
                if self._publish(message) is None and message.qos:
                    return
            except MessageTooLarge as error:
                log.warning("%s", error)
            self._out.popleft()

    # --- what is turned ---

    def _set(self, message: MqttMessage, rest: str) -> None:
        """Turn a dial, or refuse to."""
        if message.retain:
            self._errors.ignore(message.topic)
            return
        dial, slash, user = rest.partition("/")
        self._shown.pop("dials", None)  # as it is then, also to whom was refused
        try:
            client = self._senders.admitted("settings", user if slash else None, self._clock())
            self._demand(client, f"appliance.{'update' if dial == 'update' else 'settings'}", self._now())
            self._turn(dial, message.payload)
        except Flooded as error:
            self._errors.tell(message.topic, error.code, str(error))
        except ExpectedError as error:
            self._errors.refuse(message.topic, error)

    def _turn(self, dial: str, payload: bytes) -> None:
        """Raises DialRefused."""
        if len(payload) > 4 * LONGEST:
            raise DialWrong(dial="It", why="it is too long")
        try:
            said = payload.decode()
        except UnicodeDecodeError:
            raise DialWrong(dial="It", why="it is no UTF-8") from None
        if dial == "update":
            self._release.install(said)
            return
        if dial != "restart":
            self._dials.turn(dial, said)
            return
        if self._restart is None:
            raise DialUnknown(dial="restart", known=", ".join(sorted(self._dials.names)))
        if said.strip().casefold() not in ("", "press"):
            raise DialWrong(dial="restart", why="it takes no words")
        log.info("Restarting, as asked over MQTT")
        self._restart()

    # --- what is shown ---

    def _tell_gestures(self) -> None:
        while True:
            try:
                told = self._gestures.get_nowait()
            except queue.Empty:
                return
            if self._connected:
                payload = json.dumps({"event_type": told}).encode()
                self._out.append(MqttMessage(self._topics.own("ha/button"), payload, qos=1, expires_s=60))

    def _near_misses_an_hour(self, moment: float) -> int:
        """Those of the last hour, to the minute."""
        total = self._near_misses()
        while len(self._nearly) > 1 and moment - self._nearly[1][0] >= _HOUR_S:
            self._nearly.popleft()
        if moment - self._nearly[-1][0] >= _MINUTE_S:
            self._nearly.append((moment, total))
        return max(0, total - self._nearly[0][1])

    def _count(self, moment: float) -> None:
        if moment < self._count_at or not (self._stale or moment >= self._count_anyway_at):
            return
        self._stale = False
        try:
            self._counted = self._counts(self._now())
        except ExpectedError as error:
            log.warning("What there is to do could not be counted: %s", error)
        took = self._clock() - moment
        self._count_at = moment + max(COUNT_S, _SHARE * took)
        self._count_anyway_at = moment + COUNT_ANYWAY_S


def _picked(message: MqttMessage, *names: str) -> Mapping[str, Any]:
    """Some fields of what we have told ourselves; nothing where it is something else."""
    try:
        told = json.loads(message.payload)
        return {name: told[name] for name in names}
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
