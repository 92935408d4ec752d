"""What an update is made of: its manifest, its signature, how an archive is accepted, what is asked of the system."""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from device.configuration.places import ROOT
from device.updating import autoboot, disk, trial
from device.updating.archive import accept
from device.updating.errors import NoOpenSsl, NoReleaseKey, NotAnUpdate, SlotUnwritable, Unsigned, WrongSignature
from device.updating.system import SystemdSystem
from device.updating.trial import Trial
from device.updating.update_file import UpdatePart, manifest_of, opened
from release.signing import make_keys, sign_archive
from tests.slot_device import manifest

# --- the update file ---


def tarred(path: Path, entries: Mapping[str, bytes | None]) -> Path:
    """A tar of these files; None: a link to /etc/shadow."""
    with tarfile.open(path, "w") as archive:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/shadow"
                archive.addfile(entry)
            else:
                entry.size = len(content)
                archive.addfile(entry, BytesIO(content))
    return path


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert manifest_of(manifest().text) == manifest()


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('version = "0.2.0"', 'version = "../../etc"'),
        ('version = "0.2.0"', "version = 2"),
        ('board = "arm64"', ""),
        ("layout = ", 'layout = "5" #'),
        ("bytes = 4096", "bytes = -1"),
        ("0" * 64, "0" * 63),
        ("root.squashfs", "../root"),
        ("root.squashfs", "boot.img"),
        ("[parts", "[parts"[:3]),
    ],
)
def test_a_manifest_that_is_none_is_refused(was: str, becomes: str) -> None:
    assert was in manifest().text
    with pytest.raises(ValueError):
        manifest_of(manifest().text.replace(was, becomes))


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"manifest.sig": b"", "manifest.toml": b""},
        {"manifest.toml": None, "manifest.sig": b""},
        {"manifest.toml": b"x" * 70_000, "manifest.sig": b""},
        {"manifest.toml": b"\xff\xfe", "manifest.sig": b""},
        {"manifest.toml": b"[", "manifest.sig": b""},
    ],
)
def test_what_is_no_update_is_refused_in_a_sentence(tmp_path: Path, entries: Mapping[str, bytes | None]) -> None:
    with (
        pytest.raises(NotAnUpdate, match="is no update of Equerry, or is damaged"),
        opened(tarred(tmp_path / "x.update", entries), None),
    ):
        pass


def test_parts_that_are_not_files_where_they_belong_are_refused(tmp_path: Path) -> None:
    told = {"manifest.toml": manifest().text.encode(), "manifest.sig": b""}
    for rest in ({}, {"boot.img": None}, {"root.squashfs": b"x" * 4096}, {"boot.img": b"x" * 4095}):
        with (
            opened(tarred(tmp_path / "x.update", {**told, **rest}), None) as update,
            pytest.raises(NotAnUpdate, match=r"boot\.img is not where it belongs"),
        ):
            list(update.chunks(update.manifest.parts[0]))


def test_files_that_are_no_archive_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    for path in (tmp_path / "text", tmp_path, tmp_path / "missing"):
        with pytest.raises(NotAnUpdate), opened(path, None):
            pass


# --- slots, and what is written down of them ---


@pytest.mark.parametrize(
    ("cmdline", "slot"),
    [
        ("quiet root=PARTLABEL=root-a ro", "a"),
        ("root=PARTLABEL=root-b\n", "b"),
        ("root=/dev/sda1", None),
        ("root=PARTLABEL=root-ab", None),
        ("notroot=PARTLABEL=root-a", None),
    ],
)
def test_which_slot_runs(cmdline: str, slot: str | None) -> None:
    assert disk.running(cmdline) == slot


def test_autoboot_says_which_slot_stands(tmp_path: Path) -> None:
    assert autoboot.standing(tmp_path) is None
    for slot, standing, tried in (("a", 2, 3), ("b", 3, 2)):
        autoboot.stand(tmp_path, slot)  # type: ignore[arg-type] # a or b
        assert autoboot.standing(tmp_path) == slot
        text = (tmp_path / "autoboot.txt").read_text()
        assert text == f"[all]\ntryboot_a_b=1\nboot_partition={standing}\n[tryboot]\nboot_partition={tried}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["autoboot.txt"]


def test_a_trial_is_written_down_and_what_is_none_is_not_read(tmp_path: Path) -> None:
    tried = Trial("b", "0.2.0", "0.1.0", "failed", "It was deaf.")
    trial.write(tmp_path, tried)
    assert trial.read(tmp_path) == tried
    for text in ("", "[]", "{", '{"slot": "c", "version": "1", "before": "2"}', '{"slot": "a"}', '{"more": 1}'):
        (tmp_path / trial.NAME).write_text(text)
        assert trial.read(tmp_path) is None
    trial.forget(tmp_path)
    trial.forget(tmp_path)


def test_a_partition_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SlotUnwritable, match="root-b can't be written"):
        disk.write(UpdatePart("root.squashfs", 1, "0" * 64), [b"x"], disk.Partition(tmp_path / "root-b"), "b")


# --- signatures ---


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "equerry-0.2.0.tar").write_bytes(b"not really")
    return tmp_path / "equerry-0.2.0.tar"


def test_an_archive_is_accepted_as_signature_and_settings_have_it(archive: Path, tmp_path: Path) -> None:
    keys = (tmp_path / "none.pub", make_keys(tmp_path / "release"))
    told: list[str] = []

    def accepted(*, signed: bool = True, unsigned: bool = False, known: bool = True) -> None:
        accept(archive, signed=signed, unsigned=unsigned, tell=told.append, keys=keys if known else keys[:1])

    accepted(signed=False)
    with pytest.raises(Unsigned, match=r"equerry-0\.2\.0\.tar\.sig beside it, or"):
        accepted()
    with pytest.raises(NoReleaseKey, match=r"/etc/equerry/release\.pub"):
        accepted(known=False)
    accepted(unsigned=True)
    assert told == []
    sign_archive(archive, tmp_path / "release")
    accepted()
    assert told == ["equerry-0.2.0.tar is signed by the release's key"]
    archive.write_bytes(b"something else")
    for signed in (True, False):
        with pytest.raises(WrongSignature):
            accepted(signed=signed)
    accepted(signed=False, known=False)
    (tmp_path / "equerry-0.2.0.tar.sig").write_bytes(b"short")
    with pytest.raises(WrongSignature):
        accepted()


def test_a_key_that_is_none_verifies_nothing(archive: Path, tmp_path: Path) -> None:
    make_keys(tmp_path / "release")
    sign_archive(archive, tmp_path / "release")
    (tmp_path / "broken.pub").write_text("-----BEGIN PUBLIC KEY-----\nnonsense\n")
    with pytest.raises(WrongSignature):
        accept(archive, signed=True, unsigned=False, tell=print, keys=(tmp_path / "broken.pub",))


def test_without_openssl_it_is_told_what_to_install(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = (make_keys(tmp_path / "release"),)
    sign_archive(archive, tmp_path / "release")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoOpenSsl, match="sudo apt-get install openssl"):
        accept(archive, signed=True, unsigned=False, tell=print, keys=keys)


# --- the system around it ---


def planted(folder: Path, name: str, text: str) -> None:
    """A program of this name."""
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_systemd_is_asked_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(
        tmp_path,
        "systemctl",
        f'printf "%s|" "$@" >> {tmp_path}/asked; [ -e {tmp_path}/fails ] && {{ echo "it is inhibited" >&2; exit 1; }}\n'
        f"cat {tmp_path}/state",
    )
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    system = SystemdSystem(tmp_path)
    for state, process in (("ActiveState=active\nMainPID=7\n", 7), ("ActiveState=activating\nMainPID=7\n", 0), ("", 0)):
        (tmp_path / "state").write_text(state)
        assert system.process(0.0) == process
    (tmp_path / "asked").unlink()
    system.reboot(trial=True)
    system.reboot(trial=False)
    assert (tmp_path / "asked").read_text() == "reboot|--reboot-argument=0 tryboot|reboot|"
    (tmp_path / "fails").touch()
    with pytest.raises(OSError, match="it is inhibited"):
        system.stop()


def test_an_appliance_that_does_not_run_is_at_rest_and_says_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    system = SystemdSystem(tmp_path)
    assert system.at_rest()
    system.say("All is well.")
    assert "This was not said aloud: All is well." in caplog.text


@pytest.mark.engine
def test_it_hears_what_its_own_voice_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "update").mkdir()
    monkeypatch.chdir(ROOT)
    assert SystemdSystem(tmp_path, (sys.executable, "-m", "device")).hears()
    assert list((tmp_path / "update").iterdir()) == []


def test_a_voice_or_an_ear_that_fails_is_not_heard(tmp_path: Path) -> None:
    (tmp_path / "update").mkdir()
    for words in ("exit 1", 'echo \'{"event": "final", "text": "What time is it?"}\'', "echo '{broken'"):
        planted(tmp_path, "equerry", words)
        assert not SystemdSystem(tmp_path, (str(tmp_path / "equerry"),)).hears()
