"""What [calls] names against the devices there are: each fault a sentence, and never the wrong device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from device.configuration.load import load
from device.configuration.settings import Settings
from device.errors import ConfigBroken
from device.wiring.calls.live import DeviceSounds, build_ear
from firmware.sound.portaudio import Direction, SoundDevice
from firmware.sound.sides import OtherChannel

INPUTS = [SoundDevice(0, "USB microphone", 2, 48_000), SoundDevice(1, "Line in", 2, 48_000)]
OUTPUTS = [SoundDevice(2, "Loudspeaker", 2, 48_000), SoundDevice(3, "Headset", 2, 48_000)]


class Part:
    """Stands for the listener, the loudspeaker and the right channel."""

    tap = None
    to_ear = False

    def __init__(self, other: OtherChannel | None = None) -> None:
        self.listener = self.speaker = self
        self.other = other


def settings(**calls: str) -> Settings:
    environ = {f"EQUERRY_CALLS__{key.upper()}": value for key, value in calls.items()}
    return load({"EQUERRY_MICROPHONE__NAME": "USB", "EQUERRY_SPEAKER__NAME": "Loudspeaker", **environ})


def lacking(wanted: Settings, other: OtherChannel | None = None) -> str:
    def names(direction: Direction) -> Sequence[SoundDevice]:
        return INPUTS if direction == "input" else OUTPUTS

    part = cast("Any", Part(other))
    return DeviceSounds(wanted, part, part, names, ear=build_ear(wanted)).lacking()


@pytest.mark.parametrize(
    ("line", "ear"), [("Line in", ""), ("line", "headset"), ("table", "left of Headset"), ("right channel", "")]
)
def test_what_is_there_lacks_nothing(line: str, ear: str) -> None:
    assert lacking(settings(line=line, ear=ear)) == ""


def test_the_left_side_of_the_loudspeakers_device_may_be_the_ear() -> None:
    assert lacking(settings(line="line", ear="left of Loudspeaker")) == ""


@pytest.mark.parametrize(
    ("line", "ear", "told"),
    [
        ("Modem", "", "The device Modem, on which I would hear the other side, is not there. Plug it in, or name"),
        ("microphone", "", "The device USB microphone is the microphone itself"),
        ("line", "Earphone", "The device Earphone, into which I would whisper, is not there."),
        ("line", "Loud", "The device Loudspeaker in ear of [calls] is the loudspeaker"),
    ],
)
def test_each_fault_is_a_sentence(line: str, ear: str, told: str) -> None:
    assert lacking(settings(line=line, ear=ear)).startswith(told)


def test_what_the_other_side_hears_is_no_ear() -> None:
    assert "is the loudspeaker" in lacking(settings(line="line", ear="Headset", line_speaker="Headset"))


def test_what_tells_the_other_side_must_be_there() -> None:
    told = lacking(settings(line="line", line_speaker="Modem"))
    assert told.startswith("The device Modem, by which the other side is told that I listen, is not there.")
    assert lacking(settings(line="line", line_speaker="Modem", announce="false")) == "", "nothing is told"


def test_a_microphone_without_a_right_channel_is_told() -> None:
    other = OtherChannel()
    other.there = False
    assert lacking(settings(line="right channel"), other).startswith("The microphone has no right channel")


def test_left_of_nothing_is_refused() -> None:
    with pytest.raises(ConfigBroken, match="names no device"):
        settings(ear="left of ")
