"""Follows the appliance through the control socket, over its ends and beginnings."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from device.control.client import NotRunning, accepted, request, stream
from device.messages.base import DeviceMessage
from device.messages.snapshot import told_by
from firmware.errors import ExpectedError

_AGAIN_S = 1.0
_GLANCE_S = 0.1
ENDED = "The appliance has ended. I wait for it."
AWAY = "The appliance is not running. I wait for it. Start it: sudo systemctl start equerry, or equerry run"


def follow(
    folder: Path, take: Callable[[DeviceMessage], None], away: Callable[[str], None], wanted: Callable[[], bool]
) -> None:
    """Until nobody wants more: `take` what is told, `away` why there is nothing. Both on this thread."""
    while wanted():
        try:
            for line in stream(folder, {"request": "watch"}, wanted=wanted):
                if line:
                    take(told_by(line))
            words = ENDED
        except NotRunning:
            words = AWAY
        except ExpectedError as error:
            words = str(error)
        if wanted():
            away(words)
        until = time.monotonic() + _AGAIN_S
        while wanted() and time.monotonic() < until:
            time.sleep(_GLANCE_S)


def ask(folder: Path, patience: float = 5.0, **fields: Any) -> str:
    """Ask for something; words where it can't be done, else none."""
    try:
        accepted(request(folder, fields, patience=patience))
    except ExpectedError as error:
        return str(error)
    return ""
