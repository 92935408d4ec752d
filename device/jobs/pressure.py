"""How many jobs the device takes at once, by its temperature and load. Pure, with hysteresis."""

from __future__ import annotations

HOT = 80.0
"""°C. A Raspberry Pi slows itself down from here on (its firmware's soft limit is 60 or 80, the hard one 85)."""
WARM = 72.0
COOL = 67.0
BUSY = 1.5
"""Load per processor, above which work waits for work."""
CALM = 0.9
FEWEST = 2
"""One that takes long, and one that does not."""


def bound(before: int, most: int, temperature: float | None, load: float | None) -> int:
    """The new bound, FEWEST to `most`, from the one before: the fewest when hot, one fewer when warm or busy, one more
    only when cool and calm; between those as it was. `temperature` in °C, `load` per processor over a minute; None
    where there is no sensor.

    Asked again every few seconds; so it falls quickly and comes back step by step.
    """
    heat = -1.0 if temperature is None else temperature
    work = 0.0 if load is None else load
    fewest = min(FEWEST, most)
    if heat >= HOT:
        return fewest
    if heat >= WARM or work >= BUSY:
        return max(fewest, min(before, most) - 1)
    if heat <= COOL and work <= CALM:
        return min(most, max(fewest, before + 1))
    return max(fewest, min(before, most))
