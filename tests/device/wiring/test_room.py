"""Which room "in here" means, by who says it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from device.commands.directory import turn_of
from device.configuration.load import load
from device.configuration.settings import Settings
from device.wiring.commands import build_house_reader
from services.understanding.base import Step
from tests.house import PretendHouse


def _settings() -> Settings:
    settings = load()
    house = settings.home_assistant.model_copy(update={"area": "Office"})
    satellites = settings.satellites.model_copy(update={"at": ("lounge at 192.168.1.31 in Living Room",)})
    return settings.model_copy(update={"home_assistant": house, "satellites": satellites})


@pytest.mark.parametrize(
    ("client", "room"),
    [
        ("microphone", "office"),
        ("satellite:lounge", "living"),
        ("wyoming:192.168.1.5/assist_satellite.kitchen#c1", "kitchen"),
        ("wyoming:192.168.1.5/assist_satellite.phone#c1", ""),
        ("wyoming:192.168.1.5#c1", ""),
    ],
)
def test_here_is_where_one_speaks(client: str, room: str) -> None:
    house = PretendHouse()
    house.home = replace(house.home, satellites={"assist_satellite.kitchen": "kitchen"})
    reader = build_house_reader(_settings(), house)
    assert reader is not None
    with turn_of(client):
        pieces = reader.pieces("turn on the lights in here", lambda _: True)
    rooms = {str(each.slots.get("area", "")) for each in pieces if isinstance(each, Step)}
    assert rooms == {house.home.areas[room].name if room else "here"}, "here, where nobody knows, is refused"
