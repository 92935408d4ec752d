"""Bytes to events and back, whatever the bytes; what is asked, whatever the fields."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.event import Event

from device.wyoming.asked import AskedWrong, asked
from device.wyoming.clients import client_of
from device.wyoming.dialogue import Dialogue
from device.wyoming.frames import LONGEST_LINE, FrameBroken, FrameReader, encoded
from firmware.errors import ExpectedError
from tests.mutations import mutated
from tests.wyoming_desk import Device

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(
    ["describe", "ping", "transcribe", "transcript", "audio-start", "audio-chunk", "audio-stop", "synthesize",
     "synthesize-start", "synthesize-chunk", "synthesize-stop", "detect", "played"]
)  # fmt: skip
FIELDS = st.sampled_from(["text", "context", "rate", "width", "channels", "timestamp", "names", "voice", "language"])
EVENTS = st.builds(
    Event, TYPES, st.dictionaries(FIELDS, JSON, max_size=4), st.none() | st.binary(min_size=1, max_size=64)
)


@given(st.lists(EVENTS, max_size=5), st.integers(1, 50))
def test_events_come_back_however_their_bytes_are_cut(events: list[Event], size: int) -> None:
    sent = b"".join(encoded(event) for event in events)
    reader = FrameReader()
    found = [event for at in range(0, len(sent), size) for event in reader.feed(sent[at : at + size])]
    assert found == events
    assert not reader.open


@given(st.binary(max_size=300))
def test_any_bytes_are_events_or_broken(sent: bytes) -> None:
    reader = FrameReader()
    try:
        for event in reader.feed(sent):
            assert isinstance(event.type, str)
    except FrameBroken as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize("size", [1, 1000, LONGEST_LINE + 1])
def test_a_line_without_an_end_is_kept_no_longer_than_may_be(size: int) -> None:
    reader, kept = FrameReader(), 0
    with pytest.raises(FrameBroken, match="too long"):
        for _ in range(2 * LONGEST_LINE // size + 1):
            kept += size
            list(reader.feed(b" " * size))
    assert kept <= LONGEST_LINE + size


@given(EVENTS)
def test_any_fields_are_a_request_or_told_wrong(event: Event) -> None:
    try:
        asked(event)
    except AskedWrong as error:
        assert str(error).startswith("That event can't be used: ")


ODD: list[dict[str, Any] | None] = [
    None, {}, {"conversation_id": "a b"}, {"conversation_id": "a-b"}, {"conversation_id": ["a"]},
    {"conversation_id": "a", "satellite_id": "b"}, {"conversation_id": "a", "satellite_id": "b/#c"},
    {"conversation_id": "\ud800"},
]  # fmt: skip


def test_each_conversation_has_a_client_of_its_own() -> None:
    clients = [client_of("10.0.0.1", each, "line-1") for each in ODD]
    assert len(set(clients)) == len(ODD) - 1  # the first two are both the connection's
    assert clients[0] == clients[1] == "wyoming:10.0.0.1#line-1"
    assert all(each.count("#") == 1 and each.isprintable() for each in clients)


@given(st.integers(0, 2**32))
def test_mutated_conversations_end_in_answers_or_in_words(seed: int) -> None:
    reader = FrameReader()
    dialogue = Dialogue(Device().offers(), "10.0.0.1", "line-1", sleep=lambda _: None)
    try:
        for event in reader.feed(b"".join(mutated(random.Random(seed)))):
            for answer in dialogue.take(event):
                assert list(FrameReader().feed(encoded(answer))) == [answer]
    except ExpectedError as error:
        assert error.code and str(error)
    finally:
        dialogue.close()
