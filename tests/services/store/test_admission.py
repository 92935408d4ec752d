"""Whatever another device sends: words why it can't be taken in, or a document that everybody here can read. Never an
exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.store.base import (
    Alarm,
    Document,
    DocumentInvalid,
    LedgerEntry,
    Meeting,
    Reminder,
    Replica,
    RoutineRun,
    Stamp,
    Task,
)
from services.store.kinds import kinds
from services.store.sqlite.codec import decode
from services.store.store import Store
from tests.joining import join

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
STAMP = Stamp(int(NOW.timestamp() * 1000) << 16, "a" * 12)
TASK: Mapping[str, Any] = {"title": "paint", "due": "2026-12-03T09:00:00Z"}


def of(fields: Mapping[str, Any], kind: str = "task", doc_id: str = "t-1") -> Replica:
    return Replica(kind, doc_id, fields, dict.fromkeys(fields.keys() - {"created", "updated"}, STAMP))


def deep(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Store(tmp_path_factory.mktemp("store") / "equerry.db") as found:
        yield found


def test_what_a_store_tells_is_taken_by_every_other(store: Store) -> None:
    documents: list[Document] = [
        Task(title="😀 ü", tags=("a", "b"), due=NOW, rrule="FREQ=WEEKLY;BYDAY=MO", first=NOW),
        Reminder(title="x", due=NOW, ahead_s=-3.5, of_kind="task", of_id="y"),
        Meeting(title="x", start=NOW, end=NOW + timedelta(hours=1), skipped=(NOW,)),
        Alarm(due=NOW, rrule="FREQ=DAILY;UNTIL=20200101T000000", first=NOW),
        LedgerEntry(customer_id="k", minor=-5, currency="EUR", reason="debit"),
        RoutineRun(routine_id="r", name="n", steps=(), started=NOW),
    ]
    for document in documents:
        with store.transaction("made", now=NOW) as tx:
            made = tx.add(document)
        replica = store.replica(document.kind, made.id)
        assert replica is not None
        assert store.admissible(replica, now=NOW) is None, document
        with store.transaction("deleted", now=NOW, undoable=False) as tx:
            tx.table(document.kind).remove(doc_ids=[made.id])
        replica = store.replica(document.kind, made.id)
        assert replica is not None
        assert store.admissible(replica, now=NOW) is None


@pytest.mark.parametrize(
    "replica, why",
    [
        (of(TASK, "spaceship"), "kind"),
        (of(TASK, doc_id="../../etc/passwd"), "id"),
        (of(TASK, doc_id="x" * 65), "id"),
        (of(TASK, doc_id=""), "id"),
        (of(TASK, 7), "kind"),  # type: ignore[arg-type]
        (of({**TASK, "Not a name": 1}), "name"),
        (of({**TASK, "": 1}), "name"),
        (of({**TASK, "id": "other"}), "name"),
        (of({**TASK, **{f"f{number}": 1 for number in range(100)}}), "too many"),
        (of({**TASK, "odd": deep(20)}), "values"),
        (of({**TASK, "odd": deep(900)}), "values"),
        (of({**TASK, "odd": float("nan")}), "values"),
        (of({**TASK, "odd": float("inf")}), "values"),
        (of({**TASK, "odd": 1 << 70}), "values"),
        (of({**TASK, "odd": "\ud800"}), "values"),
        (of({**TASK, "odd": "a\0b"}), "values"),
        (of({**TASK, "odd": {1: 2}}), "values"),
        (of({**TASK, "odd": b"x"}), "values"),
        (of({**TASK, "odd": "x" * 300_000}), "too large"),
        (of({**TASK, "title": ""}), "no task: title"),
        (of({**TASK, "title": 7}), "no task: title"),
        (of({**TASK, "title": " paint "}), "not written as documents are: title"),
        (of({**TASK, "due": "2026-12-03T10:00:00+01:00"}), "not written as documents are: due"),
        (of({**TASK, "due": "9999-12-31T23:59:59-10:00"}), "OverflowError"),
        (of({**TASK, "due": "9999-12-31T00:00:00Z"}), "none of anybody's"),
        (of({**TASK, "due": 5}), "not written as documents are: due"),
        (of({**TASK, "rrule": "FREQ=DAILY;INTERVAL=0"}), "rule"),
        (of({**TASK, "rrule": "FREQ=DAILY;BYDAY=XX"}), "not to be understood"),
        (of({**TASK, "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}), "rule"),
        (of({**TASK, "rrule": "RRULE:FREQ=DAILY\nRDATE:20260101"}), "rule"),
        (of({**TASK, "created": "yesterday"}), "created"),
        (of({**TASK, "created": "2026-12-03"}), "created"),
        (of({**TASK, "created": None}), "created"),
        (of({**TASK, "updated": "2026-12-02T10:00:00+01:00"}), "updated"),
        (of({**TASK, "updated": "2036-12-02T10:00:00.000+00:00"}), "ahead of the clock here: updated"),
        (of({"customer_id": "k", "minor": "5", "currency": "EUR", "reason": "credit"}, "entry"), "minor"),
        (of({"list_id": "k", "name": "milk", "done": "yes"}, "item"), "done"),
        (of({"status": "done"}), "title"),
        (of({}), "without a stamp"),
        (replace(of(TASK), stamps={"title": STAMP}), "stamps of other fields"),
        (replace(of(TASK), stamps={**of(TASK).stamps, "state": STAMP}), "stamps of other fields"),
        (replace(of(TASK), stamps={**of(TASK).stamps, "created": STAMP}), "stamps of other fields"),
        (replace(of(TASK), stamps={"title": STAMP, "due": "soon"}), "a stamp that is none"),  # type: ignore[dict-item]
        (replace(of(TASK), stamps={"title": STAMP, "due": (1, "a" * 12)}), "a stamp that is none"),  # type: ignore[dict-item]
        (replace(of(TASK), stamps={"title": STAMP, "due": Stamp(-1, "a" * 12)}), "a stamp that is none"),
        (replace(of(TASK), stamps={"title": STAMP, "due": Stamp(True, "a" * 12)}), "a stamp that is none"),
        (replace(of(TASK), stamps={"title": STAMP, "due": Stamp(5, "A" * 12)}), "a stamp that is none"),
        (replace(of(TASK), stamps={"title": STAMP, "due": Stamp(5, "a" * 13)}), "a stamp that is none"),
        (replace(of(TASK), stamps={"title": STAMP, "due": Stamp(1 << 64, "a" * 12)}), "a stamp that is none"),
        (Replica("task", "t", {}, {}, Stamp((1 << 63) - 1, "a" * 12)), "ahead"),
        (replace(of(TASK), stamps=dict.fromkeys(TASK, Stamp(STAMP.time + (301_000 << 16), "a" * 12))), "ahead"),
        (replace(of(TASK), fields=None), "without fields"),  # type: ignore[arg-type]
        (replace(of(TASK), fields=[1]), "without fields"),  # type: ignore[arg-type]
        (replace(of(TASK), stamps=None), "without fields"),  # type: ignore[arg-type]
        (replace(of(TASK), deleted="never"), "stamp"),  # type: ignore[arg-type]
    ],
)
def test_what_can_not_be_taken_in_is_told_in_words(opened: Store, replica: Replica, why: str) -> None:
    told = opened.admissible(replica, now=NOW)
    assert told is not None
    assert why in told
    assert why != "ahead" or told.startswith("ahead")
    assert len(told) <= 200


@pytest.mark.parametrize("ahead, taken", [(299, True), (300, True), (301, False)])
def test_five_minutes_ahead_are_all_that_is_believed(store: Store, ahead: int, taken: bool) -> None:
    stamp = Stamp(int((NOW + timedelta(seconds=ahead)).timestamp() * 1000) << 16 | 0x7, "a" * 12)
    assert (store.admissible(replace(of(TASK), stamps=dict.fromkeys(TASK, stamp)), now=NOW) is None) is taken
    assert (store.merge([Replica("task", "t", {}, {}, stamp)], join, now=NOW)[0].changed) is taken


ODD = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.binary(),
        st.sampled_from(["2026-12-03T09:00:00Z", "done"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(sorted({name for kind in kinds().values() for name in kind.__dataclass_fields__}))
STAMPS = st.builds(Stamp, st.integers(0, STAMP.time), st.text("0123456789abcdef", min_size=12, max_size=12))
VALID: Mapping[str, Mapping[str, Any]] = {
    "task": TASK,
    "item": {"list_id": "k", "name": "milk", "done": True},
    "entry": {"customer_id": "k", "minor": 5, "currency": "EUR", "reason": "credit"},
    "reminder": {"title": "x", "due": "2026-12-03T09:00:00Z", "people": ["Anna"]},
}


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(sorted(VALID)))
def test_nothing_raises_and_what_is_taken_in_can_be_read(opened: Store, data: st.DataObject, kind: str) -> None:
    fields = {**VALID[kind], **data.draw(st.dictionaries(NAMES | st.text(max_size=5), ODD, max_size=3))}
    replica = Replica(
        kind, data.draw(st.sampled_from(["a", "b"])), fields, {name: data.draw(STAMPS) for name in fields}
    )
    why = opened.admissible(replica, now=NOW)
    if why is not None:
        assert why
        return
    opened.merge([replica], join, now=NOW)
    found = opened.replica(kind, replica.id)
    assert found is not None
    assert opened.admissible(found, now=NOW) is None
    decode(kinds()[kind], replica.id, found.fields)
    opened.search(str(fields.get("title", "milk")))


def test_what_was_taken_in_is_sound_when_it_is_opened_again(tmp_path: Path) -> None:
    with Store(tmp_path / "equerry.db") as store:
        replicas = [
            of({**TASK, "title": title, "odd": title}, doc_id=f"t{number}")
            for number, title in enumerate(("é", "\u202e", "🏳️‍🌈", "'\"\\"))
        ]
        assert [store.admissible(each, now=NOW) for each in replicas] == [None] * 4
        store.merge(replicas, join, now=NOW)
    with Store(tmp_path / "equerry.db") as store:
        assert {each.title for each in store.find(Task)} == {"é", "\u202e", "🏳️‍🌈", "'\"\\"}


def test_what_other_programs_say_is_brought_into_form(store: Store) -> None:
    fields = {"title": " paint ", "due": "2026-12-03T10:00:00+01:00", "created": "whenever", "odd": [1]}
    written = store.written("task", "t", fields)
    assert {name: written[name] for name in ("title", "due", "odd", "status")} == {
        "title": "paint",
        "due": "2026-12-03T09:00:00Z",
        "odd": [1],
        "status": "todo",
    }
    assert not {"id", "created", "updated"} & written.keys()
    assert store.admissible(of(written), now=NOW) is None


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(NAMES | st.text(max_size=5), ODD, max_size=4))
def test_what_other_programs_say_is_of_form_or_refused(opened: Store, fields: dict[str, Any]) -> None:
    try:
        written = opened.written("task", "t", {"title": "paint", **fields})
    except DocumentInvalid as error:
        assert error.code == "store.invalid"
    else:
        assert opened.admissible(of(written), now=NOW) is None
