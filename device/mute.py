"""Mute survives restarts: a marker file beside the store."""

from __future__ import annotations

import logging
from pathlib import Path

log = logging.getLogger(__name__)


class MuteMarker:
    """Whether the microphone was closed on purpose."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def muted(self) -> bool:
        """True after `remember(True)`, also of an earlier run."""
        return self.path.exists()

    def remember(self, muted: bool) -> None:
        """Write it down. A full or read-only disk is logged: the microphone is closed all the same."""
        try:
            if muted:
                self.path.touch()
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            log.error("Mute will not survive a restart: %s can't be written (%s).", self.path, error.strerror)
