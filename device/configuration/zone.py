"""Where the device stands, as told by voice: a file beside the store, which counts while [device] time_zone is empty.

The settings are the administrator's, and an appliance that is installed may not write them; yet whoever sets it up by
voice is asked. `zones_called` finds the time zones of a city or a country, as people call them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import available_timezones

from device import atomic
from device.configuration.settings import Settings

NAME = "time_zone"
"""The file beside the store."""

_ALSO: Mapping[str, str] = {
    "munich frankfurt hamburg cologne stuttgart dusseldorf leipzig": "Europe/Berlin",
    "mumbai delhi new_delhi bangalore bengaluru chennai hyderabad pune": "Asia/Kolkata",
    "boston washington miami atlanta philadelphia": "America/New_York",
    "houston dallas austin": "America/Chicago",
    "san_francisco seattle san_diego las_vegas": "America/Los_Angeles",
    "manchester birmingham liverpool edinburgh glasgow cardiff england scotland wales": "Europe/London",
    "milan naples turin florence": "Europe/Rome",
    "barcelona valencia seville": "Europe/Madrid",
    "lyon marseille toulouse": "Europe/Paris",
    "geneva basel bern": "Europe/Zurich",
    "rotterdam the_hague holland": "Europe/Amsterdam",
    "osaka kyoto": "Asia/Tokyo",
    "beijing shenzhen guangzhou": "Asia/Shanghai",
    "ottawa": "America/Toronto",
}
"""Large cities and lands that no zone is named after."""
_COUNTRIES: Mapping[str, str] = {
    "uk": "gb", "britain": "gb", "great_britain": "gb", "united_kingdom": "gb", "usa": "us", "america": "us",
    "the_united_states": "us", "south_korea": "kr", "the_netherlands": "nl", "czechia": "cz", "turkey": "tr",
}  # fmt: skip
"""What countries are called besides."""
_LEADS = re.compile(
    r"^(?:(?:well|um|uh|no|sorry|please)\b[\s,.]*)*(?:(?:i'm|i am|we're|we are|it's|it is|this is|i live|we live)\s+)?"
    r"(?:(?:in|near|close to|not far from|from)\s+)?(?:the city of\s+)?",
    re.IGNORECASE,
)


def told(folder: Path) -> str:
    """The zone that was told by voice; empty: none was, or none that is known here."""
    try:
        zone = (folder / NAME).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
    return zone if zone in available_timezones() else ""


def keep(folder: Path, zone: str) -> None:
    """From the next start on. Raises OSError."""
    atomic.write(folder / NAME, f"{zone}\n")


def placed_in(settings: Settings) -> Settings:
    """The settings with the zone that was told, where they name none."""
    if settings.device.time_zone or not (zone := told(settings.paths.data)):
        return settings
    return settings.model_copy(update={"device": settings.device.model_copy(update={"time_zone": zone})})


def zones_called(words: str) -> list[str]:
    """The time zones of this name, city or country: Europe/Berlin, berlin, "in New York", Germany."""
    said = _LEADS.sub("", words.strip().replace("’", "'")).strip(" .,!?").casefold()
    for name in dict.fromkeys((said, said.partition(",")[0], said.removesuffix(" city"))):  # "Berlin, Germany"
        if zones := _zones("_".join(name.split())):
            return zones
    return []


def spoken(zone: str) -> str:
    """The place that a zone is named after: America/New_York → New York."""
    return zone.rpartition("/")[2].replace("_", " ")


def _zones(name: str) -> list[str]:
    zones = sorted(available_timezones())
    whole = [zone for zone in zones if zone.casefold() == name]
    cities = [zone for zone in zones if "/" in zone and zone.rpartition("/")[2].casefold() == name]
    also = [zone for names, zone in _ALSO.items() if name in names.split()]
    return whole or cities[:1] if _are_one(cities) else whole or cities or also or _of_country(name)


def _are_one(zones: Sequence[str]) -> bool:
    """Whether they are links of one zone, and not several cities of one name."""
    return len(zones) > 1 and len({zone.partition("/")[0] for zone in zones}) == 1


def _of_country(name: str) -> list[str]:
    code = _COUNTRIES.get(name) or next((code for code, known in _lands() if known == name), "")
    if not code:
        return []
    own = [row[2] for row in map(_columns, _table("zone.tab")) if row[0].casefold() == code]
    # Of towns that differed long ago the other table has one.
    main = [row[2] for row in map(_columns, _table("zone1970.tab")) if row[0].casefold().split(",")[0] == code]
    return own if len(own) == 1 else main or own


def _columns(row: str) -> list[str]:
    return row.split("\t")


@cache
def _lands() -> Sequence[tuple[str, str]]:
    rows = map(_columns, _table("iso3166.tab"))
    return [(code.casefold(), "_".join(name.split()).casefold()) for code, name in rows]


@cache
def _table(name: str) -> Sequence[str]:
    """The rows of a table of the time zone database."""
    text = resources.files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [row for row in text.splitlines() if row and not row.startswith("#")]
