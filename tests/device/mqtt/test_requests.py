"""Payload in, values out, or one refusal that tells all that is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from device.mqtt.payload import LONGEST, VERBS, read
from device.mqtt.refusals import code_of
from device.mqtt.tokens import Tokens, TokensBroken, tokens_of
from device.requests.base import RequestRefused
from device.requests.schemas import (
    CommandRequest,
    ListenRequest,
    MuteRequest,
    QuestionRequest,
    SayRequest,
    StopRequest,
)


def refusal(verb: str, payload: bytes) -> RequestRefused:
    with pytest.raises(RequestRefused) as refused:
        read(verb, payload)
    return refused.value


def test_plain_text_is_a_command() -> None:
    assert read("command", b"  add milk\n") == CommandRequest(text="add milk")
    assert read("command", "\ufeffsetze Käse auf die Liste".encode()) == CommandRequest(text="setze Käse auf die Liste")


def test_an_object_tells_more() -> None:
    told = {
        "text": "add milk",
        "id": "7f",
        "client": "panel in the hall",
        "conversation": "left",
        "priority": "high",
        "speak": True,
    }
    wanted = read("command", json.dumps({**told, "token": "a" * 20}).encode())
    assert isinstance(wanted, CommandRequest)
    assert wanted.model_dump(exclude={"token", "steps"}) == told
    assert wanted.token == SecretStr("a" * 20) and "aaa" not in repr(wanted)


def test_steps_in_place_of_words() -> None:
    steps = [
        {"action": "list.add", "slots": {"list": "shopping", "items": [{"item": "milk", "quantity": "2"}]}},
        {"action": "task.create", "slots": {"title": "call\u202e the\x00bank", "assignees": ["Anna", "Ben"]}},
        {"action": "task.query"},
    ]
    wanted = read("command", json.dumps({"steps": steps}).encode())
    assert isinstance(wanted, CommandRequest) and wanted.steps is not None
    assert [step.action for step in wanted.steps] == ["list.add", "task.create", "task.query"]
    assert wanted.steps[1].slots == {"title": "call  the bank", "assignees": ["Anna", "Ben"]}


@pytest.mark.parametrize(
    ("payload", "volume"),
    [
        (b"0.4", 0.4),
        (b"40", 0.4),
        (b'"40%"', 0.4),
        (b'"12.5 %"', 0.125),
        (b"0", 0.0),
        (b"1", 1.0),
        (b"100", 1.0),
        (b"null", None),
    ],
)
def test_volume(payload: bytes, volume: float | None) -> None:
    if volume is None:
        assert "volume" in str(refusal("say", b'{"text": "hello", "volume": ' + payload + b"}"))
    else:
        assert read("say", b'{"text": "hello", "volume": ' + payload + b"}") == SayRequest(text="hello", volume=volume)


@pytest.mark.parametrize("payload", [b"-1", b"101", b"true", b'"loud"', b'"400%"', b"1e999", b"[]"])
def test_what_is_no_volume(payload: bytes) -> None:
    assert code_of(refusal("say", b'{"text": "hello", "volume": ' + payload + b"}")) == "mqtt.wrong"


def test_the_others() -> None:
    assert read("say", b"Dinner is ready") == SayRequest(text="Dinner is ready")
    assert read("ask", b"Shall I close the blinds?") == QuestionRequest(question="Shall I close the blinds?")
    assert read("ask", b'{"question": "Now?", "id": "q1"}') == QuestionRequest(question="Now?", id="q1")
    for payload in (b"", b"{}", b"PRESS", b" \n"):
        assert read("listen", payload) == ListenRequest()
        assert read("stop", payload) == StopRequest()
    for payload, muted in (
        (b"on", True),
        (b"OFF", False),
        (b"true", True),
        (b"False", False),
        (b'{"muted": true}', True),
    ):
        assert read("mute", payload) == MuteRequest(muted=muted)


@pytest.mark.parametrize(
    ("verb", "payload", "code", "words"),
    [
        ("command", b"", "mqtt.wrong", "text is empty"),
        ("command", b" \t\n", "mqtt.wrong", "text is empty"),
        ("command", b"\x00\x01\x02", "mqtt.wrong", "text is empty"),
        ("command", b'{"text": "\\ud800"}', "mqtt.wrong", "text is empty"),
        ("command", b"\xff\xfe\xfd", "mqtt.unreadable", "no UTF-8"),
        ("command", b"{", "mqtt.unreadable", "not JSON"),
        ("command", b'{"text": "x"} {"text": "y"}', "mqtt.unreadable", "not JSON"),
        ("command", b"[1, 2]", "mqtt.unreadable", "no object"),
        ("command", b"[" * 60_000, "mqtt.unreadable", "nested"),
        ("command", b'{"a":' * 10_000, "mqtt.unreadable", "nested"),
        ("command", b'{"text": "x", "id": NaN}', "mqtt.unreadable", "not JSON"),
        ("command", b'{"text": ' + b"1" * 60_000 + b"}", "mqtt.unreadable", "not JSON"),
        ("command", b'{"text": "x", "text": "y"}', "mqtt.unreadable", "text twice"),
        ("command", b"x" * (LONGEST + 1), "mqtt.too_long", "65537 bytes"),
        ("command", b"{}", "mqtt.wrong", "either text or steps"),
        ("command", b'{"text": "x", "steps": [{"action": "task.query"}]}', "mqtt.wrong", "either text or steps"),
        ("command", b'{"text": 5}', "mqtt.wrong", "text: input should be a valid string"),
        ("command", b'{"text": ["x"]}', "mqtt.wrong", "text: input should be a valid string"),
        ("command", b'{"text": "x", "prio": "high"}', "mqtt.wrong", "no field prio; did you mean priority?"),
        (
            "command",
            b'{"text": "x", "priority": "urgent"}',
            "mqtt.wrong",
            "priority: input should be 'high', 'normal' or 'low'",
        ),
        ("command", b'{"text": "x", "speak": 1}', "mqtt.wrong", "speak: input should be a valid boolean"),
        ("command", b'{"text": "x", "id": 5}', "mqtt.wrong", "id: input should be a valid string"),
        ("command", b'{"text": "x", "id": ""}', "mqtt.wrong", "id is empty, too long, or has"),
        ("command", b'{"text": "x", "id": "' + b"a" * 10_000 + b'"}', "mqtt.wrong", "id is empty, too long, or has"),
        ("command", b'{"text": "x", "id": "a b"}', "mqtt.wrong", "id is empty, too long, or has"),
        ("command", b'{"text": "x", "conversation": "a#b"}', "mqtt.wrong", "conversation is empty, too long, or has"),
        ("command", b'{"text": "x", "conversation": "ab\\n"}', "mqtt.wrong", "conversation is empty, too long, or has"),
        ("command", b'{"text": "x", "client": "a\\u202eb"}', "mqtt.wrong", "client has characters that can't be shown"),
        ("command", b'{"steps": []}', "mqtt.wrong", "steps"),
        ("command", b'{"steps": [{"action": "task.creat"}]}', "mqtt.wrong", "did you mean task.create?"),
        (
            "command",
            b'{"steps": [{"action": "task.create", "slots": {"titel": "x"}}]}',
            "mqtt.wrong",
            "did you mean title?",
        ),
        (
            "command",
            b'{"steps": [{"action": "task.create", "slot": {}}]}',
            "mqtt.wrong",
            "steps.0.slot; did you mean slots?",
        ),
        ("command", b"x" * 10_001, "mqtt.wrong", "text is too long: 10000 is the most"),
        ("say", b"x" * 1001, "mqtt.wrong", "text is too long: 1000 is the most"),
        ("say", b"   ", "mqtt.wrong", "text is empty"),
        ("say", b'{"text": "x", "priority": "low"}', "mqtt.wrong", "priority"),
        ("listen", b"now", "mqtt.wrong", "listen takes no words"),
        ("listen", b'{"text": "x"}', "mqtt.wrong", "no field text"),
        ("mute", b"", "mqtt.wrong", "mute is"),
        ("mute", b"maybe", "mqtt.wrong", "mute is"),
        ("mute", b'{"muted": "true"}', "mqtt.wrong", "muted: input should be a valid boolean"),
        ("ask", b'{"id": "x"}', "mqtt.wrong", "question is missing"),
    ],
)
def test_what_can_not_be_used(verb: str, payload: bytes, code: str, words: str) -> None:
    error = refusal(verb, payload)
    assert code_of(error) == code and words in str(error) and len(str(error)) < 2_000


def test_it_ends_as_sentences_do() -> None:
    for payload, end in ((b'{"text": "x", "prio": "high"}', "priority?"), (b"{}", "either text or steps.")):
        assert str(refusal("command", payload)).endswith(end)


def test_all_problems_are_told_at_once() -> None:
    said = str(
        refusal(
            "command",
            b'{"tex": "x", "speak": "yes", "steps": [{"action": "x.y"}, {"action": "task.create", "slots": 5}]}',
        )
    )
    for words in ("did you mean text?", "speak: input", "steps.0", "steps.1.slots"):
        assert words in said


def test_many_problems_are_counted() -> None:
    fields = {f"field{number}": number for number in range(3_000)}
    said = str(refusal("command", json.dumps(fields).encode()))
    assert "and 2992 more" in said and len(said) < 2_000


def test_values_are_not_told_back() -> None:
    secret = "hunter2hunter2hunter2"
    for fields in (
        {"text": "x", "token": [secret]},
        {"text": "x", "id": secret + " "},
        {"text": {"x": secret}},
        {"speak": secret},
    ):
        assert secret not in str(refusal("command", json.dumps(fields).encode()))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["text", "steps", "id", "client", "conversation", "priority", "speak", "token", "volume", "muted", "question", "x"]
)
STEPS = st.lists(
    st.fixed_dictionaries({"action": st.sampled_from(["task.create", "list.add", "x"]), "slots": ANY_JSON}), max_size=3
)
OBJECTS = st.dictionaries(NAMES, ANY_JSON | STEPS, max_size=6).map(lambda tree: json.dumps(tree).encode())


@given(
    st.sampled_from(sorted(VERBS)),
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8")) | OBJECTS,
)
def test_anything_is_read_or_refused(verb: str, payload: bytes) -> None:
    try:
        wanted: Any = read(verb, payload)
    except RequestRefused as error:
        assert code_of(error).startswith("mqtt.")
        str(error).encode()
    else:
        wanted.model_dump_json()


# --- tokens ---


def test_whose_a_token_is() -> None:
    known = tokens_of(
        SecretStr(
            "# who: token\n\nnode-red: 0123456789abcdef\n phone :fedcba9876543210fedcba\nphone: 0000111122223333\n"
        )
    )
    assert len(known) == 3
    assert known.name(SecretStr("0123456789abcdef")) == "node-red"
    assert known.name(SecretStr("0000111122223333")) == known.name(SecretStr("fedcba9876543210fedcba")) == "phone"
    for other in ("", "0123456789abcde", "0123456789abcdef0", "\ud800", "x" * 60_000):
        assert known.name(SecretStr(other)) is None
    assert "0123" not in repr(known) and "0123" not in str(vars(known))
    assert tokens_of(None).name(SecretStr("")) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("node red: 0123456789abcdef", "no name"),
        (": 0123456789abcdef", "no name"),
        ("0123456789abcdef", "no name of|no token"),
        ("phone: short", "no token"),
        ("phone: with a blank inside it", "no token"),
        ("other: fedcba9876543210", "token of another line"),
    ],
)
def test_broken_tokens_are_told_by_their_line(line: str, words: str) -> None:
    with pytest.raises(TokensBroken, match=words) as broken:
        tokens_of(SecretStr(f"first: fedcba9876543210\n{line}\n"))
    assert "line 2" in str(broken.value)
    assert "0123456789abcdef" not in str(broken.value) and "fedcba" not in str(broken.value)
    assert Tokens().name(SecretStr("x")) is None
