"""A house to be spoken to: six rooms on two floors."""

from __future__ import annotations

from services.home.base import Home, HomeEntity, Place

FLOORS = {"ground": Place("ground", "Ground Floor", ("downstairs",)), "up": Place("up", "Upstairs", ("first floor",))}
AREAS = {
    id_: Place(id_, name, (), floor)
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
        id_: HomeEntity(id_, name, _ALIASES.get(id_, ()), area, kind, state, attributes)
        for id_, name, area, kind, state, attributes in _ROWS
    }
    return Home(entities, AREAS, FLOORS, 1)
