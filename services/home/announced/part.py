"""The house as the broker has it: lights and switches that announced themselves there."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence

from services.home.announced.configs import announced, tasmota
from services.home.announced.lamp import Lamp
from services.home.announced.messages import Message, State, heard, sent
from services.home.base import (
    Home,
    HomeAway,
    HomeRefused,
    HomeSilent,
    HouseAnswer,
    HouseEntity,
    HousePlace,
    ServiceCall,
)
from services.home.expected import settled
from services.sync.base import Connected, Filters, MqttMessage, MqttPart, Publish

_WHO = "the broker"
_TASMOTA = "tasmota/discovery"
_MOST = 2_000
"""Announcements that are kept: whoever may publish could send any number."""
_UNKNOWN: State = {"state": "unknown", "attributes": {}}


class AnnouncedHouse(MqttPart):
    """services.home.base.Controls, too: `home`, `call` and `converse` are for any thread, all else for the thread
    `mqtt`.
    """

    who = "The broker"
    talks = False

    def __init__(self, *, prefix: str, own: str, limit_s: float) -> None:
        """`prefix`: of Home Assistant's discovery; `own`: of this appliance's topics, which announce themselves there,
        too. `limit_s`: so long a thing may take to tell that it did what it was asked for.
        """
        self._prefix, self._own = prefix, own
        self._limit_s = limit_s
        self._announced: dict[str, list[Lamp]] = {}
        """By the topics that announce them."""
        self._lamps: dict[str, Lamp] = {}
        self._states: dict[str, State] = {}
        self._topics: dict[str, list[Lamp]] = {}
        self._asked: queue.SimpleQueue[tuple[Message, Lamp, ServiceCall]] = queue.SimpleQueue()
        self._moved = threading.Condition()
        self._home = Home()
        self._there = False
        self._publish: Publish = lambda _: None
        self._subscribe: Callable[[Filters], None] = lambda _: None
        self._wake: Callable[[], None] = lambda: None

    def join(self, *, publish: Publish, subscribe: Callable[[Filters], None], wake: Callable[[], None]) -> None:
        """The link that it speaks over; before anything else is called."""
        self._publish, self._subscribe, self._wake = publish, subscribe, wake

    # --- any thread ---

    @property
    def home(self) -> Home:
        """As it is now; empty while the broker is away."""
        return self._home if self._there else Home(names=self._home.names + 1)

    def call(self, calls: Sequence[ServiceCall]) -> Home:
        """All of them; then it waits until all that tell their state have told it."""
        home = self.home
        if not home:
            raise HomeAway(who=_WHO)
        asked = [each for call in calls for id_ in call.entities for each in self._messages(call, id_, home)]
        for each in asked:
            self._asked.put(each)
        self._wake()
        with self._moved:
            if not self._moved.wait_for(lambda: all(settled(call, self._home) for call in calls), self._limit_s):
                raise HomeSilent(who="It", seconds=self._limit_s)
            return self._home

    def converse(self, text: str, conversation: str) -> HouseAnswer:  # noqa: ARG002 - a broker has none
        """A broker answers nothing."""
        return HouseAnswer("", understood=False)

    def _messages(self, call: ServiceCall, id_: str, home: Home) -> list[tuple[Message, Lamp, ServiceCall]]:
        lamp = self._lamps.get(id_)
        if lamp is None or id_ not in home.entities:
            raise HomeAway(who=id_)
        messages = sent(lamp, call, home.entities[id_].attributes.get("brightness"))
        if not messages:
            raise HomeRefused(who=lamp.name, reason="that is more than it announces to be able to")
        return [(message, lamp, call) for message in messages]

    # --- the thread `mqtt` ---

    @property
    def filters(self) -> Filters:
        """Announcements, and what the announced tell."""
        configs = [
            f"{self._prefix}/{kind}/{more}config" for kind in ("light", "switch", "device") for more in ("+/", "+/+/")
        ]
        return [(topic, 0) for topic in (*configs, f"{_TASMOTA}/+/config", *self._topics)]

    def connected(self, event: Connected) -> None:  # noqa: ARG002 - whichever version
        """What is kept there comes now."""
        self._there = True

    def disconnected(self) -> None:
        """Nothing can be commanded."""
        self._there = False

    def arrived(self, message: MqttMessage) -> None:
        """An announcement, or a state."""
        if message.topic.startswith(f"{_TASMOTA}/"):
            self._announce(message.topic, tasmota(message.payload))
        elif (lamps := announced(message.topic, message.payload, self._prefix)) is not None:
            self._announce(message.topic, [each for each in lamps if not each.command.startswith(f"{self._own}/")])
        for lamp in self._topics.get(message.topic, ()):
            before = self._states.get(lamp.id, _UNKNOWN)
            self._states[lamp.id] = heard(lamp, message.topic, message.payload, before)
            self._show()

    def work(self) -> float | None:
        """Send what is asked for. What tells no state is taken to be as it was told to be."""
        while True:
            try:
                (topic, payload), lamp, call = self._asked.get_nowait()
            except queue.Empty:
                return None
            self._publish(MqttMessage(topic, payload, qos=1))
            if not lamp.state:
                before = self._states.get(lamp.id, _UNKNOWN)
                self._states[lamp.id] = {**before, "state": "on" if call.service == "turn_on" else "off"}
                self._show()

    def _announce(self, topic: str, lamps: Sequence[Lamp]) -> None:
        if not lamps:
            self._announced.pop(topic, None)
        elif len(self._announced) < _MOST or topic in self._announced:
            self._announced[topic] = list(lamps)
        self._lamps = {lamp.id: lamp for each in self._announced.values() for lamp in each}
        before, self._topics = self._topics, {}
        for lamp in self._lamps.values():
            for state in lamp.topics:
                self._topics.setdefault(state, []).append(lamp)
        if new := [(each, 0) for each in self._topics if each not in before]:
            self._subscribe(new)  # type: ignore[arg-type]
        self._show(names=True)

    def _show(self, *, names: bool = False) -> None:
        rooms = {_id(lamp.room): HousePlace(_id(lamp.room), lamp.room) for lamp in self._lamps.values() if lamp.room}
        home = Home(
            {id_: _entity(lamp, self._states.get(id_, _UNKNOWN)) for id_, lamp in self._lamps.items()},
            rooms,
            names=self._home.names + names,
        )
        with self._moved:
            self._home = home
            self._moved.notify_all()


def _entity(lamp: Lamp, state: Mapping[str, object]) -> HouseEntity:
    attributes = state["attributes"]
    return HouseEntity(
        lamp.id,
        lamp.name,
        area=_id(lamp.room),
        state=str(state["state"]),
        attributes=attributes if isinstance(attributes, Mapping) else {},
    )


def _id(room: str) -> str:
    return room.casefold().replace(" ", "_")
