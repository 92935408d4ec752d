"""What Home Assistant is told of releases: which is installed, which is the latest, and how far an update is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from device.dials.base import DialUnknown, DialWrong
from device.upkeep.updates import UpdateProgress, Updates

log = logging.getLogger(__name__)


class Release:
    """Of the thread `mqtt`."""

    def __init__(self, installed: str, newest: Callable[[], str], updates: Updates | None) -> None:
        """`newest`: of the devices of the site; `updates`: where they can be installed."""
        self._installed, self._newest, self._updates = installed, newest, updates

    @property
    def shown(self) -> Mapping[str, Any]:
        """As the platform `update` has it. What can be installed counts before what others of the site have."""
        installed = self._installed
        if self._updates is None:
            return {"installed_version": installed, "latest_version": self._newest() or installed}
        progress = self._updates.progress()
        return {
            "installed_version": installed,
            "latest_version": self._updates.newest() or self._newest() or installed,
            "in_progress": progress.on,
            "release_summary": _words(progress),
        }

    def install(self, said: str) -> None:
        """Have the latest installed. Raises DialRefused, UpdateRefused."""
        if self._updates is None:
            raise DialUnknown(dial="update", known="what [update] archive names, once that is set")
        if said.strip().casefold() != "install":
            raise DialWrong(dial="update", why="it takes the word install")
        log.info("Updating to %s, as asked over MQTT", self._updates.install())

    def failure(self) -> tuple[str, str] | None:
        """Code and words of one that nobody was told of."""
        progress = self._updates.failed() if self._updates else None
        return ("update.failed", _words(progress)) if progress else None


def _words(progress: UpdateProgress) -> str:
    """Empty where nothing failed."""
    return f"The update to {progress.version} failed: {progress.words}" if progress.state == "failed" else ""
