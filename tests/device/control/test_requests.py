"""Lines of the control socket: what is a request, what is refused and in which words; no line breaks anything."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.control import lines
from device.control.client import PROTOCOL, OtherVersion
from device.control.wire import plain
from device.mqtt import payload
from device.requests import schemas as want
from device.requests.base import Request, RequestRefused

VERSION = {"version": PROTOCOL, "program": "0.1.0"}


@pytest.mark.parametrize(
    ("fields", "request_"),
    [
        ({}, want.HelloRequest()),
        ({"request": "hello"}, want.HelloRequest()),
        ({"request": "command", "text": "milk"}, want.CommandRequest(text="milk", priority="normal")),
        (
            {"request": "command", "text": "milk", "client": "mqtt:phone", "priority": "low"},
            want.CommandRequest(text="milk", client="mqtt:phone", priority="low"),
        ),
        (
            {"request": "command", "text": "milk", "steps": [{"action": "task.query"}], "id": "7"},
            want.CommandRequest(text="milk", steps=[want.StepRequest(action="task.query")], id="7"),
        ),
        ({"request": "command", "text": "x", "id": "setup: a café"}, want.CommandRequest(text="x", id="setup: a café")),
        ({"request": "say", "text": "Dinner", "volume": 40}, want.SayRequest(text="Dinner", volume=0.4)),
        ({"request": "jobs"}, want.JobsRequest()),
        ({"request": "jobs", "client": "console"}, want.JobsRequest(client="console")),
        ({"request": "cancel", "id": "7"}, want.CancelRequest(id="7")),
        ({"request": "stats"}, want.StatsRequest()),
        ({"request": "status"}, want.StatusRequest()),
        ({"request": "watch"}, want.WatchRequest()),
        ({"request": "listen"}, want.ListenRequest()),
        ({"request": "listen", "held": True}, want.ListenRequest(held=True)),
        ({"request": "release"}, want.ReleaseRequest()),
        ({"request": "stop"}, want.StopRequest()),
        ({"request": "mute", "muted": True}, want.MuteRequest(muted=True)),
    ],
)
def test_each_request(fields: dict[str, object], request_: Request) -> None:
    assert lines.read(json.dumps({**VERSION, **fields}).encode(), first=True) == request_
    assert lines.read(json.dumps(fields).encode(), first=False) == request_, "the version is told once"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hello", "it is not JSON"),
        ("[1]", "it is JSON, but no object"),
        ('{"request": "stop", "request": "listen"}', "it has request twice"),
        ('{"request": "dance"}', "it asks for none of command, say"),
        ('{"request": ["ask"]}', "it asks for none of command, say"),
        ('{"request": "ask", "question": "Now?"}', "it asks for none of command, say"),
        ('{"request": "command"}', "it needs either text or steps"),
        (
            '{"request": "command", "text": 5, "client": "a\\nb"}',
            "client has characters that can't be shown; text: input should be a valid string",
        ),
        ('{"request": "command", "text": "x", "token": "0123456789abcdef"}', "there is no field token"),
        ('{"request": "command", "text": "x", "speak": true}', "there is no field speak"),
        ('{"request": "mute", "muted": "yes"}', "muted: input should be a valid boolean"),
        ('{"request": "watch", "loudly": 1}', "there is no field loudly; known: id, client"),
        ("{" + ", ".join(f'"{name}": 1' for name in "abcdefghi") + ', "request": "watch"}', "; and 1 more"),
    ],
)
def test_what_is_wrong_is_told_all_at_once(line: str, words: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        lines.read(line.encode(), first=False)
    assert words in str(refused.value)


@pytest.mark.parametrize("name", sorted(set(lines.REQUESTS) & set(payload.VERBS)))
@pytest.mark.parametrize("fields", [{"id": 5}, {"priority": "now"}, {"tex": "x"}, {"text": " ", "muted": 1}])
def test_both_ways_in_refuse_in_the_same_words(name: str, fields: dict[str, object]) -> None:
    said = []
    for read in (
        lambda: lines.read(json.dumps({"request": name, **fields}).encode(), first=False),
        lambda: payload.read(name, json.dumps(fields).encode()),
    ):
        with pytest.raises(RequestRefused) as refused:
            read()
        said.append(re.sub(r"known: [^.;]*", "", str(refused.value)))  # each knows fields of its own
    assert said[0] == said[1]


@pytest.mark.parametrize("version", [None, "1", True, 1.0])
def test_the_first_line_tells_the_version(version: object) -> None:
    with pytest.raises(RequestRefused, match="version of the protocol"):
        lines.read(json.dumps({"version": version, "request": "status"}).encode(), first=True)


@pytest.mark.parametrize(
    ("program", "named"), [("9.9.9", "9.9.9"), ("\x1b[2J", "another version"), (5, "another version")]
)
def test_another_version_is_told_what_helps(program: object, named: str) -> None:
    line = json.dumps({"version": PROTOCOL + 1, "program": program, "request": "status"}).encode()
    with pytest.raises(OtherVersion, match=f"this command is {named}, .*Start the appliance again"):
        lines.read(line, first=True)


json_ = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
fields = st.dictionaries(
    st.sampled_from(["request", "text", "client", "priority", "id", "muted", "version", "program"]) | st.text(),
    st.sampled_from([*lines.REQUESTS, 1, True, "console", "low"]) | json_,
)


@given(
    st.binary(max_size=200) | json_.map(json.dumps).map(str.encode) | fields.map(json.dumps).map(str.encode),
    st.booleans(),
)
def test_any_line_is_a_request_or_refused(line: bytes, first: bool) -> None:
    try:
        request = lines.read(line, first=first)
    except (RequestRefused, OtherVersion) as refused:
        assert plain(str(refused)) == str(refused) and len(str(refused)) < 2000
    else:
        assert isinstance(request, Request)
