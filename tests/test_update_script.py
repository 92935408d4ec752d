"""`equerry update` on a device without slots: bundles and archives, signed or not. In a namespace with folders of its
own in the places of the system's.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from release.bundle import pack, write_sums
from release.signing import make_keys, sign_archive
from tests.test_installation import ROOT, may_mount

pytestmark = [
    pytest.mark.skipif(not may_mount(), reason="no mounts of one's own here"),
    pytest.mark.skipif(not shutil.which("dpkg") or not shutil.which("systemctl"), reason="this is no Debian"),
]
INSTALL = '#!/bin/sh\necho "$0 $*" > /mnt/installed\n'


class Installed:
    """An appliance of version 0.9.0, as far as scripts/update looks at one; its /etc, and a folder at /mnt."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.here, self.etc, self.shelf = folder, folder / "current", folder / "etc", folder / "shelf"
        for each in (self.here / "scripts", self.here / ".venv" / "bin", self.shelf):
            each.mkdir(parents=True)
        (self.etc / "equerry").mkdir(parents=True)
        for name in ("passwd", "group", "ld.so.cache"):
            shutil.copy(f"/etc/{name}", self.etc)
        for name in ("update", "install", "unpack-bundle"):
            shutil.copy(ROOT / "scripts" / name, self.here / "scripts")
        (self.here / "pyproject.toml").write_text('version = "0.9.0"\n')
        # The environment of this checkout; -I, its first word, would not find the checkout itself.
        python = self.here / ".venv" / "bin" / "python"
        python.write_text(f'#!/bin/sh\nshift\nPYTHONPATH={ROOT} exec {ROOT}/.venv/bin/python "$@"\n')
        python.chmod(0o755)

    def trust(self, key: Path, *, signed: bool) -> None:
        """Know a release's key; `signed`: and want every archive to be signed with it."""
        shutil.copy(key, self.etc / "equerry" / "release.pub")
        settings = f'[update]\nsigned = {str(signed).lower()}\narchive = "/mnt/equerry-{{version}}.tar"\n'
        (self.etc / "equerry" / "equerry.toml").write_text(settings)

    def update(self, *words: str) -> tuple[int, str, str]:
        """Exit status, what was said last, and how an installer was called."""
        mounts = f"mount --bind {self.etc} /etc && mount --bind {self.shelf} /mnt"
        command = f"{mounts} && exec {self.here}/scripts/update {' '.join(words)}"
        done = subprocess.run(["unshare", "--mount", "sh", "-c", command], capture_output=True, text=True, check=False)
        note = self.shelf / "installed"
        called = note.read_text().strip() if note.exists() else ""
        note.unlink(missing_ok=True)
        said = [line for line in done.stderr.splitlines() if line.startswith(("update: ", "install: "))]
        return done.returncode, said[-1] if said else done.stderr, called


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


@pytest.fixture
def bundle(installed: Installed) -> Path:
    """A bundle of version 0.9.9, whose installer only notes how it was called."""
    top = installed.folder / "equerry-0.9.9-this"
    (top / "equerry" / "scripts").mkdir(parents=True)
    (top / "equerry" / "scripts" / "install").write_text(INSTALL)
    (top / "equerry" / "scripts" / "install").chmod(0o755)
    told = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    (top / "bundle.toml").write_text(f'version = "0.9.9"\narchitecture = "this"\ndebian = "{told}"\n')
    write_sums(top)
    pack(top, installed.shelf / "equerry-0.9.9.tar", 1_800_000_000)
    return installed.shelf / "equerry-0.9.9.tar"


def test_a_bundle_is_installed_by_its_own_installer(installed: Installed, bundle: Path) -> None:
    status, said, called = installed.update("/mnt/equerry-0.9.9.tar")
    assert status == 0, said
    assert "/equerry/scripts/install --from /var/tmp/" in called and called.endswith("/equerry-0.9.9-this --upgrade")


def test_a_damaged_bundle_is_refused(installed: Installed, bundle: Path) -> None:
    content = bytearray(bundle.read_bytes())
    content[content.index(b"echo")] ^= 1
    bundle.write_bytes(content)
    status, said, called = installed.update("/mnt/equerry-0.9.9.tar")
    assert (status, called) == (1, "") and "the bundle is damaged" in said


def test_where_a_key_is_known_a_wrong_signature_is_refused(installed: Installed, bundle: Path) -> None:
    installed.trust(make_keys(installed.folder / "release"), signed=False)
    assert installed.update("/mnt/equerry-0.9.9.tar")[0] == 0, "[update] signed does not want one"
    make_keys(installed.folder / "somebody")
    sign_archive(bundle, installed.folder / "somebody")
    status, said, called = installed.update("/mnt/equerry-0.9.9.tar")
    assert (status, called) == (1, "") and "was not signed with the release's key" in said
    sign_archive(bundle, installed.folder / "release")
    status, said, called = installed.update("/mnt/equerry-0.9.9.tar")
    assert status == 0 and called, said


def test_where_the_settings_want_it_all_is_signed(installed: Installed, bundle: Path) -> None:
    installed.trust(make_keys(installed.folder / "release"), signed=True)
    for words in (("/mnt/equerry-0.9.9.tar",), ("--version", "0.9.9")):
        status, said, called = installed.update(*words)
        assert (status, called) == (1, "") and "is not signed, and [update] signed wants that" in said, said
    assert installed.update("--unsigned", "/mnt/equerry-0.9.9.tar")[0] == 0, "root knows where it comes from"
    sign_archive(bundle, installed.folder / "release")
    status, said, called = installed.update("--version", "0.9.9")
    assert status == 0 and called, said


def test_a_folder_with_a_bundle_and_its_signature(installed: Installed, bundle: Path) -> None:
    installed.trust(make_keys(installed.folder / "release"), signed=True)
    sign_archive(bundle, installed.folder / "release")
    status, said, called = installed.update("/mnt")
    assert status == 0 and called, said


def test_a_bundle_of_another_version_than_was_asked_for(installed: Installed, bundle: Path) -> None:
    installed.trust(make_keys(installed.folder / "release"), signed=False)
    bundle.rename(installed.shelf / "equerry-0.9.10.tar")
    status, said, called = installed.update("--version", "0.9.10")
    assert (status, said, called) == (1, "update: the archive of 0.9.10 holds 0.9.9", "")


def test_a_device_without_slots_takes_no_update_for_one(installed: Installed) -> None:
    (installed.shelf / "equerry-0.9.9-arm64.update").write_bytes(b"x")
    (installed.etc / "equerry" / "equerry.toml").write_text(
        '[update]\narchive = "/mnt/equerry-{version}-arm64.update"\n'
    )
    for words in (("/mnt/equerry-0.9.9-arm64.update",), ("--version", "0.9.9")):
        status, said, called = installed.update(*words)
        assert (status, called) == (1, "") and said.startswith("update: This device has no slots.")


def test_a_device_with_slots_takes_nothing_else(installed: Installed, bundle: Path) -> None:
    """Its kernel's command line names the slot."""
    (installed.folder / "cmdline").write_text("root=PARTLABEL=root-a ro\n")
    (installed.here / "scripts" / "update").write_text(
        (ROOT / "scripts" / "update").read_text().replace("/proc/cmdline", str(installed.folder / "cmdline"))
    )
    status, said, called = installed.update("/mnt/equerry-0.9.9.tar")
    assert (status, called) == (1, "") and "this device has two slots" in said
