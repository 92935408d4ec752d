"""Back to the settings it was made with, at the device itself. What was told to the appliance is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from device.configuration import zone
from device.configuration.owned.aside import note_told, put_aside, read
from device.errors import ApplianceError
from device.speaking.volumes import FILES

log = logging.getLogger(__name__)

GUIDE = "guide.json"
"""How far the first start came; without it, it begins anew."""
TAUGHT = "taught.jsonl"
"""The sentences that the owner taught."""
TURNED = ("dials.json", *FILES.values(), GUIDE, TAUGHT, zone.NAME)
"""Files beside the store that say how something was turned, or what a sentence is to mean."""
TOLD = (
    "I have the settings again that I was made with. What you have told me is kept, and so are your settings: equerry"
    " config rollback."
)
LATER = "The settings that I was made with are back. All of them hold once I am started anew."


class FactoryFailed(ApplianceError):
    """The settings could not be put back: {reason}. Nothing was changed."""

    code = "factory.failed"


class Restoring:
    """Puts the owner's settings files aside (aside.py), and forgets how anything was turned."""

    def __init__(
        self,
        data: Path,
        environ: Mapping[str, str],
        *,
        now: Callable[[], datetime],
        demand: Callable[[datetime], None],
        restart: Callable[[], None] | None,
    ) -> None:
        """`demand` raises an ExpectedError for who may not change settings; `restart`: where it is started again."""
        self._data = data
        self._environ = environ
        self._now = now
        self._demand = demand
        self._restart = restart

    def __call__(self) -> str:
        """What to say of it; nothing where the restart tells it. Raises FactoryFailed, and what `demand` does."""
        now = self._now()
        self._demand(now)
        try:
            put_aside(self._data, self._environ, now)
        except OSError as error:
            raise FactoryFailed(reason=error.strerror or "the disk can't be written") from error
        log.warning("The settings it was made with hold again, as somebody asked for with the talk button.")
        for name in TURNED:
            try:
                (self._data / name).unlink(missing_ok=True)
            except OSError as error:
                log.error("%s stays as it is (%s).", name, error.strerror)
        if self._restart is None:
            return LATER
        self._restart()
        return ""


def news(data: Path) -> str:
    """What there is to be said at the first start with the settings it was made with; said once."""
    aside = read(data)
    if aside.told:
        return ""
    try:
        note_told(data, aside)
    except OSError as error:
        log.error("That the settings are those it was made with is told at the next start, too (%s).", error.strerror)
    return TOLD
