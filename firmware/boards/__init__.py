"""The boards we know: what is on which pin, read from the TOML files beside this one, or from one of the owner's."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from firmware.errors import BodyError
from firmware.sound.shape import ArrayShape

FOLDER = Path(__file__).parent

Pin = Annotated[int, Field(ge=2, le=27)]
"""A BCM number; 0 and 1 are for the EEPROM of a HAT."""

LightKind = Literal["led", "rgb", "apa102", "ws2812"]

PINS: dict[LightKind, dict[int, str]] = {
    "led": {1: "one"},
    "rgb": {3: "red, green, blue"},
    "apa102": {0: "none, which is SPI", 2: "data, clock"},
    "ws2812": {0: "none, which is SPI"},
}
"""How many pins each kind of lights is on, and which."""

MOST_LEDS = 144
"""More WS2812 would be more than SPI sends in one go (4096 bytes, spidev's default)."""


class BoardUnknown(BodyError):
    """There is no board called {name}. Known are {known}; or give the path of a file of your own in [board] name."""

    code = "board.unknown"


class BoardBroken(BodyError):
    """The board file {path} can't be used: {problems}."""

    code = "board.broken"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(_Part):
    """[board]"""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    description: str


class BoardDetection(_Part):
    """[detect]: what tells that it is there."""

    hat: tuple[str, ...] = ()
    """Part of vendor and product in the EEPROM of a HAT."""
    cards: tuple[str, ...] = ()
    """Id of its sound card for ALSA."""


class Microphones(_Part):
    """[microphone]"""

    channels: int = Field(ge=1, le=16)
    voice: tuple[int, ...] = ()
    """Channels of microphones, counted from 1; empty: all."""
    reference: int | None = None
    """Channel that brings back what the loudspeaker plays, if one does."""
    radius_mm: float | None = Field(default=None, gt=0, le=500)
    """From the middle of the board to each microphone,…"""
    angles: tuple[float, ...] = ()
    """…and where they are, one for each of `voice`: degrees clockwise from the first light."""

    @model_validator(mode="after")
    def _fitting(self) -> Microphones:
        known = range(1, self.channels + 1)
        if any(each not in known for each in (*self.voice, *([self.reference] if self.reference is not None else []))):
            raise ValueError(f"channels are 1 to {self.channels}")
        if len(set(self.voice)) < len(self.voice):
            raise ValueError("voice names a channel twice")
        if self.reference in self.voice:
            raise ValueError("a channel is either voice or reference")
        if bool(self.angles) != (self.radius_mm is not None) or (self.angles and len(self.angles) != len(self.heard)):
            raise ValueError("angles and radius_mm go together, with an angle for each microphone")
        return self

    @property
    def heard(self) -> tuple[int, ...]:
        """Channels that carry the voice, counted from 0."""
        return tuple(each - 1 for each in self.voice or range(1, self.channels + 1) if each != self.reference)

    @property
    def shape(self) -> ArrayShape:
        """What makes one channel of them."""
        radius, turns = (self.radius_mm or 0.0) / 1000, [math.radians(angle) for angle in self.angles]
        return ArrayShape(
            self.channels, self.heard, tuple((radius * math.cos(turn), radius * math.sin(turn)) for turn in turns)
        )


class TalkButton(_Part):
    """[button]: connects the pin to ground while pressed."""

    pin: Pin


class BoardLights(_Part):
    """[lights]"""

    kind: LightKind
    leds: int = Field(default=1, ge=1, le=MOST_LEDS)
    pins: tuple[Pin, ...] = ()
    power: Pin | None = None
    """High while the lights shall have power."""

    @property
    def all_pins(self) -> list[int]:
        """Beside those of SPI."""
        return [*self.pins, *([self.power] if self.power else [])]

    @model_validator(mode="after")
    def _enough_pins(self) -> BoardLights:
        check_pins(self.kind, self.pins)
        return self


class Board(_Part):
    """One board."""

    board: Named
    detect: BoardDetection = BoardDetection()
    microphone: Microphones
    button: TalkButton | None = None
    lights: BoardLights | None = None

    @property
    def pins(self) -> list[int]:
        """All that it uses beside those of I2S and SPI."""
        return [*([self.button.pin] if self.button else []), *(self.lights.all_pins if self.lights else [])]

    @model_validator(mode="after")
    def _each_its_own(self) -> Board:
        if len(set(self.pins)) < len(self.pins):
            raise ValueError("uses a pin twice")
        return self


def check_pins(kind: LightKind, pins: tuple[int, ...] | list[int]) -> None:
    """Raises ValueError where lights of this kind are not on so many pins."""
    if len(pins) not in PINS[kind]:
        raise ValueError(f"{kind} lights have these pins: {' or '.join(PINS[kind].values())}")


def boards() -> dict[str, Board]:
    """Those that are shipped, by name."""
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}


def board(name: str) -> Board:
    """The one of this name, or in this file. Raises BoardUnknown, BoardBroken."""
    if "/" in name:
        return read(Path(name).expanduser())
    known = boards()
    if name not in known:
        raise BoardUnknown(name=name, known=", ".join(known))
    return known[name]


def read(path: Path) -> Board:
    """A board file. Raises BoardBroken."""
    try:
        return Board.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BoardBroken(path=path, problems=error.strerror or "it can't be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BoardBroken(path=path, problems=f"it is not valid TOML ({error})") from error
    except ValidationError as error:
        told = (
            f"{'.'.join(map(str, each['loc']))}: {each['msg'].removeprefix('Value error, ')}" for each in error.errors()
        )
        raise BoardBroken(path=path, problems="; ".join(told)) from error


def detect(root: Path = Path("/")) -> Board | None:
    """The board of this machine, by its EEPROM (Raspberry Pi HAT design guide: the firmware puts vendor and product
    into the device tree), else by its sound card (/proc/asound/cards). `root`: where /proc is found.
    """
    proc = root / "proc"
    eeprom = " ".join(
        _text(proc / "device-tree" / "hat" / name).strip("\0 \n") for name in ("vendor", "product")
    ).casefold()
    cards = set(re.findall(r"^ *\d+ \[(\S+) *\]", _text(proc / "asound" / "cards"), re.MULTILINE))
    known = boards().values()
    by_eeprom = (each for each in known if any(part.casefold() in eeprom for part in each.detect.hat))
    by_card = (each for each in known if cards.intersection(each.detect.cards))
    return next(by_eeprom, None) or next(by_card, None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
