"""How the microphones of an array stand: what the settings know of it, without what works with its sound
(firmware/sound/array.py).
"""

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
    """Of each of `voice`: metres from the middle, towards direction 0 and towards direction 90 (clockwise from above).
    Empty: not known.
    """
