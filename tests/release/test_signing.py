"""The keys of a release, and what they sign."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from device.updating.archive import accept
from device.updating.update_file import opened
from release.errors import ReleaseFailed
from release.signing import make_keys, signed, write_update
from release.source import ROOT
from services.store.sqlite.migrations import KNOWN

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the program openssl")


def sign(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "sign", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "boot.img").write_bytes(b"boot" * 1000)
    (tmp_path / "images" / "root.squashfs").write_bytes(b"root" * 5000)
    return tmp_path / "images"


def test_the_private_key_is_its_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    public = make_keys(tmp_path / "release")
    assert (tmp_path / "release").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in public.read_text() and "PRIVATE" in (tmp_path / "release").read_text()
    was = (tmp_path / "release").read_bytes()
    with pytest.raises(ReleaseFailed, match="is there already"):
        make_keys(tmp_path / "release")
    assert (tmp_path / "release").read_bytes() == was


def test_the_script_makes_what_devices_take(tmp_path: Path, images: Path) -> None:
    key, archive, update = tmp_path / "release", tmp_path / "equerry.tar", tmp_path / "x.update"
    archive.write_bytes(b"an archive")
    assert sign("keys", key).returncode == 0
    done = sign("archive", archive, "--key", key)
    assert done.stdout.strip() == f"{archive}.sig", done.stderr
    accept(archive, signed=True, unsigned=False, tell=print, keys=(tmp_path / "release.pub",))
    done = sign("update", images, "--key", key, "--version", "0.2.0", "--out", update)
    assert done.returncode == 0, done.stderr
    with opened(update, (tmp_path / "release.pub",)) as there:
        told = there.manifest
        content = [b"".join(there.chunks(part)) for part in told.parts]
    assert (told.version, told.board, told.layout) == ("0.2.0", "arm64", KNOWN)
    assert content == [b"boot" * 1000, b"root" * 5000]


def test_the_same_images_are_the_same_update(tmp_path: Path, images: Path) -> None:
    make_keys(tmp_path / "release")
    made = []
    for name in ("one", "two"):
        write_update("0.2.0", "arm64", images, tmp_path / "release", tmp_path / name, epoch=1_800_000_000)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_what_is_missing_is_told_in_a_sentence(tmp_path: Path, images: Path) -> None:
    (images / "boot.img").unlink()
    key = tmp_path / "release"
    refused = [
        (("update", images, "--key", key), r"there is no boot\.img in .*; scripts/image makes it"),
        (("archive", tmp_path / "none", "--key", key), r"none: No such file or directory"),
        (("keys", tmp_path / "no" / "where"), r"where: No such file or directory"),
    ]
    for words, why in refused:
        done = sign(*words)
        assert done.returncode == 1 and re.search(why, done.stderr) and "Traceback" not in done.stderr, done.stderr
    with pytest.raises(ReleaseFailed, match="make one: scripts/sign keys"):
        signed(b"x", key)
    (tmp_path / "nonsense").write_text("no key")
    with pytest.raises(ReleaseFailed, match="openssl pkeyutl"):
        signed(b"x", tmp_path / "nonsense")
