"""Accounts for phones: a name and the scrypt hash (RFC 7914) of a password each, a line in the secret caldav-accounts.

What an account may do and see is said in roles.toml, where it is the client `caldav:<name>`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from device.configuration.places import placed
from device.configuration.secrets import FOLDERS, SecretMissing, secret
from device.errors import ApplianceError

SECRET = "caldav-accounts"  # noqa: S105 - the name of a file
SHORTEST = 8
"""Characters of a password."""
_COST, _BLOCK, _LANES = 1 << 14, 8, 1
"""Of scrypt: 16 MiB and about 50 ms."""
_MEMORY = 64 << 20
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class AccountRefused(ApplianceError):
    """{reason}"""

    code: ClassVar[str] = "caldav.account"


class Accounts:
    """Those that there are, read anew whenever somebody signs in: one that was taken away is away at once."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._session = secrets.token_bytes(32)
        self._known: dict[str, bytes] = {}
        """Of who signed in lately: a keyed digest of hash and password, so that not each request costs a scrypt."""

    def names(self) -> list[str]:
        """Raises SecretOpen, SecretUnreadable."""
        return sorted(self._lines())

    def verified(self, name: str, password: str) -> bool:
        """Whether that is the password of an account; it takes as long where there is none. Raises SecretOpen,
        SecretUnreadable.
        """
        line = self._lines().get(name, "")
        seen = hmac.digest(self._session, f"{name}\0{line}\0{password}".encode("utf-8", "surrogateescape"), "sha256")
        if line and hmac.compare_digest(self._known.get(name, b""), seen):
            return True
        right = hmac.compare_digest(_hashed(password, _salt(line)), line or "-")
        if right:
            self._known[name] = seen
        return right

    def add(self, name: str, password: str) -> Path:
        """Make an account, or give one another password; where it is kept. Raises AccountRefused and what a file that
        can't be written raises.
        """
        if not _NAME.fullmatch(name):
            raise AccountRefused(
                reason="A name has 1 to 32 small letters, digits, dots, hyphens and underscores, and begins with one of"
                " the first two."
            )
        if len(password) < SHORTEST:
            raise AccountRefused(reason=f"A password has at least {SHORTEST} characters. Nothing was changed.")
        lines = {**self._lines(), name: _hashed(password, secrets.token_bytes(16))}
        return self._write(lines)

    def remove(self, name: str) -> Path:
        """Raises AccountRefused where there is none of that name."""
        lines = self._lines()
        if name not in lines:
            raise AccountRefused(reason=f"There is no account {name}. There are: {', '.join(sorted(lines)) or 'none'}.")
        return self._write({each: line for each, line in lines.items() if each != name})

    def _lines(self) -> dict[str, str]:
        try:
            lines = secret(SECRET, self._environ).get_secret_value().splitlines()
        except SecretMissing:
            lines = []
        pairs = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
        return {name: hashed for name, _, hashed in pairs if hashed}

    def _write(self, lines: Mapping[str, str]) -> Path:
        folder = placed(FOLDERS[0] if os.geteuid() == 0 else FOLDERS[-1], self._environ)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, fresh = folder / SECRET, folder / f".{SECRET}.new"
        head = "# Accounts for CalDAV: equerry caldav account add NAME"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as out:
            out.write("\n".join((head, *(f"{name}:{line}" for name, line in sorted(lines.items())), "")))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
        return path


def _hashed(password: str, salt: bytes) -> str:
    data = password.encode("utf-8", "surrogateescape")
    key = hashlib.scrypt(data, salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=_MEMORY, dklen=32)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def _salt(line: str) -> bytes:
    try:
        return base64.b64decode(line.split("$")[4], validate=True)
    except (IndexError, binascii.Error):
        return b"no such account."
