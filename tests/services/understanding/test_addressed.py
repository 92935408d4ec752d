"""Whom a message is for, where no word says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.slots.recipients import address, name_people
from services.understanding.words import Word, split_words, spoken

KNOWN = frozenset(("sarah", "mike"))


def _is_name(word: str) -> bool:
    return word in KNOWN


def _said(text: str) -> tuple[str, str]:
    slots: dict[str, list[Word]] = address({"recipients": split_words(text)}, text, _is_name)
    return spoken(text, slots["recipients"]), spoken(text, slots.get("content", []))


@pytest.mark.parametrize(
    ("text", "people", "content"),
    [
        ("Mike and Anna I'm running late", "Mike and Anna", "I'm running late"),
        ("Tom, Anna and Ben lunch is ready", "Tom, Anna and Ben", "lunch is ready"),
        ("Sarah Mike is late", "Sarah", "Mike is late"),
        ("Sarah Chen the sample arrived", "Sarah Chen", "the sample arrived"),
        ("sarah the sample arrived", "sarah", "the sample arrived"),
        ("carl, you are late", "carl", "you are late"),
        ("robby hello", "robby", "hello"),
        ("mom where are you", "mom", "where are you"),
        ("my brother Mike I'm home", "my brother Mike", "I'm home"),
        ("the marketing team we ship on Friday", "the marketing team", "we ship on Friday"),
        ("the team whether Friday works", "the team", "whether Friday works"),
        ("the head of sales the numbers are in", "the head of sales", "the numbers are in"),
        ("the designer the logo needs to be bigger", "the designer", "the logo needs to be bigger"),
        ("Dr Miller the results are here", "Dr Miller", "the results are here"),
        ("everyone lunch is here", "everyone", "lunch is here"),
        ("#dev the build is broken", "#dev", "the build is broken"),
        ("general: we ship today", "general", "we ship today"),
        ("them I said hi", "them", "I said hi"),
        ("Sarah", "Sarah", ""),
    ],
)
def test_names_end_where_the_content_begins(text: str, people: str, content: str) -> None:
    assert _said(text) == (people, content)


@pytest.mark.parametrize(
    "text", ["me a joke", "the truth", "jokes", "neck is a disease", "Mike and create a task", "it to stop"]
)
def test_what_names_nobody_is_left_whole(text: str) -> None:
    assert _said(text) == (text, "")


@pytest.mark.parametrize(
    "text",
    ["Sarah", "Sarah, Mike and Tom", "the design channel", "my brother mike", "both teams", "sarah and the designer"],
)
def test_people(text: str) -> None:
    assert name_people(split_words(text), text, _is_name)


@pytest.mark.parametrize(
    "text", ["me", "you", "Sarah and", "and Mike", "Sarah I want", "the bank", "tomorrow", "the guy who called me"]
)
def test_no_people(text: str) -> None:
    assert not name_people(split_words(text), text, _is_name)


@pytest.mark.parametrize(
    ("text", "known"), [("sugar", False), ("sarah", True), ("Emma", True), ("the sales team", True), ("two", False)]
)
def test_known_people_are_known_or_written_with_a_capital(text: str, known: bool) -> None:
    assert name_people(split_words(text), text, _is_name, known=True) is known


@given(st.text(alphabet="aSt mike,:# 'andthe", min_size=1, max_size=40))
def test_nothing_that_was_said_is_lost(text: str) -> None:
    words = split_words(text)
    if words:
        slots = address({"recipients": words}, text, _is_name)
        assert [*slots["recipients"], *slots.get("content", [])] == words
        assert slots["recipients"]
