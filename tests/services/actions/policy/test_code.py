"""The spoken code: digits however they are said, hidden from everybody, tried three times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.policy.code import MASK, SpokenCode, SpokenCodeUnusable, digits_in

_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


class Clock:
    """Seconds as told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def code(clock: Clock) -> SpokenCode:
    return SpokenCode("4711", clock)


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("four seven one one", "4711"),
        ("Four, seven, one, one.", "4711"),
        ("4711", "4711"),
        ("4 7 1 1", "4711"),
        ("47 11", "4711"),
        ("forty-seven eleven", "4711"),
        ("forty seven eleven", "4711"),
        ("the code is four seven double one", "4711"),
        ("yes, 4711 please", "4711"),
        ("for seven won one", "4711"),
        ("oh oh seven two", "0072"),
        ("twenty twenty one three", "20213"),
        ("yes", None),
        ("no", None),
        ("delete it", None),
        ("at four", None),
        ("for Anna", None),
        ("it is for you to say 471", "471"),
        ("I said four seven one one already", "4711"),
    ],
)
def test_digits_as_they_are_said(said: str, digits: str | None) -> None:
    assert digits_in(said) == digits


@given(st.text("0123456789", min_size=4, max_size=12))
def test_whatever_is_spelled_is_understood(digits: str) -> None:
    assert digits_in(" ".join(_WORDS[int(each)] for each in digits)) == digits
    assert digits_in(digits) == digits


@given(st.text("0123456789", min_size=4, max_size=12), st.text("0123456789", min_size=4, max_size=12))
def test_only_the_very_digits_are_right_and_nobody_sees_them(secret: str, said: str) -> None:
    code = SpokenCode(secret, Clock())
    code.ask("microphone")
    assert code.hide(" ".join(_WORDS[int(each)] for each in said), "microphone") == MASK
    assert code.taken("microphone") == (secret == said)
    assert code.taken("microphone") is None, "each counts once"


def test_digits_are_words_where_nobody_asked(code: SpokenCode, clock: Clock) -> None:
    assert code.hide("four seven one one", "microphone") == "four seven one one"
    code.ask("microphone")
    assert code.hide("four seven one one", "satellite:den") == "four seven one one"
    clock.now += 121
    assert code.hide("four seven one one", "microphone") == "four seven one one"
    assert code.taken("microphone") is None


@pytest.mark.parametrize("part", ["four", "four seven", "the code is 4", "47", "Forty"])
def test_the_beginning_of_a_code_is_hidden_too(code: SpokenCode, part: str) -> None:
    assert code.hide_part(part, "microphone") == part
    code.ask("microphone")
    assert code.hide_part(part, "microphone") == MASK
    assert code.hide_part("no thanks", "microphone") == "no thanks"


def test_three_wrong_ones_end_it_for_ten_minutes(code: SpokenCode, clock: Clock) -> None:
    for said in ("1111", "4712", "471"):
        assert code.shut_s == 0
        code.ask("microphone")
        code.hide(said, "microphone")
        assert code.taken("microphone") is False
    assert code.shut_s == 600
    code.ask("microphone")
    code.hide("4711", "microphone")
    assert code.taken("microphone") is False, "not even the right one"
    clock.now += 600
    code.ask("microphone")
    code.hide("4711", "microphone")
    assert code.taken("microphone") is True


def test_wrong_ones_long_ago_do_not_count(code: SpokenCode, clock: Clock) -> None:
    for said in ("1111", "2222", "3333", "4444"):
        code.ask("microphone")
        code.hide(said, "microphone")
        code.taken("microphone")
        clock.now += 301
    assert code.shut_s == 0


def test_a_right_one_wipes_the_wrong_ones_out(code: SpokenCode) -> None:
    for said in ("1111", "2222", "4711", "3333", "4444"):
        code.ask("microphone")
        code.hide(said, "microphone")
        code.taken("microphone")
    assert code.shut_s == 0


@pytest.mark.parametrize("digits", ["", "471", "47 11", "four", "4711a", "1" * 13, "४७११"])
def test_what_is_no_code(digits: str) -> None:
    with pytest.raises(SpokenCodeUnusable, match="4 to 12 digits"):
        SpokenCode(digits)
