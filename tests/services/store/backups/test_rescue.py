"""A damaged store: found, set aside, replaced by the newest good backup with what can still be read of what came after
it.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.store.backups.base import BackupFull
from services.store.backups.folder import BackupFolder
from services.store.backups.placement import finish, restored
from services.store.backups.rescue import Rescue, Rescuer
from services.store.base import Note, StoreDamaged, StoreForeign, StoreTooNew
from services.store.sqlite.checks import check_log
from services.store.store import Store

from .conftest import NOW, Clock, add, titles


class Home:
    """A store with two backups, and what was in it."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path, self.clock = path, clock
        self.folder = BackupFolder(path.parent / "backups")
        with Store(path, clock=clock) as store:
            add(store, *(f"old {number}" for number in range(200)))
            self.folder.make(path, clock.now)
            clock.now += timedelta(hours=1)
            self.changed = add(store, "in the second backup")[0]
            self.removed = add(store, "removed later")[0]
            self.folder.make(path, clock.now)
            self.backed_up = titles(store)
            clock.now += timedelta(minutes=35)
            with store.transaction("note") as tx:
                tx.add(Note(content="written after the backup"))
                tx.remove(self.removed)
                tx.put(replace(self.changed, title="changed after the backup"))
            store.journal.add("turn", {"text": "hello"}, at=clock.now)
            self.last = titles(store)
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
        clock.now += timedelta(days=1)

    def opened(self) -> Store:
        return Store(self.path, clock=self.clock, rescuer=Rescuer([self.folder.path]))

    def damaged(self, damage: Callable[[bytes], bytes]) -> tuple[Rescue | None, list[str], list[str]]:
        """Damage the file and open it: what was done, the tasks, the notes."""
        self.path.write_bytes(damage(self.path.read_bytes()))
        os.utime(self.path, ((NOW - timedelta(minutes=25)).timestamp(),) * 2)
        with self.opened() as store:
            return store.rescue, titles(store), [note.content for note in store.find(Note)]


@pytest.fixture
def home(path: Path, clock: Clock) -> Home:
    return Home(path, clock)


def test_a_store_that_is_well_is_left_alone(home: Home) -> None:
    rescue, tasks, _ = home.damaged(lambda whole: whole)
    assert rescue is None
    assert tasks == home.last


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"this is no database, but it is long enough to look like one " * 200,
        lambda whole: whole[:100],
        lambda whole: b"\0" * len(whole),
    ],
    ids=["nothing", "another file", "header only", "zeros"],
)
def test_what_can_not_be_read_at_all_is_replaced_by_the_newest_backup(
    home: Home, damage: Callable[[bytes], bytes]
) -> None:
    whole = home.path.read_bytes()
    rescue, tasks, notes = home.damaged(damage)
    assert rescue is not None
    assert tasks == home.backed_up
    assert notes == []
    assert rescue.backup == home.folder.backups()[0]
    assert (rescue.saved, rescue.whole, rescue.lost) == (0, False, timedelta(minutes=35))
    assert rescue.kept is not None
    assert rescue.kept.read_bytes() == damage(whole)


def test_the_log_that_a_look_at_it_leaves_is_no_change_of_the_store(path: Path, clock: Clock) -> None:
    """SQLite makes a log beside a file it tries to read, whose time is that of the look."""
    clock.now = NOW.replace(year=2020)
    home = Home(path, clock)
    written = (clock.now - timedelta(days=1)).timestamp()
    path.write_bytes(path.read_bytes()[:100])
    os.utime(path, (written, written))
    with home.opened() as store:
        assert store.rescue and store.rescue.lost == timedelta(minutes=35)


def test_what_can_be_read_and_came_after_the_backup_is_saved(home: Home) -> None:
    place = home.path.read_bytes().index(b'"title":"old 7"')
    rescue, tasks, notes = home.damaged(lambda whole: whole[: place + 9] + b"O" + whole[place + 10 :])
    assert rescue is not None
    assert not rescue.whole
    assert tasks == home.last  # the one that was damaged is in the backup
    assert notes == ["written after the backup"]
    assert rescue.saved == 3
    with home.opened() as store:
        assert store.rescue is None
        assert [entry.fields["text"] for entry in store.journal.rows("turn")] == ["hello"]
        assert {(each.id, each.deleted) for each in store.outbox(9999)} >= {
            (home.removed.id, True),
            (home.changed.id, False),
        }
        assert [hit.kind for hit in store.search("written")] == ["note"]


def test_damage_beside_the_documents_loses_none_of_them(home: Home) -> None:
    rescue, tasks, notes = home.damaged(lambda whole: whole[:60] + b"\0\0\0\1" + whole[64:])  # user_version
    assert rescue is not None
    assert rescue.whole
    assert rescue.lost == timedelta(0)
    assert tasks == home.last
    assert notes == ["written after the backup"]


def test_a_damaged_backup_is_passed_over(home: Home) -> None:
    newest = home.folder.backups()[0].path
    newest.write_bytes(newest.read_bytes()[:5000])
    rescue, tasks, _ = home.damaged(lambda _: b"nothing" * 1000)
    assert rescue is not None
    assert rescue.backup == home.folder.backups()[1]
    assert len(tasks) == 200
    assert rescue.lost == timedelta(minutes=95)


def test_the_newest_of_both_folders_is_taken(home: Home, tmp_path: Path) -> None:
    second = BackupFolder(tmp_path / "stick")
    second.path.mkdir()
    newest = home.folder.backups()[0]
    newest.path.rename(second.path / newest.path.name)
    home.path.write_bytes(b"nothing" * 1000)
    with Store(home.path, clock=home.clock, rescuer=Rescuer([home.folder.path, second.path])) as store:
        assert titles(store) == home.backed_up


def test_without_a_backup_what_can_be_read_is_kept(home: Home) -> None:
    shutil.rmtree(home.folder.path)
    place = home.path.read_bytes().index(b'"title":"old 7"')
    rescue, tasks, notes = home.damaged(lambda whole: whole[: place + 9] + b"O" + whole[place + 10 :])
    assert rescue is not None
    assert rescue.backup is None
    assert tasks == [title for title in home.last if title != "old 7"]
    assert notes == ["written after the backup"]


def test_without_anything_it_begins_anew(home: Home) -> None:
    shutil.rmtree(home.folder.path)
    rescue, tasks, _ = home.damaged(lambda _: b"nothing" * 1000)
    assert rescue is not None
    assert (rescue.backup, rescue.saved, tasks) == (None, 0, [])
    assert rescue.kept is not None
    assert rescue.kept.read_bytes() == b"nothing" * 1000


def test_a_store_that_is_gone_comes_back(home: Home) -> None:
    home.path.unlink()
    with home.opened() as store:
        assert titles(store) == home.backed_up
        assert store.rescue is not None
        assert store.rescue.kept is None


def test_a_first_start_is_no_damage(path: Path) -> None:
    with Store(path, rescuer=Rescuer([path.parent / "backups"])) as store:
        assert store.rescue is None


def test_the_database_of_another_program_and_a_newer_store_are_left_alone(home: Home) -> None:
    with sqlite3.connect(home.path) as newer:
        newer.execute("PRAGMA user_version = 1000")
        newer.execute("INSERT INTO migrations VALUES (1000, 'to come', 'then')")
    newer.close()
    with pytest.raises(StoreTooNew):
        home.opened().open()
    home.path.unlink()
    with sqlite3.connect(home.path) as other:
        other.execute("CREATE TABLE bank (money INTEGER)")
    other.close()
    before = home.path.read_bytes()
    with pytest.raises(StoreForeign):
        home.opened().open()
    assert home.path.read_bytes() == before


def test_a_full_disk_leaves_the_damaged_store_where_it_is(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    home.path.write_bytes(b"nothing" * 1000)
    monkeypatch.setattr("services.store.backups.rescue.shutil.copyfile", full)
    with pytest.raises(BackupFull):
        home.opened().open()
    assert home.path.read_bytes() == b"nothing" * 1000
    monkeypatch.undo()
    with home.opened() as store:
        assert titles(store) == home.backed_up


@pytest.mark.parametrize("steps", range(5))
def test_a_power_cut_while_it_is_put_into_place(home: Home, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any number of its renames, the next start ends what was begun."""
    home.path.write_bytes(b"nothing" * 1000)
    home.path.with_name("equerry.db-wal").write_bytes(b"log")

    class PowerCut(BaseException):
        pass

    left = [steps]

    def counted(of: type, name: str) -> None:
        real = getattr(of, name)

        def step(*args: object) -> object:
            if not left[0]:
                raise PowerCut
            left[0] -= 1
            return real(*args)

        monkeypatch.setattr(of, name, step)

    counted(Path, "rename")
    counted(Path, "replace")
    counted(os, "link")  # type: ignore[arg-type]
    with pytest.raises(PowerCut):
        home.opened().open()
    monkeypatch.undo()
    with home.opened() as store:
        assert titles(store) == home.backed_up
    kept = sorted(each.name for each in home.path.parent.iterdir() if ".until-" in each.name)
    assert [each for each in kept if not each.endswith("-wal")]
    assert not restored(home.path).exists()
    assert finish(home.path) is None


# --- anywhere


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_bit_anywhere_changes_nothing_in_silence(home: Home, data: st.DataObject) -> None:
    whole = home.path.read_bytes()
    bits = data.draw(st.lists(st.integers(0, len(whole) * 8 - 1), min_size=1, max_size=3))
    damaged = bytearray(whole)
    for bit in bits:
        damaged[bit // 8] ^= 1 << bit % 8
    try:
        _is_never_wrong(home, bytes(damaged))
    finally:
        _put_back(home, whole)


def test_a_flipped_bit_in_each_byte_of_the_header_changes_nothing_in_silence(home: Home) -> None:
    whole = home.path.read_bytes()
    dice = random.Random(9)
    for place in range(100):
        _is_never_wrong(home, whole[:place] + bytes([whole[place] ^ 1 << dice.randrange(8)]) + whole[place + 1 :])
        _put_back(home, whole)


def test_cut_off_anywhere(home: Home) -> None:
    whole = home.path.read_bytes()
    dice = random.Random(5)
    for length in [0, *range(0, len(whole), 4096 * 4), *(dice.randrange(len(whole)) for _ in range(10))]:
        _is_never_wrong(home, whole[:length])
        _put_back(home, whole)


def _is_never_wrong(home: Home, content: bytes) -> None:
    """Each task is as it was last, or as it was in the backup; unless damage was found, all are as they were last."""
    home.path.write_bytes(content)
    try:
        with home.opened() as store:
            tasks = titles(store)
            if store.rescue is None:
                assert tasks == home.last
            else:
                assert set(tasks) <= {*home.last, *home.backed_up}
                assert len(tasks) >= 201
                assert store.rescue.kept is not None
                assert store.rescue.kept.read_bytes() == content
            add(store, "and on it goes")
    except StoreForeign as error:  # so much of it is wrong that it is taken for somebody else's: nothing was touched
        raise AssertionError(error) from error


def _put_back(home: Home, whole: bytes) -> None:
    for file in home.path.parent.glob("equerry.db*"):
        file.unlink()
    home.path.write_bytes(whole)


# --- the log


def logged(path: Path, commits: int) -> tuple[bytes, bytes]:
    """A store that was not closed, with so many commits in its log: its file and its log."""
    with Store(path) as store:
        add(store, "in the file")
    with Store(path) as store:
        for number in range(commits):
            add(store, f"in the log {number}")
        return path.read_bytes(), path.with_name("equerry.db-wal").read_bytes()


def laid(path: Path, file: bytes, log: bytes) -> None:
    for old in path.parent.glob("equerry.db*"):
        old.unlink()
    path.write_bytes(file)
    path.with_name("equerry.db-wal").write_bytes(log)


def test_a_log_that_a_power_cut_ended_is_good(path: Path) -> None:
    file, log = logged(path, 6)
    for cut in range(0, len(log), 4500):
        laid(path, file, log[:cut])
        check_log(path)
        with Store(path) as store:
            found = titles(store)
            assert found == ["in the file", *(f"in the log {number}" for number in range(len(found) - 1))]
    laid(path, file, log)
    with Store(path) as store:
        assert len(titles(store)) == 7


def test_a_bit_flipped_in_the_log_is_no_silent_loss(path: Path) -> None:
    file, log = logged(path, 6)
    with Store(path) as store:
        whole = titles(store)
    dice = random.Random(8)
    found = 0
    for _ in range(60):
        place = dice.randrange(len(log))
        laid(path, file, log[:place] + bytes([log[place] ^ 1 << dice.randrange(8)]) + log[place + 1 :])
        try:
            with Store(path) as store:
                # What can't be told from a power cut is the last commit alone.
                assert titles(store) in (whole, whole[:-1])
        except StoreDamaged:
            found += 1
    assert found > 40


def test_an_empty_file_with_a_log_is_kept_with_its_log(path: Path) -> None:
    file, log = logged(path, 6)
    for rest in (b"", None):
        laid(path, file, log)
        path.unlink() if rest is None else path.write_bytes(rest)
        with Store(path, rescuer=Rescuer([path.parent / "backups"])) as store:
            assert store.rescue is not None
            assert titles(store) == []
        (kept,) = path.parent.glob("*.until-*-wal")
        assert kept.read_bytes() == log


def test_a_store_that_a_kill_left_is_good(path: Path) -> None:
    file, log = logged(path, 6)
    laid(path, file, log)
    with Store(path, rescuer=Rescuer([path.parent / "backups"])) as store:
        assert store.rescue is None
        assert len(titles(store)) == 7
