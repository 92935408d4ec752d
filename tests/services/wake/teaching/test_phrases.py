"""What is said of a wake word before it is learnt, and what it is told apart from; with sounds of a small table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.wake.teaching.appraisal import PhraseRefused, appraise, bare, likeness, name_of
from services.wake.teaching.near import near

SPELT = {"the": "ðə", "hey matilda": "hˈeɪ mɐtˈɪldə", "computer": "kəmpjˈuːɾɚ", "hey jarvin": "hˈeɪ dʒˈɑːɹvɪn"}


def sounds(text: str) -> list[str]:
    """What espeak-ng says of some, and letters for all others."""
    return list(SPELT.get(text, text))


def test_a_long_and_rare_phrase_should_do_well() -> None:
    found = appraise("hey matilda", sounds, ["hey jarvis"])
    assert (found.syllables, found.like, found.like_in_use, found.good) == (4, "", "", True)
    assert found.sentences() == ["It should do well: 4 syllables, and like no everyday word."]


def test_an_everyday_word_is_told() -> None:
    found = appraise("computer", sounds)
    assert not found.good and found.like == "computer"
    assert "“computer”, which is often said" in " ".join(found.sentences())


def test_a_word_like_one_in_use_is_told() -> None:
    spelt = {**SPELT, "hey jarvis": "hˈeɪ dʒˈɑːɹvɪs"}
    found = appraise("hey jarvin", lambda text: list(spelt.get(text, text)), ["hey jarvis"])
    assert found.like_in_use == "hey jarvis" and "“hey jarvis”, to which it listens already" in found.sentences()[0]


@pytest.mark.parametrize("phrase", ["the", "a", "hi", "boo"])
def test_what_is_too_short_is_refused_with_what_to_do(phrase: str) -> None:
    with pytest.raises(PhraseRefused, match=r"too short .* Take three syllables or more"):
        appraise(phrase, sounds)


@pytest.mark.parametrize(
    "phrase", ["", " ", "4711", "hey 5", "a;b", "hey\nyou", "x" * 41, "one two three four or five"]
)
def test_what_is_no_phrase_is_refused_with_what_to_do(phrase: str) -> None:
    with pytest.raises(PhraseRefused, match="take one to 5 words of letters"):
        appraise(phrase, sounds)


@pytest.mark.parametrize("phrase", ["привет матильда", "你好"])
def test_letters_that_the_voice_cannot_speak_are_refused_with_what_to_do(phrase: str) -> None:
    with pytest.raises(PhraseRefused, match="Write it in the letters a to z, as it sounds"):
        appraise(phrase, sounds)


@pytest.mark.parametrize(
    ("phrase", "name"),
    [("Hey Matilda", "hey_matilda"), ("l'été", "lete"), ("o'neil-smith", "oneil_smith"), ("你好", "")],
)
def test_the_name_of_a_phrase(phrase: str, name: str) -> None:
    assert name_of(phrase) == name


@given(st.text(max_size=30))
def test_a_name_is_one_that_a_file_may_have(phrase: str) -> None:
    assert set(name_of(phrase)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


@pytest.mark.parametrize("phrase", ["hey matilda", "computer"])
def test_near_phrases_are_many_different_and_none_is_the_word(phrase: str) -> None:
    made = near(phrase, sounds, 40, seed=1)
    assert len(made) == len(set(made)) == 40
    assert made == near(phrase, sounds, 40, seed=1) != near(phrase, sounds, 40, seed=2)
    own = bare(sounds(phrase))
    assert all(likeness(own, bare(sounds(each))) <= 0.92 for each in made)


def test_near_phrases_have_its_parts_among_them() -> None:
    assert {"hey", "matilda"} <= set(near("hey matilda", sounds, 40, seed=1))
