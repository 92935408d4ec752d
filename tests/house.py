"""A house to be spoken to: eight rooms, two floors, and somebody who does what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from services.home.base import Home, HomeError, HouseAnswer, HouseEntity, HousePlace, ServiceCall

FLOORS = {
    "ground": HousePlace("ground", "Ground Floor", ("downstairs",)),
    "up": HousePlace("up", "Upstairs", ("first floor",)),
}
AREAS = {
    id_: HousePlace(id_, name, (), floor)
    for id_, name, floor in (
        ("living", "Living Room", "ground"),
        ("kitchen", "Kitchen", "ground"),
        ("hall", "Hallway", "ground"),
        ("garage", "Garage", "ground"),
        ("bedroom", "Bedroom", "up"),
        ("office", "Office", "up"),
        ("bath", "Bathroom", "up"),
        ("garden", "Garden", ""),
    )
}
_ROWS = (
    ("light.kitchen_lights", "Kitchen Lights", "kitchen", "", "off", {"supported_color_modes": ["brightness"]}),
    ("light.ceiling_light", "Ceiling Light", "living", "", "on", {"brightness": 255}),
    (
        "light.floor_lamp",
        "Floor Lamp",
        "living",
        "",
        "on",
        {"brightness": 128, "color_mode": "hs", "hs_color": [30, 80]},
    ),
    ("light.bed_light", "Bed Light", "bedroom", "", "on", {"brightness": 100}),
    ("light.office_light", "Office Light", "office", "", "off", {}),
    ("light.hallway_light", "Hallway Light", "hall", "", "off", {}),
    ("switch.coffee_machine", "Coffee Machine", "kitchen", "", "off", {}),
    ("switch.fountain", "Fountain", "garden", "", "on", {}),
    ("fan.bedroom_fan", "Bedroom Fan", "bedroom", "", "off", {}),
    ("fan.bathroom_fan", "Bathroom Fan", "bath", "", "off", {}),
    ("cover.living_room_blinds", "Living Room Blinds", "living", "blind", "open", {"current_position": 100}),
    ("cover.bedroom_curtain", "Bedroom Curtain", "bedroom", "curtain", "closed", {"current_position": 0}),
    ("cover.garage_door", "Garage Door", "garage", "garage", "closed", {}),
    ("climate.thermostat", "Thermostat", "living", "", "heat", {"temperature": 20.0, "current_temperature": 21.5}),
    ("climate.bedroom_heating", "Bedroom Heating", "bedroom", "", "off", {"current_temperature": 18.0}),
    ("sensor.office_temperature", "Office Temperature", "office", "temperature", "23.4", {"unit_of_measurement": "°C"}),
    ("sensor.outdoor_temperature", "Outdoor Temperature", "garden", "temperature", "7", {"unit_of_measurement": "°C"}),
    ("sensor.bathroom_humidity", "Bathroom Humidity", "bath", "humidity", "61", {"unit_of_measurement": "%"}),
    ("lock.front_door", "Front Door", "hall", "", "unlocked", {}),
    ("lock.back_door", "Back Door", "kitchen", "", "locked", {}),
    ("media_player.tv", "TV", "living", "tv", "on", {"volume_level": 0.4}),
    ("media_player.kitchen_radio", "Kitchen Radio", "kitchen", "speaker", "playing", {"volume_level": 0.5}),
    ("scene.movie_night", "Movie Night", "living", "", "unknown", {"entity_id": ["light.ceiling_light"]}),
    ("scene.dinner", "Dinner", "kitchen", "", "unknown", {}),
    ("script.good_night", "Good Night", "", "", "off", {}),
    ("script.water_the_plants", "Water the Plants", "", "", "off", {}),
    ("alarm_control_panel.house_alarm", "House Alarm", "hall", "", "disarmed", {}),
    ("binary_sensor.office_window", "Office Window", "office", "window", "off", {}),
    ("binary_sensor.hall_motion", "Hallway Motion", "hall", "motion", "on", {}),
    ("vacuum.rosie", "Rosie", "living", "", "docked", {}),
)
_ALIASES = {"light.floor_lamp": ("reading lamp",), "media_player.tv": ("television", "telly")}


def house() -> Home:
    """All of it."""
    entities = {
        id_: HouseEntity(id_, name, _ALIASES.get(id_, ()), area, kind, state, attributes)
        for id_, name, area, kind, state, attributes in _ROWS
    }
    return Home(entities, AREAS, FLOORS, 1)


@dataclass
class PretendHouse:
    """services.home.base.Controls: a house that does what it is told, unless it is told to misbehave."""

    home: Home = field(default_factory=house)
    who: str = "Home Assistant"
    talks: bool = False
    answer: HouseAnswer = field(default_factory=lambda: HouseAnswer("", understood=False))
    refuses: HomeError | None = None
    """What each call ends in."""
    deaf: frozenset[str] = frozenset()
    """What does nothing, and says so to nobody."""
    called: list[ServiceCall] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def call(self, calls: Sequence[ServiceCall]) -> Home:
        """At once."""
        if self.refuses:
            raise self.refuses
        for each in calls:
            self.called.append(each)
            for id_ in each.entities:
                if id_ not in self.deaf:
                    self.home = _with(self.home, _after(self.home.entities[id_], each))
        return self.home

    def converse(self, text: str, conversation: str) -> HouseAnswer:
        """Always the same."""
        self.asked.append(text)
        return self.answer


_STATES = {
    "turn_on": "on", "turn_off": "off", "open_cover": "open", "close_cover": "closed", "lock": "locked",
    "unlock": "unlocked", "alarm_arm_away": "armed_away", "alarm_disarm": "disarmed", "media_pause": "paused",
    "media_play": "playing", "start": "cleaning", "return_to_base": "returning",
}  # fmt: skip


def _with(home: Home, entity: HouseEntity) -> Home:
    return replace(home, entities={**home.entities, entity.id: entity})


def _after(entity: HouseEntity, call: ServiceCall) -> HouseEntity:
    """As Home Assistant's demo has it: what is set is so, and a cover at some percent is open."""
    state, told = _STATES.get(call.service, entity.state), dict(entity.attributes)
    data = dict(call.data)
    if entity.domain in ("scene", "script"):
        return entity
    if "brightness_pct" in data:
        data["brightness"] = round(data.pop("brightness_pct") * 2.55)
    if "brightness_step_pct" in data:
        now = told.get("brightness") or 0
        data["brightness"] = min(max(now + round(data.pop("brightness_step_pct") * 2.55), 1), 255)
    if "position" in data:
        data["current_position"] = data.pop("position")
        state = "open" if data["current_position"] else "closed"
    if call.service in ("open_cover", "close_cover") and "current_position" in told:
        data["current_position"] = 100 if state == "open" else 0
    if call.service == "set_hvac_mode":
        state = data.pop("hvac_mode")
    if call.service == "turn_on" and entity.domain == "climate":
        state = "heat"
    if state == "off" and entity.domain == "light":
        told = {name: None if name in ("brightness", "hs_color", "color_mode") else told[name] for name in told}
    return replace(entity, state=state, attributes=told | data)


class Here:
    """The house that is connected, for a parser that outlives it."""

    controls = PretendHouse()

    who = "Home Assistant"

    @property
    def home(self) -> Home:
        return self.controls.home
