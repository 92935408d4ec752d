"""The audit log: whatever is done to it afterwards is found, and named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.insight.audit import (
    BEGINNING,
    KIND,
    MOST_A_MINUTE,
    MOST_OF_ONE,
    Anchor,
    Audit,
    AuditUnwritable,
    hashed,
    read_anchor,
    verify,
)
from services.store.base import JournalEntry
from services.store.store import Store

NOW = datetime(2026, 12, 2, 10, tzinfo=UTC)


class Log:
    """A journal in memory, for properties: the real one is below."""

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []

    def add(self, kind: str, fields: Any, *, at: datetime) -> int:
        self.entries.append(JournalEntry(len(self.entries) + 1, at, dict(fields)))
        return len(self.entries)

    def rows(self, kind: str, *, newest_first: bool = False, limit: int | None = None, **_: Any) -> list[JournalEntry]:
        return (self.entries[::-1] if newest_first else self.entries)[:limit]


def written(count: int) -> tuple[list[JournalEntry], Anchor]:
    """An honest log."""
    last, entries = BEGINNING, []
    for n in range(1, count + 1):
        at = NOW + timedelta(seconds=n)
        body = {
            "n": n,
            "what": "refused",
            "client": f"mqtt:{n % 3}",
            "role": "guest",
            "code": "policy.role",
            "steps": ["task.delete(title)"],
        }
        body |= {"prev": last}
        last = hashed(at, body)
        entries.append(JournalEntry(n, at, {**body, "hash": last}))
    return entries, Anchor(count, last)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


def audited(store: Store, count: int = 3) -> Audit:
    audit = Audit(store.journal, store.path.with_name("audit.anchor"))
    for place in range(count):
        audit.record(
            "refused",
            at=NOW + timedelta(minutes=place),
            client="mqtt:door",
            role="guest",
            code="policy.role",
            steps=["task.delete(title)"],
        )
    return audit


def verdict(store: Store, expected: str = "") -> str:
    """What is wrong, or nothing."""
    found = verify(store.journal.rows(KIND), read_anchor(store.path.with_name("audit.anchor")), expected)
    return "" if found.ok else f"{found.broken}: {found.words}"


def test_what_was_only_added_to_is_whole(store: Store) -> None:
    audited(store)
    assert verdict(store) == ""
    audited(store, 2)
    assert verdict(store) == "", "also after a restart"


def test_an_empty_log_is_whole(store: Store) -> None:
    assert verdict(store) == ""


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE journal SET body = replace(body, 'guest', 'owner') WHERE seq = 2", "2: It is not what was written"),
        ("UPDATE journal SET at = '2026-12-02T10:00:59.000+00:00' WHERE seq = 2", "2: It is not what was written"),
        ("DELETE FROM journal WHERE seq = 1", "1: It was written as entry 2"),
        ("DELETE FROM journal WHERE seq = 2", "2: It was written as entry 3"),
        ("DELETE FROM journal WHERE seq = 3", "3: 1 of 3 entries are missing at the end"),
        ("DELETE FROM journal", "1: 3 of 3 entries are missing at the end"),
        ("UPDATE journal SET seq = 9 WHERE seq = 1", "1: It was written as entry 2"),
        (
            "INSERT INTO journal (kind, at, body) SELECT kind, at, body FROM journal WHERE seq = 3",
            "4: It does not follow",
        ),
        ("UPDATE journal SET body = '{}' WHERE seq = 1", "1: It can't be read"),
        ("UPDATE journal SET kind = 'turn' WHERE seq = 3", "3: 1 of 3 entries are missing"),
    ],
)
def test_what_is_done_to_the_file_is_found(tmp_path: Path, sql: str, said: str) -> None:
    with Store(tmp_path / "equerry.db") as store:
        audited(store)
    connection = sqlite3.connect(tmp_path / "equerry.db")
    connection.execute(sql)
    connection.commit()
    connection.close()
    with Store(tmp_path / "equerry.db") as store:
        assert verdict(store).startswith(said)


def test_a_cut_stays_found_when_the_log_goes_on(tmp_path: Path) -> None:
    with Store(tmp_path / "equerry.db") as store:
        audited(store)
        store.journal.purge(KIND, before=NOW + timedelta(days=1))
    with Store(tmp_path / "equerry.db") as store:
        audited(store, 2)
        assert verdict(store).startswith("1: The anchor knew 3 entries")


def test_a_missing_anchor_is_told_also_later(store: Store) -> None:
    audited(store)
    store.path.with_name("audit.anchor").unlink()
    assert verdict(store).startswith("3: The anchor is missing")
    audited(store, 1)
    assert verdict(store).startswith("4: The anchor knew 0 entries")


def test_a_restored_store_explains_itself(tmp_path: Path) -> None:
    with Store(tmp_path / "old.db") as old:
        audited(old, 2)
    (tmp_path / "audit.anchor").write_text(f'{{"n": 5, "hash": "{"a" * 64}", "coming": ""}}')
    with Store(tmp_path / "old.db") as old:
        Audit(old.journal, tmp_path / "audit.anchor").record("restored", at=NOW)
        found = verify(old.journal.rows(KIND), read_anchor(tmp_path / "audit.anchor"))
        assert found.ok
        assert found.notes == (
            (
                "Entry 3: the anchor knew 5 entries when this one was written after 2: another store was put in place"
                " of this one."
            ),
        )


def test_a_crash_between_entry_and_anchor_is_no_forgery() -> None:
    entries, anchor = written(3)
    before = Anchor(2, str(entries[1].fields["hash"]), coming=anchor.hash)
    assert verify(entries, before).ok
    assert verify(entries[:2], before).ok
    assert not verify(entries[:1], before).ok


def test_a_log_that_was_written_anew_is_found_by_a_hash_noted_elsewhere(store: Store) -> None:
    audited(store)
    noted = str(store.journal.rows(KIND)[1].fields["hash"])
    assert verdict(store, noted) == ""
    assert verdict(store, "f" * 64).startswith("1: No entry has the hash")


def test_who_is_refused_without_end_fills_no_disk(store: Store) -> None:
    audit = audited(store, 0)
    for number in range(MOST_A_MINUTE + 50):
        audit.record("refused", at=NOW, client=f"mqtt:{number}")
    audit.record("confirmed", at=NOW, client="console")
    audit.record("refused", at=NOW + timedelta(minutes=2), client="mqtt:0")
    rows = store.journal.rows(KIND)
    assert len(rows) == MOST_A_MINUTE + 2
    assert [row.fields.get("unkept") for row in rows[-2:]] == [50, None]
    assert verdict(store) == ""


def test_one_who_is_refused_without_end_hides_nobody(store: Store) -> None:
    audit = audited(store, 0)
    for _ in range(1000):
        audit.record("refused", at=NOW, client="mqtt:loud")
    audit.record("refused", at=NOW, client="mqtt:sly")
    rows = store.journal.rows(KIND)
    assert len(rows) == MOST_OF_ONE + 1
    assert (rows[-1].fields["client"], rows[-1].fields["unkept"]) == ("mqtt:sly", 1000 - MOST_OF_ONE)
    assert verdict(store) == ""


def test_roles_are_noted_when_they_change(store: Store) -> None:
    audit = audited(store, 0)
    for digest in ("a", "a", "b", "b", "a"):
        audit.roles(digest, at=NOW)
    assert [row.fields["facts"]["digest"] for row in store.journal.rows(KIND)] == ["a", "b", "a"]


def test_without_a_log_nothing_is_done(store: Store) -> None:
    with pytest.raises(AuditUnwritable):
        Audit(store.journal, store.path.with_name("not there") / "anchor").record("confirmed", at=NOW)
    assert not store.journal.rows(KIND)


def test_no_words_are_kept(store: Store) -> None:
    audited(store)
    assert {key for row in store.journal.rows(KIND) for key in row.fields} == {
        "n",
        "what",
        "client",
        "role",
        "code",
        "steps",
        "prev",
        "hash",
    }


FIELDS = st.sampled_from(["n", "what", "client", "role", "code", "steps", "prev", "hash"])
VALUES = st.one_of(
    st.none(), st.integers(-1, 9), st.text(max_size=4), st.just(["task.delete(title)", "x"]), st.just(BEGINNING)
)


@given(count=st.integers(1, 6), data=st.data())
def test_any_edit_is_found(count: int, data: st.DataObject) -> None:
    entries, anchor = written(count)
    place = data.draw(st.integers(0, count - 1))
    field, value = data.draw(FIELDS), data.draw(VALUES)
    old = entries[place]
    if old.fields[field] == value and type(old.fields[field]) is type(value):
        return
    entries[place] = replace(old, fields={**old.fields, field: value})
    found = verify(entries, anchor)
    assert not found.ok
    assert found.broken in (place + 1, place + 2)


@given(count=st.integers(1, 6), data=st.data())
def test_an_edit_is_found_that_hashes_itself_anew(count: int, data: st.DataObject) -> None:
    entries, anchor = written(count)
    place = data.draw(st.integers(0, count - 1))
    body = {**entries[place].fields, "role": "owner"}
    entries[place] = replace(entries[place], fields={**body, "hash": hashed(entries[place].at, body)})
    assert not verify(entries, anchor).ok


@given(count=st.integers(1, 6), data=st.data())
def test_any_removal_is_found(count: int, data: st.DataObject) -> None:
    entries, anchor = written(count)
    kept = data.draw(st.lists(st.sampled_from(range(count)), unique=True, max_size=count - 1).map(sorted))
    assert not verify([entries[place] for place in kept], anchor).ok


@given(count=st.integers(2, 6), data=st.data())
def test_any_other_order_is_found(count: int, data: st.DataObject) -> None:
    entries, anchor = written(count)
    order = data.draw(st.permutations(range(count)))
    assert verify([entries[place] for place in order], anchor).ok == (list(order) == list(range(count)))


@given(count=st.integers(0, 6), data=st.data())
def test_any_insertion_is_found(count: int, data: st.DataObject) -> None:
    entries, anchor = written(count)
    place = data.draw(st.integers(0, count))
    before = BEGINNING if not place else str(entries[place - 1].fields["hash"])
    body: dict[str, Any] = {
        "n": place + 1,
        "what": "confirmed",
        "client": "x",
        "role": "owner",
        "code": "",
        "steps": [],
        "prev": before,
    }
    forged = JournalEntry(99, NOW, {**body, "hash": hashed(NOW, body)})
    assert not verify([*entries[:place], forged, *entries[place:]], anchor).ok
