"""A ring of lights in a terminal: each character is two square pixels, one above the other (▀). Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.color import Color
from rich.style import Style
from rich.text import Text

Rgb = tuple[int, int, int]

UNLIT = (38, 40, 46)
"""Of a light that is dark: where it is can be seen all the same."""
_THICK = 0.34
"""Of the radius."""


def pixels_of(told: str) -> list[Rgb]:
    """rrggbb, again and again; what is no colour is left out."""
    try:
        raw = bytes.fromhex(told)
    except ValueError:
        return []
    return [(raw[at], raw[at + 1], raw[at + 2]) for at in range(0, len(raw) - 2, 3)]


def ring(pixels: Sequence[Rgb], rows: int) -> Text:
    """A circle of so many rows, twice as wide, the first light at the top, the others clockwise. In a terminal without
    colours a light that is lit is a full block, one that is dark an empty one.
    """
    size = 2 * rows
    lights = pixels or [(0, 0, 0)]
    text = Text(no_wrap=True)
    for row in range(rows):
        for column in range(size):
            upper, lower = (_at(column, 2 * row + half, size, lights) for half in (0, 1))
            text.append(*_character(upper, lower))
        if row < rows - 1:
            text.append("\n")
    return text


def _at(x: int, y: int, size: int, lights: Sequence[Rgb]) -> Rgb | None:
    """What is at this pixel; None beside the ring."""
    right, up = x - (size - 1) / 2, (size - 1) / 2 - y
    distance = math.hypot(right, up) / (size / 2)
    if not 1 - _THICK <= distance <= 1.0:
        return None
    turned = math.atan2(right, up) / math.tau % 1.0
    colour = lights[round(turned * len(lights)) % len(lights)]
    return max(colour[0], UNLIT[0]), max(colour[1], UNLIT[1]), max(colour[2], UNLIT[2])


def _character(upper: Rgb | None, lower: Rgb | None) -> tuple[str, Style | None]:
    match upper, lower:
        case None, None:
            return " ", None
        case (_, None):
            assert upper
            return "▀", Style(color=Color.from_rgb(*upper))
        case (None, _):
            assert lower
            return "▄", Style(color=Color.from_rgb(*lower))
    assert upper and lower
    if upper == lower:
        return "█", Style(color=Color.from_rgb(*upper))
    return "▀", Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
