"""How files are told: one by itself, one in a list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.actions.call import Call
from services.actions.files.names import said, suffix
from services.actions.files.places import Places, where_it_is
from services.actions.wording import listed, number, spoken
from services.store.base import SharedFile

_UNITS = ("bytes", "kilobytes", "megabytes", "gigabytes", "terabytes")


def size(count: int) -> str:
    """340 bytes; 12 kilobytes; 1.5 megabytes: decimal units, as systems show them."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    shown = f"{value:.1f}".removesuffix(".0") if value < 10 and unit else f"{value:.0f}"
    return f"{shown} {_UNITS[unit] if shown != '1' else _UNITS[unit].removesuffix('s')}"


def changed_at(file: SharedFile) -> datetime:
    """Since when it is as it is now."""
    return file.versions[-1].at if file.versions else datetime.fromisoformat(file.created)


def described(call: Call, file: SharedFile) -> str:
    """By itself: what it is, where it is, since when, of how many versions."""
    there = where_it_is(call, file)
    parts = [said(file.name)]
    if file.versions:
        parts.append(f"{suffix(file.name)[1:].upper()} of {size(file.versions[-1].bytes)}".removeprefix(" of "))
    parts.append(f"{_shared(there)}, {call.say(changed_at(file), whole_day=True)}")
    if there.holders:
        parts.append(f"on {there.holders}")
    if len(file.versions) > 1:
        parts.append(f"version {number(len(file.versions))}")
    if file.versions and call.files and call.files.path(file.versions[-1].sha256) is None:
        parts.append("but its content is not on this device")
    about = f". {spoken(file.description)}" if file.description else ""
    return ", ".join(parts) + about


def in_list(call: Call, file: SharedFile, names: Collection[str], *, without_channel: bool = False) -> str:
    """In a list: its name, and where it is."""
    channels = where_it_is(call, file).channels
    where = f" in {listed([each.name for each in channels])}" if channels and not without_channel else ""
    return f"{said(file.name, names)}{where}"


def _shared(there: Places) -> str:
    return f"shared with {there.receivers}" if there.receivers else "kept"
