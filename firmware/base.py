"""What the body can do, as Protocols. One file beside this one for each real device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from firmware.errors import BodyError
from firmware.frame import Frame, Samples


class MicrophoneMissing(BodyError):
    """No microphone was found. Plug one in, or name one of these in [microphone] name: {names}."""

    code = "microphone.missing"


class MicrophoneLost(BodyError):
    """The microphone {name} stopped giving sound. Check its cable; I keep trying to open it again."""

    code = "microphone.lost"


class SpeakerMissing(BodyError):
    """No loudspeaker was found. Plug one in, or name one of these in [speaker] name: {names}."""

    code = "speaker.missing"


class SpeakerLost(BodyError):
    """The loudspeaker {name} stopped taking sound. Check its cable; the next reply tries it again."""

    code = "speaker.lost"


class AudioFileMissing(BodyError):
    """There is no audio file {path}. Check the name."""

    code = "audio.missing"


class AudioFileUnreadable(BodyError):
    """{path} is not a sound file I can read ({reason}). Give a WAV or FLAC file."""

    code = "audio.unreadable"


class AudioFileEmpty(BodyError):
    """{path} holds no sound. Record it again."""

    code = "audio.empty"


class PinsMissing(BodyError):
    """The pins of the lights or the button can't be used ({reason}). Add the user to the gpio group, or set kind =
    "none" in [lights].
    """

    code = "pins.missing"


class LightsLost(BodyError):
    """The lights can't be reached ({reason}). Check how they are wired; I try again with the next picture."""

    code = "lights.lost"


class Microphone(Protocol):
    """A source of 80 ms frames. Opened, read and closed by one thread."""

    @property
    def name(self) -> str:
        """Of the device."""

    @property
    def overruns(self) -> int:
        """Times the device had more sound than was taken in time."""

    @property
    def direction(self) -> float | None:
        """Where the voice comes from, degrees clockwise from the first light; None where that is unknown. From any
        thread.
        """

    def open(self) -> None:
        """Begin. Raises MicrophoneMissing, or AudioFile… for files. After a loss the listener calls it again with
        back-off.
        """

    def read(self) -> Frame | None:
        """The next frame; blocks until it is there. None: the sound is over (files only).

        Frame indices go on counting across a reopening. Raises MicrophoneLost when nothing came for two seconds or the
        device vanished.
        """

    def close(self) -> None:
        """End; harmless when already closed."""


LONGEST_DUCK = 1.0
"""Seconds; whoever ducks knows sooner whether it was for a reason."""


class Speaker(Protocol):
    """A sink of sound. Played to by one thread; stopped by any."""

    volume: float
    """0…1; may be changed at any time, from any thread."""

    def play(self, samples: Samples, rate: int) -> bool:
        """Play mono int16 `samples`; returns when the device has taken the last of them. False when `stop` came in
        between.

        Raises SpeakerMissing or SpeakerLost.
        """

    def drain(self) -> bool:
        """Wait until all that was taken has been heard. False when `stop` came in between."""

    def stop(self) -> None:
        """Silence within 100 ms; what was not yet heard is dropped. A later `play` plays again."""

    def duck(self, db: float) -> None:
        """Play this much quieter from the next samples on, without a click; 0: at `volume` again. From any thread. Ends
        by itself after LONGEST_DUCK seconds of sound.
        """

    def close(self) -> None:
        """End; harmless when already closed."""


Pixel = tuple[float, float, float]
"""Red, green and blue, each 0 to 1 as bright as it looks: half looks half as bright."""

GAMMA = 2.2
"""Exponent from perceived brightness to light: half as bright is a fifth of the light."""


def light_of(bright: float) -> float:
    """The share of full light, 0 to 1, that looks this bright."""
    return float(min(1.0, max(0.0, bright)) ** GAMMA)


@dataclass(frozen=True, slots=True)
class Picture:
    """What the lights show at one moment."""

    name: str
    """Of the state it shows, for lights that have words."""
    pixels: tuple[Pixel, ...]


class Lights(Protocol):
    """Shows one picture at a time. Used by one thread."""

    count: int
    """Pixels of a picture."""
    rate: float
    """Pictures it takes in a second while something moves; 0: it shows names only."""

    def show(self, picture: Picture) -> None:
        """Show this from now on. Raises LightsLost."""

    def close(self) -> None:
        """Dark, and the pins given back. Harmless when already closed."""


class Button(Protocol):
    """The talk button, or the mute switch, which is down while it closes the microphone. Its callbacks run on the pin
    library's thread and must not wait.
    """

    @property
    def down(self) -> bool:
        """Whether it is down now."""

    def watch(self, pressed: Callable[[], None], released: Callable[[], None]) -> None:
        """Call these on every edge, debounced."""

    def close(self) -> None:
        """Give the pin back."""
