"""The broker that other tests use: what it promises them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.sync.base import MqttMessage
from tests.broker import Broker, Certificates, Refused


def test_two_clients_hear_each_other(broker: Broker) -> None:
    """With what MQTT 5 adds."""
    one, other = broker.client("one"), broker.client("other")
    other.subscribe("a/+")
    one.publish("a/b", "hello", qos=1, response_topic="r", correlation=b"c", expires_s=60)
    assert other.wait_for("a/b") == MqttMessage("a/b", b"hello", 1, False, 60, "r", b"c")


def test_users_and_acl(brokers: Callable[..., Broker]) -> None:
    """Who is not known, or may not."""
    broker = brokers(users={"desk": "secret"}, acl="user desk\ntopic readwrite own/#\n")
    with pytest.raises(Refused):
        broker.client("a")
    with pytest.raises(Refused):
        broker.client("a", username="desk", password="wrong", version="3.1.1")
    desk = broker.client("a", username="desk", password="secret")
    desk.subscribe("own/#")
    desk.publish("others/x", "lost")
    desk.publish("own/x", "kept")
    assert desk.wait_for("#").payload == b"kept"


def test_kept_over_a_kill(brokers: Callable[..., Broker]) -> None:
    """Saved, killed, started: on the same port, and the clients come back by themselves."""
    broker = brokers(persistence=True)
    one = broker.client("one")
    one.publish("kept", "yes", qos=1, retain=True)
    one.subscribe("kept")
    assert one.wait_for("kept").retain
    broker.save()
    broker.restart()
    assert one.wait_for("kept").retain
    assert broker.client("two", version="3.1.1").heard == []


def test_certificates(brokers: Callable[..., Broker], tmp_path: Path) -> None:
    """Both sides show one."""
    ours = Certificates(tmp_path / "ours")
    broker = brokers(tls=ours.signed("server"), ca=ours.ca, require_certificate=True)
    broker.client("one", ca=ours.ca, certificate=ours.signed("desk")).round_trip()


def test_last_will(broker: Broker) -> None:
    """Told when a client vanishes."""
    watcher = broker.client("watcher")
    watcher.subscribe("will")
    broker.client("mortal", will=MqttMessage("will", b"gone", 1)).vanish()
    assert watcher.wait_for("will").payload == b"gone"
