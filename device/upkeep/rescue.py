"""What the owner is told when a damaged store was found at start."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from services.actions.wording import counted
from services.store.backups.rescue import Rescue, Rescuer

log = logging.getLogger(__name__)


class TellingRescuer(Rescuer):
    """Writes down what it did: into the journal of the system, or to who gave the command."""

    def __init__(self, folders: Sequence[Path], zone: tzinfo) -> None:
        """`zone`: in which times are told."""
        super().__init__(folders)
        self._zone = zone

    def mend(self, path: Path, now: datetime) -> Rescue:
        """See Rescuer."""
        rescue = super().mend(path, now)
        log.error("%s", written(rescue, now.astimezone(self._zone)))
        return rescue


def spoken(rescue: Rescue, now: datetime) -> str:
    """ "The store was damaged. I restored the backup of 14:00; what was done in the 35 minutes after it is lost. …" """
    kept = " The damaged file is kept beside it." if rescue.kept else ""
    return f"{_what(rescue, now)}{kept}"


def written(rescue: Rescue, now: datetime) -> str:
    """The same, with the name of the file that is kept."""
    kept = f" The damaged file is kept as {rescue.kept}." if rescue.kept else ""
    return f"{_what(rescue, now)}{kept}"


def _what(rescue: Rescue, now: datetime) -> str:
    found = "The store was damaged." if rescue.kept else "The store was gone."
    saved = counted(rescue.saved, "later change") if rescue.backup else counted(rescue.saved, "thing")
    if rescue.backup is None:
        if not rescue.saved:
            return f"{found} There was no good backup, so I begin anew."
        rest = "that was all" if rescue.whole else "what else was in it is lost"
        return f"{found} There was no good backup; I saved {saved} from it, and {rest}."
    and_saved = f" and {saved} from the damaged file" if rescue.saved else ""
    restored = f"{found} I restored the backup of {_time(rescue.backup.at, now)}{and_saved}"
    if rescue.whole:
        return f"{restored}; nothing is lost."
    if not rescue.lost:
        return f"{restored}."
    return f"{restored}; what {'else ' if rescue.saved else ''}was done in the {_length(rescue.lost)} after it is lost."


def _time(at: datetime, now: datetime) -> str:
    local = at.astimezone(now.tzinfo)
    clock = f"{local:%H:%M}"
    if local.date() == now.date():
        return clock
    return (
        f"yesterday at {clock}"
        if local.date() == now.date() - timedelta(days=1)
        else f"{local:%d %B} at {clock}".lstrip("0")
    )


def _length(lost: timedelta) -> str:
    minutes = max(1, -(-int(lost.total_seconds()) // 60))
    if minutes < 120:
        return "minute" if minutes == 1 else f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"
