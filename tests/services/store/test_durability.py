"""What may befall a store: a power cut, a full or read-only disk, a second program, damage, a newer version."""

from __future__ import annotations

import contextlib
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.store.base import (
    DiskFull,
    StoreDamaged,
    StoreError,
    StoreHeld,
    StoreReadOnly,
    StoreTooNew,
    StoreUnreachable,
    Task,
    Timer,
)
from services.store.sqlite.migrations import KNOWN, MIGRATIONS, Migration, migrate, version
from services.store.store import Store
from tests.children import in_child


def add(store: Store, title: str) -> None:
    with store.transaction(f"task created: {title}") as tx:
        tx.add(Task(title=title))


# --- a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k,mode=0777", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_refuses_by_name_and_keeps_what_was_there(small_disk: Path) -> None:
    path = small_disk / "equerry.db"
    with Store(path) as store:
        add(store, "kept")
        ballast = small_disk / "ballast"
        with pytest.raises(OSError, match="No space"):
            ballast.write_bytes(b"x" * (1 << 20))
        with pytest.raises(DiskFull, match="Nothing was changed") as full:
            for number in range(300):
                add(store, f"{number} " + "x" * 400)
        assert full.value.code == "store.full"
        kept = [task.title for task in store.find(Task)]
        ballast.unlink()
        add(store, "there is room again")
    with Store(path) as store:
        assert [task.title for task in store.find(Task)] == [*kept, "there is room again"]


def test_a_new_store_on_a_full_disk(small_disk: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        (small_disk / "ballast").write_bytes(b"x" * (1 << 20))
    with pytest.raises(DiskFull):
        Store(small_disk / "new" / "equerry.db").open()


def test_a_file_that_may_not_grow_refuses_by_name(path: Path) -> None:
    with Store(path) as store:
        add(store, "kept")
        connection = store.storage.file.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFull), store.transaction("") as tx:
            for number in range(200):
                tx.add(Task(title=f"{number} " + "x" * 400))
        assert [task.title for task in store.find(Task)] == ["kept"]
        connection.execute("PRAGMA max_page_count = 100000")
        add(store, "again")
        assert len(store.find(Task)) == 2


def test_a_quota_refuses_by_name_and_the_store_goes_on_once_it_is_raised(path: Path) -> None:
    def use_up(report: int) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with Store(path) as store:
            add(store, "kept")
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
            with contextlib.suppress(StoreError):
                for number in range(1_000):
                    add(store, f"{number} " + "x" * 400)
                os.write(report, b"it was never used up")
            before = len(store.find(Task))
            with contextlib.suppress(StoreError), store.transaction("too large") as tx:
                for number in range(1_000):
                    tx.add(Task(title=f"{number} " + "x" * 400))
            if len(store.find(Task)) != before:
                os.write(report, b"half of a command is there")
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            add(store, "there is room again")
            os.write(report, b"done")

    read, write = os.pipe()
    pid = in_child(lambda: use_up(write))
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b"done"
    with Store(path) as store:
        titles = [task.title for task in store.find(Task)]
    assert titles[0] == "kept"
    assert titles[-1] == "there is room again"


# --- a read-only disk


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Root may write everywhere; for a while we are somebody else."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others can reach, unlike pytest's own."""
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_a_read_only_folder(open_folder: Path, request: pytest.FixtureRequest) -> None:
    (open_folder / "locked").mkdir(mode=0o555)
    request.getfixturevalue("as_nobody")
    for path in (open_folder / "locked" / "equerry.db", open_folder / "locked" / "sub" / "equerry.db"):
        with pytest.raises(StoreReadOnly, match="Make its folder writable"):
            Store(path).open()


def test_a_read_only_file(open_folder: Path, request: pytest.FixtureRequest) -> None:
    path = open_folder / "equerry.db"
    with Store(path) as store:
        add(store, "kept")
    for file in open_folder.iterdir():
        file.chmod(0o444)
    open_folder.chmod(0o555)
    request.getfixturevalue("as_nobody")
    with pytest.raises(StoreReadOnly):
        Store(path).open()


def test_a_folder_where_the_store_should_be(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreReadOnly):
        Store(path).open()


def test_a_disk_that_turns_read_only_leaves_memory_as_the_disk_is(store: Store) -> None:
    add(store, "kept")
    store.storage.file.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnly):
        add(store, "lost")
    assert [task.title for task in store.find(Task)] == ["kept"]
    store.storage.file.connection.execute("PRAGMA query_only = OFF")
    add(store, "kept too")


# --- a second program


def test_a_second_process_is_told_who_holds_the_store(path: Path) -> None:
    program = "import sys, pathlib; from services.store.store import Store\nStore(pathlib.Path(sys.argv[1])).open()"
    with Store(path):
        second = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert re.search(rf"StoreHeld: Another Equerry \(process {os.getpid()}\) holds the store", second.stderr)
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == 0


def test_a_second_store_in_this_process_is_refused_too(store: Store, path: Path) -> None:
    with pytest.raises(StoreHeld):
        Store(path).open()
    add(store, "the first one is untouched")


def test_a_holder_that_died_holds_nothing(path: Path) -> None:
    read, write = os.pipe()

    def hold() -> None:
        Store(path).open()
        os.write(write, b"!")
        time.sleep(60)

    pid = in_child(hold)
    assert os.read(read, 1) == b"!"
    with pytest.raises(StoreHeld, match=f"process {pid}"):
        Store(path).open()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with Store(path) as store:
        add(store, "mine now")


def test_another_program_that_keeps_the_file_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.store.sqlite.file._BUSY_SECONDS", 0.01)
    with Store(path) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnreachable, match="locked"):
            add(store, "lost")
        other.execute("ROLLBACK")
        other.close()
        add(store, "kept")
        assert [task.title for task in store.find(Task)] == ["kept"]


# --- damage


def filled(path: Path) -> bytes:
    """A closed store with some tasks; its bytes."""
    with Store(path) as store, store.transaction("") as tx:
        for number in range(100):
            tx.add(Task(title=f"task number {number}"))
    return path.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"this is no database, but it is long enough to look like one " * 200,
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-4096],
        lambda whole: whole[:100],
        lambda whole: whole.replace(b'"title":"task number 50"', b'"title":"task number 5O"'),
        lambda whole: whole.replace(b'"title":"task number 50"', b'"title":"task number \xff\xff"'),
        lambda whole: whole[:4096] + b"\0" * 4096 + whole[8192:],
    ],
    ids=["another file", "half", "page short", "header only", "a letter", "no text", "a page"],
)
def test_damage_is_found_at_open(path: Path, damage: Callable[[bytes], bytes]) -> None:
    path.write_bytes(damage(filled(path)))
    with pytest.raises(StoreDamaged) as damaged:
        Store(path).open()
    assert damaged.value.code == "store.damaged"
    with pytest.raises(StoreDamaged):  # and the lock was let go of
        Store(path).open()


def test_a_flipped_bit_is_found_or_harmless(path: Path) -> None:
    whole = filled(path)
    dice = random.Random(3)
    with Store(path) as store:
        tasks = store.find(Task)
    found = 0
    for _ in range(150):
        place = dice.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << dice.randrange(8)]) + whole[place + 1 :])
        for rest in (f"{path}-wal", f"{path}-shm"):
            Path(rest).unlink(missing_ok=True)
        try:
            with Store(path) as store:
                assert store.find(Task) == tasks
        except (StoreDamaged, StoreTooNew):
            found += 1
    assert found > 30


def test_somebody_elses_database_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bank (money INTEGER)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match="another program"):
        Store(path).open()
    assert path.read_bytes() == before


# --- versions


def test_an_older_program_refuses_a_newer_store(path: Path) -> None:
    filled(path)
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {KNOWN + 1}")
        newer.execute("INSERT INTO migrations VALUES (?, 'to come', 'then')", (KNOWN + 1,))
    newer.close()
    with pytest.raises(StoreTooNew, match=f"version {KNOWN + 1}; this one knows {KNOWN}"):
        Store(path).open()


def test_a_migration_that_fails_leaves_the_store_before_it(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, "then")
    good = Migration(KNOWN + 1, "good", ("CREATE TABLE extra (a)",))
    bad = Migration(KNOWN + 2, "bad", ("CREATE TABLE more (a)", "INSERT INTO nowhere VALUES (1)"))
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, "now", (*MIGRATIONS, good, bad))
    assert version(connection) == KNOWN + 1
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'more'").fetchone() == (0,)
    assert connection.execute("SELECT number, name, at FROM migrations WHERE number > ?", (KNOWN,)).fetchall() == [
        (KNOWN + 1, "good", "now")
    ]
    connection.close()


def test_the_store_is_for_its_owner_alone_and_durable(store: Store, path: Path) -> None:
    add(store, "private")
    assert {oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {"0o600"}
    connection = store.storage.file.connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_every_error_is_a_sentence_with_a_code() -> None:
    facts = {"path": "/x", "why": "w", "reason": "y", "pid": 1, "found": 2, "known": 1, "kind": "task", "label": "z"}
    for error in [each for each in StoreError.__subclasses__() if each.__module__.startswith("services.store.")]:
        assert str(error(**facts)).endswith(".") and "{" not in str(error(**facts))
        assert error.code.startswith(("store.", "undo.", "search."))
    assert Timer.kind == "timer"
