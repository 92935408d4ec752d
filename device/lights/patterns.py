"""Patterns of light: pure functions of time and view to pixels.

A pattern is a colour, a rhythm (how bright, over time) and a shape (which pixels, over time and view). All values are 0
to 1 as bright as they look; what makes light of them knows its gamma (firmware/base.py). Any number of pixels will do,
one as well as a ring of twelve: what a ring shows by its shape, a single light shows by its brightness over time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from device.lights.view import View
from firmware.base import Pixel

STILL = math.inf

Shares = Callable[[float, View, int], Sequence[float]]
"""Seconds since the pattern began, view, number of pixels → how bright each is, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Brightness over time, again and again: pieces of (seconds, at their start, at their end)."""

    words: str
    pieces: tuple[tuple[float, float, float], ...] = ()

    @property
    def period(self) -> float:
        """Seconds; 0 for what is steady."""
        return sum(length for length, _, _ in self.pieces)

    def at(self, t: float) -> float:
        """0 to 1."""
        return self._find(t)[0]

    def still(self, t: float) -> float:
        """Seconds for which it stays as it is; 0 while it glides."""
        return self._find(t)[1]

    def _find(self, t: float) -> tuple[float, float]:
        if not self.pieces:
            return 1.0, STILL
        into = t % self.period
        for length, first, last in self.pieces:
            if into < length:
                return first + (last - first) * into / length, length - into if first == last else 0.0
            into -= length
        return self.pieces[0][1], 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Which pixels, over time and view."""

    words: str
    shares: Shares
    still: Callable[[float, View, int], float] = lambda t, view, n: 0.0
    """Seconds for which it stays as it is; 0 while it moves."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is shown in one state."""

    colour: Pixel
    hue: str
    """The colour, in a word."""
    rhythm: Rhythm
    shape: Shape
    glyph: Literal["○", "●", "◐", "◌"] = "●"
    """It in a terminal."""

    def draw(self, t: float, view: View, n: int) -> tuple[Pixel, ...]:
        """The `n` pixels `t` seconds after it began."""
        red, green, blue = self.colour
        bright = self.rhythm.at(t)
        return tuple(
            (red * share, green * share, blue * share)
            for share in (bright * each for each in self.shape.shares(t, view, n))
        )

    def still(self, t: float, view: View, n: int) -> float:
        """Seconds for which it stays as it is, if the view does; 0 while it moves."""
        return min(self.rhythm.still(t), self.shape.still(t, view, n))


# --- rhythms ---


def breath(length: float, low: float = 0.0, pause: float = 0.0) -> Rhythm:
    """Swells and fades, for so many seconds, then a pause."""
    words = f"breathes for {length:g} s, every {length + pause:g} s" if pause else f"breathes every {length:g} s"
    rest = ((pause, low, low),) if pause else ()
    return Rhythm(words, ((length / 2, low, 1.0), (length / 2, 1.0, low), *rest))


def flashes(count: int, on: float, off: float, pause: float) -> Rhythm:
    """So many flashes, then a pause."""
    words = {1: "one flash", 2: "two flashes", 3: "three flashes"}[count]
    pieces = ((on, 1.0, 1.0), (off, 0.0, 0.0)) * count
    return Rhythm(f"{words}, every {count * (on + off) + pause:g} s", (*pieces, (pause, 0.0, 0.0)))


def blinks(on: float, off: float) -> Rhythm:
    """On and off."""
    return Rhythm(f"{on:g} s on, {off:g} s off", ((on, 1.0, 1.0), (off, 0.0, 0.0)))


STEADY = Rhythm("steady")
DARK = Rhythm("dark", ((STILL, 0.0, 0.0),))

# --- shapes ---


def _forever(t: float, view: View, n: int) -> float:
    return STILL


WHOLE = Shape("all pixels", lambda t, view, n: (1.0,) * n, _forever)
QUARTER = Shape("a quarter of the ring", lambda t, view, n: [float(i < max(1, n // 4)) for i in range(n)], _forever)


def comet(period: float, tail: float = 0.7) -> Shape:
    """One light that runs round, with a tail; a single pixel flares up and fades."""

    def shares(t: float, view: View, n: int) -> list[float]:
        return [max(0.0, 1.0 - ((t / period - i / n) % 1.0) / tail) for i in range(n)]

    return Shape(f"a light runs round in {period:g} s", shares)


MOST_WAVES = 4


def waves(period: float) -> Shape:
    """One wave for each job runs round; a single pixel swells and drops as often in a period as there are jobs."""

    def shares(t: float, view: View, n: int) -> list[float]:
        count = min(max(1, view.running), MOST_WAVES)
        return [max(0.0, ((t / period + i / n) * count % 1.0 - 0.3) / 0.7) for i in range(n)]

    return Shape(f"a wave for each job that runs (four at most) goes round in {period:g} s", shares)


def halves(period: float) -> Shape:
    """One half, then the other: yes or no."""

    def shares(t: float, view: View, n: int) -> list[float]:
        first = t % period < period / 2
        return [float((i < (n + 1) // 2) == first) for i in range(n)]

    return Shape(
        f"one half, then the other, every {period:g} s", shares, lambda t, view, n: period / 2 - t % (period / 2)
    )


RINGLIKE = 6
"""Pixels from which there are enough to point with."""


def _voice(t: float, view: View, n: int) -> Sequence[float]:
    if view.direction is None or n < RINGLIKE:
        return (0.4 + 0.6 * view.voice,) * n
    return [(0.6 + 0.4 * view.voice) * (0.2 + 0.8 * _towards(view.direction, 360 * i / n)) for i in range(n)]


def _towards(direction: float, angle: float) -> float:
    """How near a pixel is to a direction, both in degrees: 1 there, 0 from 75 degrees off."""
    return max(0.0, 1 - abs((angle - direction + 180) % 360 - 180) / 75)


def _sound(t: float, view: View, n: int) -> list[float]:
    """From pixel 0 to both sides."""
    bright = 0.15 + 0.85 * view.sound
    return [bright * min(1.0, max(0.0, (view.sound + 0.3 - 2 * min(i, n - i) / n) / 0.3)) for i in range(n)]


def _bar(share: float, n: int) -> list[float]:
    """The first pixels; of the last one the share that is left over. The first never goes out."""
    return [max(min(1.0, max(0.0, share * n - i)), 0.15 if i == 0 else 0.0) for i in range(n)]


VOICE = Shape(
    "all pixels, as bright as the voice is loud; brightest towards the talker, where the microphones tell", _voice
)
SOUND = Shape("grows to both sides, as the speech is loud", _sound)
VOLUME = Shape("an arc as long as the volume is high", lambda t, view, n: _bar(view.volume or 0.0, n), _forever)

COUNTDOWN_S = 7
"""Seconds from where letting go of the talk button mutes to where it asks for the settings it was made with."""


def _countdown(t: float, view: View, n: int) -> Sequence[float]:
    left = view.countdown or 0
    return _bar(left / COUNTDOWN_S, n) if left else (1.0,) * n


COUNTDOWN = Shape("an arc of the seconds that are left, then all pixels", _countdown, _forever)

STEPS = 8
"""Pictures for each pixel of the arc of a timer."""


def _arc_still(t: float, view: View, n: int) -> float:
    return (view.timer.ends - view.timer.begins) / (n * STEPS) if view.timer else STILL


ARC = Shape("an arc of what is left", lambda t, view, n: _bar(view.left, n), _arc_still)
