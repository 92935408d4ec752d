"""The link with Home Assistant (https://developers.home-assistant.io/docs/api/websocket).

The thread `home` reaches it, keeps the house in memory and reads all that comes. Act threads have services called
through it and wait for the answer.
"""

from __future__ import annotations

import logging
import queue
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import contextmanager
from typing import Any

from pydantic import SecretStr

from services.home.backoff import pause
from services.home.base import Home, HomeAway, HomeError, HomeRefused, HomeSilent, HouseAnswer, ServiceCall
from services.home.expected import settled, shows
from services.home.status import HomeStatus
from services.home.websocket.connection import HomeConnection, TokenRefused
from services.home.websocket.registries import Registries, exposed, home_of, merged, registries, unlisted

log = logging.getLogger(__name__)

WHO = "Home Assistant"
_LOOK_S = 0.5
"""How often the thread looks whether it is to end, or names have changed; so long changes of names are gathered."""
_SETTLE_S = 2.0
"""So long after a service was done the house may take to show it."""
_AGAIN_S = 300.0
"""What is exposed is asked again so often: of things without an entry, nothing tells when that changes."""
_STEADY_S = 30.0
"""A connection that lasted so long was none in vain."""
_ID = re.compile(r"\b[a-z_]+\.[a-z0-9_]+\b")
"""An entity's."""
_CHANGED = ("area_registry_updated", "floor_registry_updated", "device_registry_updated", "entity_registry_updated")


class HomeLink:
    """services.home.base.Controls, and device.turn.reactor.Beside. `home` and `status` may be read by any thread."""

    name = "home"
    who = WHO

    def __init__(
        self,
        url: str,
        token: SecretStr,
        *,
        limit_s: float,
        talks: bool = True,
        language: str = "en",
        now: Callable[[], float] = time.time,
        changed: Callable[[HomeStatus], None] = lambda _: None,
    ) -> None:
        """`url`: http(s)://host:port. `limit_s`: how long a service may take; `changed` is told on this thread when the
        connection comes or goes.
        """
        self._url, self._token = url, token
        self._limit_s = limit_s
        self._may_talk, self._language = talks, language
        self._now, self._changed = now, changed
        self._stopping = threading.Event()
        self._moved = threading.Condition()
        """Of the house; whoever waits for a state waits for this."""
        self._home = Home()
        self._connection: HomeConnection | None = None
        self._talks: dict[str, str] = {}
        """Whose conversation is which of Home Assistant's."""
        self.status = HomeStatus(connected=False)

    @property
    def home(self) -> Home:
        """As it is now; empty while it is away, for nobody could command it then."""
        return self._home

    @property
    def talks(self) -> bool:
        """Whether its conversation is to be asked, and can be."""
        return self._may_talk and self._connection is not None

    # The thread `home`

    def run(self) -> None:
        """Until stopped."""
        tries = 0
        while not self._stopping.is_set():
            begun = time.monotonic()
            try:
                self._serve()
            except HomeError as error:
                self._show(HomeStatus(False, self._now(), reason=str(error), code=error.code))
            tries = 1 if time.monotonic() - begun > _STEADY_S else tries + 1
            self._stopping.wait(pause(tries, random.random()))  # noqa: S311 - no secret, only not all at once

    def stop(self) -> None:
        """End soon, from any thread."""
        self._stopping.set()

    def _serve(self) -> None:
        """One connection, to its end. Raises HomeError."""
        with HomeConnection(self._url, self._token, limit_s=self._limit_s) as connection, _readable():
            house = _House(connection)
            house.fetch()
            self._connection = connection
            try:
                self._keep(house.now(self._home))
                self._show(HomeStatus(True, self._now(), connection.version, entities=len(self._home.entities)))
                while not self._stopping.is_set():
                    connection.pump(_LOOK_S)
                    if (house.stale and connection.idle) or time.monotonic() >= house.due:
                        house.fetch()
                    if house.moved:
                        self._keep(house.now(self._home))
            finally:
                self._connection = None
                self._keep(Home(names=self._home.names + 1))
                if not self._stopping.is_set():
                    self._show(HomeStatus(False, self._now(), reason=f"{WHO} is gone.", code=HomeAway.code))

    def _keep(self, home: Home) -> None:
        with self._moved:
            self._home = home
            self._moved.notify_all()

    def _show(self, status: HomeStatus) -> None:
        before, self.status = self.status, status
        if (before.connected, before.reason) != (status.connected, status.reason):
            if status.connected:
                log.info("%s %s is there, with %d things", WHO, status.version, status.entities)
            else:
                log.warning("%s", status.reason)
            self._changed(status)

    # Act threads

    def call(self, calls: Sequence[ServiceCall]) -> Home:
        """All of them at once; then it waits until the house shows it, two seconds at most. Where some are refused and
        others done, the states tell what was not, where states do.
        """
        asked = [
            self._asked(
                "call_service",
                domain=call.domain,
                service=call.service,
                service_data=dict(call.data),
                target={"entity_id": list(call.entities)},
            )
            for call in calls
        ]
        refused = self._refused(list(zip(calls, asked, strict=True)))
        with self._moved:
            self._moved.wait_for(
                lambda: all(settled(call, self._home) for call in calls if call not in refused), _SETTLE_S
            )
            return self._home

    def _refused(self, asked: Sequence[tuple[ServiceCall, Future[Mapping[str, Any]]]]) -> Sequence[ServiceCall]:
        """Those of which it says no. Raises the first refusal where all are refused, or no state tells of one."""
        refused: list[tuple[ServiceCall, HomeRefused]] = []
        for call, answer in asked:
            try:
                self._answer(answer)
            except HomeRefused as error:
                refused.append((call, error))
        if refused and (len(refused) == len(asked) or not all(shows(call) for call, _ in refused)):
            raise refused[0][1]
        return [call for call, _ in refused]

    def converse(self, text: str, conversation: str) -> HouseAnswer:
        """Its conversation goes on from what the same client said before."""
        going = self._talks.get(conversation)
        asked = self._asked(
            "conversation/process", text=text, language=self._language, **({"conversation_id": going} if going else {})
        )
        told = self._answer(asked)
        if told.get("conversation_id"):
            self._talks[conversation] = str(told["conversation_id"])
        response = told.get("response") or {}
        speech = ((response.get("speech") or {}).get("plain") or {}).get("speech") or ""
        failed = response.get("response_type") == "error"
        code = (response.get("data") or {}).get("code") if failed else ""
        return HouseAnswer(
            str(speech), code != "no_intent_match", refused=failed, awaits=bool(told.get("continue_conversation"))
        )

    def _asked(self, kind: str, **fields: Any) -> Future[Mapping[str, Any]]:
        if (connection := self._connection) is None:
            raise HomeAway(who=WHO)
        return connection.ask(kind, **fields)

    def _answer(self, asked: Future[Mapping[str, Any]]) -> Mapping[str, Any]:
        try:
            told = asked.result(self._limit_s)
        except TooLate:
            raise HomeSilent(who=WHO, seconds=self._limit_s) from None
        except HomeRefused as error:
            raise HomeRefused(who=WHO, reason=self._called(str(error.facts["reason"]))) from error
        return told if isinstance(told, Mapping) else {}

    def _called(self, reason: str) -> str:
        """With the names that things have, in place of their ids."""
        there = self._home.entities
        return _ID.sub(lambda id_: there[id_[0]].name if id_[0] in there else id_[0], reason)


@contextmanager
def _readable() -> Iterator[None]:
    """What comes from there is not of our making: where it is not as it should be, the connection is given up."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise HomeRefused(who=WHO, reason=f"something that I can't read ({error!r})") from error


class _House:
    """What one connection tells of the house; for its thread alone."""

    def __init__(self, connection: HomeConnection) -> None:
        self._connection = connection
        self._known = Registries()
        self._states: Mapping[str, Mapping[str, Any]] = {}
        self._wanted: tuple[str, ...] = ()
        self._events: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        self._subscription = 0
        self.stale = False
        """Names may have changed."""
        self.due = 0.0
        self.moved = False
        for event in _CHANGED:
            connection.subscribe("subscribe_events", self._renamed, event_type=event)

    def fetch(self) -> None:
        """Ask for all names, and for the states of what is exposed. Raises HomeError."""
        wait = self._connection.wait
        areas, devices = wait("config/area_registry/list"), wait("config/device_registry/list")
        entries = wait("config/entity_registry/list")
        try:
            floors = wait("config/floor_registry/list")
        except HomeRefused:
            floors = ()  # before 2024.4 there are none
        wanted = self._exposed(entries)
        known = [row["entity_id"] for row in entries]
        full = wait("config/entity_registry/get_entries", entity_ids=sorted({*wanted} & {*known}))
        self._known = registries(areas, floors, devices, full, entries)
        if tuple(wanted) != self._wanted:
            self._follow(tuple(wanted))
        self.stale, self.due, self.moved = False, time.monotonic() + _AGAIN_S, True

    def now(self, before: Home) -> Home:
        """The house."""
        self.moved = False
        return home_of(self._known, self._states, self._wanted, before)

    def _exposed(self, entries: Sequence[Mapping[str, Any]]) -> list[str]:
        try:
            return exposed(self._connection.wait("homeassistant/expose_entity/list")["exposed_entities"])
        except TokenRefused:
            raise
        except HomeRefused:
            return unlisted(entries, [state["entity_id"] for state in self._connection.wait("get_states")])

    def _follow(self, wanted: tuple[str, ...]) -> None:
        """Have the states of these told from now on."""
        if self._subscription:
            self._connection.wait("unsubscribe_events", subscription=self._subscription)
        self._wanted, self._states = wanted, {}
        first = threading.Event()
        ids = {"entity_ids": list(wanted)} if wanted else {"entity_ids": ["none.none"]}

        def told(event: Mapping[str, Any]) -> None:
            self._states, self.moved = merged(self._states, event), True
            first.set()

        self._subscription = self._connection.subscribe("subscribe_entities", told, **ids)
        until = time.monotonic() + _SETTLE_S
        while wanted and not first.is_set() and time.monotonic() < until:
            self._connection.pump(_LOOK_S)

    def _renamed(self, _: Mapping[str, Any]) -> None:
        self.stale = True
