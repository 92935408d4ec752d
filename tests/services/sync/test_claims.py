"""Who does what only one device of a site shall do: on messages made by hand, and between real links on a real
broker.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.mqtt.thread import Bridge
from services.sync.base import Connected, MqttMessage
from services.sync.broker.link import MqttLink
from services.sync.claims import HELD_S, RING_S, Claims, DeviceNotice
from services.sync.topics import Topics
from tests.broker import Broker

STARTED = "2026-11-23T09:30:00+01:00"
PATIENCE = 10.0


class Desk:
    """One device without a broker: what it publishes, and a clock set by hand."""

    def __init__(self, *others: str) -> None:
        self.now = 100.0
        self.sent: list[MqttMessage] = []
        self.woken = 0
        self.heard: list[str] = []
        about = DeviceNotice("0.5.0", "home", STARTED, "Desk")
        clock = lambda: self.now  # noqa: E731
        self.claims = Claims(
            Topics("desk"), about, publish=self.send, clock=clock, wake=self.wake, heard=self.heard.append
        )
        self.claims.connected(Connected(session_present=False, version="5"))
        for other in others:
            self.meet(other)

    def send(self, message: MqttMessage) -> None:
        self.sent.append(message)

    def wake(self) -> None:
        self.woken += 1

    def meet(self, other: str, *, version: str = "0.5.0", site: str = "home", availability: bytes = b"online") -> None:
        about = {"version": version, "site": site, "started": STARTED, "name": other.title()}
        self.claims.arrived(MqttMessage(f"equerry/{other}/about", json.dumps(about).encode(), retain=True))
        self.claims.arrived(MqttMessage(f"equerry/{other}/availability", availability, retain=True))

    def other_claims(self, other: str, what: str = "wake", *, id: str = "1", **options: Any) -> None:
        payload = json.dumps({"device": other, "id": id}).encode()
        self.claims.arrived(MqttMessage(f"equerry/home/claim/{what}", payload, **options))

    def echo(self) -> None:
        """The last claim sent comes back from the broker."""
        self.claims.arrived(self.sent[-1])

    def ask(self, what: str = "wake", **options: float) -> list[bool]:
        """What came of it, in the end."""
        settled: list[bool] = []
        assert self.claims.claim(what, settled.append, **options)
        self.claims.work()
        return settled


def test_what_others_of_the_site_claim_is_told_and_nothing_else() -> None:
    desk = Desk("hall")
    desk.meet("neighbour", site="next door")
    desk.other_claims("hall", "wake")
    desk.other_claims("neighbour", "wake")
    desk.other_claims("desk", "wake")
    desk.other_claims("hall", "wake", retain=True)
    assert desk.heard == ["wake"]


def test_who_claims_after_us_loses_to_us_and_is_not_told_of() -> None:
    """Both heard the same; nobody speaks with that one. Later it is another occasion, and what is held can't be
    lost.
    """
    desk = Desk("hall")
    settled = desk.ask()
    desk.echo()
    desk.now += 0.2
    desk.other_claims("hall")
    assert (settled, desk.heard) == ([True], [])
    desk.other_claims("hall", id="hold")
    assert desk.heard == ["wake"]
    desk.now += 0.2
    desk.other_claims("hall")
    assert desk.heard == ["wake", "wake"]


def test_what_is_held_is_told_though_another_one_was_just_before_us() -> None:
    """A claim of ours would have been lost then, without a word to anybody."""
    desk = Desk("hall")
    desk.other_claims("hall")
    assert desk.ask() == [False]
    count = len(desk.sent)
    desk.claims.hold("wake")
    desk.claims.work()
    assert [json.loads(each.payload) for each in desk.sent[count:]] == [{"device": "desk", "id": "hold"}]


def test_it_tells_who_it_is_when_it_connects() -> None:
    told = Desk().sent[0]
    assert (told.topic, told.qos, told.retain) == ("equerry/desk/about", 1, True)
    assert json.loads(told.payload) == {"version": "0.5.0", "site": "home", "started": STARTED, "name": "Desk"}


def test_nobody_else_there_is_nobody_to_ask() -> None:
    desk = Desk()
    assert not desk.claims.claim("wake", pytest.fail)
    desk.meet("away", availability=b"offline")
    desk.meet("neighbour", site="next-door")
    desk.meet("desk")
    assert not desk.claims.claim("wake", pytest.fail)
    desk.meet("hall")
    assert desk.claims.peers == {"hall"}
    desk.claims.disconnected()
    assert not desk.claims.claim("wake", pytest.fail)


def test_the_first_to_arrive_answers_and_the_others_do_not() -> None:
    desk = Desk("hall")
    settled = desk.ask()
    assert json.loads(desk.sent[-1].payload)["device"] == "desk" and not desk.sent[-1].retain and desk.sent[-1].qos == 0
    desk.echo()
    desk.other_claims("hall")
    assert settled == [True]
    settled = desk.ask("ring/reminder/1/20261123T093000Z")
    desk.other_claims("hall", "ring/reminder/1/20261123T093000Z")
    desk.echo()
    assert settled == [False]


def test_who_was_just_before_us_is_not_asked_again() -> None:
    desk = Desk("hall")
    desk.other_claims("hall")
    desk.now += 0.2
    count = len(desk.sent)
    assert desk.ask() == [False] and len(desk.sent) == count
    desk.now += 0.2
    assert desk.ask() == []


def test_without_an_echo_in_time_it_acts() -> None:
    desk = Desk("hall")
    settled = desk.ask(within_s=RING_S)
    assert desk.claims.work() == pytest.approx(RING_S)
    desk.now += RING_S
    desk.claims.work()
    assert settled == [True] and desk.claims.work() is None


def test_a_connection_that_goes_settles_what_waits() -> None:
    desk = Desk("hall")
    settled = desk.ask()
    late: list[bool] = []
    assert desk.claims.claim("wake", late.append)
    desk.claims.disconnected()
    desk.claims.work()
    assert (settled, late) == ([True], [True])


def test_what_rings_at_another_device_is_held_as_long_as_it_says_so() -> None:
    desk, what = Desk("hall"), "ring/reminder/1/20261123T093000Z"
    desk.other_claims("hall", what)
    for _ in range(3):
        desk.now += 30
        desk.other_claims("hall", what)  # it rings there, and says so
        desk.now += 30
        assert desk.ask(what, within_s=RING_S, held_s=HELD_S) == [False]
    desk.now += HELD_S
    assert desk.ask(what, within_s=RING_S, held_s=HELD_S) == [], "it has died: we ask, and nobody is before us"


def test_what_rings_elsewhere_keeps_others_from_what_it_is_a_part_of() -> None:
    desk, parts = Desk("hall"), ("ring/reminder/1/20261123T093000Z", "ring/reminder/2/20261123T093000Z")
    told: list[bool] = []
    assert desk.claims.claim("ring/missed/ab", told.append, held_s=HELD_S, parts=parts)
    desk.claims.work()
    desk.other_claims("hall", parts[1])
    assert told == [False]
    assert desk.claims.claim("ring/missed/ab", told.append, held_s=HELD_S, parts=parts)
    desk.claims.work()
    assert told == [False, False]


def test_holding_is_a_claim_that_waits_for_nothing() -> None:
    desk, what = Desk("hall"), "ring/reminder/1/20261123T093000Z"
    desk.claims.hold(what)
    assert desk.claims.work() is None
    assert desk.sent[-1].topic == f"equerry/home/claim/{what}"
    desk.echo()
    alone = Desk()
    alone.claims.hold(what)
    alone.claims.work()
    assert len(alone.sent) == 1, "nobody to tell"


def test_what_was_kept_is_no_claim_of_now() -> None:
    desk = Desk("hall")
    desk.other_claims("hall", retain=True)
    settled = desk.ask()
    desk.other_claims("hall", retain=True)
    assert settled == []


def test_nobody_unknown_takes_it_away() -> None:
    desk = Desk("hall")
    settled = desk.ask()
    desk.other_claims("stranger")
    desk.other_claims("desk")
    assert settled == []


def test_the_newest_version_of_the_site() -> None:
    desk = Desk()
    assert desk.claims.newest_version == "0.5.0"
    desk.meet("hall", version="0.10.0", availability=b"offline")
    desk.meet("attic", version="0.9.3.dev1")
    desk.meet("neighbour", version="2.0", site="next-door")
    desk.meet("liar", version="newest")
    assert desk.claims.newest_version == "0.10.0"


def test_what_is_no_level_of_a_topic_is_not_claimed() -> None:
    for what in ("", "a/#", "+", "a//b", "x" * 97, "a b"):
        with pytest.raises(ValueError, match="claimed"):
            Desk("hall").claims.claim(what, pytest.fail)


FIELDS = ("version", "site", "name", "started")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["device", "id", "version", "site", "name", "started"]), inner)
    ),
    max_leaves=8,
)
PAYLOADS = (
    st.binary(max_size=40)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.just(b"[" * 1000)
    | st.just(b"x" * 5000)
)
TOPICS = st.sampled_from(
    ["home/claim/wake", "home/claim/" + "x" * 300, "hall/about", "hall/availability", "+/about", "/about", "about"]
)


@given(st.lists(st.tuples(TOPICS, PAYLOADS, st.booleans()), max_size=20))
def test_nothing_that_arrives_breaks_it(messages: list[tuple[str, bytes, bool]]) -> None:
    desk = Desk("friend")
    settled = desk.ask()
    for topic, payload, retain in messages:
        desk.claims.arrived(MqttMessage(f"equerry/{topic}", payload, retain=retain))
    assert desk.claims.peers >= {"friend"}
    if not settled:
        desk.now += 1.0
        desk.claims.work()
    assert len(settled) == 1


def test_a_thousand_devices_are_known() -> None:
    desk = Desk(*(f"device-{number}" for number in range(1000)))
    assert len(desk.claims.peers) == 1000


# --- real links on a real broker
# -----------------------------------------------------------------------------------------------------


@contextmanager
def device(broker: Broker, name: str) -> Iterator[Claims]:
    """A whole one: link, thread, claims."""
    topics = Topics(name)
    birth = MqttMessage(topics.own("availability"), b"online", retain=True)
    will = MqttMessage(topics.own("availability"), b"offline", retain=True)
    link = MqttLink(broker.host, broker.port, client_id=name, will=will, birth=birth)
    claims = Claims(
        topics, DeviceNotice("0.5.0", "home", STARTED, name), publish=link.publish, clock=time.monotonic, wake=link.wake
    )
    bridge = Bridge(link, [claims], now=lambda: datetime.now(UTC))
    thread = threading.Thread(target=bridge.run, daemon=True)
    thread.start()
    try:
        yield claims
    finally:
        bridge.stop()
        thread.join(PATIENCE)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def test_three_devices_that_hear_the_same_agree(broker: Broker) -> None:
    names = ("desk", "hall", "attic")
    with ExitStack() as stack:
        devices = [stack.enter_context(device(broker, name)) for name in names]
        until(lambda: all(len(each.peers) == 2 for each in devices))
        for number in range(20):
            settled: queue.SimpleQueue[bool] = queue.SimpleQueue()
            for each in devices[number % 3 :] + devices[: number % 3]:
                # 5 s instead of 0.3: this machine may be busy, and the echo is to decide here, not the clock.
                assert each.claim(f"ring/reminder/{number}/20261123T093000Z", settled.put, within_s=5.0)
            assert sorted(settled.get(timeout=PATIENCE) for _ in devices) == [False, False, True]


def test_a_device_that_goes_is_not_waited_for(broker: Broker) -> None:
    with device(broker, "desk") as desk:
        with device(broker, "hall") as hall:
            until(lambda: desk.peers == {"hall"} and hall.peers == {"desk"})
        until(lambda: not desk.peers)
        assert not desk.claim("wake", pytest.fail)


def test_a_broker_that_goes_settles_what_waits(broker: Broker) -> None:
    with device(broker, "desk") as desk, device(broker, "hall") as hall:
        until(lambda: desk.peers == {"hall"} and hall.peers == {"desk"})
        settled: queue.SimpleQueue[bool] = queue.SimpleQueue()
        broker.pause()
        assert desk.claim("wake", settled.put, within_s=60.0)
        broker.kill()
        assert settled.get(timeout=PATIENCE)
        until(lambda: not desk.peers)
