"""The pure parts: states as they are told, putting back, waiting longer and longer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.base import Refused
from services.actions.home.services import SET_BY, playing, setting, switching
from services.home.backoff import FIRST_S, LONGEST_S, pause
from services.home.base import Home, HouseEntity, ServiceCall, Way, missed, restoring, settled
from services.home.websocket.registries import exposed, merged
from tests.house import PretendHouse, house

THINGS = {id_: entity for id_, entity in house().entities.items() if entity.domain not in ("sensor", "binary_sensor")}


@pytest.mark.parametrize(
    ("event", "after"),
    [
        ({"a": {"light.b": {"s": "on", "a": {"x": 1}}}}, {"light.a": ("off", {"n": "A"}), "light.b": ("on", {"x": 1})}),
        ({"c": {"light.a": {"+": {"s": "on", "a": {"b": 9}}}}}, {"light.a": ("on", {"n": "A", "b": 9})}),
        ({"c": {"light.a": {"+": {"a": {"b": 9}}, "-": {"a": ["n"]}}}}, {"light.a": ("off", {"b": 9})}),
        ({"r": ["light.a", "light.z"]}, {}),
        ({}, {"light.a": ("off", {"n": "A"})}),
    ],
)
def test_states_as_events_tell_them(event: dict[str, Any], after: dict[str, tuple[str, dict[str, Any]]]) -> None:
    before = {"light.a": {"state": "off", "attributes": {"n": "A"}}}
    assert merged(before, event) == {id_: {"state": s, "attributes": a} for id_, (s, a) in after.items()}


def test_only_what_its_conversation_may_know() -> None:
    assert exposed({"b.b": {"conversation": True}, "a.a": {"conversation": False}, "c.c": {"cloud.alexa": True}}) == [
        "b.b"
    ]


@given(st.integers(min_value=0, max_value=10_000), st.floats(min_value=0, max_value=1))
def test_it_waits_longer_and_no_longer_than_a_minute(tries: int, chance: float) -> None:
    assert 0.7 * FIRST_S <= pause(tries, chance) <= LONGEST_S
    assert pause(tries + 1, 0.0) >= pause(tries, 0.0)


def test_the_first_waits() -> None:
    assert [pause(tries, 0.0) for tries in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


def _way(entity: HouseEntity) -> list[Way]:
    """What it can be asked; a player that is turned on again plays nothing."""
    if entity.domain == "cover":
        return ["open", "close"]
    if entity.state == "playing":
        return []
    return [] if entity.domain in ("lock", "alarm_control_panel", "vacuum", "scene", "script") else ["on", "off"]


SWITCHINGS = [switching(way, [each]) for each in THINGS.values() for way in _way(each)]
VALUES = {"brightness": ("30", "+20"), "temperature": ("23", "-1"), "position": ("40",), "volume": ("+10",)}
SETTINGS = [
    setting(slot, value, [each])
    for slot, values in VALUES.items()
    for value in values
    for each in THINGS.values()
    if each.domain in SET_BY[slot] and each.device_class != "garage" and not (each.state == "off" and value[0] in "+-")
]


@pytest.mark.parametrize(
    "calls", [*SWITCHINGS, *SETTINGS], ids=lambda calls: f"{calls[0].service} {calls[0].entities[0]}"
)
def test_what_was_changed_is_put_back(calls: list[ServiceCall]) -> None:
    one = PretendHouse()
    before = {id_: (each.state, _shown(each)) for id_, each in one.home.entities.items()}
    back = restoring(calls, one.home)
    one.call(calls)
    one.call(back)
    assert {id_: (each.state, _shown(each)) for id_, each in one.home.entities.items()} == before


def _shown(entity: HouseEntity) -> dict[str, Any]:
    """What tells how it is; a light that is off has no brightness."""
    names = ("brightness", "hs_color", "current_position", "temperature", "volume_level")
    return {name: entity.attributes.get(name) for name in names if entity.state != "off"}


def test_a_scene_is_put_back_by_what_is_in_it() -> None:
    back = restoring([ServiceCall("scene", "turn_on", ("scene.movie_night",))], house())
    assert [(each.service, each.entities) for each in back] == [("turn_on", ("light.ceiling_light",))]


@pytest.mark.parametrize("id_", ["script.good_night", "lock.front_door", "alarm_control_panel.house_alarm"])
def test_what_can_not_be_put_back(id_: str) -> None:
    assert restoring([ServiceCall(id_.partition(".")[0], "turn_on", (id_,))], house()) == []


@pytest.mark.parametrize(
    ("call", "left"),
    [
        (ServiceCall("light", "turn_on", ("light.kitchen_lights", "light.ceiling_light")), ["light.kitchen_lights"]),
        (ServiceCall("light", "turn_off", ("light.kitchen_lights",)), []),
        (ServiceCall("climate", "turn_on", ("climate.thermostat",)), []),
        (ServiceCall("cover", "open_cover", ("cover.garage_door",)), ["cover.garage_door"]),
        (ServiceCall("scene", "turn_on", ("scene.dinner",)), []),
        (ServiceCall("light", "turn_on", ("light.gone",)), []),
    ],
)
def test_what_the_house_shows(call: ServiceCall, left: list[str]) -> None:
    assert missed(call, house()) == left
    assert settled(call, house()) is not bool(left)


def test_players() -> None:
    (call,) = playing("mute", [THINGS["media_player.tv"]])
    assert (call.service, call.data) == ("volume_mute", {"is_volume_muted": True})


def light(**told: Any) -> HouseEntity:
    return HouseEntity("light.lamp", "Lamp", state="on", attributes=told)


@pytest.mark.parametrize(
    ("told", "value", "kelvin"),
    [
        ({"color_temp_kelvin": 4000}, "-500", 3500),
        ({"color_temp_kelvin": 2200}, "-500", 2000),
        ({"color_temp_kelvin": None}, "+500", 4750),
    ],
)
def test_warmer_and_cooler_light(told: dict[str, Any], value: str, kelvin: int) -> None:
    lamp = light(min_color_temp_kelvin=2000, max_color_temp_kelvin=6500, **told)
    (call,) = setting("kelvin", value, [lamp, light()])
    assert (call.service, call.data, call.entities) == ("turn_on", {"color_temp_kelvin": kelvin}, ("light.lamp",))
    with pytest.raises(Refused, match="Lamp can't be made warmer or cooler"):
        setting("kelvin", value, [light()])


@pytest.mark.parametrize(
    ("now", "value", "then"), [(50, "+25", 75), (90, "+25", 100), (20, "-25", 1), (None, "+25", 25)]
)
def test_faster_and_slower(now: int | None, value: str, then: int) -> None:
    fan = HouseEntity("fan.one", "Fan", state="on", attributes={"percentage": now})
    (call,) = setting("speed", value, [fan])
    assert (call.service, call.data) == ("set_percentage", {"percentage": then})


def test_a_colour_that_home_assistant_tells_wrongly_is_put_back_all_the_same() -> None:
    lamp = light(brightness=102, color_mode="rgbww", rgbww_color=(0, 0, 0, -8, 110))
    (back,) = restoring([ServiceCall("light", "turn_off", (lamp.id,))], Home({lamp.id: lamp}))
    assert back.data == {"brightness": 102, "rgbww_color": [0, 0, 0, 0, 110]}
