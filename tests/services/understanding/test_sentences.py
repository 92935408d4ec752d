"""Sentence files: every fault is named with its file and line, and the last good ones stay in use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.understanding.base import SentencesBroken
from services.understanding.parser import CommandParser
from services.understanding.sentences.files import load

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
GOOD = """language: en
expansion_rules:
  please: "(please|kindly)"
  before: "<please>"
intents:
  timer.start:
    examples: ["start the clock for ten minutes"]
    data:
      - sentences:
          - "start the clock for {duration}"
"""


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_small_grammar_works(tmp_path: Path) -> None:
    parser = CommandParser(folder(tmp_path, GOOD))
    assert parser.parse("Kindly start the clock for 5 minutes", now=NOW).steps[0].slots == {"duration": "5 minutes"}
    assert [list(said) for said in parser.examples().values()] == [["start the clock for ten minutes"]]


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("{duration}", "{duration"), 10, "start the clock"),
        (("start the clock for {duration}", "start (the clock for {duration}"), 10, "start (the clock"),
        (("{duration}", "{lunch}"), 10, "no list {lunch}"),
        (("{duration}", "{when}"), 10, "timer.start has no slot when"),
        (('"<please>"', '"<pleas>"'), 4, "no rule <pleas>"),
        (('"(please|kindly)"', '"[very] <before>"'), 3, "made of itself"),
        (("timer.start", "timer.strat"), 6, "no action timer.strat"),
        (("intents:", "intends:"), 5, "unknown section intends"),
        (("      - sentences:", "      - sentence:"), 9, "takes sentences"),
        (("    data:", "   data:"), 8, ""),
        (('  please: "', "  please: ["), 3, ""),
        (('"(please|kindly)"', "5.0: [1]"), 3, ""),
        (("language: en", "\tlanguage: en"), 1, "token"),
        ((GOOD, "- a list"), 1, "must be a mapping"),
        ((GOOD, ""), 0, "must be a mapping"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], line: int, words: str) -> None:
    path = folder(tmp_path, GOOD.replace(*change))
    with pytest.raises(SentencesBroken) as caught:
        load(path)
    assert caught.value.facts["path"] == tmp_path / "a.yaml"
    assert abs(int(str(caught.value.facts["line"])) - line) <= 1
    assert words in str(caught.value)
    assert "a.yaml" in str(caught.value)


def test_no_file_and_no_text_are_named_too(tmp_path: Path) -> None:
    with pytest.raises(SentencesBroken, match="no sentence file"):
        load(tmp_path)
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SentencesBroken, match=r"b\.yaml"):
        load(tmp_path)


def test_changed_files_are_read_again_and_broken_ones_are_not_used(tmp_path: Path) -> None:
    parser = CommandParser(folder(tmp_path, GOOD))
    assert not parser.reload()
    folder(tmp_path, GOOD.replace("start the clock", "wind the clock up"))
    assert parser.reload()
    assert parser.parse("wind the clock up for an hour", now=NOW).steps
    assert not parser.parse("start the clock for an hour", now=NOW).steps
    folder(tmp_path, GOOD.replace("{duration}", "{duration"))
    assert not parser.reload()
    assert parser.broken is not None
    assert parser.parse("wind the clock up for an hour", now=NOW).steps
    folder(tmp_path, GOOD)
    assert parser.reload()
    assert parser.broken is None
    assert parser.parse("start the clock for an hour", now=NOW).steps


NOUNS = """language: en
lists:
  event: {values: [meeting, one on one, time]}
  verb: {values: [is]}
  clock: {values: [time]}
intents:
  meeting.create:
    data:
      - sentences: ["add {text:title}"]
        metadata: {holds: event, lacks: verb, beyond: clock, whole: true}
"""


@pytest.mark.parametrize(
    ("say", "understood"),
    [
        ("add a meeting with Bob tomorrow at five", True),
        ("add my one on one tomorrow at five", True),
        ("add milk tomorrow at five", False),
        ("add time tomorrow at five", False),
        ("add family time tomorrow at five", True),
        ("add a meeting", False),
        ("add the meeting that is tomorrow at five sharp", False),
    ],
)
def test_free_words_may_have_to_hold_some_words_and_lack_others(tmp_path: Path, say: str, understood: bool) -> None:
    assert bool(CommandParser(folder(tmp_path, NOUNS)).parse(say, now=NOW).steps) is understood


def test_a_list_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SentencesBroken) as broken:
        load(folder(tmp_path, NOUNS.replace("holds: event", "holds: events")))
    assert broken.value.facts["line"] == 10
    assert "no list {events}" in str(broken.value)


MORE = """language: en
intents:
  meeting.create:
    data:
      - sentences: ["book {text:title}"]
      - sentences: ["it lasts {duration}", "[and] invite {text:attendees}", "call it {text:title}"]
        metadata: {follows: meeting, completes: true}
"""


def test_what_only_tells_more_is_added_to_the_step_before(tmp_path: Path) -> None:
    parser = CommandParser(folder(tmp_path, MORE))
    (step,) = parser.parse(
        "book lunch with Bob tomorrow at noon. It lasts an hour. Invite Sarah. Call it Feast.", now=NOW
    ).steps
    assert step.slots == {
        "title": "Feast",
        "attendees": ["Bob", "Sarah"],
        "when": "tomorrow at noon",
        "duration": "an hour",
    }
    assert parser.parse("It lasts an hour.", now=NOW).steps == ()


def test_foreign_words_stop_the_broad_templates_of_their_own_file(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(
        "intents:\n  note.create:\n    data:\n      - sentences: ['jot {text:content}']\n        metadata: {loose:"
        " true}\nforeign: [lunch]\n",
        encoding="utf-8",
    )
    parser = CommandParser(folder(tmp_path, NOUNS.replace("whole: true", "loose: true") + "foreign: [party bus]\n"))

    def understood(text: str) -> bool:
        return bool(parser.parse(text, now=NOW).steps)

    assert understood("add a meeting at lunch") and not understood("add a party bus meeting")
    assert understood("jot party bus") and not understood("jot lunch")


@pytest.mark.parametrize("value", ["off", "1:1", "12"])
def test_a_value_that_yaml_takes_for_something_else_is_named_with_its_line(tmp_path: Path, value: str) -> None:
    with pytest.raises(SentencesBroken) as broken:
        load(folder(tmp_path, NOUNS.replace("values: [is]", f"values: [is, {value}]")))
    assert broken.value.facts["line"] == 4
    assert f"{value} needs quotes" in str(broken.value)
