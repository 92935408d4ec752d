"""Backups and retention beside the turns, on real files, with a clock that is moved by hand."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from device.upkeep.housekeeping import DAMAGED, Retention, Upkeep
from services.store.backups.base import Rotation
from services.store.backups.folder import BackupFolder
from services.store.base import Note
from services.store.store import Store

MONTH = timedelta(days=30)


class Desk:
    """A store, its upkeep, and a clock."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.set_by = timedelta(0)
        self.told: list[str] = []
        self.store = store
        self.first = BackupFolder(folder / "backups", Rotation(24, 7, 4))
        self.stick = BackupFolder(folder / "stick", Rotation(24, 7, 4))
        self.upkeep = Upkeep(
            store,
            lambda: self.now,
            self.told.append,
            retention=Retention(MONTH, MONTH, MONTH),
            contents=folder / "files",
            first=self.first,
            second=self.stick,
            steady=self.steady,
        )

    def steady(self) -> float:
        return (self.now - self.set_by).timestamp()

    def note(self, content: str) -> None:
        with self.store.transaction(f"noted: {content}", now=self.now) as tx:
            tx.add(Note(content=content))

    def set_clock(self, by: timedelta) -> None:
        """Nothing but the wall clock moves."""
        self.now += by
        self.set_by += by
        self.upkeep.look()

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)
        self.upkeep.look()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store(tmp_path / "equerry.db") as store:
        yield Desk(tmp_path, store)


def test_every_hour_in_which_something_changed(desk: Desk) -> None:
    desk.upkeep.look()
    desk.note("one")
    desk.later(minutes=30)
    assert len(desk.first.backups()) == 1
    desk.later(minutes=31)
    assert len(desk.first.backups()) == 2
    desk.later(hours=5)
    assert len(desk.first.backups()) == 2  # nothing changed
    desk.note("two")
    desk.later(minutes=1)
    assert len(desk.first.backups()) == 3


def test_a_clock_that_was_wrong_stops_no_backups_and_makes_not_too_many(desk: Desk) -> None:
    desk.first.make(desk.store.path, desk.now + timedelta(days=3650))
    for number in range(4):
        desk.note(f"note {number}")
        desk.later(minutes=20)
    assert len(desk.first.backups()) == 3


def test_the_second_folder_is_missed_once_and_used_when_it_is_there(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.note("one")
    for _ in range(3):
        desk.later(minutes=1)
    assert len([record for record in caplog.records if "is not there" in record.getMessage()]) == 1
    desk.stick.path.mkdir()
    with caplog.at_level(logging.INFO):
        desk.later(minutes=1)
    assert [each.path.name for each in desk.stick.backups()] == [each.path.name for each in desk.first.backups()]
    assert "second: all is well again" in caplog.text


def test_what_is_old_is_forgotten_once_a_day(desk: Desk) -> None:
    desk.store.journal.add("turn", {"text": "hello"}, at=desk.now)
    desk.later(days=29)
    assert len(desk.store.journal.rows("turn")) == 1
    desk.later(hours=23)
    desk.later(hours=2)
    assert not desk.store.journal.rows("turn")


def test_damage_on_the_disk_is_told_once_and_good_backups_stay(desk: Desk) -> None:
    desk.note("the first note of all")
    desk.later(minutes=1)
    desk.note("another one")
    desk.store.storage.file.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = desk.store.path.read_bytes()
    place = whole.index(b'"content":"the first note')
    with desk.store.path.open("r+b") as file:
        file.seek(place + 12)
        file.write(b"THE")
    desk.later(hours=2)
    desk.later(hours=2)
    assert desk.told == [DAMAGED]
    assert len(desk.first.backups()) == 1
    assert next(desk.first.good(desk.now)) == desk.first.backups()[0]


def test_no_backups_where_none_are_wanted(desk: Desk, tmp_path: Path) -> None:
    upkeep = Upkeep(
        desk.store,
        lambda: desk.now,
        desk.told.append,
        retention=Retention(MONTH, MONTH, MONTH),
        contents=tmp_path / "files",
    )
    upkeep.look()
    assert not desk.first.backups()


def test_it_ends_when_it_is_told(desk: Desk) -> None:
    desk.upkeep.stop()
    desk.upkeep.run()


def undoable(desk: Desk) -> int:
    with desk.store.storage.file.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM undo").fetchone()[0])


def test_a_clock_that_jumps_by_years_deletes_nothing_before_it_has_stayed_so_for_a_day(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.note("one")
    desk.upkeep.look()
    desk.set_clock(timedelta(days=3650))
    for _ in range(22):
        desk.later(hours=1)
    assert undoable(desk) == 1 and caplog.text.count("The clock was set") == 1
    desk.set_clock(timedelta(days=-3650))
    for _ in range(72):
        desk.later(hours=1)
    assert undoable(desk) == 1, "it was wrong, and is right again"
    desk.set_clock(timedelta(days=3650))
    for _ in range(26):
        desk.later(hours=1)
    assert undoable(desk) == 0, "so it is, after all"
