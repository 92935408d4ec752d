"""A backup that somebody asks for, with real folders and a real store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.dials.appliance import ThisAppliance
from device.upkeep.backups import Backups
from firmware.readings import Readings
from services.store.backups.base import BackupUnreachable
from services.store.backups.folder import BackupFolder
from services.store.store import Store

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    store = tmp_path / "equerry.db"
    with Store(store):
        pass
    return Backups(store, BackupFolder(tmp_path / "backups"), BackupFolder(tmp_path / "stick"), lambda: NOW)


def appliance(backups: Backups | None, folder: Path) -> ThisAppliance:
    return ThisAppliance(Readings(), folder, backups=backups)


def test_it_stays_and_goes_into_the_second_folder_too(backups: Backups, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    device = appliance(backups, tmp_path)
    assert device.backed_up() is None
    made = device.back_up()
    assert made is not None and made.twice and not made.trouble
    (kept,) = backups.first.backups()
    assert kept.asked_for and device.backed_up() == NOW
    assert [path.name for path in (tmp_path / "stick").glob("*.db")] == [kept.path.name]


def test_a_second_folder_that_is_away_is_told_and_the_first_has_it(backups: Backups, tmp_path: Path) -> None:
    made = appliance(backups, tmp_path).back_up()
    assert made is not None and not made.twice and "is not there" in made.trouble
    assert len(backups.first.backups()) == 1


def test_a_first_folder_that_can_not_be_used_is_an_error(backups: Backups, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("no folder")
    with pytest.raises(BackupUnreachable):
        appliance(backups, tmp_path).back_up()


def test_of_another_store_none_are_made(tmp_path: Path) -> None:
    device = appliance(None, tmp_path)
    assert device.back_up() is None and device.backed_up() is None
