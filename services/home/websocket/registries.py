"""From what Home Assistant answers to the house as values. Pure.

Answers: config/area_registry/list, config/floor_registry/list, config/device_registry/list,
config/entity_registry/get_entries, homeassistant/expose_entity/list; events: subscribe_entities, whose states are
compressed (`s`: state, `a`: attributes; `+` and `-` are changes), as its source has it (the
module `messages` of homeassistant.components.websocket_api).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.home.things import Home, HouseEntity, HousePlace

COMMANDED = frozenset(
    [
        "light",
        "switch",
        "fan",
        "cover",
        "valve",
        "climate",
        "lock",
        "media_player",
        "scene",
        "script",
        "input_boolean",
        "vacuum",
        "humidifier",
        "alarm_control_panel",
        "sensor",
        "binary_sensor",
        "water_heater",
        "lawn_mower",
    ]
)
"""Domains that are listened to where Home Assistant does not say which entities it exposes: only an administrator's
token is told. These are what it exposes by itself.
"""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Registries:
    """What is called how and is where."""

    areas: Mapping[str, HousePlace] = field(default_factory=dict)
    floors: Mapping[str, HousePlace] = field(default_factory=dict)
    entities: Mapping[str, Row] = field(default_factory=dict)
    """Of each entity that has an entry: `area`, `aliases`, `device_class`."""
    satellites: Mapping[str, str] = field(default_factory=dict)
    """Area by voice satellite, exposed or not."""


def registries(
    areas: Iterable[Row],
    floors: Iterable[Row],
    devices: Iterable[Row],
    entries: Mapping[str, Row | None],
    listed: Iterable[Row] = (),
) -> Registries:
    """A thing is in its own area, else in that of its device. `entries`: in full, of what is exposed; `listed`: of
    everything, in short.
    """
    where = {str(device["id"]): device.get("area_id") for device in devices}

    def area(row: Row) -> str:
        return str(row.get("area_id") or where.get(str(row.get("device_id"))) or "")

    return Registries(
        {
            str(row["area_id"]): HousePlace(row["area_id"], row["name"], _names(row), row.get("floor_id") or "")
            for row in areas
        },
        {str(row["floor_id"]): HousePlace(row["floor_id"], row["name"], _names(row)) for row in floors},
        {
            id_: {
                "area": area(row),
                "aliases": _names(row),
                "device_class": row.get("device_class") or row.get("original_device_class") or "",
            }
            for id_, row in entries.items()
            if row
        },
        {
            str(row["entity_id"]): area(row)
            for row in listed
            if str(row["entity_id"]).startswith("assist_satellite.") and area(row)
        },
    )


def exposed(listed: Mapping[str, Row]) -> list[str]:
    """The entities that Home Assistant lets its conversation know of."""
    return sorted(id_ for id_, to in listed.items() if to.get("conversation"))


def unlisted(entries: Iterable[Row], states: Iterable[str]) -> list[str]:
    """The same where it does not tell: what people see, of the usual domains."""
    quiet = {row["entity_id"] for row in entries if row.get("hidden_by") or row.get("entity_category")}
    return sorted(id_ for id_ in states if id_.partition(".")[0] in COMMANDED and id_ not in quiet)


def merged(states: Mapping[str, Row], event: Row) -> dict[str, Row]:
    """The states of entities, {"state", "attributes"}, with what an event of subscribe_entities tells."""
    after = dict(states)
    for id_, row in (event.get("a") or {}).items():
        after[id_] = {"state": row.get("s", "unknown"), "attributes": row.get("a") or {}}
    for id_, change in (event.get("c") or {}).items():
        before = after.get(id_) or {"state": "unknown", "attributes": {}}
        more, less = change.get("+") or {}, change.get("-") or {}
        gone: Collection[str] = less.get("a") or ()
        attributes = {name: value for name, value in before["attributes"].items() if name not in gone}
        after[id_] = {
            "state": more.get("s", before["state"]),
            "attributes": {**attributes, **(more.get("a") or {})},
        }
    for id_ in event.get("r") or ():
        after.pop(id_, None)
    return after


def home_of(known: Registries, states: Mapping[str, Row], wanted: Sequence[str], before: Home) -> Home:
    """The house now. `before`: the last one, whose number of names is kept where nothing is called otherwise."""
    entities = {id_: _entity(id_, known.entities.get(id_) or {}, states[id_]) for id_ in wanted if id_ in states}
    home = Home(entities, known.areas, known.floors, before.names, known.satellites)
    return home if _called(home) == _called(before) else replace(home, names=before.names + 1)


def _entity(id_: str, entry: Row, state: Row) -> HouseEntity:
    told = state["attributes"]
    return HouseEntity(
        id_,
        str(told.get("friendly_name") or id_.partition(".")[2].replace("_", " ")),
        tuple(entry.get("aliases", ())),
        str(entry.get("area", "")),
        str(told.get("device_class") or entry.get("device_class") or ""),
        str(state["state"]),
        told,
    )


def _called(home: Home) -> tuple[object, ...]:
    things = [(each.id, each.name, each.aliases, each.area, each.device_class) for each in home.entities.values()]
    return things, home.areas, home.floors


def _names(row: Row) -> tuple[str, ...]:
    return tuple(str(alias) for alias in row.get("aliases") or () if alias)
