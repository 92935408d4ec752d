"""Which sound device a setting means, by part of its name. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def named(wanted: str, names: Sequence[str]) -> int | None:
    """The place of the device of this name, else of the first whose name holds `wanted`; capitals don't matter."""
    low = wanted.casefold()
    matching = [place for place, name in enumerate(names) if low in name.casefold()]
    exact = (place for place in matching if names[place].casefold() == low)
    return next(exact, matching[0] if matching else None)
