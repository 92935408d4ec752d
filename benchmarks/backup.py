"""What a backup costs, what it costs the commands beside it, and how long a damaged store takes to mend.

.venv/bin/python -m benchmarks.backup [TASKS …]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from services.store.backups.folder import BackupFolder
from services.store.backups.rescue import Rescuer
from services.store.backups.snapshot import verify
from services.store.base import Task
from services.store.store import Store

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def commits(store: Store, enough: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each command of one task, until there are enough."""

    def one(number: int) -> None:
        with store.transaction("created a task") as tx:
            tx.add(Task(title=f"task {number} beside a backup"))

    taken: list[float] = []
    while not enough(len(taken)):
        taken.append(timed(lambda: one(len(taken))) * 1000)
        time.sleep(0.002)
    return taken


def spread(values: list[float]) -> str:
    """Median and 99th percentile."""
    return (
        f"p50 {statistics.median(values):.1f} ms, p99 {sorted(values)[int(len(values) * 0.99)]:.1f} ms ({len(values)})"
    )


def measure(tasks: int) -> None:
    """Print the figures of a store of this size."""
    with tempfile.TemporaryDirectory() as name:
        path, folder = Path(name) / "equerry.db", BackupFolder(Path(name) / "backups")
        with Store(path) as store:
            with store.transaction("fill", undoable=False) as tx:
                for number in range(tasks):
                    tx.add(Task(title=f"send report {number} to the office", tags=("office",)))
            alone = commits(store, lambda count: count >= 300)
            seconds: list[float] = []
            backup = threading.Thread(
                target=lambda: seconds.extend(timed(lambda: folder.make(path, NOW)) for _ in range(3))
            )
            backup.start()
            beside = commits(store, lambda count: count >= 50 and not backup.is_alive())
            backup.join()
        made = folder.backups()[0]
        checked = timed(lambda: verify(made.path))
        opened = timed(lambda: Store(path).open())
    print(
        f"{tasks} tasks: backup {statistics.median(seconds):.2f} s ({made.bytes / 1e6:.0f} MB), of which checking"
        f" {checked:.2f} s"
    )
    print(f"  commits alone  {spread(alone)}")
    print(f"  commits beside {spread(beside)}")
    mend(tasks, opened)


def mend(tasks: int, opened: float) -> None:
    """Print how long a store takes to open that is well, and one that is not."""
    with tempfile.TemporaryDirectory() as name:
        path, folder = Path(name) / "equerry.db", BackupFolder(Path(name) / "backups")
        with Store(path) as store, store.transaction("fill", undoable=False) as tx:
            for number in range(tasks):
                tx.add(Task(title=f"send report {number} to the office", tags=("office",)))
        folder.make(path, NOW)
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            file.write(b"\xff" * 4096)
        damaged = Store(path, rescuer=Rescuer([folder.path]))
        print(f"  opening it {opened:.2f} s; damaged, with all that is done then {timed(damaged.open):.2f} s")
        damaged.close()


if __name__ == "__main__":
    for size in [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000]:
        measure(size)
