"""What is told of a call that goes on, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from device.errors import ApplianceError
from services.calls.base import CallEvent

OTHER_SIDE = "Other side"
"""Who is on the line, where nobody said."""
ANNOUNCEMENT = "Please note: an assistant listens to this call and writes down what is said."
OVER = "Nobody has spoken for a quarter of an hour, so I no longer follow the call with {who}."
NOT_BEGUN = "I don't follow the call. {reason}"
MUTED = "The microphone is muted."
MUTED_NOW = "Muted: neither side is listened to."
LINE_BACK = "The other side is heard again."


class LineMissing(ApplianceError):
    """The device {name}, on which I would hear the other side, is not there. Plug it in, or name one of these in line
    of [calls]: {names}
    """

    code = "call.line_missing"


class LineIsMicrophone(ApplianceError):
    """The device {name} is the microphone itself, so I can't tell the two sides apart. Name another one in line of
    [calls], or say "right channel" there, or "table".
    """

    code = "call.line_microphone"


class NoRightChannel(ApplianceError):
    """The microphone has no right channel, on which the other side would be. Name another device in line of [calls]."""

    code = "call.right_channel"


class EarMissing(ApplianceError):
    """The device {name}, into which I would whisper, is not there. Plug it in, or name one of these in ear of [calls]:
    {names}
    """

    code = "call.ear_missing"


class EarIsLoudspeaker(ApplianceError):
    """The device {name} in ear of [calls] is the loudspeaker, by which others hear what is whispered. Name another
    one, or say "left of" before it, where the loudspeaker is the left side of a headset.
    """

    code = "call.ear_loudspeaker"


class LineSpeakerMissing(ApplianceError):
    """The device {name}, by which the other side is told that I listen, is not there. Plug it in, or name one of these
    in line_speaker of [calls], or none for the loudspeaker: {names}
    """

    code = "call.line_speaker_missing"


@dataclass(frozen=True, slots=True)
class CallBegan:
    """A call is followed from now on."""

    at_s: float
    who: str
    """On the other side."""


@dataclass(frozen=True, slots=True)
class CallNotice:
    """Something about the following itself: a side is not heard, or heard again; words come late."""

    at_s: float
    words: str


LiveEvent = CallBegan | CallNotice | CallEvent
