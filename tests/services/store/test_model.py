"""Random commands against a plain dictionary: after commits, roll-backs, failed commits, undo and restarts the store
holds the same.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.store.base import NothingToUndo, StoreReadOnly, Task, Transaction
from services.store.store import Store

TITLES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "put", "remove"]), TITLES, st.integers(0, 20)), min_size=1, max_size=5
)
Change = tuple[str, str, int]


class StoreAgainstModel(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "equerry.db")
        self.store.open()
        self.model: dict[str, str] = {}
        self.history: list[dict[str, str]] = []
        self.now = datetime(2026, 12, 2, tzinfo=UTC)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    def apply(self, tx: Transaction, changes: list[Change]) -> dict[str, str]:
        """Make the changes; what the model is after them."""
        model = dict(self.model)
        for what, title, which in changes:
            ids = sorted(model)
            if what == "add" or not ids:
                model[tx.add(Task(title=title)).id] = title
                continue
            task = tx.get(Task, ids[which % len(ids)])
            assert task is not None
            if what == "put":
                model[task.id] = tx.put(replace(task, title=title)).title
            else:
                tx.remove(task)
                del model[task.id]
        assert {task.id: task.title for task in tx.find(Task)} == model
        return model

    @rule(changes=CHANGES)
    def commit(self, changes: list[Change]) -> None:
        self.now += timedelta(seconds=1)
        with self.store.transaction("command", now=self.now) as tx:
            after = self.apply(tx, changes)
        if after != self.model:
            self.history.append(self.model)
        self.model = after

    @rule(changes=CHANGES)
    def roll_back(self, changes: list[Change]) -> None:
        with pytest.raises(ZeroDivisionError), self.store.transaction("command", now=self.now) as tx:
            self.apply(tx, changes)
            _ = 1 / 0

    @rule(changes=CHANGES)
    def fail_to_commit(self, changes: list[Change]) -> None:
        connection = self.store.storage.file.connection
        connection.execute("PRAGMA query_only = ON")
        try:
            with self.store.transaction("command", now=self.now) as tx:
                after = self.apply(tx, changes)
        except StoreReadOnly:
            pass
        else:
            assert after == self.model  # nothing had to be written
        connection.execute("PRAGMA query_only = OFF")

    @rule()
    def undo(self) -> None:
        self.now += timedelta(seconds=1)
        try:
            with self.store.transaction("undo", now=self.now) as tx:
                tx.undo_last()
        except NothingToUndo:
            assert not self.history
        else:
            self.model = self.history.pop()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store.open()

    @invariant()
    def the_same(self) -> None:
        if hasattr(self, "store"):
            assert {task.id: task.title for task in self.store.find(Task)} == self.model
            assert {row.id for row in self.store.outbox(10_000) if not row.deleted} == set(self.model)


TestStoreAgainstModel = StoreAgainstModel.TestCase
TestStoreAgainstModel.settings = settings(
    max_examples=40, stateful_step_count=25, suppress_health_check=list(HealthCheck)
)
