"""The broker's check with a real Mosquitto: connects, says why not, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from device.doctor.checks import broker as checks
from device.doctor.sources import Sources
from device.wiring.outside.link import build_trial_link
from tests.broker import Broker
from tests.pi_trees import planted, sources_of


def sources(tmp_path: Path, broker: Broker, **environ: str) -> Sources:
    planted(tmp_path, "pi4")
    there = {"EQUERRY_MQTT__HOST": broker.host, "EQUERRY_MQTT__PORT": str(broker.port), "EQUERRY_MQTT__TOPIC": "desk"}
    plain = sources_of(tmp_path, environ={**there, **environ})
    return sources_of(tmp_path, environ={**there, **environ}, link=partial(build_trial_link, plain.settings))


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_it_connects_and_tells_nobody(tmp_path: Path, broker: Broker, version: str) -> None:
    other = broker.client("other")
    other.subscribe("#")
    told = checks.connection(sources(tmp_path, broker, EQUERRY_MQTT__VERSION=version))
    assert told.state == "ok" and told.facts == {"version": version}, told
    other.publish("last", b"x")
    other.wait_for("last", lambda message: message.payload == b"x")
    assert not [message for message in other.heard if message.topic != "last"]


def test_why_not(tmp_path: Path, brokers: Callable[..., Broker]) -> None:
    guarded = brokers(users={"desk": "secret"})
    told = checks.connection(sources(tmp_path, guarded))
    assert told.state == "fail" and told.facts["reason"] == "broker.refused", told
    guarded.kill()
    told = checks.connection(sources(tmp_path, guarded))
    assert told.state == "fail" and told.facts["reason"] == "broker.unreachable" and "nobody listens" in told.words
