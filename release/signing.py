"""Keys of a release, what they sign, and update files for devices with two slots.

The private key is a file that whoever makes releases keeps, nowhere in the repository; the devices have the public one
(device/updating/signature.py).
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from device.updating.archive import signature_of
from device.updating.signature import statement
from device.updating.update_file import MANIFEST, PARTS, SIGNATURE, UpdateManifest, UpdatePart
from release.engine import sha256
from release.errors import ReleaseFailed, run
from services.store.sqlite.migrations import KNOWN


def make_keys(private: Path) -> Path:
    """Make a pair of keys: the private one in this file, for its owner alone, the public one beside it; where that is.

    Raises ReleaseFailed, also where the file is there already.
    """
    if private.exists():
        raise ReleaseFailed(f"{private} is there already; name another file, or take that one")
    os.close(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    public = private.with_name(f"{private.name}.pub")
    try:
        run(["openssl", "genpkey", "-algorithm", "ED25519", "-out", private])
        run(["openssl", "pkey", "-in", private, "-pubout", "-out", public])
    except ReleaseFailed:
        private.unlink()
        raise
    return public


def signed(message: bytes, key: Path) -> bytes:
    """The signature of a message with a private key. Raises ReleaseFailed."""
    if not key.is_file():
        raise ReleaseFailed(f"there is no key {key}; make one: scripts/sign keys {key}")
    with tempfile.TemporaryDirectory(prefix="equerry-sign-") as folder:
        text, made = Path(folder) / "text", Path(folder) / "signature"
        text.write_bytes(message)
        run(["openssl", "pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", text, "-out", made])
        return made.read_bytes()


def sign_archive(archive: Path, key: Path) -> Path:
    """Write the signature of an archive or a bundle beside it; where. Raises ReleaseFailed, OSError."""
    made = signature_of(archive)
    made.write_bytes(signed(statement(archive), key))
    return made


def write_update(version: str, board: str, images: Path, key: Path, out: Path, *, epoch: int) -> None:
    """Write an update file of the images in a folder, boot.img and root.squashfs; all entries of one time (seconds
    since 1970), so that the same images are the same bytes. Raises ReleaseFailed, OSError.
    """
    for name in PARTS:
        if not (images / name).is_file():
            raise ReleaseFailed(f"there is no {name} in {images}; scripts/image makes it")
    parts = tuple(UpdatePart(name, (images / name).stat().st_size, sha256(images / name)) for name in PARTS)
    text = UpdateManifest(version, board, KNOWN, parts).text.encode()
    written = out.with_name(f"{out.name}.part")
    with tarfile.open(written, "w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in ((MANIFEST, text), (SIGNATURE, signed(text, key))):
            archive.addfile(_entry(name, len(content), epoch), BytesIO(content))
        for each in parts:
            with (images / each.name).open("rb") as file:
                archive.addfile(_entry(each.name, each.bytes, epoch), file)
    shutil.move(written, out)


def _entry(name: str, size: int, epoch: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, epoch, 0o644
    return entry
