"""A bundle: the same bytes from the same content; damaged or for another machine it is refused in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from release.bundle import pack, write_sums
from release.debian import field
from release.lock import Machine, has_wheel, needed, packages
from release.source import ROOT
from release.target import TARGETS

EPOCH = 1_790_000_000
needs_dpkg = pytest.mark.skipif(not shutil.which("dpkg"), reason="this is no Debian")


def ours() -> str:
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A bundle's folder, for this machine."""
    folder = tmp_path / "made" / "equerry-0.1.0-this"
    (folder / "wheels").mkdir(parents=True)
    (folder / "equerry").mkdir()
    (folder / "bundle.toml").write_text(f'architecture = "this"\ndebian = "{ours()}"\npython = "3.11"\n')
    (folder / "wheels" / "a.whl").write_bytes(b"wheel" * 1000)
    (folder / "equerry" / "run").write_text("#!/bin/sh\n")
    (folder / "equerry" / "run").chmod(0o700)
    write_sums(folder)
    return folder


@pytest.fixture
def archive(top: Path, tmp_path: Path) -> Path:
    pack(top, tmp_path / "bundle.tar", EPOCH)
    return tmp_path / "bundle.tar"


def unpack(bundle: Path, tmp_path: Path) -> tuple[int, str, str]:
    """Exit status, what was printed, the first line of what was said."""
    (tmp_path / "into").mkdir(exist_ok=True)
    command = [ROOT / "scripts" / "unpack-bundle", bundle, tmp_path / "into"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip(), (done.stderr.splitlines() or [""])[0]


@needs_dpkg
def test_the_hour_and_the_maker_leave_no_trace(top: Path, archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again" / top.name
    shutil.copytree(top, again)
    for path in again.rglob("*"):
        os.utime(path, (1, 1))
    (again / "wheels" / "a.whl").chmod(0o640)
    pack(again, tmp_path / "again.tar", EPOCH)
    assert (tmp_path / "again.tar").read_bytes() == archive.read_bytes()
    with tarfile.open(archive) as packed:
        entries = packed.getmembers()
    assert entries[0].name.endswith("/bundle.toml"), "told of without reading all of it"
    assert {(each.mtime, each.uid, each.uname) for each in entries} == {(EPOCH, 0, "root")}
    assert {each.mode for each in entries} == {0o755, 0o644}


@needs_dpkg
def test_a_whole_one_is_unpacked_and_an_unpacked_one_looked_at(top: Path, archive: Path, tmp_path: Path) -> None:
    status, folder, said = unpack(archive, tmp_path)
    assert (status, folder, said) == (0, str(tmp_path / "into" / top.name), "")
    assert os.access(Path(folder) / "equerry" / "run", os.X_OK)
    assert unpack(Path(folder), tmp_path) == (0, folder, "")


@needs_dpkg
@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_changed_byte_or_a_missing_end_is_found(archive: Path, tmp_path: Path, at: float) -> None:
    whole = archive.read_bytes()
    inside = whole.index(b"wheelwheel") + int(5000 * at)
    for damaged in (whole[:inside] + b"#" + whole[inside + 1 :], whole[:inside]):
        archive.write_bytes(damaged)
        shutil.rmtree(tmp_path / "into", ignore_errors=True)
        status, printed, said = unpack(archive, tmp_path)
        assert status == 1 and not printed
        assert said.startswith("install: the bundle is damaged: "), said


@needs_dpkg
def test_a_file_more_or_less_is_found(top: Path, tmp_path: Path) -> None:
    (top / "wheels" / "b.whl").touch()
    assert "files that its list SHA256SUMS does not name" in unpack(top, tmp_path)[2]
    (top / "wheels" / "b.whl").unlink()
    (top / "wheels" / "a.whl").unlink()
    assert unpack(top, tmp_path)[2] == "install: the bundle is damaged: ./wheels/a.whl"
    (top / "SHA256SUMS").unlink()
    assert unpack(top, tmp_path)[2] == "install: the bundle is damaged: SHA256SUMS"


@needs_dpkg
def test_one_for_another_architecture_is_refused(top: Path, tmp_path: Path) -> None:
    other = next(each for each in TARGETS.values() if each.debian != ours())
    about = top / "bundle.toml"
    about.write_text(f'architecture = "{other.architecture}"\ndebian = "{other.debian}"\n')
    write_sums(top)
    status, _, said = unpack(top, tmp_path)
    assert status == 1
    assert said == (f"install: the bundle is for {other.architecture} ({other.debian}), and this machine is {ours()}")


@needs_dpkg
def test_what_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.tar").write_text("no archive")
    with tarfile.open(tmp_path / "other.tar", "w") as archive:
        archive.add(tmp_path / "text.tar", "notes/text")
    for each in (tmp_path / "text.tar", tmp_path / "other.tar"):
        assert unpack(each, tmp_path)[2] == f"install: {each} is no bundle of Equerry, or is damaged"
    assert unpack(tmp_path / "none.tar", tmp_path)[2] == f"install: there is no bundle {tmp_path / 'none.tar'}"


def test_the_installer_says_why_it_takes_none() -> None:
    script = ROOT / "scripts" / "install"
    for words in (
        ["--from", "/none.tar", "--dry-run"],
        ["--from", "/none.tar", "--uninstall", "--dry-run"],
        ["--from"],
    ):
        done = subprocess.run([script, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and done.stderr.startswith("install: ") and not done.stdout, words


@pytest.mark.parametrize("architecture", TARGETS)
def test_every_package_but_a_few_has_a_wheel_for_a_bundle(architecture: str) -> None:
    machine = Machine(architecture, (3, 11))
    to_build = {
        each["name"] for each in needed(packages(), machine, tests=False) if not has_wheel(each, machine.tags())
    }
    assert to_build == {"docopt", "llama-cpp-python", "pyaudio", "srt"}


@needs_dpkg
def test_the_version_of_a_package_of_debian(tmp_path: Path) -> None:
    control = tmp_path / "thing" / "DEBIAN" / "control"
    control.parent.mkdir(parents=True)
    control.parent.chmod(0o755)
    control.write_text(
        "Package: thing\nVersion: 1:2.0-3\nArchitecture: all\nMaintainer: Nobody <nobody@invalid>\nDescription: none\n"
    )
    subprocess.run(["dpkg-deb", "--build", tmp_path / "thing"], check=True, capture_output=True)
    assert field(tmp_path / "thing.deb", "Version") == "1:2.0-3"
