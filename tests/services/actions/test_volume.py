"""The volume: of ten, in percent, up, down, and never out of hearing."""

from __future__ import annotations

from typing import Any

import pytest

from services.understanding.base import Step
from tests.appliance import MockAppliance


@pytest.fixture
def device(desk: Any) -> MockAppliance:
    appliance = desk.appliance = MockAppliance(volume=70)
    return appliance


@pytest.mark.parametrize(
    ("slots", "reply", "volume"),
    [
        ({"level": "5", "direction": "to"}, "Volume 50 percent.", 50),
        ({"level": "five"}, "Volume 50 percent.", 50),
        ({"level": "35", "direction": "to"}, "Volume 35 percent.", 35),
        ({"level": "50 percent"}, "Volume 50 percent.", 50),
        ({"level": "sixty five percent"}, "Volume 65 percent.", 65),
        ({"level": "one hundred"}, "Volume 100 percent, the loudest there is.", 100),
        ({"direction": "up"}, "Volume 80 percent.", 80),
        ({"direction": "down"}, "Volume 60 percent.", 60),
        ({"level": "2", "direction": "down"}, "Volume 50 percent.", 50),
        ({"level": "20 percent", "direction": "up"}, "Volume 90 percent.", 90),
        ({"level": "9", "direction": "up"}, "Volume 100 percent, the loudest there is.", 100),
        ({"level": "0"}, "Volume 10 percent, the quietest there is. To be left alone, say: mute.", 10),
        ({"level": "3 percent"}, "Volume 10 percent, the quietest there is. To be left alone, say: mute.", 10),
        ({}, "The volume is at 70 percent.", 70),
        ({"level": "101"}, "How loud, from one to ten?", 70),
        ({"level": "9" * 500}, "How loud, from one to ten?", 70),
        ({"level": "rather"}, "How loud, from one to ten?", 70),
        ({"direction": "to"}, "How loud, from one to ten?", 70),
    ],
)
def test_volume(desk: Any, device: MockAppliance, slots: dict[str, str], reply: str, volume: int) -> None:
    assert desk.say("control.volume", **slots) == reply
    assert device.volume == volume


def test_the_ends_of_the_scale(desk: Any, device: MockAppliance) -> None:
    device.volume = 100
    assert desk.say("control.volume", direction="up") == "That is as loud as I speak."
    device.volume = 10
    assert desk.say("control.volume", direction="down") == "That is as quiet as I speak."


@pytest.mark.parametrize(
    ("slots", "reply", "alarms", "earcons"),
    [
        ({"level": "9", "sound": "alarms"}, "Alarm volume 90 percent.", 90, 50),
        ({"level": "0 percent", "sound": "alarms"}, "Alarm volume 30 percent, the quietest there is.", 30, 50),
        (
            {"direction": "down", "level": "6", "sound": "the alarm"},
            "Alarm volume 30 percent, the quietest there is.",
            30,
            50,
        ),
        (
            {"direction": "up", "level": "4", "sound": "Ringing"},
            "Alarm volume 100 percent, the loudest there is.",
            100,
            50,
        ),
        ({"direction": "down", "sound": "beeps"}, "Beep volume 40 percent.", 80, 40),
        ({"level": "0", "sound": "chimes"}, "Beep volume 0 percent.", 80, 0),
        ({"sound": "alarms"}, "The alarm volume is at 80 percent.", 80, 50),
        (
            {"direction": "up", "sound": "the music"},
            "I have a volume for what I say, one for alarms and one for beeps.",
            80,
            50,
        ),
    ],
)
def test_each_kind_of_sound_has_its_own(
    desk: Any, device: MockAppliance, slots: dict[str, str], reply: str, alarms: int, earcons: int
) -> None:
    assert desk.say("control.volume", **slots) == reply
    assert (device.volume, device.alarms, device.earcons) == (70, alarms, earcons)


def test_it_stays_where_the_command_fails(desk: Any, device: MockAppliance) -> None:
    desk.command(Step("control.volume", {"direction": "up"}), Step("task.complete", {"title": "no such thing"}))
    assert device.volume == 70


def test_without_a_loudspeaker(desk: Any) -> None:
    assert desk.say("control.volume", direction="up") == "There is no loudspeaker here to turn up or down."
    desk.appliance = MockAppliance(volume=None)
    assert desk.say("control.volume", direction="up") == "There is no loudspeaker here to turn up or down."
    assert desk.codes == ["volume.none"]
