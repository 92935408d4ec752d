"""Making backups, finding them, thinning them out, on real files."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.store.backups.base import (
    BackupDamaged,
    BackupFull,
    BackupUnreachable,
    NoBackup,
    NoStore,
    Rotation,
    SecondFolderAbsent,
)
from services.store.backups.contents import bring_up_to_date
from services.store.backups.folder import BackupFolder, before_migration, chosen, is_same, name, newest_good
from services.store.backups.snapshot import verify
from services.store.base import SharedFile, StoreDamaged, StoreUnreachable, Task, Version
from services.store.sqlite.checks import checksum
from services.store.sqlite.migrations import MIGRATIONS, migrate
from services.store.store import Store

from .conftest import NOW, add, titles


def test_a_backup_is_a_store(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    with Store(path) as store:
        add(store, "kept")
        made = folder.make(path, NOW)  # while the store is open
        add(store, "later")
    assert made.path.name == "equerry-20261123T143500Z.db"
    assert made.at == NOW
    assert oct(made.path.stat().st_mode & 0o777) == "0o600"
    assert [each.name for each in folder.path.iterdir()] == [made.path.name]
    shutil.copy(made.path, tmp_path / "copy.db")
    with Store(tmp_path / "copy.db") as copy:
        assert titles(copy) == ["kept"]


def test_nothing_is_backed_up_where_there_is_no_store(path: Path, tmp_path: Path) -> None:
    with pytest.raises(NoStore):
        BackupFolder(tmp_path / "backups").make(path, NOW)


def test_a_folder_in_the_place_of_the_store_is_told(path: Path, tmp_path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreUnreachable, match="it is a folder"):
        BackupFolder(tmp_path / "backups").make(path, NOW)


def test_whether_something_changed_since(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path)
    with Store(path) as store:
        add(store, "one")
        made = folder.make(path, NOW)
        assert is_same(path, made.path)
        store.journal.add("turn", {"text": "hello"}, at=NOW)
        assert not is_same(path, made.path)
        made = folder.make(path, NOW + timedelta(hours=1))
        assert is_same(path, made.path)
        add(store, "two")
        assert not is_same(path, made.path)
    made.path.write_bytes(b"damaged")
    assert not is_same(path, made.path)


def test_older_ones_are_thinned_out_and_what_is_not_ours_is_let_be(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups", Rotation(2, 2, 1))
    with Store(path) as store:
        add(store, "one")
    folder.path.mkdir()
    (folder.path / "holiday.jpg").write_bytes(b"picture")
    (folder.path / f".{name(NOW)}.part").write_bytes(b"half")
    for hour in range(30):
        folder.make(path, NOW + timedelta(hours=hour))
    assert [each.at for each in folder.backups()] == [NOW + timedelta(hours=hour) for hour in (29, 28, 9)]
    assert sorted(each.name for each in folder.path.iterdir() if each.suffix != ".db") == ["holiday.jpg"]


def test_what_a_person_asked_for_is_never_thinned_out(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups", Rotation(1, 0, 0))
    with Store(path) as store:
        add(store, "one")
    at_start = folder.make(path, NOW)
    asked = [folder.make(path, NOW + timedelta(minutes=minutes), asked_for=True) for minutes in (1, 2, 3)]
    assert folder.backups() == [*reversed(asked), at_start]  # nor does it push another one out
    later = folder.make(path, NOW + timedelta(days=900))
    assert folder.backups() == [later, *reversed(asked)]
    assert chosen(asked[0].path.name, [folder], NOW) == asked[0]
    stick = BackupFolder(tmp_path / "stick", Rotation(1, 0, 0))
    for each in (*asked, later):
        stick.take(each)
    assert [each.asked_for for each in stick.backups()] == [False, True, True, True]


def test_the_newest_good_one(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    with pytest.raises(NoBackup):
        newest_good([folder], NOW)
    with Store(path) as store:
        add(store, "one")
    first, second, third = (folder.make(path, NOW + timedelta(hours=hour)) for hour in range(3))
    wrong = folder.make(path, NOW + timedelta(days=3000))  # the clock was wrong
    later = NOW + timedelta(hours=4)
    assert newest_good([folder], later) == third
    third.path.write_bytes(third.path.read_bytes()[:-4096])
    assert newest_good([folder], later) == second
    assert chosen(first.path.name, [folder], later) == first
    assert chosen("20261123T1435", [folder], later) == first
    with pytest.raises(BackupDamaged):
        chosen(str(third.path), [folder], later)
    for each in (first, second):
        each.path.unlink()
    assert newest_good([folder], later) == wrong


def test_a_wrong_letter_in_a_backup_is_found(path: Path, tmp_path: Path) -> None:
    with Store(path) as store:
        add(store, "call the bank")
    made = BackupFolder(tmp_path).make(path, NOW)
    made.path.write_bytes(made.path.read_bytes().replace(b"call the bank", b"call the bang"))
    with pytest.raises(BackupDamaged, match="equerry backup list"):
        verify(made.path)


def test_damage_in_the_store_makes_no_backup(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    with Store(path) as store:
        add(store, "call the bank")
    good = folder.make(path, NOW)
    path.write_bytes(path.read_bytes().replace(b'"title":"call the bank"', b'"title":"call the bang"'))
    with pytest.raises(StoreDamaged):
        folder.make(path, NOW + timedelta(hours=1))
    assert list(folder.path.iterdir()) == [good.path]


# --- disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k,mode=0777", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_named_and_no_half_backup_stays(small_disk: Path, path: Path) -> None:
    folder = BackupFolder(small_disk)
    with Store(path) as store:
        add(store, "small")
        good = folder.make(path, NOW)
        add(store, *[f"{number} " + "x" * 400 for number in range(500)])
        with pytest.raises(BackupFull) as full:
            folder.make(path, NOW + timedelta(hours=1))
        assert full.value.code == "backup.full"
        add(store, "the store goes on")
    assert list(small_disk.iterdir()) == [good.path]
    verify(good.path)


def test_a_folder_that_can_not_be_used(path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Store(path):
        pass
    with pytest.raises(BackupUnreachable):
        BackupFolder(tmp_path / "file").make(path, NOW)
    with pytest.raises(BackupUnreachable):
        BackupFolder(tmp_path / "file").backups()


# --- the second folder


def test_the_second_folder_gets_the_newest_and_the_content_of_files(path: Path, tmp_path: Path) -> None:
    contents, first, stick = (
        tmp_path / "data" / "files",
        BackupFolder(tmp_path / "backups"),
        BackupFolder(tmp_path / "stick", Rotation(1, 0, 0)),
    )
    there = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of "foo"
    gone, spoilt = "f" * 64, "e" * 64
    for sha256, text in ((there, "foo"), (spoilt, "not what it was")):
        (contents / sha256[:2]).mkdir(parents=True)
        (contents / sha256[:2] / sha256).write_text(text)
    with Store(path) as store, store.transaction("") as tx:
        file = tx.add(
            SharedFile(
                name="plan.pdf", versions=tuple(Version(sha256=each, bytes=3, at=NOW) for each in (there, gone, spoilt))
            )
        )
    made = first.make(path, NOW)
    with pytest.raises(SecondFolderAbsent):
        bring_up_to_date(stick, made, contents)
    assert not stick.path.exists()
    stick.path.mkdir()
    assert bring_up_to_date(stick, made, contents) == 2
    assert [each.path.name for each in stick.backups()] == [made.path.name]
    assert [each.name for each in (stick.path / "files").rglob("*") if each.is_file()] == [there]
    assert bring_up_to_date(stick, made, contents) == 0  # once is enough
    with Store(path) as store, store.transaction("") as tx:
        tx.remove(file)
    bring_up_to_date(stick, first.make(path, NOW + timedelta(hours=1)), contents)
    assert len(stick.backups()) == 1
    assert not [each for each in (stick.path / "files").rglob("*") if each.is_file()]


# --- migrations


def test_a_store_of_an_earlier_version_is_backed_up_before_it_is_migrated(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, "then", MIGRATIONS[:1])
    body = '{"name":"groceries"}'
    connection.execute("INSERT INTO documents VALUES ('list', '1', ?, ?)", (body, checksum("list", "1", body, "")))
    connection.close()
    with Store(path, clock=lambda: NOW) as store:
        assert store.table("list").get(doc_id="1")["name"] == "groceries"
        add(store, "new")
    (made,) = BackupFolder(path.parent / "backups").backups()
    assert (made.before, made.at) == (2, NOW)
    with sqlite3.connect(made.path) as before:
        assert before.execute("PRAGMA user_version").fetchone() == (1,)
    before.close()
    with Store(path, clock=lambda: NOW):
        pass
    assert before_migration(path, path.parent / "backups", NOW) is None
    assert len(BackupFolder(path.parent / "backups").backups()) == 1
    shutil.copy(made.path, path)
    with Store(path, clock=lambda: NOW) as store:  # an older backup can be restored
        assert not store.find(Task)


def test_a_new_store_needs_no_backup(path: Path) -> None:
    with Store(path):
        pass
    assert not (path.parent / "backups").exists()


def test_only_the_latest_backups_before_migrations_stay(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path)
    with Store(path):
        pass
    for number in range(4):
        folder.make(path, NOW + timedelta(hours=number), before=number)
    assert [each.before for each in folder.backups()] == [3, 2]
    folder.make(path, NOW + timedelta(weeks=20))
    assert [each.before for each in folder.backups()] == [None]


def test_names_are_of_utc(tmp_path: Path) -> None:
    assert name(datetime(2026, 11, 23, 15, 35, tzinfo=ZoneInfo("Europe/Berlin"))) == "equerry-20261123T143500Z.db"
