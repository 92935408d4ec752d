"""Replicas as messages: what is written is read, equal replicas are equal bytes, and nothing hostile raises anything
but its error.
"""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.store.base import Replica, Stamp
from services.sync.payload import MOST_BYTES, External, ReplicaUnreadable, read, written
from services.sync.topics import DocumentTopic

TOPIC = DocumentTopic("task", "01939f00-0000-7000-8000-000000000001")
STAMP = Stamp(1764236400000 << 16, "0a1b2c3d4e5f")
LATER = Stamp(STAMP.time + 1, "0a1b2c3d4e5f")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
STAMPS = st.builds(Stamp, st.integers(0, 1 << 57), st.sampled_from(["0a1b2c3d4e5f", "ffffffffffff"]))


@st.composite
def replicas(draw: st.DrawFn) -> Replica:
    fields = draw(st.dictionaries(TEXT.filter(lambda name: name not in ("", "created", "updated")), VALUES, max_size=6))
    shared = draw(STAMPS)
    stamps = {name: draw(STAMPS) if draw(st.booleans()) else shared for name in fields}
    deleted = draw(st.none() | STAMPS) if stamps else draw(STAMPS)
    dates = (
        {"created": "2026-11-27T09:00:00.000+00:00", "updated": "2026-11-27T09:00:00.000+00:00"}
        if draw(st.booleans())
        else {}
    )
    return Replica(*TOPIC, {**fields, **dates}, stamps, deleted)


@settings(max_examples=300)
@given(replicas())
def test_what_is_written_is_read(replica: Replica) -> None:
    again = read(TOPIC, written(replica))
    assert isinstance(again, Replica)
    assert again == replica
    assert written(again) == written(replica)


@given(replicas(), st.randoms())
def test_equal_replicas_are_equal_bytes(replica: Replica, chance: random.Random) -> None:
    """In whatever order their fields came."""

    def shuffled(mapping: Any) -> dict[str, Any]:
        rows = list(mapping.items())
        chance.shuffle(rows)
        return dict(rows)

    assert written(Replica(*TOPIC, shuffled(replica.fields), shuffled(replica.stamps), replica.deleted)) == written(
        replica
    )


def test_a_document_and_a_tombstone_are_short() -> None:
    fields = {"title": "Call Anna", "status": "done", "created": "2026-11-27T09:00:00.000+00:00"}
    stamps = {"title": STAMP, "status": LATER, "due": STAMP}
    assert written(Replica(*TOPIC, {**fields, "due": None}, stamps)).decode() == (
        '{"fields":{"created":"2026-11-27T09:00:00.000+00:00","due":null,"status":"done","title":"Call Anna"},'
        f'"stamps":{{"":"{STAMP}","status":"{LATER}"}},"v":1}}'
    )
    assert written(Replica(*TOPIC, {}, {}, STAMP)).decode() == f'{{"deleted":"{STAMP}","v":1}}'


def test_what_another_program_says_is_recognised() -> None:
    found = read(TOPIC, b' {"title": "Buy milk", "due": "2026-11-27T17:00:00+01:00"}\n')
    assert found == External(*TOPIC, {"title": "Buy milk", "due": "2026-11-27T17:00:00+01:00"})


def test_an_empty_message_says_nothing() -> None:
    assert read(TOPIC, b"") is None


GOOD = {"v": 1, "fields": {"title": "a"}, "stamps": {"": str(STAMP)}}
HOSTILE = {
    "no JSON": b"{",
    "no object": b'["v"]',
    "a number": b"1",
    "null": b"null",
    "bytes": b"\xff\xfe\x00",
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"minor": NaN}',
    "infinite": b'{"minor": -Infinity}',
    "a float too large": b'{"minor": 1e999}',
    "a number too large": b'{"minor": %d}' % (1 << 63),
    "a number of 5,000 digits": b'{"minor": ' + b"9" * 5000 + b"}",
    "half a surrogate": b'{"title": "\\ud800"}',
    "half a surrogate as a name": b'{"\\udfff": 1}',
    "deep": b'{"title": ' + b"[" * 20 + b"]" * 20 + b"}",
    "very deep": b"[" * 100_000,
    "very deep objects": b'{"a":' * 40_000,
    "too large": json.dumps({"title": "x" * MOST_BYTES}).encode(),
    "another version": json.dumps({**GOOD, "v": 2}).encode(),
    "version true": json.dumps({**GOOD, "v": True}).encode(),
    "version 1.0": b'{"v": 1.0, "fields": {"title": "a"}, "stamps": {"": "%s"}}' % str(STAMP).encode(),
    "version as an object": json.dumps({**GOOD, "v": {"a": 1}}).encode(),
    "something more": json.dumps({**GOOD, "x": 1}).encode(),
    "fields that are none": json.dumps({**GOOD, "fields": [1]}).encode(),
    "stamps that are none": json.dumps({**GOOD, "stamps": "x"}).encode(),
    "no stamps": json.dumps({**GOOD, "stamps": {}}).encode(),
    "nothing": b'{"v":1}',
    "a stamp that is none": json.dumps({**GOOD, "stamps": {"": "x" * 28}}).encode(),
    "a stamp with a sign": json.dumps({**GOOD, "stamps": {"": "+" + str(STAMP)[1:]}}).encode(),
    "a stamp in capitals": json.dumps({**GOOD, "stamps": {"": "A" * 28}}).encode(),
    "a stamp as a number": json.dumps({**GOOD, "stamps": {"": 5}}).encode(),
    "a stamp beyond all calendars": json.dumps({**GOOD, "stamps": {"": "f" * 28}}).encode(),
    "a stamp of nothing": json.dumps({**GOOD, "stamps": {"": str(STAMP), "due": str(STAMP)}}).encode(),
    "a stamp missing": json.dumps(
        {**GOOD, "fields": {"title": "a", "due": None}, "stamps": {"title": str(STAMP)}}
    ).encode(),
    "a stamp of created": json.dumps(
        {**GOOD, "fields": {"title": "a", "created": "x"}, "stamps": {"": str(STAMP), "created": "x"}}
    ).encode(),
    "created that is no text": json.dumps({**GOOD, "fields": {"title": "a", "created": 5}}).encode(),
    "deleted that is no stamp": b'{"v":1,"deleted":true}',
}


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_hostile_is_refused_with_a_reason(payload: bytes) -> None:
    with pytest.raises(ReplicaUnreadable) as refused:
        read(TOPIC, payload)
    assert refused.value.code == "sync.unreadable"
    assert 5 < len(str(refused.value)) < 300


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(payload: bytes) -> None:
    try:
        found = read(TOPIC, payload)
    except ReplicaUnreadable:
        return
    assert found is None or isinstance(found, Replica | External)


@settings(max_examples=200)
@given(replicas(), st.data())
def test_a_torn_or_bent_message_is_read_or_refused(replica: Replica, data: st.DataObject) -> None:
    payload = bytearray(written(replica))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        if not payload:
            return
    try:
        found = read(TOPIC, bytes(payload))
    except ReplicaUnreadable:
        return
    if isinstance(found, Replica):
        written(found)


def test_what_is_too_large_is_not_written() -> None:
    with pytest.raises(ReplicaUnreadable, match="262144 at most"):
        written(Replica(*TOPIC, {"title": "x" * MOST_BYTES}, {"title": STAMP}))
