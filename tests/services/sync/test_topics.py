"""Topics are built and taken apart; nobody's name gets into a place where it means something to the broker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sync.topics import DocumentTopic, Topics, fits, level

TOPICS = Topics("desk", site="office", prefix="eq")
WORDS = st.from_regex(r"[A-Za-z0-9_.-]{1,64}", fullmatch=True)


@given(WORDS, WORDS)
def test_a_document_is_found_by_its_topic(kind: str, doc_id: str) -> None:
    assert TOPICS.named(TOPICS.document(kind, doc_id)) == DocumentTopic(kind, doc_id)
    assert fits(TOPICS.documents(kind), TOPICS.document(kind, doc_id))


@given(st.text(min_size=1))
def test_what_is_one_s_own_is_known_again(what: str) -> None:
    assert TOPICS.what(TOPICS.own(what)) == what
    assert TOPICS.claimed(TOPICS.claim(what)) == what


@pytest.mark.parametrize(
    "topic",
    [
        "eq/office/store/task",
        "eq/office/store/task/",
        "eq/office/store/task/a/b",
        "eq/office/store//a",
        "eq/office/store/task/a b",
        "eq/home/store/task/a",
    ],
)
def test_what_is_no_document_has_no_name(topic: str) -> None:
    assert TOPICS.named(topic) is None


@given(st.text())
def test_any_name_becomes_a_level_or_nothing(name: str) -> None:
    made = level(name)
    assert made == "" or Topics(made).device == made


@pytest.mark.parametrize(
    ("name", "made"),
    [("Anna's Desk", "annas-desk"), ("Büro 2", "buro-2"), ("#/+", ""), ("x" * 99, "x" * 64), ("देस्क", "")],
)
def test_names_as_levels(name: str, made: str) -> None:
    assert level(name) == made


@pytest.mark.parametrize("bad", ["", "a/b", "+", "#", "a b", "x" * 65])
def test_what_is_no_level_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="no level"):
        Topics(bad)


@pytest.mark.parametrize(
    ("pattern", "topic", "wanted"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/b/c", False),
        ("a/+", "a/b", True),
        ("a/+", "a", False),
        ("a/+", "a/", True),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/#", "b/a", False),
        ("+/b/#", "a/b/c", True),
        ("#", "a/b", True),
    ],
)
def test_filters(pattern: str, topic: str, wanted: bool) -> None:
    assert fits(pattern, topic) is wanted
