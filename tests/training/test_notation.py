"""Frames are read as they are written, and broken ones are refused by name."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.sentences.notation import (
    Frame,
    FrameBroken,
    Mark,
    OneOf,
    Slot,
    Text,
    chosen,
    parts_of,
    read_frame,
    read_table,
)

WORDS = st.from_regex(r"[a-z' ,]*[a-z][a-z' ,]*", fullmatch=True)
NAMES = st.from_regex(r"[a-z_]{1,9}", fullmatch=True)
SLOTS = st.one_of(
    st.builds(lambda name: Slot(name, name), NAMES),
    st.builds(Slot, st.one_of(st.just(""), NAMES), NAMES),
    st.builds(lambda name, words: Slot(name, "", tuple(words)), NAMES, st.lists(NAMES, min_size=1, max_size=3)),
)
MARKS = st.builds(Mark, st.sampled_from(("task.create", "list.add")), st.integers(0, 9))


def _alternating(parts: list[object]) -> bool:
    return not any(isinstance(a, Text) and isinstance(b, Text) for a, b in pairwise(parts))


def _frames(inner: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(inner, max_size=4).filter(_alternating).map(tuple)


PARTS = st.recursive(
    st.one_of(WORDS.map(Text), SLOTS, MARKS),
    lambda inner: st.builds(OneOf, st.lists(_frames(inner), min_size=2, max_size=3).map(tuple), st.booleans()),
    max_leaves=12,
)


def written(frame: Frame) -> str:
    """A frame as one writes it."""
    return "".join(map(_written, frame))


def _written(part: object) -> str:
    match part:
        case Text(words=words):
            return words
        case Slot(slot=slot, words=words) if words:
            return f"{{{slot}={'|'.join(words)}}}"
        case Slot(slot=slot, pool=pool):
            return f"{{{slot}}}" if slot == pool else f"{{{slot}:{pool}}}"
        case Mark(action=action, after=after):
            return f"<{action}{f'^{after}' if after else ''}>"
        case OneOf(choices=choices, or_none=or_none):
            told = "|".join(map(written, choices))
            return f"[{told}]" if or_none else f"({told})"
    raise AssertionError(part)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(_frames(PARTS))
def test_what_is_written_is_read(frame: Frame) -> None:
    assert read_frame(written(frame)) == frame


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(_frames(PARTS), st.integers(0, 99))
def test_a_sentence_is_made_of_what_the_frame_may_hold(frame: Frame, seed: int) -> None:
    said = list(chosen(frame, Random(seed)))
    assert said == list(chosen(frame, Random(seed)))
    held = list(parts_of(frame))
    assert all(part in held for part in said)


@pytest.mark.parametrize(
    "line",
    [
        "(add",
        "add)",
        "[add",
        "add]",
        "(a]",
        "{",
        "{}",
        "{a b}",
        "{:}",
        "{a=}",
        "<task>",
        "<task.create^>",
        "a}",
        "a>",
        "(a|(b)",
        "{a{b}}",
    ],
)
def test_a_broken_frame_is_refused(line: str) -> None:
    with pytest.raises(FrameBroken):
        read_frame(line)


@given(st.text(alphabet="ab(|)[]{}<>:=^. ", max_size=20))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        frame = read_frame(line)
    except FrameBroken:
        return
    assert list(chosen(frame, Random(1))) is not None


def test_rows_are_words_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text("said: [no, on, 7:30, 007, ~]\n")
    assert read_table(path) == {"said": ["no", "on", "7:30", "007", "~"]}


@pytest.mark.parametrize("text", ["", "- a\n", "a: b\n", "a: [b, [c]]\n", "a: [b]\na: [c]\n", "a: [\n"])
def test_a_table_that_is_none_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(text)
    with pytest.raises(FrameBroken, match=r"table\.yaml"):
        read_table(path)
