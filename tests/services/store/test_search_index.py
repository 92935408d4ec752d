"""Random commands: after commits, roll-backs, undo, purges and restarts the index is what it would be if it were made
anew.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.store import kinds as registry
from services.store.base import Note, NothingToUndo, Task, Transaction, UndoBlocked
from services.store.search.index import problems
from services.store.store import Store

WORDS = st.sampled_from(
    [
        "budget",
        "budgets",
        "Henderson",
        "Müller",
        "invoice",
        "plan-B",
        "résumé",
        "naïve",
        "हिन्दी",
        "straße",
        "İstanbul",
        "a.b",
        "x2",
        "CAPS",
    ]
)
TEXTS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1),
)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["task", "note", "put", "remove"]), TEXTS, st.integers(0, 20)), min_size=1, max_size=5
)
Change = tuple[str, str, int]


class IndexAgainstDocuments(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "equerry.db")
        self.store.open()
        self.now = datetime(2026, 12, 2, tzinfo=UTC)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert problems(self.store.storage.file.connection) == []
            for task in self.store.find(Task):
                for word in re.findall(r"[^\W_]+", task.title)[:1] if task.title.isascii() else ():
                    assert any(hit.id == task.id for hit in self.store.search(word, limit=500)), word
            self.store.close()
            self.folder.cleanup()

    def apply(self, tx: Transaction, changes: list[Change]) -> None:
        for what, text, which in changes:
            tasks = tx.find(Task)
            if what == "note":
                tx.add(Note(content=text))
            elif what == "task" or not tasks:
                tx.add(Task(title=text, tags=(text[:10],)))
            elif what == "put":
                tx.put(replace(tasks[which % len(tasks)], title=text))
            else:
                tx.remove(tasks[which % len(tasks)])

    @rule(changes=CHANGES)
    def commit(self, changes: list[Change]) -> None:
        self.now += timedelta(seconds=1)
        with self.store.transaction("command", now=self.now) as tx:
            self.apply(tx, changes)

    @rule(changes=CHANGES)
    def roll_back(self, changes: list[Change]) -> None:
        with pytest.raises(ZeroDivisionError), self.store.transaction("command", now=self.now) as tx:
            self.apply(tx, changes)
            _ = 1 / 0

    @rule()
    def undo(self) -> None:
        self.now += timedelta(seconds=1)
        try:
            with self.store.transaction("undo", now=self.now) as tx:
                tx.undo_last()
        except (NothingToUndo, UndoBlocked):
            pass

    @rule(texts=st.lists(TEXTS, min_size=1, max_size=3))
    def say(self, texts: list[str]) -> None:
        self.now += timedelta(seconds=1)
        self.store.journal.add_all("turn", [(self.now, {"text": text}) for text in texts])

    @rule(seconds=st.integers(0, 10))
    def purge(self, seconds: int) -> None:
        self.store.journal.purge("turn", before=self.now - timedelta(seconds=seconds))

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store.open()

    @invariant()
    def in_step(self) -> None:
        if hasattr(self, "store"):
            connection = self.store.storage.file.connection
            indexed = {row[0] for row in connection.execute("SELECT id FROM searchable WHERE kind = 'task'")}
            assert indexed == {task.id for task in self.store.find(Task)}


TestIndexAgainstDocuments = IndexAgainstDocuments.TestCase
TestIndexAgainstDocuments.settings = settings(
    max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize(
    "sign", ["\ud7fc", "🫠", "\u0378", "\ue000", "\u0488", "\U000e0100", "—", "😀", "\u200d", "\U0001fb00", "ǟ"]
)
def test_signs_that_sqlite_and_we_know_differently_leave_the_words_beside_them(store: Store, sign: str) -> None:
    now = datetime(2026, 12, 2, tzinfo=UTC)
    with store.transaction("made", now=now) as tx:
        tx.add(Task(title=f"budget{sign}"))
        tx.add(Task(title=f"{sign}budget{sign}plan"))
        tx.add(Task(title=sign))
        plain = tx.add(Task(title="budget plan"))
    assert problems(store.storage.file.connection) == []
    with store.transaction("removed", now=now) as tx:
        tx.remove(plain)
    assert problems(store.storage.file.connection) == []
    assert store.storage.file.connection.execute("SELECT count(*) FROM searchable").fetchone() == (3,)


def test_a_word_is_found_beside_an_emoji_that_sqlite_does_not_know(store: Store) -> None:
    with store.transaction("made", now=datetime(2026, 12, 2, tzinfo=UTC)) as tx:
        task = tx.add(Task(title="budget🫠plan"))
    for asked in ("budget", "plan", "budgit"):
        assert [hit.id for hit in store.search(asked)] == [task.id]
    assert store.find(Task)[0].title == "budget🫠plan"


def test_words_of_a_package_that_is_gone_are_no_damage(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.transaction("noted") as tx:
        tx.add(Note(content="the ficus"))
    monkeypatch.delitem(registry._REGISTERED, "note")
    with store.storage.file.writing() as connection:
        assert problems(connection) == []
