"""Updates that are asked for from outside: what there is to install, and what becomes of it.

The appliance may install nothing. It writes down which version is wanted; equerry-update-wanted.path of systemd sees
that, and root does what `equerry update` does, with the archive that `[update] archive` of /etc/equerry names
(scripts/update). How far that is stands in a file that root alone writes: running, done or failed; the version; words.

UpdateRefused
├── NothingNewer
├── UpdateRunning
└── UpdateUnwritten
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from device import atomic
from device.errors import ApplianceError
from services.sync.claims import ordered

TOLD = Path("/run/equerry-update/state")
"""Written by scripts/update."""
PLACE = "{version}"
"""In `[update] archive`, where a version stands."""
LOOK_S = 30.0
"""From one look at what archives there are to the next: they may lie on another machine."""
TAKEN_UP_S = 60.0
"""Within so long somebody begins with what is wanted."""
LONGEST_S = 2 * 3600.0 + 300
"""It takes no longer: equerry-update-wanted.service ends it after two hours."""
LATELY_S = 600.0
"""What failed longer ago is no news, though this process has not told of it."""
LONGEST_WORDS = 200


class UpdateRefused(ApplianceError):
    """No update is installed."""

    code = "update"


class NothingNewer(UpdateRefused):
    """There is nothing newer than {installed} to install. Put an archive of it where [update] archive says."""

    code = "update.nothing_newer"


class UpdateRunning(UpdateRefused):
    """The update to {version} is still being installed."""

    code = "update.running"


class UpdateUnwritten(UpdateRefused):
    """It can't be written down that an update is wanted: {why}."""

    code = "update.unwritten"


@dataclass(frozen=True, slots=True)
class UpdateProgress:
    """How far the update is that was asked for last."""

    state: Literal["none", "wanted", "running", "failed"] = "none"
    version: str = ""
    words: str = ""
    """Why it failed."""
    at: float = 0.0
    """Since when, seconds since 1970."""

    @property
    def on(self) -> bool:
        """Whether it is not over."""
        return self.state in ("wanted", "running")


class Updates:
    """For one thread."""

    def __init__(
        self,
        archive: str,
        folder: Path,
        installed: str,
        *,
        told: Path = TOLD,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`archive`: a path with PLACE in its last part; `folder`: beside the store, where it is written down what is
        wanted.
        """
        self._folder, _, self._name = archive.rpartition("/")
        self._wanted = folder / "update" / "wanted"
        self._installed = installed
        self._told = told
        self._clock = clock
        self._newest = ""
        self._look_at = 0.0
        self._failed = UpdateProgress()
        """The failure that was told last."""

    def newest(self) -> str:
        """The latest version of which there is an archive that is newer than what is installed; empty: none."""
        if self._clock() >= self._look_at:
            self._look_at = self._clock() + LOOK_S
            best = max([self._installed, *self._there()], key=ordered)
            self._newest = "" if ordered(best) == ordered(self._installed) else best
        return self._newest

    def install(self) -> str:
        """Have the newest installed; its version. Raises NothingNewer, UpdateRunning, UpdateUnwritten."""
        if (progress := self.progress()).on:
            raise UpdateRunning(version=progress.version)
        self._look_at = 0.0
        version = self.newest()
        if not version:
            raise NothingNewer(installed=self._installed)
        try:
            self._wanted.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic.write(self._wanted, f"{version}\n")
        except OSError as error:
            raise UpdateUnwritten(why=error.strerror) from error
        return version

    def progress(self) -> UpdateProgress:
        """How far it is now."""
        version, at = _read(self._wanted)
        if version:
            if self._clock() - at < TAKEN_UP_S:
                return UpdateProgress("wanted", version[0], at=at)
            self._wanted.unlink(missing_ok=True)  # not to be begun out of the blue, once somebody looks
            return UpdateProgress(
                "failed", version[0], "Nobody began with it: equerry-update-wanted.path does not run.", at
            )
        lines, at = _read(self._told)
        state, version_, words = [*lines, "", "", ""][:3]
        if state == "running" and self._clock() - at < LONGEST_S:
            return UpdateProgress("running", version_, at=at)
        if state in ("running", "failed"):
            return UpdateProgress("failed", version_, words[:LONGEST_WORDS] or "It did not end in time.", at)
        return UpdateProgress()

    def failed(self) -> UpdateProgress | None:
        """A failure, once: nothing of what was told, or is long past."""
        progress = self.progress()
        if progress.state != "failed" or progress == self._failed or self._clock() - progress.at > LATELY_S:
            return None
        self._failed = progress
        return progress

    def _there(self) -> list[str]:
        before, after = self._name.split(PLACE)
        form = re.compile(f"{re.escape(before)}([0-9][0-9A-Za-z.+-]*){re.escape(after)}")
        try:
            found = [form.fullmatch(each.name) for each in Path(self._folder or "/").iterdir()]
        except OSError:
            return []  # the other machine may be away
        return [each[1] for each in found if each and ordered(each[1])]


def _read(path: Path) -> tuple[list[str], float]:
    """The lines of a small file, and when it was written; nothing where it is not there, or can't be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines(), path.stat().st_mtime
    except OSError:
        return [], 0.0
