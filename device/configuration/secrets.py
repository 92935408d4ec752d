"""Secrets: each is a file of its own, never a setting. They are masked wherever they are shown.

Looked for in this order: systemd's credentials (LoadCredential=, https://systemd.io/CREDENTIALS), /etc/equerry/secrets,
~/.config/equerry/secrets. Outside systemd's folder a file must be readable by its owner alone. Where systemd loads a
whole folder as the credential `equerry`, it calls the file `mqtt-password` of it `equerry_mqtt-password`; both names
are looked for.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import SecretStr

from device.configuration.places import placed
from firmware.errors import ExpectedError

FOLDERS = (Path("/etc/equerry/secrets"), Path("~/.config/equerry/secrets"))
LOADED = "equerry"
"""What the unit calls the folder that it loads (LoadCredential=equerry:/etc/equerry/secrets)."""
_LONGEST = 65_536


class SecretMissing(ExpectedError):
    """The secret {name} is missing. Write it into a file {folder}/{name}, readable by you alone (chmod 600)."""

    code = "secret.missing"


class SecretOpen(ExpectedError):
    """The secret {path} may be read by others. Make it yours alone: chmod 600 {path}"""

    code = "secret.open"


class SecretUnreadable(ExpectedError):
    """The secret {path} can't be read ({reason})."""

    code = "secret.unreadable"


class SecretsClosed(ExpectedError):
    """{folder} can't be looked into ({reason}). Put sudo before the command."""

    code = "secret.closed"


def secret(name: str, environ: Mapping[str, str] | None = None) -> SecretStr:
    """A secret by its name, without the line's end. Raises SecretMissing, SecretOpen, SecretUnreadable."""
    environ = os.environ if environ is None else environ
    given = environ.get("CREDENTIALS_DIRECTORY")
    for credential in (name, f"{LOADED}_{name}"):
        if given and _is_there(path := Path(given) / credential):
            return _read(path)
    for folder in FOLDERS:
        path = placed(folder, environ) / name
        if _is_there(path):
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SecretOpen(path=path)
            return _read(path)
    raise SecretMissing(name=name, folder=placed(FOLDERS[-1], environ))


def secret_if_any(name: str) -> SecretStr | None:
    """A secret that need not be there. Raises SecretOpen, SecretUnreadable."""
    try:
        return secret(name)
    except SecretMissing:
        return None


class SecretState(NamedTuple):
    """Whether there is a secret, without what it is."""

    name: str
    state: Literal["set", "open", "unusable"]
    """Others may read it, too; it is empty, or no text."""
    path: Path


def secrets_there(environ: Mapping[str, str] | None = None) -> list[SecretState]:
    """All that lie in our folders, by name, each once: the one that counts. Raises SecretsClosed."""
    environ = os.environ if environ is None else environ
    found: dict[str, SecretState] = {}
    for folder in (placed(each, environ) for each in FOLDERS):
        try:
            paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise SecretsClosed(folder=folder, reason=error.strerror) from error
        for path in paths:
            found.setdefault(path.name, SecretState(path.name, _state(path), path))
    return sorted(found.values())


def _state(path: Path) -> Literal["set", "open", "unusable"]:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return "open"
    try:
        _read(path)
    except SecretUnreadable:
        return "unusable"
    return "set"


def _is_there(path: Path) -> bool:
    """A file in a folder of somebody else's is none of ours."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def _read(path: Path) -> SecretStr:
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
        if len(data) > _LONGEST:
            raise SecretUnreadable(path=path, reason="it is too long")
        text = data.decode("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretUnreadable(path=path, reason=getattr(error, "strerror", None) or "it is no text") from error
    if not text:
        raise SecretUnreadable(path=path, reason="it is empty")
    return SecretStr(text)
