"""The thread `mqtt`: what the link tells goes to the parts that it is for, in order."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from device.mqtt.thread import Bridge
from services.sync.base import (
    Acknowledged,
    Arrived,
    BrokerLost,
    Connected,
    Disconnected,
    LinkEvent,
    LinkStatus,
    MqttMessage,
    MqttPart,
    Rejected,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Filter = tuple[str, Literal[0, 1]]


class ScriptedLink:
    """Tells what it was given, a turn each; then it has been woken."""

    def __init__(self, turns: Sequence[list[LinkEvent]]) -> None:
        self.turns = list(turns)
        self.waits: list[float] = []
        self.subscribed: list[Filter] = []
        self.closed = False
        self.over = threading.Event()

    connected = True

    def subscribe(self, filters: Sequence[Filter]) -> None:
        self.subscribed = list(filters)

    def turn(self, timeout: float) -> list[LinkEvent]:
        self.waits.append(timeout)
        if self.turns:
            return self.turns.pop(0)
        self.over.set()
        return []

    def publish(self, _: MqttMessage) -> int | None:
        return None

    def wake(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class NotingPart(MqttPart):
    """Notes what it is told."""

    def __init__(self, *filters: Filter, wait: float | None = None) -> None:
        self._filters = filters
        self.wait = wait
        self.told: list[object] = []

    @property
    def filters(self) -> Sequence[Filter]:
        return self._filters

    def connected(self, event: Connected) -> None:
        self.told.append(event)

    def disconnected(self) -> None:
        self.told.append("disconnected")

    def arrived(self, message: MqttMessage) -> None:
        self.told.append(message.topic)

    def acknowledged(self, token: int) -> None:
        self.told.append(token)

    def rejected(self, token: int, reason: str) -> None:
        self.told.append(f"{token} {reason}")

    def work(self) -> float | None:
        return self.wait


def run(turns: Sequence[list[LinkEvent]], *parts: NotingPart) -> tuple[ScriptedLink, list[LinkStatus]]:
    link, seen = ScriptedLink(turns), list[LinkStatus]()
    bridge = Bridge(link, parts, now=lambda: NOW, changed=seen.append)
    thread = threading.Thread(target=bridge.run)
    thread.start()
    assert link.over.wait(5)
    bridge.stop()
    thread.join(5)
    return link, seen


def test_a_message_goes_to_each_part_whose_filter_fits() -> None:
    one, two = NotingPart(("a/+/c", 1)), NotingPart(("a/#", 0), ("x", 0))
    run(
        [
            [Arrived(MqttMessage("a/b/c")), Arrived(MqttMessage("x")), Arrived(MqttMessage("a"))],
            [Arrived(MqttMessage("y"))],
        ],
        one,
        two,
    )
    assert one.told == ["a/b/c"]
    assert two.told == ["a/b/c", "x", "a"]


def test_everybody_is_told_of_the_connection_and_of_what_was_acknowledged() -> None:
    there, gone = Connected(False, "5"), Disconnected(BrokerLost(host="desk", reason="it was stopped"))
    one = NotingPart()
    _, seen = run([[there], [Acknowledged(3), Rejected(4, "it may not")], [gone], [gone], [there]], one)
    assert one.told == [there, 3, "4 it may not", "disconnected", there]
    assert [status.connected for status in seen] == [True, False, False, True]
    assert seen[1] == LinkStatus(False, NOW, "", "The broker desk is gone (it was stopped).", "broker.lost")


def test_a_broker_that_was_never_there_is_no_loss() -> None:
    one = NotingPart()
    run([[Disconnected(BrokerLost(host="desk", reason="x"))]], one)
    assert one.told == []


def test_it_waits_as_long_as_the_most_impatient_part() -> None:
    link, _ = run([[], []], NotingPart(wait=2.5), NotingPart(), NotingPart(wait=0.25))
    assert set(link.waits) == {0.25}
    link, _ = run([[]], NotingPart())
    assert set(link.waits) == {5.0}


def test_what_several_parts_want_is_subscribed_once_and_the_link_closed_at_the_end() -> None:
    link, _ = run([[]], NotingPart(("a", 1)), NotingPart(("a", 1), ("b", 0)))
    assert link.subscribed == [("a", 1), ("b", 0)]
    assert link.closed
