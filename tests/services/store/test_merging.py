"""Two stores that are edited apart and merged, against a pure model: both always hold what the model says, and in the
end the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.store.base import (
    Change,
    LedgerEntry,
    NothingToUndo,
    Replica,
    Stamp,
    StoreReadOnly,
    Task,
    TodoList,
    Transaction,
    UndoBlocked,
    natural_id,
)
from services.store.search.index import problems
from services.store.store import Store
from tests.joining import join, plain
from tests.replicas import tombstones

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
Key = tuple[str, str]
WORDS = st.sampled_from(["milk", "tea", "bread", "salt", "rice"])
EDITS = st.lists(
    st.tuples(st.sampled_from(["add", "list", "title", "priority", "both", "remove"]), WORDS, st.integers(0, 9)),
    max_size=3,
)


class TwoStores(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.open = ExitStack()
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        self.stores = [Store(folder / name) for name in ("one.db", "other.db")]
        for store in self.stores:
            store.open()
            self.open.callback(store.close)
        self.model: list[dict[Key, Replica]] = [{}, {}]
        self.outbox: list[set[Key]] = [set(), set()]
        self.now = NOW

    def teardown(self) -> None:
        if hasattr(self, "now"):
            self.until_all_is_told()
            for store in self.stores:
                assert problems(store.storage.file.connection) == []
            self.open.close()

    @contextmanager
    def command(self, which: int) -> Iterator[Transaction]:
        """A command of one device, whose clocks are two minutes apart; the model learns what it wrote."""
        self.now += timedelta(milliseconds=300)
        store, told = self.stores[which], list[Change]()
        end = store.watch(told.extend)
        with store.transaction("command", now=self.now + which * timedelta(minutes=2)) as tx:
            yield tx
        end()
        for kind, doc_id, deleted in told:
            replica = store.replica(kind, doc_id)
            assert replica is not None
            assert replica.alive is not deleted
            before = self.model[which].get((kind, doc_id))
            newest = max((*replica.stamps.values(), *([replica.deleted] if replica.deleted else [])))
            assert newest.device == store.device
            assert before is None or newest > max(
                (*before.stamps.values(), *([before.deleted] if before.deleted else []))
            )
            self.model[which][kind, doc_id] = replica
            self.outbox[which].add((kind, doc_id))

    @rule(which=st.integers(0, 1), edits=EDITS)
    def edit(self, which: int, edits: list[tuple[str, str, int]]) -> None:
        with self.command(which) as tx:
            for what, word, number in edits:
                tasks = tx.find(Task)
                if what == "list":
                    if tx.get(TodoList, natural_id("list", word)) is None:
                        tx.keep(TodoList(id=natural_id("list", word), name=word))
                elif what == "add" or not tasks:
                    tx.add(Task(title=word))
                elif what == "remove":
                    tx.remove(tasks[number % len(tasks)])
                else:
                    changes: dict[str, Any] = {"title": {"title": word}, "priority": {"priority": "high"}}.get(
                        what, {"title": word, "priority": "low"}
                    )
                    tx.put(replace(tasks[number % len(tasks)], **changes))

    @rule(which=st.integers(0, 1), count=st.integers(1, 3))
    def undo(self, which: int, count: int) -> None:
        """Whatever is undone: what the other device wrote stays as it wrote it."""
        device = self.stores[which].device
        for _ in range(count):
            before = dict(self.model[which])
            try:
                with self.command(which) as tx:
                    tx.undo_last()
            except (NothingToUndo, UndoBlocked):
                return
            for key, replica in before.items():
                of_others = {name for name, stamp in replica.stamps.items() if stamp.device != device}
                after = self.model[which][key]
                assert not of_others or after.alive
                assert {name: after.fields[name] for name in of_others} == {
                    name: replica.fields[name] for name in of_others
                }

    @rule(to=st.integers(0, 1), numbers=st.lists(st.integers(0, 30), max_size=6), fails=st.booleans())
    def merge(self, to: int, numbers: list[int], fails: bool) -> None:
        """Some of what the other has, in any order, more than once; it may be old."""
        there = sorted(self.model[1 - to])
        theirs = [self.model[1 - to][there[number % len(there)]] for number in numbers if there]
        if fails:
            self.fail_to_merge(to, theirs)
        self.take(to, theirs)

    def take(self, to: int, theirs: list[Replica]) -> None:
        store, told = self.stores[to], list[Change]()
        end, before = store.watch(told.extend), dict(self.model[to])
        results = store.merge(theirs, join, now=self.now + to * timedelta(minutes=2))
        end()
        for replica, result in zip(theirs, results, strict=True):
            key = (replica.kind, replica.id)
            ours = self.model[to].get(key)
            both = self.model[to][key] = plain(join(ours, replica))
            assert (result.kind, result.id) == key
            assert result.changed == (ours != both)
            assert result.more == (both != plain(replica))
            (self.outbox[to].add if result.more else self.outbox[to].discard)(key)
        there = {key: replica.alive for key, replica in before.items()}
        now = {key: replica.alive for key, replica in self.model[to].items()}
        changed = {key for key, replica in self.model[to].items() if replica != before.get(key)}
        assert sorted(told) == [(*key, not now[key]) for key in sorted(changed) if now[key] or there.get(key)]

    def fail_to_merge(self, to: int, theirs: list[Replica]) -> None:
        connection = self.stores[to].storage.file.connection
        connection.execute("PRAGMA query_only = ON")
        try:
            results = self.stores[to].merge(theirs, join, now=self.now + timedelta(minutes=2))
        except StoreReadOnly:
            self.the_same()
        else:
            assert not any(result.changed for result in results)
        connection.execute("PRAGMA query_only = OFF")

    @rule(which=st.integers(0, 1))
    def restart(self, which: int) -> None:
        self.stores[which].close()
        self.stores[which].open()

    @rule(which=st.integers(0, 1), count=st.integers(1, 4))
    def send(self, which: int, count: int) -> None:
        going = self.stores[which].outbox(count)
        self.stores[which].sent(going)
        self.outbox[which] -= {(each.kind, each.id) for each in going}

    @invariant()
    def the_same(self) -> None:
        for store, model, outbox in (
            zip(self.stores, self.model, self.outbox, strict=True) if hasattr(self, "now") else ()
        ):
            assert {key: store.replica(*key) for key in model} == model
            assert store.known(["task", "list"]) == model.keys()
            for kind in ("task", "list"):
                living = {
                    key[1]: dict(replica.fields) for key, replica in model.items() if replica.alive and key[0] == kind
                }
                assert dict(store.storage.rows(kind)) == living
            stones = {(each.kind, each.id): each.deleted for each in tombstones(store)}
            assert stones == {key: replica.deleted for key, replica in model.items() if not replica.alive}
            waiting = store.outbox(1000)
            assert {(each.kind, each.id) for each in waiting} == outbox
            assert all(each.deleted is not model[each.kind, each.id].alive for each in waiting)

    def until_all_is_told(self) -> None:
        for to in (0, 1, 0):
            self.take(to, list(self.model[1 - to].values()))
        assert self.model[0] == self.model[1]
        self.the_same()


TestTwoStores = TwoStores.TestCase
TestTwoStores.settings = settings(max_examples=30, stateful_step_count=25, suppress_health_check=list(HealthCheck))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "other.db") as opened:
        yield opened


def told(store: Store, document: Task | TodoList) -> Replica:
    replica = store.replica(document.kind, document.id)
    assert replica is not None
    return replica


def test_different_fields_of_one_task_both_win_and_of_the_same_the_later(store: Store, other: Store) -> None:
    with store.transaction("made", now=NOW) as tx:
        task = tx.add(Task(title="paint the fence"))
    other.merge([told(store, task)], join, now=NOW)
    with store.transaction("here", now=NOW + timedelta(seconds=1)) as tx:
        tx.put(replace(task, priority="high", title="paint the old fence"))
    with other.transaction("there", now=NOW + timedelta(seconds=2)) as tx:
        tx.put(replace(task, status="done", title="paint the new fence"))
    (result,) = store.merge([told(other, task)], join, now=NOW)
    assert (result.changed, result.more) == (True, True)
    (result,) = other.merge([told(store, task)], join, now=NOW)
    assert (result.changed, result.more) == (True, False)
    for each in (store, other):
        (found,) = each.find(Task)
        assert (found.title, found.priority, found.status) == ("paint the new fence", "high", "done")
        assert [hit.title for hit in each.search("new")] == ["paint the new fence"]
        assert each.search("old") == []
    assert told(store, task) == told(other, task)


def test_undo_here_keeps_what_the_other_wrote_the_very_same(store: Store, other: Store) -> None:
    shopping = TodoList(id=natural_id("list", "shopping"), name="shopping")
    with store.transaction("made here", now=NOW) as tx:
        task = tx.add(Task(title="paint the fence"))
        tx.keep(shopping)
    other.merge([told(store, task)], join, now=NOW)
    with store.transaction("urgent here", now=NOW + timedelta(seconds=1)) as tx:
        tx.put(replace(task, priority="high", title="paint the old fence"))
    with other.transaction("both there", now=NOW + timedelta(seconds=2)) as tx:
        tx.put(replace(task, priority="high"))
        tx.keep(shopping)
    store.merge([told(other, task), told(other, shopping)], join, now=NOW)
    with store.transaction("undo", now=NOW + timedelta(seconds=3)) as tx:
        tx.undo_last()
    assert [(each.title, each.priority) for each in store.find(Task)] == [("paint the fence", "high")]
    with (
        pytest.raises(UndoBlocked, match="changed since"),
        store.transaction("undo", now=NOW + timedelta(seconds=4)) as tx,
    ):
        tx.undo_last()
    assert [each.name for each in store.find(TodoList)] == ["shopping"]


def test_what_is_merged_survives_and_later_stamps_are_later(store: Store, other: Store) -> None:
    with other.transaction("made", now=NOW + timedelta(minutes=4)) as tx:
        task = tx.add(Task(title="from ahead"))
    store.merge([told(other, task)], join, now=NOW)
    store.close()
    store.open()
    with store.transaction("renamed", now=NOW) as tx:
        tx.put(replace(task, title="from here"))
    stamps = told(store, task).stamps
    assert stamps["title"] > stamps["status"]
    other.merge([told(store, task)], join, now=NOW)
    assert [each.title for each in other.find(Task)] == ["from here"]


def test_what_is_too_far_ahead_is_passed_over_and_spoils_nothing(store: Store, other: Store) -> None:
    with other.transaction("made", now=NOW + timedelta(days=4000)) as tx:
        task = tx.add(Task(title="from far ahead"))
    replica = told(other, task)
    assert (store.admissible(replica, now=NOW) or "").startswith("ahead")
    assert store.merge([replica], join, now=NOW) == [("task", task.id, False, False)]
    assert store.replica("task", task.id) is None
    with store.transaction("made", now=NOW) as tx:
        mine = tx.add(Task(title="mine"))
    assert told(store, mine).stamps["title"].at == NOW


def test_a_deletion_that_came_first_leaves_a_tombstone_only(store: Store) -> None:
    told_of: list[Change] = []
    store.watch(told_of.extend)
    stone = Replica("task", "gone", {}, {}, Stamp(5 << 16, "a" * 12))
    assert store.merge([stone], join, now=NOW) == [("task", "gone", True, False)]
    assert store.merge([stone], join, now=NOW) == [("task", "gone", False, False)]
    assert store.replica("task", "gone") == stone
    assert (told_of, store.outbox()) == ([], [])


def test_a_document_of_an_older_program_is_completed_and_told_of(store: Store) -> None:
    old = Replica(
        "task",
        "old",
        {"title": "from before", "brand_new": [1]},
        dict.fromkeys(("title", "brand_new"), Stamp(9 << 16, "b" * 12)),
    )
    assert store.admissible(old, now=NOW) is None
    assert store.merge([old], join, now=NOW) == [("task", "old", True, True)]
    (task,) = store.find(Task)
    assert (task.title, task.status, task.created) == ("from before", "todo", "1970-01-01T00:00:00.009+00:00")
    whole = told(store, task)
    assert whole.fields["brand_new"] == [1]
    assert whole.stamps["status"] < whole.stamps["title"]
    assert store.merge([old], join, now=NOW) == [("task", "old", False, True)]
    assert store.merge([whole], join, now=NOW) == [("task", "old", False, False)]
    assert store.outbox() == []


def test_one_and_true_are_not_the_same(store: Store) -> None:
    fields = {"title": "x", "odd": 1}
    old = Replica("task", "odd", fields, dict.fromkeys(fields, Stamp(9 << 16, "b" * 12)))
    new = replace(old, fields={**fields, "odd": True}, stamps={**old.stamps, "odd": Stamp(10 << 16, "b" * 12)})
    store.merge([old], join, now=NOW)
    same_stamp = replace(old, fields={**fields, "odd": True})
    assert store.merge([same_stamp], lambda _, theirs: theirs, now=NOW)[0].changed
    assert store.merge([new], join, now=NOW)[0].changed
    assert store.storage.rows("task")["odd"]["odd"] is True


def test_an_acknowledgement_of_the_state_before_a_merge_takes_nothing_off(store: Store, other: Store) -> None:
    with store.transaction("made", now=NOW) as tx:
        task = tx.add(Task(title="one"))
    going = store.outbox()
    other.merge([told(store, task)], join, now=NOW)
    with other.transaction("there", now=NOW) as tx:
        tx.put(replace(task, status="done"))
    with store.transaction("here", now=NOW) as tx:
        tx.put(replace(task, priority="low"))
    store.merge([told(other, task)], join, now=NOW)
    store.sent(going)
    assert len(store.outbox()) == 1
    store.sent(store.outbox())
    assert store.outbox() == []


def test_what_others_lack_is_offered_once(store: Store) -> None:
    with store.transaction("made", now=NOW) as tx:
        kept, gone = (tx.add(Task(title=title)) for title in ("kept", "gone"))
    with store.transaction("deleted", now=NOW) as tx:
        tx.remove(gone)
        tx.add(LedgerEntry(customer_id="karo", minor=1, currency="EUR", reason="credit"))
    store.sent(store.outbox())
    keys = {("task", kept.id), ("task", gone.id), ("task", "never there")}
    store.offer(keys)
    assert {(each.id, each.deleted) for each in store.outbox()} == {(kept.id, False), (gone.id, True)}
    before = store.outbox()
    store.offer(keys)
    store.offer(())
    assert store.outbox() == before
    assert store.outbox(kinds=["entry"]) == []
    assert store.outbox(kinds=["entry", "task"], limit=1) == before[:1]
    assert store.outbox(kinds=[]) == []
    assert store.known([]) == set()


def test_not_within_a_transaction(store: Store) -> None:
    with store.transaction("made", now=NOW), pytest.raises(RuntimeError, match="beside transaction 'made'"):
        store.merge([], join, now=NOW)


def test_a_command_with_a_key_is_done_once_it_has_changed_something(store: Store) -> None:
    with store.transaction("looked", now=NOW, key="asked") as tx:
        tx.find(Task)
    assert not store.done("asked")
    with pytest.raises(ZeroDivisionError), store.transaction("failed", now=NOW, key="k") as tx:
        tx.add(Task(title="x"))
        _ = 1 / 0
    assert not store.done("k")
    with store.transaction("made", now=NOW, key="k") as tx:
        tx.add(Task(title="x"))
    assert store.done("k")
    assert not store.done("")
