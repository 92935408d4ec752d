"""How the microphones of an array stand: for the settings, which need none of the code that uses it (array.py)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """Which channels of a sound card are microphones, and where these are."""

    channels: int
    """That the card is opened with."""
    voice: tuple[int, ...]
    """Those that carry the voice, counted from 0; another may bring back what the loudspeaker plays."""
    places: tuple[tuple[float, float], ...] = ()
    """Of each of `voice`: metres from the middle, towards 0° and towards 90° (clockwise from above). Empty: unknown."""
