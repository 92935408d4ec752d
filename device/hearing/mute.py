"""Whether the microphone is closed on purpose as this run begins: a marker file beside the store, and the switch."""

from __future__ import annotations

import logging
from pathlib import Path

log = logging.getLogger(__name__)


class MuteMarker:
    """What was asked for survives restarts; what the switch says is read anew."""

    def __init__(self, path: Path, *, switched_off: bool = False) -> None:
        """`switched_off`: the switch closes the microphone as the run begins. Its turning from then on is an event."""
        self.path = path
        self.switched_off = switched_off
        """Main keeps it; any thread may read it."""

    @property
    def silenced(self) -> bool:
        """True after `remember(True)`, also of an earlier run."""
        return self.path.exists()

    @property
    def muted(self) -> bool:
        """As the run begins: for either reason."""
        return self.silenced or self.switched_off

    def remember(self, muted: bool) -> None:
        """Write it down. A full or read-only disk is logged: the microphone is closed all the same."""
        try:
            if muted:
                self.path.touch()
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            log.error("Mute will not survive a restart: %s can't be written (%s).", self.path, error.strerror)
