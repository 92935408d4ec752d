"""What the body can do, as Protocols. One file beside this one for each real device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

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
    """The pins of the lights or the button can't be used ({reason}). Add the user to the gpio group, or set kind = "none"."""

    code = "pins.missing"


class Microphone(Protocol):
    """A source of 80 ms frames. Opened, read and closed by one thread."""

    name: str
    overruns: int
    """Times the device had more sound than was taken in time."""

    def open(self) -> None:
        """Begin. Raises MicrophoneMissing, or AudioFile… for files. After a loss, called again by the listener with back-off."""

    def read(self) -> Frame | None:
        """The next frame; blocks until it is there. None: the sound is over (files only).

        Frame indices go on counting across a reopening. Raises MicrophoneLost when nothing came for two seconds or the device vanished.
        """

    def close(self) -> None:
        """End; harmless when already closed."""


class Speaker(Protocol):
    """A sink of sound. Played to by one thread; stopped by any."""

    volume: float
    """0…1; may be changed at any time, from any thread."""

    def play(self, samples: Samples, rate: int) -> bool:
        """Play mono int16 `samples`; returns when the device has taken the last of them. False when `stop` came in between.

        Raises SpeakerMissing or SpeakerLost.
        """

    def drain(self) -> bool:
        """Wait until all that was taken has been heard. False when `stop` came in between."""

    def stop(self) -> None:
        """Silence within 100 ms; what was not yet heard is dropped. A later `play` plays again."""

    def close(self) -> None:
        """End; harmless when already closed."""


Rhythm = Literal["off", "steady", "pulse", "blink", "blip"]
"""A blip is a tenth of a second of light, once in a period."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the lights show: a colour (red, green, blue in 0…1) in a rhythm, so that it can be read without seeing colours."""

    name: str
    colour: tuple[float, float, float]
    rhythm: Rhythm = "steady"
    period: float = 1.0
    """Seconds of one pulse or blink, or from one blip to the next."""


class Lights(Protocol):
    """Shows one pattern at a time."""

    def show(self, pattern: Pattern) -> None:
        """Show this from now on; returns at once."""

    def close(self) -> None:
        """Dark, and the pins given back."""


class Switch(Protocol):
    """The mute switch. Its callback runs on the pin library's thread and must only put events in the inbox."""

    @property
    def closed(self) -> bool:
        """Whether it closes the microphone now."""

    def watch(self, turned: Callable[[bool], None]) -> None:
        """Call this on every turn, debounced, with whether it closes the microphone."""

    def close(self) -> None:
        """Give the pin back."""


class Button(Protocol):
    """The talk button. Its callbacks run on the pin library's thread and must only put events in the inbox."""

    def watch(self, pressed: Callable[[], None], released: Callable[[], None]) -> None:
        """Call these on every edge, debounced."""

    def close(self) -> None:
        """Give the pin back."""
