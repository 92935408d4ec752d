"""Files of the owner that are put aside, because somebody wanted the settings back that the device was made with.

The service may not write /etc, so what is put aside is noted beside the store, in factory.json: each file as it was
then, by its size and the time of its last change. Whatever is written to it since, counts. What it says of [paths]
always does: there is what shall be kept.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from device.configuration.places import files, placed, state_of

log = logging.getLogger(__name__)

NAME = "factory.json"
KEPT = "paths"
"""The section that always counts."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What was put aside when. Empty: nothing was."""

    at: datetime | None = None
    told: bool = True
    """The owner heard of it."""
    states: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Path → time of the last change (ns), bytes."""

    def holds(self, path: Path) -> bool:
        """Whether this file is as it was when it was put aside."""
        return str(path) in self.states and _state(path) == self.states[str(path)]

    @property
    def files(self) -> list[Path]:
        """Those that are still aside."""
        return [path for path in map(Path, self.states) if self.holds(path)]


def folder_of(tree: Mapping[str, Any]) -> Path | None:
    """Where the data are, by what the files and the environment say."""
    said = tree.get("paths")
    data = said.get("data") if isinstance(said, Mapping) else None
    try:
        return placed(data) if isinstance(data, str) else None
    except RuntimeError:  # ~ of nobody
        return None


def read(data: Path | None) -> Aside:
    """What is put aside; what can't be read counts for nothing."""
    try:
        told = json.loads((data / NAME).read_text(encoding="utf-8")) if data else None
        if told is None:
            return Aside()
        states = {str(path): (int(changed), int(size)) for path, (changed, size) in told["files"].items()}
        return Aside(datetime.fromisoformat(told["at"]), bool(told["told"]), states)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return Aside()  # whoever needs that folder says what is the matter with it
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        log.error("%s can't be read (%s): the files of settings count.", NAME, why)
        return Aside()


def put_aside(data: Path, environ: Mapping[str, str], at: datetime) -> Aside:
    """All files that there are, from now on. Raises OSError."""
    aside = Aside(at, told=False, states={str(path): state for path in files(environ) if (state := _state(path))})
    _write(data, aside)
    return aside


def note_told(data: Path, aside: Aside) -> None:
    """The owner heard of it. Raises OSError."""
    _write(data, Aside(aside.at, True, aside.states))


def bring_back(data: Path) -> None:
    """All that was put aside counts again. Raises OSError."""
    (data / NAME).unlink(missing_ok=True)


def _state(path: Path) -> tuple[int, int] | None:
    return next(((changed, size) for _, changed, size, _ in state_of([path])), None)


def _write(data: Path, aside: Aside) -> None:
    assert aside.at
    fields = {"at": aside.at.isoformat(timespec="seconds"), "told": aside.told, "files": aside.states}
    beside = data / f"{NAME}.new"
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(fields) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(data / NAME)
