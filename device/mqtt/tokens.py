"""Tokens: what a program without a user name of its own at the broker proves itself with. Lines of the secret
`mqtt-tokens`:

    # who: token
    node-red: 6f1c2a77c0f9d3b1e84a
    phone:    b2a9e6d4f87c1a035d62

Several tokens may have one name, so that one can be replaced while the other still holds.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256

from pydantic import SecretStr

from device.errors import ApplianceError

SECRET = "mqtt-tokens"  # noqa: S105  # its name
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_TOKEN = re.compile(r"[!-~]{16,256}")


class TokensBroken(ApplianceError):
    """The secret mqtt-tokens can't be used: line {line} {problem}. Each line is “name: token”."""

    code = "mqtt.tokens"


class Tokens:
    """Whose a token is. Shows none of them anywhere."""

    def __init__(self, pairs: Iterable[tuple[str, SecretStr]] = ()) -> None:
        self._known = [(name, _digest(token)) for name, token in pairs]

    def name(self, token: SecretStr) -> str | None:
        """Whose it is; None: nobody's. Takes as long whatever fits, and however much of it."""
        given = _digest(token)
        fitting = [name for name, known in self._known if hmac.compare_digest(known, given)]
        return fitting[0] if fitting else None

    def __len__(self) -> int:
        return len(self._known)

    def __repr__(self) -> str:
        return f"Tokens({len(self._known)})"


def tokens_of(text: SecretStr | None) -> Tokens:
    """Those of the secret, if any. Raises TokensBroken with the line's number, never its content."""
    pairs: list[tuple[str, SecretStr]] = []
    for number, line in enumerate((text.get_secret_value() if text else "").splitlines(), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        name, _, token = (part.strip() for part in said.partition(":"))
        if problem := _problem(name, token, pairs):
            raise TokensBroken(line=number, problem=problem)
        pairs.append((name, SecretStr(token)))
    return Tokens(pairs)


def _problem(name: str, token: str, before: Iterable[tuple[str, SecretStr]]) -> str:
    if not _NAME.fullmatch(name):
        return "has no name of 1 to 64 letters, digits, “_”, “.” and “-”"
    if not _TOKEN.fullmatch(token):
        return "has no token of 16 to 256 characters without blanks (for instance of: openssl rand -hex 32)"
    if any(known.get_secret_value() == token for _, known in before):
        return "has the token of another line"
    return ""


def _digest(token: SecretStr) -> bytes:
    """All of one length, so that comparing tells nothing of it."""
    return sha256(token.get_secret_value().encode("utf-8", "surrogatepass")).digest()
