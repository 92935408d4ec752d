"""A whole appliance that nobody may disturb for a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.turn import events as on
from tests.broker import Broker
from tests.whole_appliance import Shared, WholeAppliance

pytestmark = pytest.mark.engine


def test_what_was_announced_meanwhile_is_said_as_soon_as_one_may_be_disturbed(tmp_path: Path, broker: Broker) -> None:
    with WholeAppliance(tmp_path / "desk", "desk", (broker.host, broker.port), shared=Shared.loaded()) as desk:
        desk.ready()
        client = broker.client("home")
        client.subscribe("equerry/desk/#")
        client.wait_for("equerry/desk/ha/dials")
        client.publish("equerry/desk/set/do_not_disturb/homeassistant", "ON")
        client.wait_for("equerry/desk/ha/dials", lambda each: b'"do_not_disturb":true' in each.payload)
        client.publish("equerry/desk/say/homeassistant", "Lunch is ready.")
        client.publish("equerry/desk/command/homeassistant", "what time is it")
        client.wait_for("equerry/desk/reply/homeassistant")
        assert not desk.of(on.Announced)
        client.publish("equerry/desk/set/do_not_disturb/homeassistant", "OFF")
        desk.until(lambda: "speaking" in desk.phases, within=10)
