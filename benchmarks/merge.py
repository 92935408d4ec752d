"""What taking in other devices' documents costs, by how many there are and what is known of them already.

    python benchmarks/merge.py [--replicas 1000] [--batch 200] [--tasks 10000] [--rounds 5] [--folder DIR]

Prints a Markdown table. Each row takes in as many replicas in batches, each batch committed and synced to disk, in a
store that holds `--tasks` others and a thousand commands that could be undone. New: documents that this store has not
got. Changed: one field of each is later there. Both: another field of each is later here, so that it goes out again.
Echo: nothing is news, as when the broker sends back what was published. Deleted: they are gone there. Times are
milliseconds a replica, the median of the rounds; of it processor time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from store import NOW, fill, task

from services.store.base import Replica, Task
from services.store.store import Store
from services.sync.merge import join


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicas", type=int, default=1_000)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the stores are made; the disk decides much")
    options = parser.parse_args()
    took: dict[str, list[tuple[float, float]]] = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            here, there = Path(folder) / "here.db", Path(folder) / "there.db"
            fill(here, options.tasks)
            with Store(here) as ours, Store(there) as theirs:
                for number in range(1_000):
                    with ours.transaction(f"command {number}", now=NOW) as tx:
                        tx.put(replace(tx.find(Task)[0], title=f"command {number}")) if number % 100 == 0 else tx.add(
                            task(number)
                        )
                one_round(ours, theirs, options.replicas, options.batch, took)
    print("| | ms a replica | of it processor |\n|---|---|---|")
    for name, times in took.items():
        wall, busy = (statistics.median(column) * 1000 / options.replicas for column in zip(*times, strict=True))
        print(f"| {name} | {wall:.2f} | {busy:.2f} |")


def one_round(ours: Store, theirs: Store, count: int, batch: int, took: dict[str, list[tuple[float, float]]]) -> None:
    """Each row once."""
    with theirs.transaction("made", now=NOW) as tx:
        tasks = [tx.add(task(number)) for number in range(count)]

    def take(name: str) -> None:
        replicas = [found for each in tasks if (found := theirs.replica("task", each.id))]
        took.setdefault(name, []).append(taken(ours, replicas, batch))

    take("new")
    take("echo")
    with theirs.transaction("renamed", now=NOW + timedelta(seconds=1)) as tx:
        for each in tasks:
            tx.put(replace(each, title=f"{each.title} again"))
    take("changed")
    with ours.transaction("here", now=NOW + timedelta(seconds=2)) as tx:
        for each in tasks:
            tx.put(replace(tx.get(Task, each.id) or each, tags=("here",)))
    with theirs.transaction("there", now=NOW + timedelta(seconds=2)) as tx:
        for each in tasks:
            tx.put(replace(tx.get(Task, each.id) or each, priority="urgent", state="there"))
    take("both, and a command here that changed all of them")
    with theirs.transaction("deleted", now=NOW + timedelta(seconds=3)) as tx:
        for each in tasks:
            tx.remove(each)
    take("deleted")


def taken(store: Store, replicas: Sequence[Replica], batch: int) -> tuple[float, float]:
    """Seconds to look at all of them and take them in; of it the processor's."""
    now = NOW + timedelta(minutes=1)
    began, worked = time.perf_counter(), time.thread_time()
    for start in range(0, len(replicas), batch):
        part = [each for each in replicas[start : start + batch] if store.admissible(each, now=now) is None]
        assert len(part) == len(replicas[start : start + batch])
        store.merge(part, join, now=now)
    return time.perf_counter() - began, time.thread_time() - worked


if __name__ == "__main__":
    main()
