"""equerry parse and equerry when: lines in, JSON lines out, bad input named with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from device.cli import app

NOW = ["--now", "2026-11-23T09:30:00+00:00"]


def run(*args: str, stdin: str | bytes) -> tuple[int, list[Any], str]:
    result = CliRunner().invoke(app, list(args), input=stdin)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_parse_answers_line_by_line() -> None:
    code, answers, _ = run("parse", "--no-model", *NOW, stdin="set a timer for ten minutes\nhello\n\n")
    assert code == 0
    assert answers == [
        {
            "text": "set a timer for ten minutes",
            "steps": [{"action": "timer.start", "slots": {"duration": "ten minutes"}}],
            "confidence": 0.95,
            "source": "template",
        },
        {"text": "hello", "steps": [], "confidence": 0.0, "source": "none"},
        {"text": "", "steps": [], "confidence": 0.0, "source": "none"},
    ]


def test_parse_reads_records_and_plain_lines() -> None:
    code, answers, _ = run(
        "parse", "--no-model", "--jsonl", *NOW, stdin='{"text": "help"}\nundo\n{"text": "caf\\ud800"}\n'
    )
    assert code == 0
    assert [answer["source"] for answer in answers] == ["reserved", "reserved", "none"]


def test_when_tells_kind_span_and_offset() -> None:
    line = json.dumps({"text": "call me tomorrow at nine", "now": "2026-11-23T09:30:00+01:00"})
    code, answers, _ = run("when", "--jsonl", stdin=line + "\nfor ten minutes\n")
    assert code == 0
    assert answers[0]["found"] == [
        {
            "span": [8, 24],
            "kind": "instant",
            "start": "2026-11-24T09:00:00+01:00",
            "end": None,
            "grain": "minute",
            "seconds": None,
            "rrule": None,
        }
    ]
    assert answers[1]["found"][0]["seconds"] == 600


@pytest.mark.parametrize(
    ("args", "stdin", "words"),
    [
        (["--jsonl"], 'fine\n{"text": \n', "line 2 is no JSON"),
        (["--jsonl"], '{"text": 5}\n', 'line 1: "text" must be a string'),
        (["--jsonl"], '{"now": "2026-11-23T09:30:00"}\n', 'line 1: "text" must be a string'),
        (["--jsonl"], '{"text": "a", "now": 3}\n', 'line 1: "now" must be a string'),
        (["--jsonl"], '{"text": "a", "now": "soon"}\n', "line 1: \"now\": I can't read the time 'soon'"),
        (["--now", "yesterday"], "a\n", "--now: I can't read the time 'yesterday'"),
        (["--now", "0001-01-01T00:00:00+00:00"], "a\n", "the year 1 is out of range"),
    ],
)
@pytest.mark.parametrize("command", ["when", "parse"])
def test_bad_input_is_named_with_its_line(command: str, args: list[str], stdin: str, words: str) -> None:
    extra = ["--no-model"] if command == "parse" else []
    code, _, said = run(command, *extra, *args, stdin=stdin)
    assert code == 2
    assert words in said
    assert "Traceback" not in said


def test_any_bytes_are_read() -> None:
    code, answers, _ = run("parse", "--no-model", *NOW, stdin=b"\xff\xfe\x00 set a timer\n\xc3\n")
    assert code == 0
    assert len(answers) == 2
