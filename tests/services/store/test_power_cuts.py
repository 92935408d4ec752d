"""A process that commits and merges without pause is killed at random moments, and what it wrote but did not sync is
torn: so does a power cut.

Nothing that was acknowledged is lost, no command is half there, and the store can always be opened. EQUERRY_KILLS sets
how often.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import struct
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from services.store.base import LedgerEntry, Note, Project, Replica, Stamp, Task, Transaction
from services.store.search.index import problems
from services.store.sqlite.checks import check_log
from services.store.store import Store
from tests.children import in_child
from tests.joining import join
from tests.replicas import tombstones

KILLS = int(os.environ.get("EQUERRY_KILLS", "300"))
A_STORE = 50
"""Kills before another store is begun: opening one that has grown takes its time."""
LIVING = 5
"""Commands after which the tasks of a command are deleted."""
OTHER = "b" * 12
"""The device whose notes are merged."""
ACKNOWLEDGED = struct.Struct("<IQ")
"""The number of a command, and the size of the log by then."""


def command(tx: Transaction, number: int) -> None:
    """Makes three tasks, books, notes its number in the one project, deletes three tasks: all of it or nothing."""
    for part in range(3):
        tx.add(Task(title=f"{number}/{part}"))
    for old in tx.find(Task, lambda fields: int(fields["title"].split("/")[0]) == number - LIVING):
        tx.remove(old)
    tx.add(LedgerEntry(customer_id="karo", minor=number, currency="EUR", reason="credit"))
    last = tx.find(Project)
    if last:
        tx.put(replace(last[0], name=str(number)))
    else:
        tx.add(Project(name=str(number)))


def commit_without_pause(path: Path, acknowledge: int) -> None:
    log = path.with_name(f"{path.name}-wal")
    with Store(path) as store:
        for number in itertools.count(last_command(store) + 1):
            if number > 1:
                merge(store, number - 1)
                os.write(acknowledge, ACKNOWLEDGED.pack(number - 1, log.stat().st_size))
            with store.transaction(f"command {number}") as tx:
                command(tx, number)
            os.write(acknowledge, ACKNOWLEDGED.pack(number, log.stat().st_size))


def merge(store: Store, number: int) -> None:
    """Takes in two notes of another device, a change of the one before, and that two older ones are gone: all of it or
    nothing.
    """
    theirs = [note(number, part, "new") for part in range(2)] + [note(number - 1, 0, "changed")]
    theirs += [Replica("note", f"{number - LIVING}-{part}", {}, {}, Stamp(4 * number + 2, OTHER)) for part in range(2)]
    store.merge(theirs, join, now=datetime.now(UTC))


def note(number: int, part: int, word: str) -> Replica:
    return Replica(
        "note",
        f"{number}-{part}",
        {"content": f"{number} {word}"},
        {"content": Stamp(4 * number + 2 * (word == "changed"), OTHER)},
    )


def notes(merged: int) -> dict[str, str]:
    """What so many merges leave."""
    there = range(max(0, merged - LIVING + 1), merged + 1) if merged else ()
    found = {f"{each}-0": f"{each} {'new' if each == merged else 'changed'}" for each in there}
    return found | {f"{each}-1": f"{each} new" for each in there if each}


def last_command(store: Store) -> int:
    return next((int(project.name) for project in store.find(Project)), 0)


def tear(path: Path, synced: int, dice: random.Random) -> None:
    """Lose or garble what was written to the log after the last sync that was acknowledged."""
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size <= synced:
        return
    place, garble = dice.randrange(synced, size), dice.choice((dice.randbytes, bytes))
    with log.open("r+b") as file:
        if dice.random() < 0.5:
            file.truncate(place)
        else:
            file.seek(place)
            file.write(garble(min(512, size - place)))


def check(path: Path, acknowledged: int) -> int:
    """That the store is as some number of whole commands leave it, all acknowledged ones among them; that number."""
    with Store(path) as store:
        number = last_command(store)
        assert number in (acknowledged, acknowledged + 1), (
            "an acknowledged command is lost, or one is there that was never given"
        )
        titles = {f"{each}/{part}" for each in range(max(1, number - LIVING + 1), number + 1) for part in range(3)}
        assert {task.title for task in store.find(Task)} == titles
        assert sum(entry.minor for entry in store.find(LedgerEntry)) == number * (number + 1) // 2
        deleted = Counter((row.kind, row.deleted) for row in store.outbox(1_000_000))
        stones = Counter(each.kind for each in tombstones(store))
        assert deleted["task", True] == stones["task"] == 3 * max(0, number - LIVING)
        assert deleted["task", False] == len(titles)
        assert stones["note"] % 2 == 0
        merged = stones["note"] // 2
        assert merged in (max(0, number - 1), number), "a merge is lost"
        assert {each.id: each.content for each in store.find(Note)} == notes(merged)
        if number:
            with store.storage.file.reading() as connection:
                labels = connection.execute("SELECT label FROM undo ORDER BY seq DESC LIMIT 1").fetchall()
            assert labels == [(f"command {number}",)]
    return number


def test_a_kill_loses_no_acknowledged_command_and_leaves_none_half_done(tmp_path: Path) -> None:
    dice = random.Random(2)
    commands = 0
    for begun in range(0, KILLS, A_STORE):
        path = tmp_path / f"{begun}.db"
        number = 0
        for _ in range(min(A_STORE, KILLS - begun)):
            read, write = os.pipe()
            pid = in_child(lambda path=path, write=write: commit_without_pause(path, write))  # type: ignore[misc]
            os.close(write)
            heard = b""
            if dice.random() < 0.7:  # else perhaps while it opens the store
                while len(heard) < 2 * ACKNOWLEDGED.size and (
                    more := os.read(read, ACKNOWLEDGED.size)
                ):  # of a merge and a command
                    heard += more
            time.sleep(dice.uniform(0.0, 0.02))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            with os.fdopen(read, "rb") as pipe:
                told = [*ACKNOWLEDGED.iter_unpack(heard + pipe.read())]
            number, synced = told[-1] if told else (number, 1 << 62)
            tear(path, synced, dice)
            number = check(path, number)
        with Store(path) as store:
            assert problems(store.storage.file.connection) == []
        commands += number
    assert commands > KILLS / 2, "the children hardly got to commit anything"


def test_a_sector_torn_across_two_frames_is_no_damage(path: Path) -> None:
    """The first bytes of a frame lost, and what marks it as one of this log still there."""
    log = path.with_name(f"{path.name}-wal")
    with Store(path) as store:
        for number in (1, 2):
            synced = log.stat().st_size if log.exists() else 0
            with store.transaction(f"command {number}") as tx:
                command(tx, number)
        before, whole = path.read_bytes(), log.read_bytes()
    dice, frame = random.Random(4), 24 + 4096
    for start in range(synced + frame, len(whole), frame):
        for torn in range(1, 9):
            path.write_bytes(before)
            end = start + torn
            log.write_bytes(whole[: end - 512] + dice.randbytes(512) + whole[end:])
            check_log(path)
    log.unlink()
