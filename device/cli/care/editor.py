"""The owner's editor on a copy of a settings file."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import typer

from device.configuration.errors import ConfigError
from device.configuration.owned.changes import ChangeResult, Owned
from device.errors import ApplianceError, ConfigBroken
from firmware.errors import ExpectedError

_EDITORS = ("sensible-editor", "editor", "nano", "vi")
_NEW = "# Settings of your own. Every key there is: equerry config show. What one is for: equerry config explain KEY.\n"


class NoEditor(ApplianceError):
    """There is no editor here. Name one: EDITOR=nano equerry config edit."""

    code = "config.editor"


class EditorFailed(ApplianceError):
    """The editor {editor} ended with {code}. Nothing was changed; what you wrote is in {copy}."""

    code = "config.editor_failed"


class NotGood(ApplianceError):
    """{error} What you wrote is kept in {copy}."""

    code = "config.kept"

    def _sentence(self) -> str:
        return (
            f"{self.facts['error']}\nWhat you wrote is kept in {self.facts['copy']}. Check it: equerry config check"
            f" {self.facts['copy']}"
        )


def edit(owned: Owned, told: Callable[[ChangeResult, str], None]) -> None:
    """Edit a copy until it can be used, or keep it where its owner gives up. Raises NoEditor, EditorFailed, NotGood."""
    before = owned.file.read()
    folder = Path(tempfile.mkdtemp(prefix="equerry-config-"))
    copy = folder / owned.file.path.name
    copy.write_text(before or _NEW, encoding="utf-8")
    while True:
        _open(copy)
        try:
            after = copy.read_text(encoding="utf-8")
            if after == (before or _NEW):
                print("Nothing was changed.")
                break
            told(owned.replace(after, expected=before), "What you wrote is")
            break
        except (ConfigError, ConfigBroken, UnicodeDecodeError) as error:
            if not _again(error):
                raise NotGood(error=error, copy=copy) from error
    shutil.rmtree(folder)


def _open(copy: Path) -> None:
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or next(filter(shutil.which, _EDITORS), "")
    words = shlex.split(wanted)
    if not words:
        raise NoEditor
    try:
        code = subprocess.run([*words, str(copy)], check=False).returncode
    except OSError as error:
        raise EditorFailed(editor=words[0], code=error.strerror, copy=copy) from error
    if code:
        raise EditorFailed(editor=words[0], code=code, copy=copy)


def _again(error: Exception) -> bool:
    """Whether its owner wants to mend it now."""
    if not sys.stdin.isatty():
        return False
    print(error if isinstance(error, ExpectedError) else "That is no text in UTF-8.", file=sys.stderr)
    return typer.confirm("Edit it again?", default=True)
