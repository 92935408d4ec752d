"""Cutting a reply into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.speech.voice.sentences import FIRST, LONGEST, split

ROWS: list[tuple[str, list[str]]] = [
    ("", []),
    ("  \n ", []),
    ("Done.", ["Done."]),
    ("Done. Anything else?", ["Done.", "Anything else?"]),
    ("Really?! Yes!", ["Really?!", "Yes!"]),
    ("Meet Dr. Lee at noon. Then rest.", ["Meet Dr. Lee at noon.", "Then rest."]),
    ("Ask J. Smith. He knows.", ["Ask J. Smith.", "He knows."]),
    ("Bring fruit, e.g. apples. Thanks.", ["Bring fruit, e.g. apples.", "Thanks."]),
    ("It costs 3.5 dollars. Fine.", ["It costs 3.5 dollars.", "Fine."]),
    ("Due at 5 p.m. today. Fine.", ["Due at 5 p.m. today.", "Fine."]),
    ("Due at 5 p.m. Friday. Fine.", ["Due at 5 p.m. Friday.", "Fine."]),
    ("Due at 5 p.m. Anything else?", ["Due at 5 p.m.", "Anything else?"]),
    ("Due at five P M. Anything else?", ["Due at five P M.", "Anything else?"]),
    ("Milk, eggs, etc. are on it.", ["Milk, eggs, etc. are on it."]),
    ("Acme Inc. called.", ["Acme Inc. called."]),
    ("Wait... what is it?", ["Wait... what is it?"]),
    ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
    ("one line\nanother line", ["one line", "another line"]),
    ("See no. 5 on it.", ["See no. 5 on it."]),
    (
        "Task created: send the quarterly report, for Sarah, due Friday at five P M.",
        ["Task created:", "send the quarterly report, for Sarah, due Friday at five P M."],
    ),
    (
        "You have three tasks due today, call the bank, send the report, and book the room.",
        ["You have three tasks due today,", "call the bank, send the report, and book the room."],
    ),
    (
        "Yes, the meeting with the whole team was moved to Friday at noon.",
        ["Yes, the meeting with the whole team was moved to Friday at noon."],
    ),
    (
        "The meeting with the whole sales team was moved because Sarah is travelling.",
        ["The meeting with the whole sales team was moved", "because Sarah is travelling."],
    ),
]


@pytest.mark.parametrize(("text", "pieces"), ROWS)
def test_pieces(text: str, pieces: list[str]) -> None:
    assert split(text) == pieces


def test_a_later_sentence_stays_whole_up_to_the_longest() -> None:
    later = "You have three tasks due today, call the bank, send the report, and book the room for the meeting."
    assert split(f"Done. {later}") == ["Done.", later]


def test_a_very_long_sentence_is_cut_at_clauses() -> None:
    pieces = split("On the list are " + ", ".join(["apples and pears", "bread", "twelve eggs"] * 20) + ".")
    assert len(pieces[0]) <= FIRST
    assert all(piece.endswith((",", ".")) for piece in pieces)


@given(st.text(alphabet=st.sampled_from("aB.,;:!? \n…\"'5m"), max_size=600))
def test_no_word_is_lost_and_no_piece_too_long(text: str) -> None:
    pieces = split(text)
    assert all(piece and piece == piece.strip() and len(piece) <= LONGEST for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())
