"""Ed25519 signatures of a release, looked at by the openssl program (RFC 8032; `openssl pkeyutl -rawin`).

A small text is signed, never a large file: the manifest of an update, or for an archive one line with its SHA-256.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from device.updating.errors import NoOpenSsl, NoReleaseKey, WrongSignature

KEYS = (Path("/usr/share/equerry/release.pub"), Path("/etc/equerry/release.pub"))
"""Public keys (PEM) that may be there: the image's, and the owner's."""
LENGTH = 64
"""Bytes of a signature."""


def known(keys: Iterable[Path] = KEYS) -> list[Path]:
    """Those keys that this device has."""
    return [each for each in keys if each.is_file()]


def statement(archive: Path) -> bytes:
    """What is signed of an archive: its SHA-256, behind words that no manifest begins with. Raises OSError."""
    with archive.open("rb") as file:
        return f"equerry archive sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode()


def check(message: bytes, signature: bytes, keys: Iterable[Path], path: Path) -> None:
    """See that one of the keys signed the message. `path`: what is told of.

    Raises NoReleaseKey, NoOpenSsl, WrongSignature.
    """
    keys = known(keys)
    if not keys:
        raise NoReleaseKey
    if len(signature) != LENGTH or not any(_is_by(key, message, signature) for key in keys):
        raise WrongSignature(path=path)


def _is_by(key: Path, message: bytes, signature: bytes) -> bool:
    with TemporaryDirectory(prefix="equerry-signature-") as folder:
        text, signed = Path(folder) / "text", Path(folder) / "signature"
        text.write_bytes(message)
        signed.write_bytes(signature)
        command = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", text, "-sigfile", signed)
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
        except FileNotFoundError:
            raise NoOpenSsl from None
    return done.returncode == 0
