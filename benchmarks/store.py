"""What the store costs, by how many tasks it holds; beside TinyDB's own JSON storage in the same run.

    python benchmarks/store.py [--tasks 100 1000 10000 100000] [--commits 300] [--queries 40] [--folder DIR] [--no-json]

Prints three Markdown tables. A command gives one task another title, committed with its stamps, undo record, outbox row
and words for search and synced to disk; the sizes take turns, so that what else the machine does befalls them alike.
Questions go through the executor, as spoken ones do, each in other words; their times are processor time, for they wait
for nothing. Times are milliseconds. "Written" is what the process handed to write calls for a command, by
/proc/self/io, checkpoints of the write-ahead log among it. TinyDB's JSON storage neither syncs nor keeps undo.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tinydb import TinyDB

from services.actions.execution.executor import Executor
from services.store.base import Priority, Task
from services.store.store import Store
from services.understanding.base import Command, Slot, Step
from services.understanding.when import find

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
PEOPLE = ("Sarah", "Tom", "Priya", "Rahul Verma", "Anna Berg", "Mike", "Zoë", "Karo", "Ben", "Lena")
VERBS = (
    "call",
    "write to",
    "review",
    "order",
    "prepare",
    "print",
    "fix",
    "clean",
    "plan",
    "send",
    "update",
    "check",
    "book",
    "pay",
    "draft",
)
THINGS = (
    *(
        "quarterly report",
        "brand guidelines",
        "garden fence",
        "travel expenses",
        "kitchen sink",
        "landing page",
        "dentist",
        "invoice",
    ),
    *(
        "onboarding handbook",
        "price list",
        "newsletter",
        "delivery van",
        "coffee machine",
        "security review",
        "trade fair",
        "water meter",
    ),
    *(
        "meeting room",
        "tax return",
        "printer paper",
        "release notes",
        "battery supplier",
        "school play",
        "roof gutter",
        "budget",
    ),
    *("contract draft", "bicycle", "photo album", "warehouse keys", "hiring plan", "tea order"),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, nargs="+", default=[100, 1_000, 10_000, 100_000])
    parser.add_argument("--commits", type=int, default=300)
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--folder", type=Path, help="where the stores are made; the disk decides much")
    parser.add_argument(
        "--no-json", action="store_true", help="without TinyDB's own storage, which takes minutes at 100,000"
    )
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open:
        opened(options.open)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, ExitStack() as open_stores:
        paths = {size: Path(folder) / str(size) / "equerry.db" for size in options.tasks}
        for size, path in paths.items():
            fill(path, size)
        opening_table(paths)
        stores = {size: open_stores.enter_context(Store(path)) for size, path in paths.items()}
        commit_table(stores, options.commits, None if options.no_json else Path(folder))
        query_table(stores, options.queries)


def task(number: int) -> Task:
    """A task like those people have; half of them are done."""
    dice = random.Random(number)
    priority: Priority = dice.choices(("low", "normal", "high", "urgent"), (1, 6, 2, 1))[0]
    verb, thing = dice.choice(VERBS), dice.choice(THINGS)
    done = dice.random() < 0.5
    at = NOW + timedelta(hours=dice.randrange(-2000, 2000))
    return Task(
        title=f"{verb} the {thing} for {dice.choice(THINGS)} {number}",
        assignees=(dice.choice(PEOPLE),) if dice.random() < 0.7 else (),
        priority=priority,
        tags=("home",) if dice.random() < 0.2 else (),
        due=at if dice.random() < 0.6 else None,
        status="done" if done else "todo",
        completed=at if done else None,
    )


def fill(path: Path, size: int) -> None:
    """A new store."""
    with Store(path) as store, store.transaction("fill", undoable=False) as tx:
        for number in range(size):
            tx.add(task(number))


def opening_table(paths: dict[int, Path]) -> None:
    """Opening a store in a process of its own, and what memory that takes."""
    print("| tasks | file MiB | open ms | memory MiB |\n|---|---|---|---|")
    for size, path in paths.items():
        program = [sys.executable, __file__, "--open", str(path)]
        runs = [subprocess.run(program, capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
        took, memory = (sorted(float(run[column]) for run in runs)[1] for column in (0, 1))
        print(f"| {size:,} | {path.stat().st_size / 2**20:.1f} | {took:.0f} | {memory:.1f} |", flush=True)


def opened(path: Path) -> None:
    """Print the milliseconds and MiB that opening takes."""
    before, began = resident(), time.perf_counter()
    with Store(path):
        print(1000 * (time.perf_counter() - began), (resident() - before) / 2**20)


def commit_table(stores: dict[int, Store], commits: int, beside: Path | None) -> None:
    """One command's commit, the sizes in turns."""
    took: dict[int, list[float]] = {size: [] for size in stores}
    busy: dict[int, list[float]] = {size: [] for size in stores}
    written: dict[int, int] = dict.fromkeys(stores, 0)
    ids = {size: list(store.rows(Task)) for size, store in stores.items()}
    for number in range(-20, commits):
        for size, store in stores.items():
            which = ids[size][number * 7919 % size]
            before, began, worked = bytes_written(), time.perf_counter(), time.thread_time()
            with store.transaction(f"command {number}", now=NOW) as tx:
                old = tx.get(Task, which)
                assert old is not None
                tx.put(replace(old, title=f"{old.title} {number}"))
            if number >= 0:
                took[size].append(1000 * (time.perf_counter() - began))
                busy[size].append(1000 * (time.thread_time() - worked))
                written[size] += bytes_written() - before
    print(
        "\n| tasks | commit p50 | p95 | p99 | of it processor p50 | p99 | written KiB | JSON commit p50 | JSON written"
        " KiB |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for size in stores:
        figures = [percentile(took[size], share) for share in (0.5, 0.95, 0.99)] + [
            percentile(busy[size], share) for share in (0.5, 0.99)
        ]
        times = " | ".join(f"{figure:.2f}" for figure in figures)
        print(
            f"| {size:,} | {times} | {written[size] / commits / 1024:.0f} | {json_columns(beside, size)} |", flush=True
        )


def json_columns(beside: Path | None, size: int) -> str:
    """The same change through TinyDB's own storage."""
    if beside is None:
        return "- | -"
    table = TinyDB(beside / f"{size}.json").table("task")
    rows = (task(number) for number in range(size))
    table.insert_multiple(
        {"title": each.title, "assignees": list(each.assignees), "priority": each.priority} for each in rows
    )
    times, before = 10 if size < 50_000 else 3, bytes_written()
    took = timed(
        [
            lambda number=number: table.update({"title": f"changed {number}"}, doc_ids=[number + 1])
            for number in range(times)
        ]
    )  # type: ignore[misc]
    return f"{percentile(took, 0.5):.0f} | {(bytes_written() - before) / times / 1024:,.0f}"


def query_table(stores: dict[int, Store], queries: int) -> None:
    """Questions, through the executor."""
    gc.collect()
    gc.freeze()  # as the appliance does once it is ready
    print("\n| tasks | question | p50 | p95 |\n|---|---|---|---|")
    for size, store in stores.items():
        executor = Executor(store, find_when=find, zone=UTC)
        for name, question in QUESTIONS.items():
            asked = [question(number) for number in range(queries)]
            took = timed([partial(executor.run, each, now=NOW, client="bench") for each in asked], time.thread_time)
            print(f"| {size:,} | {name} | {percentile(took, 0.5):.1f} | {percentile(took, 0.95):.1f} |", flush=True)


def asked(text: str, **slots: Slot) -> Command:
    """A question as the parser hands it over."""
    return Command(text, (Step("task.query", slots),), 1.0, "template")


def words(number: int) -> str:
    """Two words of some title."""
    return f"{VERBS[number % len(VERBS)]} {THINGS[number * 7 % len(THINGS)]}"


QUESTIONS: dict[str, Callable[[int], Command]] = {
    "by words": lambda number: asked("find tasks about it", title=words(number)),
    "by misheard words": lambda number: asked("find tasks about it", title=words(number).replace("e", "ea", 1)),
    "which one": lambda number: asked("what about it", title=f"{words(number)} {number}"),
    "by person": lambda number: asked("what are the tasks of", assignees=(PEOPLE[number % len(PEOPLE)],)),
    "due": lambda number: asked("what is due", when=("today", "tomorrow", "this week", "next month")[number % 4]),
    "overdue": lambda _: asked("what is overdue", status="overdue"),
    "by person, priority and due": lambda number: asked(
        "which", assignees=(PEOPLE[number % len(PEOPLE)],), priority="high", when="this week"
    ),
    "how many done": lambda _: asked("how many tasks were completed", status="completed", when="last week"),
}


def timed(work: Sequence[Callable[[], object]], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Milliseconds of each."""
    took: list[float] = []
    for each in work:
        began = clock()
        each()
        took.append(1000 * (clock() - began))
    return took


def percentile(values: list[float], share: float) -> float:
    """The value below which that share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def bytes_written() -> int:
    """What this process has passed to write calls so far."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{os.getpid()}/io").read_text().splitlines())
    return int(fields["wchar"])


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
