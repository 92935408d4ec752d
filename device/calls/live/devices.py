"""The devices that [calls] names, against those there are by their names. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from device.calls.live.base import (
    EarIsLoudspeaker,
    EarMissing,
    LineIsMicrophone,
    LineMissing,
    LineSpeakerMissing,
)
from firmware.sound.named import named


def found_line(line: str, inputs: Sequence[str], *, microphone: str) -> str:
    """The device that has the other side's sound; `microphone`: as the settings name the owner's, or empty. Raises
    LineMissing, LineIsMicrophone.
    """
    place = named(line, inputs)
    if place is None:
        raise LineMissing(name=line, names=_told(inputs))
    if microphone and named(microphone, inputs) == place:
        raise LineIsMicrophone(name=inputs[place])
    return inputs[place]


def found_ear(ear: str, outputs: Sequence[str], *, heard_by_all: Sequence[str], left: bool) -> str:
    """The device that the owner alone hears; `heard_by_all`: the loudspeaker and what the other side hears, as the
    settings name them; `left`: it has but one side of a device. Raises EarMissing, EarIsLoudspeaker.
    """
    place = named(ear, outputs)
    if place is None:
        raise EarMissing(name=ear, names=_told(outputs))
    if not left and place in [named(each, outputs) for each in heard_by_all if each]:
        raise EarIsLoudspeaker(name=outputs[place])
    return outputs[place]


def found_line_speaker(wanted: str, outputs: Sequence[str]) -> str:
    """The device by which the other side hears the announcement. Raises LineSpeakerMissing."""
    place = named(wanted, outputs)
    if place is None:
        raise LineSpeakerMissing(name=wanted, names=_told(outputs))
    return outputs[place]


def _told(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names)) or "(none found)"
