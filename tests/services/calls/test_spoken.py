"""What was said, in the form that templates are found in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calls.spoken import hesitations_in, sentences_of, word_count


@pytest.mark.parametrize(
    ("said", "forms"),
    [
        ("Um, I'll — I'll send it, you know, by Friday.", [" i will send it , by friday "]),
        ("I can't. Won't you?", [" i can not ", " will not you "]),
        ("It's gonna be $4,500 by 2 p.m. today.", [" it is going to be $ 4,500 by 2 pm today "]),
        ("What kind of price? It's kind of steep.", [" what kind of price ", " it is steep "]),
        ("Mr. Lacey's here", [" mr lacey's here "]),
        ("um, er...", []),
        ("", []),
    ],
)
def test_one_form_for_many_ways(said: str, forms: list[str]) -> None:
    assert [" ".join(each.text.split()) for each in sentences_of(said)] == [" ".join(form.split()) for form in forms]


def test_a_question_is_one_by_its_mark() -> None:
    assert [each.asks for each in sentences_of("How much is it? Fine. Really?!")] == [True, False, True]


def test_words_are_given_back_as_they_were_spoken() -> None:
    (sentence,) = sentences_of("I'll, um, send THE quote")
    start = sentence.text.index("send")
    assert sentence.spoken(start, len(sentence.text)) == "send THE quote"


def test_hesitations_are_counted_and_are_no_words() -> None:
    assert hesitations_in("Um, well, er, it's fine, you know, mostly.") == 3
    assert word_count("Um, it's fine") == 2


@given(st.text())
def test_nothing_that_is_said_breaks_it(said: str) -> None:
    for sentence in sentences_of(said):
        assert sentence.text.startswith(" ") and sentence.text.strip(" ,")
        assert all(0 <= word.first < word.after <= len(said) for word in sentence.words)
