"""Where satellites are, as the settings say it."""

from __future__ import annotations

import pytest

from device.configuration.load import load
from device.errors import ConfigBroken
from device.satellites.place import MOST, SatellitePlace, place_of, places


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("kitchen at 192.168.1.31", SatellitePlace("kitchen", "192.168.1.31", 10700, "")),
        (
            "kitchen at 192.168.1.31:10701 in Big  Kitchen",
            SatellitePlace("kitchen", "192.168.1.31", 10701, "Big Kitchen"),
        ),
        ("attic.2 at attic.local in Attic", SatellitePlace("attic.2", "attic.local", 10700, "Attic")),
        ("hall at [fd00::12]:99", SatellitePlace("hall", "fd00::12", 99, "")),
    ],
)
def test_a_place(told: str, place: SatellitePlace) -> None:
    assert place_of(told) == place
    assert place.client == f"satellite:{place.name}"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (["kitchen"], "is not like"),
        (["kitchen at 10.0.0.1:0"], "is not like"),
        (["kitchen at 10.0.0.1:70000"], "is not like"),
        (["a b at 10.0.0.1"], "is not like"),
        (["x#y at 10.0.0.1"], "is not like"),
        (["kitchen at 10.0.0.1", "Kitchen at 10.0.0.2"], "the name kitchen twice"),
        (["a at 10.0.0.1", "b at 10.0.0.1:10700"], "the address 10.0.0.1:10700 twice"),
        ([f"s{each} at 10.0.0.{each}" for each in range(MOST + 1)], "are the most"),
    ],
)
def test_what_is_no_list_of_places_is_told(told: list[str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        places(told)


def test_the_settings_refuse_it_with_a_sentence() -> None:
    with pytest.raises(ConfigBroken, match=r"satellites.*at.*is not like"):
        load({"EQUERRY_CONFIG": "", "EQUERRY_SATELLITES__AT": '["kitchen"]'})
