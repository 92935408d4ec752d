"""Lines of the control socket: what is a request, what is refused and in which words; no line breaks anything."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.control import requests as want
from device.control.client import PROTOCOL, OtherVersion, RequestUnreadable
from device.control.wire import plain

VERSION = {"version": PROTOCOL, "program": "0.1.0"}


@pytest.mark.parametrize(
    ("fields", "request_"),
    [
        ({}, want.Hello()),
        ({"request": "hello"}, want.Hello()),
        ({"request": "ask", "text": "milk"}, want.Ask(request="ask", text="milk", client="console", priority="normal")),
        (
            {"request": "ask", "text": "milk", "client": "mqtt:phone", "priority": "low"},
            want.Ask(request="ask", text="milk", client="mqtt:phone", priority="low"),
        ),
        ({"request": "jobs"}, want.ListJobs(request="jobs", client=None)),
        ({"request": "jobs", "client": "console"}, want.ListJobs(request="jobs", client="console")),
        ({"request": "cancel", "id": "7"}, want.Cancel(request="cancel", id="7")),
        ({"request": "stats"}, want.Stats(request="stats")),
        ({"request": "status"}, want.Status(request="status")),
        ({"request": "watch"}, want.Watch(request="watch")),
        ({"request": "listen"}, want.Listen(request="listen")),
        ({"request": "listen", "held": True}, want.Listen(request="listen", held=True)),
        ({"request": "release"}, want.Release(request="release")),
        ({"request": "stop"}, want.Stop(request="stop")),
        ({"request": "mute", "muted": True}, want.Mute(request="mute", muted=True)),
    ],
)
def test_each_request(fields: dict[str, object], request_: want.Request) -> None:
    assert want.read(json.dumps({**VERSION, **fields}).encode(), first=True) == request_
    assert want.read(json.dumps(fields).encode(), first=False) == request_, "the version is told once"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hello", "it is not JSON"),
        ("[1]", "it is no JSON object"),
        ('{"request": "dance"}', "it asks for none of ask, jobs"),
        ('{"request": ["ask"]}', "it asks for none of ask, jobs"),
        ('{"request": "ask"}', "text: field required"),
        (
            '{"request": "ask", "text": 5, "client": "a\\nb"}',
            "text: input should be a valid string; client has characters that can't be",
        ),
        ('{"request": "mute", "muted": "yes"}', "muted: input should be a valid boolean"),
        ('{"request": "watch", "loudly": 1}', "loudly: extra inputs are not permitted"),
        ('{"request": "ask", "text": "x", "a": 1, "b": 1, "c": 1, "d": 1, "e": 1}', "; and 1 more"),
    ],
)
def test_what_is_wrong_is_told_all_at_once(line: str, words: str) -> None:
    with pytest.raises(RequestUnreadable) as refused:
        want.read(line.encode(), first=False)
    assert words in str(refused.value)


@pytest.mark.parametrize("version", [None, "1", True, 1.0])
def test_the_first_line_tells_the_version(version: object) -> None:
    with pytest.raises(RequestUnreadable, match="version of the protocol"):
        want.read(json.dumps({"version": version, "request": "status"}).encode(), first=True)


@pytest.mark.parametrize(
    ("program", "named"), [("9.9.9", "9.9.9"), ("\x1b[2J", "another version"), (5, "another version")]
)
def test_another_version_is_told_what_helps(program: object, named: str) -> None:
    line = json.dumps({"version": PROTOCOL + 1, "program": program, "request": "status"}).encode()
    with pytest.raises(OtherVersion, match=f"this command is {named}, .*Start the appliance again"):
        want.read(line, first=True)


json_ = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
fields = st.dictionaries(
    st.sampled_from(["request", "text", "client", "priority", "id", "muted", "version", "program"]) | st.text(),
    st.sampled_from([*want._NAMES, 1, True, "console", "low"]) | json_,
)


@given(
    st.binary(max_size=200) | json_.map(json.dumps).map(str.encode) | fields.map(json.dumps).map(str.encode),
    st.booleans(),
)
def test_any_line_is_a_request_or_refused(line: bytes, first: bool) -> None:
    try:
        request = want.read(line, first=first)
    except (RequestUnreadable, OtherVersion) as refused:
        assert plain(str(refused)) == str(refused) and len(str(refused)) < 1000
    else:
        assert isinstance(request, want.Request)
