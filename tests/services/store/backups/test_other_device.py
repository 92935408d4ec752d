"""A store that is put back is a device of its own: two that stamp under one name could not agree which is the later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.store.backups.folder import BackupFolder
from services.store.backups.rescue import Rescuer
from services.store.backups.restore import restore
from services.store.base import Task
from services.store.store import Store
from tests.replicas import stamps_of

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


def test_a_backup_that_is_restored_has_another_name_and_its_stamps_stay(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    with Store(path) as store:
        with store.transaction("made", now=NOW) as tx:
            task = tx.add(Task(title="one"))
        backup = folder.make(path, NOW)
        first, before = store.device, stamps_of(store, "task", task.id)
    elsewhere = tmp_path / "elsewhere" / "equerry.db"
    names = {first}
    for place in (path, elsewhere):
        restore(backup, place, place.parent / "files", NOW)
        with Store(place) as store:
            assert stamps_of(store, "task", task.id) == before
            with store.transaction("renamed", now=NOW - timedelta(days=1)) as tx:
                tx.put(replace(task, title="two"))
            after = stamps_of(store, "task", task.id)
            assert after is not None
            assert before is not None
            assert after["title"].device == store.device
            assert after["title"] > before["title"]
            names.add(store.device)
        with Store(place) as store:
            assert store.device in names
    assert len(names) == 3
    assert backup.path.is_file()


def test_a_damaged_store_is_mended_under_another_name_and_its_clock_goes_on(path: Path, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    with Store(path) as store:
        with store.transaction("made", now=NOW) as tx:
            task = tx.add(Task(title="one"))
        folder.make(path, NOW)
        with store.transaction("renamed", now=NOW + timedelta(hours=1)) as tx:
            tx.put(replace(task, title="two"))
        first, before = store.device, stamps_of(store, "task", task.id)
    whole = path.read_bytes()
    path.write_bytes(whole[:60] + b"\0\0\0\1" + whole[64:])  # user_version
    with Store(path, rescuer=Rescuer([folder.path])) as store:
        assert store.rescue is not None
        assert store.device != first
        assert stamps_of(store, "task", task.id) == before
        with store.transaction("renamed", now=NOW) as tx:
            tx.put(replace(task, title="three"))
        after = stamps_of(store, "task", task.id)
        assert after is not None
        assert before is not None
        assert after["title"] > before["title"]
