"""Names that a recogniser's misheard words may be."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.names.base import Entity
from services.understanding.names.names import Names
from services.understanding.names.nearby import Nearby
from services.understanding.words import word_set

KNOWN = word_set(
    "assign the invoice to what does owe project of tasks create a task call for my by friday end is on list"
)
NAMES = Nearby(["Cameron Okafor", "Sunita Rao", "Wendy Forsyth", "Quartz", "Harcourt Estates", "gift ideas", "李 雷"])


def near(*heard: str, limit: int = 6) -> tuple[str, ...]:
    return NAMES.near(heard, known=KNOWN, limit=limit)


def test_a_name_is_found_by_how_it_sounds_whole_or_by_a_word() -> None:
    assert "Cameron Okafor" in near("Create a task to call camera hawker for my Friday.")
    assert near("Assign the invoice to Suneeta.")[0] == "Sunita"
    assert near("tasks of project courts")[0] == "Quartz"
    assert "Harcourt Estates" in near("call hardcore testades")
    assert "Wendy Forsyth" in near("call Wendy for sites")  # though Wendy alone was heard rightly


def test_what_was_heard_rightly_comes_first() -> None:
    assert near("Call Cameron Okafor.")[0] in ("Cameron", "Okafor", "Cameron Okafor")
    assert set(near("Call Cameron Okafor.")) == {"Cameron", "Okafor", "Cameron Okafor"}


def test_every_hypothesis_counts_and_the_nearest_name_stands_once() -> None:
    found = near("Assign the invoice to the end.", "Assign the invoice to soon eater.", "Assign the invoice to sunita.")
    assert found[0] == "Sunita" and found.count("Sunita") == 1


def test_words_of_our_sentences_and_numbers_are_no_names() -> None:
    assert near("Assign the invoice to the end.") == ()  # not Wendy, though it sounds alike
    assert near("What does it owe, 12 or 1500?", "", "!?") == ()


def test_small_words_of_a_name_do_not_stand_for_it() -> None:
    assert Nearby(["Fenwick and Sons"]).near(["ant"], known=(), limit=6) == ()


def test_no_more_than_are_wanted() -> None:
    assert len(near("Call camera hawker or Sonita or courts", limit=2)) == 2
    assert near("Call camera hawker", limit=0) == ()
    assert Nearby([]).near(["anything"], known=(), limit=6) == ()


def test_names_of_the_store_with_their_nicknames() -> None:
    names = Names([Entity("person", "1", "Robert Quigley", ("Bobcat",)), Entity("list", "2", "hardware")])
    assert "Bobcat" in names.near(["tell bob cat"], known=KNOWN, limit=6)
    assert names.near(["on the hard wear list"], known=KNOWN, limit=6) == ("hardware",)


def test_five_thousand_names() -> None:
    chance = random.Random(1)
    parts = sorted(word_set("ka lo mi ren tas vor bel dun shi pra neth gol wim zur fa quin der os ly tam"))
    many = [
        f"{chance.choice(parts)}{chance.choice(parts)}na {chance.choice(parts)}{chance.choice(parts)}".title()
        for _ in range(4_999)
    ]
    assert "Siobhan Kowalski" in Nearby([*many, "Siobhan Kowalski"]).near(
        ["Call Shiobhan Kovalski."], known=KNOWN, limit=6
    )


@given(st.lists(st.text(max_size=40), max_size=4), st.lists(st.text(max_size=20), max_size=6))
def test_any_text_gives_only_words_of_names(names: list[str], heard: list[str]) -> None:
    found = Nearby(names).near(heard, known=KNOWN, limit=5)
    assert len(found) <= 5 and all(any(one in name for name in names) for one in found)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("It's Dolores, over at what field and boil.", {"Whitfield and Boyle"}),
        ("Morning, from Riley here, Riley dental above in Galway.", {"Reilly Dental"}),
        ("Ta, now the anchor went to double their rolls.", {"The Anchor"}),
        ("I don't have the answer, and the car is in the garage.", set()),
        ("Mr. Boyle is here, and his dental bill.", set()),
        ("", set()),
    ],
)
def test_whole_names_are_heard_however_they_are_written(written: str, names: set[str]) -> None:
    nearby = Nearby(["Whitfield and Boyle", "Reilly Dental", "The Anchor", "Boyle"])
    assert nearby.mentioned(written, known={"the"}) == names
