"""What is typed in a hurry is read as the words in full; what is another word stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.texting import spelled_out


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("remind me tmrw at 9 to call bob", "remind me tomorrow at 9 to call bob"),
        ("2moro at 9 mtg w/ sarah", "tomorrow at 9 meeting with sarah"),
        ("mv the mtg to fri", "move the meeting to fri"),
        ("pls del the alarm", "please delete the alarm"),
        ("add milk to the list pls", "add milk to the list please"),
        ("Thx", "Thanks"),
        ("nvm", "never mind"),
        ("can u move it to 2nite?", "can you move it to tonight?"),
        ("what r my tasks", "what are my tasks"),
        ("PLZ ADD MILK TMRW", "Please ADD MILK Tomorrow"),
        ("call bob b4 3, pls.", "call bob before 3, please."),
    ],
)
def test_common_ones_are_spelled_out(typed: str, full: str) -> None:
    assert spelled_out(typed) == full


@pytest.mark.parametrize(
    "text",
    [
        "send it to tmrw@example.com",
        "open pls.txt",
        "note that the MTG cards came",
        "the motor vehicle is an mv agusta",
        "buy the u-bend and a size r tyre",
        "what r & d costs",
        "restaurant del mar at eight",
        "add 2 packs of rice",
        "call Ty at four",
        "the b4-12 bolt",
        "#thx",
    ],
)
def test_what_is_another_word_stays(text: str) -> None:
    assert spelled_out(text) == text


@given(st.text(max_size=60))
def test_twice_is_once(text: str) -> None:
    assert spelled_out(spelled_out(text)) == spelled_out(text)
