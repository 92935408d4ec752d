"""What was last in force, kept beside the store: an appliance that starts with files that can't be used goes on with
that.

While it runs, a change that can't be used is refused and what was before stays in force; so it is after a power cut,
too. What the files said is kept only once the appliance has been ready with it. A file is replaced as a whole; where it
can't be written or read, or an older release wrote it, there is simply none.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from device import atomic
from device.configuration.layers import over, read
from device.configuration.live.changes import problems_of
from device.configuration.load import load, load_usable
from device.configuration.problems import settings_of
from device.configuration.settings import Settings
from device.errors import ConfigBroken
from firmware.errors import ExpectedError
from services.actions.policy.roles import Roles

log = logging.getLogger(__name__)

FOLDER = "in-force"
"""In the folder of the store."""


@dataclass(slots=True)
class Lasting:
    """`told` is what is to be said of the start, a sentence each; nothing where all files could be used."""

    environ: Mapping[str, str]
    folder: Path | None = None
    told: list[str] = field(default_factory=list)

    def settings(self, check: Callable[[Settings], None]) -> Settings:
        """Those of the files; where they can't be used, those last in force; where these are not known, what can be
        used of the files.

        `check` raises an ExpectedError where an appliance could not be built from some. Raises that where it can't be
        built from any.
        """
        usable, _ = load_usable(self.environ)
        self.folder = usable.paths.data / FOLDER
        try:
            settings = load(self.environ)
            check(settings)
        except ExpectedError as error:
            log.error("The settings can't be used: %s", "; ".join(problems_of(error)))
        else:
            return settings
        if (last := self._last_settings()) is not None:
            self._tell("My settings can't be used. I go on with those I had before.")
            return last
        check(usable)
        self._tell("My settings can't all be used. What can't is as it came from the factory.")
        return usable

    def roles(self, read: Callable[[], tuple[Roles, str]]) -> tuple[Roles, str]:
        """As `read` has them; where their file can't be used, those last in force. Raises ConfigBroken where these are
        not known: nobody is to have rights that the owner may have taken away."""
        try:
            return read()
        except ConfigBroken as error:
            kept = self._read("roles")
            try:
                last = Roles.model_validate(kept["roles"]), str(kept["digest"])
            except (ValidationError, KeyError):
                raise error from None
            log.error("The roles can't be used: %s", "; ".join(problems_of(error)))
            self._tell("The file that says who may do what can't be used. What held before goes on holding.")
            return last

    def keep(self, settings: Settings) -> None:
        """These are in force: what the files say of them is kept, unless the files have changed since."""
        layers = read(self.environ)
        if settings_of(layers) == settings:
            self._write("settings", layers.tree)

    def keep_roles(self, roles: Roles, digest: str) -> None:
        """These hold."""
        self._write("roles", {"roles": roles.model_dump(mode="json"), "digest": digest})

    def _tell(self, words: str) -> None:
        log.warning("%s", words)
        self.told.append(words)

    def _last_settings(self) -> Settings | None:
        kept = self._read("settings")
        return settings_of(over(kept, self.environ)) if kept else None

    def _read(self, name: str) -> dict[str, Any]:
        assert self.folder is not None
        try:
            kept = json.loads((self.folder / f"{name}.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write(self, name: str, tree: Mapping[str, Any]) -> None:
        assert self.folder is not None
        path, text = self.folder / f"{name}.json", json.dumps(tree, indent=1, sort_keys=True, default=str)
        try:
            if path.is_file() and path.read_text(encoding="utf-8") == text:
                return
            self.folder.mkdir(mode=0o700, exist_ok=True)
            atomic.write(path, text)
        except (OSError, UnicodeDecodeError) as error:
            log.warning("The %s in force are not kept for a later start: %s", name, error)
