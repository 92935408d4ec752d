"""Figures with a unit where bare ones are wanted: "700ms" in place of 0.7. The unit of a key is the end of its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECONDS: Mapping[str, float] = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}
_BYTES: Mapping[str, float] = {
    **{"k": 1000.0, "kb": 1000.0, "mb": 1e6, "gb": 1e9, "tb": 1e12},
    **{"kib": 2.0**10, "m": 2.0**20, "mib": 2.0**20, "g": 2.0**30, "gib": 2.0**30, "tib": 2.0**40},
}
_SHARES: Mapping[str, float] = {"%": 0.01, "percent": 0.01}
_UNITS: Mapping[str, tuple[str, Mapping[str, float], float]] = {
    "s": ("seconds", _SECONDS, 1.0),
    "min": ("minutes", _SECONDS, 60.0),
    "days": ("days", _SECONDS, 86_400.0),
    "mib": ("MiB", _BYTES, 2.0**20),
}
"""By the end of a key's name: its unit, what else one might tell it in, and how much that is in the same measure."""
_FIGURE = re.compile(r"\s*([+-]?\d+(?:[.,]\d+)?)\s*([A-Za-z]+|%)\s*")


def unit_of(name: str) -> str:
    """As a word; empty where it has none."""
    _, mark, end = name.rpartition("_")
    return _UNITS[end][0] if mark and end in _UNITS else ""


def told_with_unit(name: str, said: str) -> str | None:
    """What is wrong with a figure that has a unit: "is told in seconds, as a bare number: 0.7"; None where it is
    something else.
    """
    told = _FIGURE.fullmatch(said)
    if not told:
        return None
    figure, word = told.groups()
    _, mark, end = name.rpartition("_")
    unit, ways, own = _UNITS[end] if mark and end in _UNITS else ("", _SHARES, 1.0)
    by = ways.get(word.casefold())
    if by is not None:
        bare = figured(float(figure.replace(",", ".")) * by / own)
        return f"is told {f'in {unit}, ' if unit else ''}as a bare number: {bare}"
    return f"is told in {unit}, as a bare number" if unit else None


def figured(number: float) -> str:
    """Without needless zeros."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
