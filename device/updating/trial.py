"""The trial of a slot, as it is written down where both slots find it: what is tried, and how far it came."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from device.updating.disk import BootSlot
from services.store.backups.snapshot import sync

NAME = "trial.json"
Stage = Literal["wanted", "booted", "failed", "back", "passed"]
"""Wanted: to be booted. Booted: its kernel and systemd came up. Failed: it judged itself. Back: the slot from before
runs again. Passed: it stands. The last two are still to be told aloud."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial."""

    slot: BootSlot
    """That is tried."""
    version: str
    before: str
    """The version that runs in the other slot."""
    stage: Stage = "wanted"
    why: str = ""
    """What was wrong with it, as a sentence."""


def read(folder: Path) -> Trial | None:
    """The trial that is under way, or not told of yet; None: there is none, or it can't be read."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        trial = Trial(**told)
    except (OSError, ValueError, TypeError):
        return None
    return trial if trial.slot in ("a", "b") else None


def write(folder: Path, trial: Trial) -> None:
    """Write it down, there whole or as it was. Raises OSError."""
    new = folder / f"{NAME}.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(trial), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / NAME)
    sync(folder)


def forget(folder: Path) -> None:
    """There is no trial any more. Raises OSError."""
    (folder / NAME).unlink(missing_ok=True)
    sync(folder)
