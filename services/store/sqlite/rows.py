"""Stored fields in memory, as small as they can be: a store of 100,000 tasks is held whole."""

from __future__ import annotations

from sys import intern
from typing import Any

Fields = dict[str, Any]

_SHORT = 16
"""Characters. Shorter texts are mostly one of a few: a status, a priority, a person's name."""
_NOTHING: list[Any] = []
"""Every empty list. What is stored is never altered in place."""


def compact(fields: Fields) -> Fields:
    """The same fields, their names and what many documents have in common kept once. What JSON gave is used up."""
    small: Fields = {}
    for name, value in fields.items():
        if type(value) is str and len(value) <= _SHORT:
            small[intern(name)] = intern(value)
        else:
            small[intern(name)] = _NOTHING if value == [] else value
    if "created" in small and small.get("updated") == small["created"]:
        small["updated"] = small["created"]
    return small
