"""Where the device stands, as told by voice."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration.load import load
from device.configuration.zone import NAME, keep, told, zones_called


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("I'm in New York City.", "America/New_York"),
        ("We are near Munich", "Europe/Berlin"),
        ("Paris, France", "Europe/Paris"),
        ("the Netherlands", "Europe/Amsterdam"),
        ("England", "Europe/London"),
        ("Mumbai", "Asia/Kolkata"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("europe/berlin", "Europe/Berlin"),
    ],
)
def test_a_city_or_a_country_has_its_zone(words: str, zone: str) -> None:
    assert zones_called(words) == [zone]


def test_some_countries_have_several_and_some_words_none() -> None:
    assert len(zones_called("the United States")) > 3
    assert zones_called("Atlantis") == zones_called("") == zones_called("I'm in") == []


def test_it_counts_until_the_settings_say_otherwise(tmp_path: Path) -> None:
    (own := tmp_path / "own.toml").touch()
    environ = {"EQUERRY_PATHS__DATA": str(tmp_path), "EQUERRY_CONFIG": str(own)}
    assert load(environ).device.time_zone == ""
    keep(tmp_path, "Asia/Tokyo")
    assert load(environ).device.time_zone == "Asia/Tokyo"
    assert load(environ | {"EQUERRY_DEVICE__TIME_ZONE": "Europe/Rome"}).device.time_zone == "Europe/Rome"


@pytest.mark.parametrize("text", ["", "Nowhere/Atlantis", "../../etc/passwd", "\xff"])
def test_what_can_not_be_read_tells_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_bytes(text.encode("latin-1"))
    assert told(tmp_path) == ""
