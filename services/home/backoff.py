"""How long to wait before the next try to reach something that is away. Pure."""

from __future__ import annotations

FIRST_S = 1.0
LONGEST_S = 60.0
_GROWS = 2.0
_SPREAD = 0.3


def pause(tries: int, chance: float) -> float:
    """Seconds behind so many tries in vain, doubled with each up to a minute; `chance`, 0 to 1, makes it up to a third
    shorter, so that the devices of a house do not all come at once.
    """
    grown = min(LONGEST_S, FIRST_S * _GROWS ** min(max(tries - 1, 0), 20))
    return grown * (1 - _SPREAD * chance)
