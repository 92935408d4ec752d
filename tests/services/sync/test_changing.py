"""A link goes on as another one would, between two real brokers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from services.sync.base import Acknowledged, Arrived, Connected, Disconnected, LinkEvent, MqttMessage
from services.sync.broker.link import Backoff, MqttLink
from tests.broker import PATIENCE_S, Broker, free_port

E = TypeVar("E")


def link_to(port: int) -> MqttLink:
    return MqttLink("127.0.0.1", port, client_id="desk", backoff=Backoff(lambda: 1.0, first_s=0.02, most_s=0.05))


def until(link: MqttLink, kind: type[E], events: list[LinkEvent]) -> E:
    end = time.monotonic() + PATIENCE_S
    while True:
        for each in events:
            if isinstance(each, kind):
                events.remove(each)
                return each
        assert time.monotonic() < end, f"no {kind.__name__}; {events}"
        events += link.turn(0.5)


@pytest.fixture
def link(broker: Broker) -> Iterator[MqttLink]:
    link = link_to(broker.port)
    yield link
    link.close()


def test_what_was_subscribed_comes_from_the_other_broker(link: MqttLink, brokers: Callable[..., Broker]) -> None:
    events: list[LinkEvent] = []
    link.subscribe([("in", 1)])
    until(link, Connected, events)
    first = link.publish(MqttMessage("out", b"1", 1))
    assert until(link, Acknowledged, events).token == first
    lost = link.publish(MqttMessage("out", b"2", 1))
    other = brokers()
    link.change(link_to(other.port))
    assert "the settings name another way" in str(until(link, Disconnected, events).error)
    assert not link.connected and link.publish(MqttMessage("out", b"3", 1)) is None
    until(link, Connected, events)
    second = link.publish(MqttMessage("out", b"4", 1))
    assert second not in (None, first, lost), "a token is never used twice"
    assert until(link, Acknowledged, events).token == second
    client = other.client("other")
    client.publish("in", "hello", qos=1)
    assert until(link, Arrived, events).message.payload == b"hello"


def test_from_one_that_is_not_there(brokers: Callable[..., Broker]) -> None:
    """Nobody is told of a loss where there was nothing to lose; the last of several holds."""
    link, events = link_to(free_port()), list[LinkEvent]()
    until(link, Disconnected, events)
    link.change(link_to(free_port()))
    link.change(link_to(brokers().port))
    until(link, Connected, events)
    assert not [each for each in events if isinstance(each, Disconnected)]
    link.close()
    link.change(link_to(1))
    link.close()
