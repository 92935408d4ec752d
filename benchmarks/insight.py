"""What records of turns cost: on the main thread, on the disk, and to sum them up.

.venv/bin/python benchmarks/insight.py
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from device.records.turns import Recorder  # noqa: E402
from device.turn import events as on  # noqa: E402
from device.turn.machine import Session  # noqa: E402
from services.actions.base import Outcome, Reply, Response  # noqa: E402
from services.insight.base import KIND, Targets, TurnEntry  # noqa: E402
from services.insight.entries import entries_of, fields_of  # noqa: E402
from services.insight.summary import sum_up  # noqa: E402
from services.store.store import Store  # noqa: E402
from services.understanding.base import Command, Step  # noqa: E402

TURNS, MONTH = 500, 6000
"""Records written one by one; a month of 200 turns a day."""
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    command = Command("add milk to the shopping list", (Step("list.add"),), 0.9, "template")
    replied = on.Replied(2, Response(command, (Outcome("list.add", True, "Done."),), Reply("Done.")))
    session = Session(turn=2)
    stages = {"endpoint": 0.7, "final": 0.3, "command": 0.02, "acted": 0.01, "sounded": 0.1}
    entry = TurnEntry(
        NOW, "microphone", "done", "template", command.text, 0.9, 0.9, ("list.add",), stages=stages, total=1.13
    )
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "equerry.db") as store:
        recorder = Recorder(lambda rows: store.journal.add_all(KIND, rows), now=lambda: NOW, targets=Targets())

        def turn() -> None:
            for event in (on.TextGiven("x"), on.ActingBegan(2, command), replied, on.Sounded(2), on.Played(2, True)):
                recorder.watch(event, session)

        on_main, on_disk = [], []
        for _ in range(TURNS):
            on_main.append(timed(turn))
            on_disk.append(timed(recorder.flush))
        store.journal.add_all(KIND, [(NOW - timedelta(minutes=7 * index), fields_of(entry)) for index in range(MONTH)])
        size = store.path.stat().st_size + store.path.with_name("equerry.db-wal").stat().st_size
        summed = [timed(lambda: sum_up(entries_of(store.journal.rows(KIND)), Targets(), UTC)) for _ in range(5)]
    found = {
        "events of a turn, main thread, µs": round(1e6 * statistics.median(on_main)),
        "write one record, thread of its own, ms": round(1000 * statistics.median(on_disk), 1),
        "sum up a month of 200 turns a day, ms": round(1000 * statistics.median(summed)),
        "bytes of such a month, MB": round(size / 1e6, 1),
    }
    print(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
