"""Whether an archive of Equerry, or a bundle, may be installed: by the signature that lies beside it, ARCHIVE.sig."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from device.updating.errors import NoReleaseKey, NotAnUpdate, Unsigned
from device.updating.signature import KEYS, check, known, statement


def signature_of(archive: Path) -> Path:
    """Where its signature lies."""
    return archive.with_name(f"{archive.name}.sig")


def accept(
    archive: Path, *, signed: bool, unsigned: bool, tell: Callable[[str], None], keys: Sequence[Path] = KEYS
) -> None:
    """Let an archive pass. `signed`: as the settings want it; `unsigned`: root says that it need not be signed.

    A signature that is there is looked at wherever a key is known, and a wrong one is refused. Raises WrongSignature,
    Unsigned, NoReleaseKey, NoOpenSsl, NotAnUpdate where it can't be read.
    """
    if unsigned:
        return
    there = signature_of(archive)
    if signed and not known(keys):
        raise NoReleaseKey
    if not there.is_file():
        if signed:
            raise Unsigned(path=archive)
        return
    if not known(keys):
        return
    try:
        message, signature = statement(archive), there.read_bytes()
    except OSError as error:
        raise NotAnUpdate(path=archive, reason=error.strerror) from error
    check(message, signature, keys, archive)
    tell(f"{archive.name} is signed by the release's key")
