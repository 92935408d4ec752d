#!/usr/bin/env python3
"""What the queue of commands costs: adding one while none, 1,000 or 10,000 wait, and 25 clients at once on a real
store.

.venv/bin/python benchmarks/jobs.py
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from device.commands.directory import StoreDirectory  # noqa: E402
from device.commands.responder import Responder  # noqa: E402
from device.jobs.job import Limits, Pace  # noqa: E402
from device.jobs.jobs import Jobs  # noqa: E402
from services.actions.execution.executor import Executor  # noqa: E402
from services.store.store import Store  # noqa: E402
from services.understanding.parser import CommandParser  # noqa: E402
from services.understanding.slots.amounts import amount_of  # noqa: E402
from services.understanding.when import find  # noqa: E402

ZONE = ZoneInfo("Europe/Berlin")
ADDED = 2_000
CLIENTS = 25
ROUNDS = 20
UNBOUND = Pace(6e9, 10**9, 6e9, 10**9)


def now() -> datetime:
    """The wall clock."""
    return datetime.now(ZONE)


def told(name: str, seconds: list[float]) -> None:
    """p50, p99 and the longest, in milliseconds."""
    cut = quantiles(seconds, n=100, method="inclusive")
    print(
        f"{name:<44} p50 {median(seconds) * 1e3:7.3f} ms   p99 {cut[98] * 1e3:7.3f} ms   longest"
        f" {max(seconds) * 1e3:7.3f} ms"
    )


def adding(responder: Responder, waiting: int) -> None:
    """Submit while `waiting` jobs of 25 clients wait; nothing takes them."""
    limits = Limits(queued=10**6, all_queued=10**6)
    jobs = Jobs(responder, now=now, limits=limits, pace=UNBOUND)
    for number in range(waiting):
        jobs.submit("add milk to the shopping list", client=f"mqtt:{number % CLIENTS}")
    seconds = []
    for number in range(ADDED):
        began = time.perf_counter()
        jobs.submit("add milk to the shopping list", client=f"mqtt:{number % CLIENTS}")
        seconds.append(time.perf_counter() - began)
    told(f"adding one while {waiting:,} wait", seconds)


def hammering(responder: Responder, store: Store, most: int) -> None:
    """25 clients, each with one command after the other."""
    answered: list[float] = []

    def talk(number: int) -> None:
        client = f"mqtt:{most}:{number}"
        for each in range(ROUNDS):
            done = threading.Event()
            began = time.perf_counter()
            jobs.submit(
                f"create a task to call number {number} time {each}",
                client=client,
                done=lambda _, done=done: done.set(),
            )
            done.wait()
            answered.append(time.perf_counter() - began)

    keep = lambda rows: store.journal.add_all("job", rows)  # noqa: E731
    with Jobs(responder, now=now, limits=Limits(most=most), pace=UNBOUND, keep=keep) as jobs:
        threads = [threading.Thread(target=talk, args=(number,)) for number in range(CLIENTS)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began
        stats = jobs.stats()
    told(f"answered, {CLIENTS} clients, {most} at once", answered)
    waited, worked = stats.waited_p50 * 1e3, stats.took_p50 * 1e3
    print(f"{'':<44} {CLIENTS * ROUNDS / took:.0f} commands/s; waited p50 {waited:.0f} ms, took p50 {worked:.1f} ms")


def main() -> None:
    """Everything, on a store in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "equerry.db") as store:
        directory = StoreDirectory(store)
        parser = CommandParser(ROOT / "config" / "sentences", names=directory.names)
        executor = Executor(store, find_when=find, zone=ZONE, read_amount=amount_of)
        responder = Responder(parser, executor, now, directory=directory)
        responder.respond("create a task to warm up", client="console")
        for waiting in (0, 1_000, 10_000):
            adding(responder, waiting)
        for most in (1, 4):
            hammering(responder, store, most)


if __name__ == "__main__":
    main()
