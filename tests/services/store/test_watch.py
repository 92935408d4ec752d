"""Who watches the store is told of each commit, after it, and of nothing else."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.store.base import Change, StoreReadOnly, Task
from services.store.store import Store


def test_a_commit_is_told_once_all_can_read_it(store: Store) -> None:
    told: list[Sequence[Change]] = []
    seen: list[str] = []

    def watcher(changes: Sequence[Change]) -> None:
        told.append(changes)
        other = threading.Thread(target=lambda: seen.extend(task.title for task in store.find(Task)))
        other.start()
        other.join()

    stop = store.watch(watcher)
    with store.transaction("made") as tx:
        task = tx.add(Task(title="water the plants"))
        assert told == []
    assert told == [[Change("task", task.id, False)]]
    assert seen == ["water the plants"]
    with store.transaction("changed") as tx:
        tx.remove(tx.put(replace(task, title="water them")))
    assert told[1:] == [[Change("task", task.id, True)]]
    stop()
    with store.transaction("not told") as tx:
        tx.add(Task(title="unseen"))
    assert len(told) == 2


def test_what_was_not_committed_is_not_told(store: Store) -> None:
    told: list[Sequence[Change]] = []
    store.watch(told.append)
    with pytest.raises(ZeroDivisionError), store.transaction("rolled back") as tx:
        tx.add(Task(title="never"))
        _ = 1 / 0
    store.storage.file.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnly), store.transaction("refused by the disk") as tx:
        tx.add(Task(title="never"))
    store.storage.file.connection.execute("PRAGMA query_only = OFF")
    with store.transaction("came to nothing") as tx:
        tx.remove(tx.add(Task(title="never")))
    assert told == []


def test_commits_of_several_threads_are_told_in_their_order(store: Store) -> None:
    told: list[str] = []
    store.watch(lambda changes: told.extend(change.id for change in changes))

    def work() -> None:
        for _ in range(20):
            with store.transaction("") as tx:
                tx.add(Task(title="one of many"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [row.id for row in store.outbox(1000)]
