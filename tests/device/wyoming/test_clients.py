"""Who speaks over Wyoming, and at which satellite of Home Assistant."""

from __future__ import annotations

import pytest

from device.wyoming.clients import client_of, satellite_of

LONG = "assist_satellite.home_assistant_voice_09a1b2_assist_satellite"
SATELLITES = ("assist_satellite.kitchen", LONG)


@pytest.mark.parametrize("satellite", SATELLITES)
def test_a_satellite_is_found_by_its_client(satellite: str) -> None:
    client = client_of("192.168.1.5", {"satellite_id": satellite, "conversation_id": "c1"}, "line-1")
    assert satellite_of(client, SATELLITES) == satellite
    assert satellite_of(client.partition("#")[0], SATELLITES) == satellite, "without its conversation"


@pytest.mark.parametrize(
    "client",
    [
        client_of("192.168.1.5", None, "line-1"),
        client_of("192.168.1.5", {"satellite_id": "assist_satellite.cellar"}, "line-1"),
        "satellite:kitchen",
        "mqtt:home/assist_satellite.kitchen",
        "",
    ],
)
def test_others_are_at_none(client: str) -> None:
    assert satellite_of(client, SATELLITES) is None
