"""What a command costs the store, by how many documents it holds; beside TinyDB's own JSON storage in the same run.

    python benchmarks/store.py [--documents 100 1000 10000] [--commits 100] [--folder DIR]

Prints a Markdown table. A command changes one task (committed with its undo record and outbox row, synced to disk).
Times are medians and 99th percentiles in milliseconds; "written" is what the process handed to write calls for a command, by
/proc/self/io, with the write-ahead log's checkpoints in it. The JSON storage neither syncs nor keeps undo.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tinydb import TinyDB, where

from services.store.base import Priority, Task
from services.store.store import Store


def main() -> None:
    """Measure each size and print its row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where the stores are made; the disk decides much")
    options = parser.parse_args()
    print(
        "| tasks | open ms | commit p50 | commit p99 | written KiB | query one p50 | query 1 % p50 | JSON commit p50 | JSON written KiB |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for documents in options.documents:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            print(row(Path(folder), documents, options.commits), flush=True)


def row(folder: Path, documents: int, commits: int) -> str:
    """One line of the table."""
    path = folder / "equerry.db"
    ids = fill(path, documents)
    began = time.perf_counter()
    with Store(path) as store:
        opened = 1000 * (time.perf_counter() - began)

        def commit(number: int) -> None:
            with store.transaction(f"command {number}") as tx:
                tx.table("task").update({"title": f"changed {number}"}, doc_ids=[ids[number * 7919 % documents]])

        took, written = measured(commit, commits)
        one, _ = measured(lambda number: store.get(Task, ids[number * 7919 % documents]), commits)
        every, _ = measured(lambda _: store.find(Task, where("priority") == "urgent"), 10)
    json_took, json_written = measured(json_commit(folder / "tiny.json", documents), min(commits, 10))
    return (
        f"| {documents:,} | {opened:.0f} | {statistics.median(took):.2f} | {percentile(took, 0.99):.2f} | {written:.0f} "
        f"| {statistics.median(one):.3f} | {statistics.median(every):.1f} | {statistics.median(json_took):.1f} | {json_written:.0f} |"
    )


def task(number: int) -> Task:
    """A task like those people have."""
    priority: Priority = "urgent" if number % 100 == 0 else "normal"
    return Task(title=f"task number {number}, of some ordinary length", assignees=("Sarah",), priority=priority)


def fill(path: Path, documents: int) -> list[str]:
    """A new store; the ids of its tasks."""
    with Store(path) as store, store.transaction("fill", undoable=False) as tx:
        return [tx.add(task(number)).id for number in range(documents)]


def json_commit(path: Path, documents: int) -> Callable[[int], object]:
    """The same change through TinyDB's own storage."""
    table = TinyDB(path).table("task")
    table.insert_multiple({"title": task(number).title, "assignees": ["Sarah"], "priority": "normal"} for number in range(documents))
    return lambda number: table.update({"title": f"changed {number}"}, doc_ids=[number * 7919 % documents + 1])


def measured(work: Callable[[int], object], times: int) -> tuple[list[float], float]:
    """Milliseconds of each call, and KiB written per call."""
    took: list[float] = []
    before = bytes_written()
    for number in range(times):
        began = time.perf_counter()
        work(number)
        took.append(1000 * (time.perf_counter() - began))
    return took, (bytes_written() - before) / times / 1024


def percentile(values: list[float], share: float) -> float:
    """The value below which that share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def bytes_written() -> int:
    """What this process has passed to write calls so far."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{os.getpid()}/io").read_text().splitlines())
    return int(fields["wchar"])


if __name__ == "__main__":
    main()
