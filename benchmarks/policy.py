"""What roles and the audit log cost: python benchmarks/policy.py [--tasks 10000] [--folder DIR]

Judging a command; looking through all tasks as the owner, and as somebody from whom a tenth is hidden; one entry of the
audit log, synced with its anchor. Medians.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from services.actions.policy.policy import Policy
from services.actions.policy.roles import Roles
from services.actions.policy.view import SeenTransaction
from services.insight.audit import KIND as AUDIT
from services.insight.audit import Audit, anchor_of, verify
from services.store.base import Person, Project, Task
from services.store.store import Store
from services.understanding.base import Command, Step

NOW = datetime(2026, 12, 2, 10, tzinfo=UTC)
ROLES = Path(__file__).parents[1] / "config" / "roles.toml"
COMMAND = Command(
    "create a task to send the quarterly report to Anna by Friday afternoon, high priority",
    (Step("task.create", {"title": "send the quarterly report", "assignees": ["Anna"]}),),
    1.0,
    "template",
)


def median(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def main() -> None:
    """Print a Markdown table."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--tasks", type=int, default=10_000)
    wanted.add_argument("--folder", type=Path)
    told = wanted.parse_args()
    policy = Policy(Roles.model_validate(tomllib.loads(ROLES.read_text(encoding="utf-8"))))
    rows = [("judge a command", median(lambda: policy.permit(COMMAND, "console", NOW), 1000))]
    with tempfile.TemporaryDirectory(dir=told.folder) as folder, Store(Path(folder) / "equerry.db") as store:
        with store.transaction("fill", undoable=False) as tx:
            private = tx.add(Project(name="merger", private=True))
            tx.add(Person(name="Mike Ross"))
            for number in range(told.tasks):
                tx.add(Task(title=f"task {number}", project_id=private.id if number % 10 == 0 else None))
        with store.transaction("look", undoable=False) as tx:
            for who, person in (("the owner", None), ("a member, a tenth hidden", "Mike Ross")):
                took = median(lambda person=person: len(SeenTransaction(tx, person, lambda _: True).rows(Task)), 30)  # type: ignore[misc]
                rows.append((f"first look at {told.tasks:,} tasks as {who}", took))
        audit = Audit(store.journal, anchor_of(store.path))
        rows.append(
            (
                "an entry of the audit log",
                median(lambda: audit.record("confirmed", at=NOW, client="console", role="owner"), 100),
            )
        )
        entries = store.journal.rows(AUDIT)
        rows.append((f"verify {len(entries)} entries", median(lambda: verify(entries, None), 20)))
    print("| | median |\n|---|---|")
    for name, took in rows:
        print(f"| {name} | {took:.3g} ms |")


if __name__ == "__main__":
    main()
