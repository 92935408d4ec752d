"""The devices of [calls]: where the other side is heard, where the owner alone hears, and what the other side hears."""

from __future__ import annotations

from device.calls.live.base import NoRightChannel
from device.calls.live.devices import found_ear, found_line, found_line_speaker
from device.configuration.settings import RIGHT_CHANNEL, TABLE
from device.doctor.base import Check, Verdict, ok, skip, unknown, warn
from device.doctor.sources import Sources
from device.errors import ApplianceError

_NAMES = "Look at its cable, and at the names: equerry config explain calls."


def line(sources: Sources) -> Verdict:
    """Whether what [calls] line means is there: a capture device that is not the microphone, or a right channel."""
    wanted = sources.settings.calls.line
    if not wanted:
        return skip("no call is followed as it goes: line of [calls] is empty")
    if wanted == TABLE:
        return ok("around a table: the microphone, parted by voice where voices are enrolled")
    if wanted == RIGHT_CHANNEL:
        return _right_channel(sources)
    try:
        return ok(found_line(wanted, sources.names("input"), microphone=sources.settings.microphone.name))
    except ApplianceError as error:
        return _told(error)


def ear(sources: Sources) -> Verdict:
    """Whether the output device in [calls] ear is there, and is none that others hear."""
    wanted = sources.settings.calls
    if not wanted.line:
        return skip("no call is followed as it goes")
    if not wanted.ear:
        return skip("nothing is whispered: ear of [calls] is empty; the lights tell of hints")
    loud = (sources.settings.speaker.name, wanted.line_speaker)
    try:
        name = found_ear(wanted.ear_device, sources.names("output"), heard_by_all=loud, left=wanted.left)
    except ApplianceError as error:
        return _told(error)
    return ok(f"the left side of {name}" if wanted.left else name)


def line_speaker(sources: Sources) -> Verdict:
    """Whether the output device in [calls] line_speaker is there, by which the other side is told of being heard."""
    wanted = sources.settings.calls
    if not wanted.line:
        return skip("no call is followed as it goes")
    if not wanted.announce:
        return skip("nothing is announced: announce of [calls] is off")
    if not wanted.line_speaker:
        return ok("the loudspeaker")
    try:
        return ok(found_line_speaker(wanted.line_speaker, sources.names("output")))
    except ApplianceError as error:
        return _told(error)


def _right_channel(sources: Sources) -> Verdict:
    there = sources.right_channel()
    if there is None:
        return unknown("no microphone was found whose right channel it could be")
    return ok("the right channel of the microphone") if there else _told(NoRightChannel())


def _told(error: ApplianceError) -> Verdict:
    """No call begins then, and the appliance goes on."""
    what, _, remedy = str(error).partition(". ")
    return warn(what, remedy, reason=error.code)


CHECKS = (
    Check("calls.line", "the other side", line, f"{_NAMES}line", limit_s=10, after="sound.library"),
    Check("calls.ear", "the ear", ear, f"{_NAMES}ear", limit_s=10, after="sound.library"),
    Check("calls.line_speaker", "told by", line_speaker, f"{_NAMES}line_speaker", limit_s=10, after="sound.library"),
)
