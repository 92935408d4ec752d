"""The far end of a call that is followed: what `equerry call watch` is told through the control socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from device.control.client import stream
from device.messages.snapshot import CallMessage, Snapshot, told_by


def watched(folder: Path) -> Iterator[CallMessage]:
    """What is found from now on, `ended` last; where one goes on already, what was found in it before is not told.
    Raises NotRunning, NotAdmitted, Declined, AnswerUnreadable.
    """
    for line in stream(folder, {"request": "watch"}):
        told = told_by(line) if line else None
        if isinstance(told, Snapshot):
            told = told.call
            if told and told.found.get("event") == "ended":
                continue  # the one before
        if isinstance(told, CallMessage):
            yield told
            if told.found.get("event") == "ended":
                return
