"""The owner's file on a real disk: whole or not at all, its mode and its link kept, ten versions beside it, one writer
at a time.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import threading
from pathlib import Path

import pytest

from device.configuration.errors import (
    ConfigBusy,
    ConfigChanged,
    ConfigFull,
    ConfigUnreadable,
    ConfigUnwritable,
    VersionMissing,
)
from device.configuration.owned import file as module
from device.configuration.owned.file import KEPT, OwnersFile


@pytest.fixture
def own(tmp_path: Path) -> OwnersFile:
    return OwnersFile(tmp_path / "etc" / "equerry.toml")


def put(own: OwnersFile, text: str) -> bool:
    return own.change(lambda _: text)


def test_the_first_write_makes_folder_and_file(own: OwnersFile) -> None:
    assert own.read() == ""
    assert put(own, "a = 1\n")
    assert own.read() == "a = 1\n"
    assert stat.S_IMODE(own.path.stat().st_mode) == 0o644
    assert own.version(1) == ""
    assert not put(own, "a = 1\n")


def test_ten_versions_are_kept_the_latest_first(own: OwnersFile) -> None:
    for number in range(15):
        put(own, f"a = {number}\n")
    assert [own.version(number) for number in range(1, KEPT + 1)] == [f"a = {13 - number}\n" for number in range(KEPT)]
    assert [each.number for each in own.versions()] == list(range(1, KEPT + 1))
    assert sorted(path.name for path in own.path.parent.iterdir()) == sorted(
        ["equerry.toml", *(f"equerry.toml.{n}" for n in range(1, 11))]
    )
    with pytest.raises(VersionMissing, match=r"There is no version 11.*there is 1 to 10"):
        own.version(11)


def test_mode_and_link_stay(own: OwnersFile, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "mine.toml"
    real.parent.mkdir()
    real.write_text("a = 1\n")
    real.chmod(0o600)
    own.path.parent.mkdir()
    own.path.symlink_to(real)
    put(own, "a = 2\n")
    assert own.path.is_symlink() and real.read_text() == "a = 2\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert own.version(1) == "a = 1\n"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (errno.ENOSPC, ConfigFull),
        (errno.EDQUOT, ConfigFull),
        (errno.EROFS, ConfigUnwritable),
        (errno.EACCES, ConfigUnwritable),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "open", "fdopen"])
def test_what_the_disk_refuses_leaves_all_as_it_was(
    own: OwnersFile, code: int, error: type[Exception], call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(own, "a = 1\n")
    put(own, "a = 2\n")
    before = {path.name: path.read_bytes() for path in own.path.parent.iterdir()}
    real = getattr(os, call)

    def refusing(*args: object, **kwargs: object) -> object:
        if call == "open" and not args[1] & os.O_CREAT:  # type: ignore[operator]
            return real(*args, **kwargs)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, refusing)
    with pytest.raises(error):
        put(own, "a = 3\n")
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in own.path.parent.iterdir()} == before


def test_who_may_not_write_is_told_of_sudo(own: OwnersFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "Put sudo before it." in str(module.refusal(PermissionError(errno.EACCES, "Permission denied"), own.path))
    assert "sudo" not in str(module.refusal(OSError(errno.EROFS, "Read-only file system"), own.path))


def test_somebody_else_is_waited_for_and_not_for_ever(own: OwnersFile, monkeypatch: pytest.MonkeyPatch) -> None:
    put(own, "a = 1\n")
    folder = os.open(own.path.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    monkeypatch.setattr(module, "_PATIENCE_S", 0.0)
    with pytest.raises(ConfigBusy):
        put(own, "a = 2\n")
    monkeypatch.undo()
    waiting = threading.Thread(target=put, args=(own, "a = 3\n"))
    waiting.start()
    os.close(folder)
    waiting.join(20)
    assert own.read() == "a = 3\n"


def test_of_many_writers_none_loses_anything(own: OwnersFile) -> None:
    def add(number: int) -> None:
        own.change(lambda text: f"{text}a{number} = {number}\n")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(own.read().splitlines()) == [f"a{number} = {number}" for number in range(8)]


def test_what_somebody_else_wrote_meanwhile_stays(own: OwnersFile) -> None:
    put(own, "a = 1\n")
    with pytest.raises(ConfigChanged):
        own.change(lambda _: "a = 3\n", expected="a = 0\n")
    assert own.read() == "a = 1\n"


def test_what_is_no_text(own: OwnersFile) -> None:
    own.path.parent.mkdir()
    own.path.write_bytes(b"\xff")
    with pytest.raises(ConfigUnreadable, match="no text in UTF-8"):
        put(own, "a = 1\n")
    own.path.unlink()
    own.path.mkdir()
    with pytest.raises(ConfigUnreadable, match="directory"):
        own.read()
