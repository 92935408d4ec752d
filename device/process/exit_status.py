"""With what the process ends, so that whoever started it knows whether it is to be started again."""

from __future__ import annotations

from collections.abc import Callable

from device.turn import events as on

AGAIN = 75
"""Ended to be started again (EX_TEMPFAIL of sysexits.h). systemd does so after any code but 0 with Restart=on-failure,
after any with
Restart=always."""


class Ending:
    """How `equerry run` ends."""

    def __init__(self, put: Callable[[on.Event], None]) -> None:
        self._put = put
        self.code = 0
        """Of the process."""

    def again(self) -> None:
        """In order, as by SIGTERM, and then from the start. From any thread."""
        self.code = AGAIN
        self._put(on.Stopping())
