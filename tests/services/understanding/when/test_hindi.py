"""Times and numbers in romanised Hindi; English words that look like them stay English."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.slots.amounts import number_of
from services.understanding.when import find
from services.understanding.when.words.hindi import NUMBERS

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Kolkata"))
"""A Monday."""


def read(text: str) -> list[tuple[str, str, str | None, str | None]]:
    """(span, kind, start, end or rule) of each time."""
    return [
        (
            text[slice(*found.span)],
            found.kind,
            f"{found.start:%m-%d %H:%M}" if found.start else None,
            found.rrule or (f"{found.end:%m-%d %H:%M}" if found.end else None),
        )
        for found in find(text, NOW)
    ]


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("kal subah nau baje", "11-24 09:00"),
        ("kal", "11-24 00:00"),
        ("parso", "11-25 00:00"),
        ("aaj raat 9 baje", "11-23 21:00"),
        ("kal shaam ko paanch baje", "11-24 17:00"),
        ("Friday ko shaam 5 baje", "11-27 17:00"),
        ("tomorrow subah 9 baje", "11-24 09:00"),
        ("kal 9 am", "11-24 09:00"),
        ("agle somvar", "11-30 00:00"),
        ("somvar ki subah 10 baje", "11-23 10:00"),
        ("5 tareekh", "12-05 00:00"),
        ("March ki 5 tareekh", "03-05 00:00"),
        ("agle mahine ki pehli tareekh", "12-01 00:00"),
        ("sade aath baje", "11-23 20:30"),
        ("sadhe aath", "11-23 20:30"),
        ("paune nau", "11-23 20:45"),
        ("sava das", "11-23 10:15"),
        ("dedh baje", "11-23 13:30"),
        ("dhai baje", "11-23 14:30"),
        ("nau baj ke bees minute", "11-23 21:20"),
        ("raat 12 baje", "11-24 00:00"),
        ("aadhi raat", "11-24 00:00"),
        ("dopahar 12 baje", "11-23 12:00"),
        ("do ghante baad", "11-23 11:30"),
        ("aadhe ghante mein", "11-23 10:00"),
        ("dedh ghante mein", "11-23 11:00"),
        ("das minute mein", "11-23 09:40"),
        ("teen din mein", "11-26 00:00"),
        ("3 mahine baad", "02-23 00:00"),
        ("do din pehle", "11-21 00:00"),
        ("thodi der mein", "11-23 10:30"),
        ("abhi", "11-23 09:30"),
    ],
)
def test_instants(said: str, start: str) -> None:
    assert read(said) == [(said, "instant", start, None)]


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("aaj shaam", "11-23 16:00", "11-23 20:00"),
        ("is hafte", "11-23 00:00", "11-30 00:00"),
        ("agle hafte", "11-30 00:00", "12-07 00:00"),
        ("pichle mahine", "10-01 00:00", "11-01 00:00"),
        ("agle saal", "01-01 00:00", "01-01 00:00"),
        ("agle do din", "11-24 00:00", "11-26 00:00"),
        ("kal tak", None, "11-24 23:59"),
        ("shaam tak", None, "11-23 20:00"),
        ("mahine ke aakhir tak", None, "12-01 00:00"),
        ("5 baje se pehle", None, "11-23 17:00"),
        ("5 baje ke baad", "11-23 17:00", None),
        ("kal se", "11-24 00:00", None),
        ("nau se gyarah baje tak", "11-23 09:00", "11-23 11:00"),
        ("kal nau se gyarah baje", "11-24 09:00", "11-24 11:00"),
        ("somvar se shukravar tak", "11-23 00:00", "11-27 23:59"),
    ],
)
def test_intervals(said: str, start: str | None, end: str | None) -> None:
    assert read(said) == [(said, "interval", start, end)]


@pytest.mark.parametrize(
    ("said", "rule", "first"),
    [
        ("har somvar", "FREQ=WEEKLY;BYDAY=MO", "11-23 00:00"),
        ("roz subah 7 baje", "FREQ=DAILY;BYHOUR=7;BYMINUTE=0", "11-24 07:00"),
        ("subah 7 baje roz", "FREQ=DAILY;BYHOUR=7;BYMINUTE=0", "11-24 07:00"),
        ("har din raat 10 baje", "FREQ=DAILY;BYHOUR=22;BYMINUTE=0", "11-23 22:00"),
        ("har mahine ki 5 tareekh", "FREQ=MONTHLY;BYMONTHDAY=5", "12-05 00:00"),
        ("har do ghante", "FREQ=HOURLY;INTERVAL=2", "11-23 11:30"),
        ("har doosre din", "FREQ=DAILY;INTERVAL=2", "11-23 00:00"),
        ("hafte mein ek baar", "FREQ=WEEKLY", "11-23 00:00"),
        ("har somvar aur guruvar ko shaam 6 baje", "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=18;BYMINUTE=0", "11-23 18:00"),
    ],
)
def test_rules(said: str, rule: str, first: str) -> None:
    assert read(said) == [(said, "recurrence", first, rule)]


@pytest.mark.parametrize(
    ("text", "span", "start"),
    [
        ("kal kya kiya tha", "kal", "11-22 00:00"),
        ("parso kya hua", "parso", "11-21 00:00"),
        ("pichle hafte kitna diya", "pichle hafte", "11-16 00:00"),
        ("do din pehle kya hua tha", "do din pehle", "11-21 00:00"),
        ("kal Rahul ko 50 dena", "kal", "11-24 00:00"),
        ("kal subah nau baje yaad dilana", "kal subah nau baje", "11-24 09:00"),
    ],
)
def test_the_verb_tells_which_kal(text: str, span: str, start: str) -> None:
    assert [(found[0], found[2]) for found in read(text)] == [(span, start)]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("bees minute ka timer lagao", 1200), ("ek ghanta aur bees minute ka timer", 4800), ("2 ghante", 7200)],
)
def test_durations(text: str, seconds: float) -> None:
    assert [found.seconds for found in find(text, NOW)] == [seconds]


@pytest.mark.parametrize(
    "text",
    [
        "do you have the car das auto",
        "what a din in here",
        "is it me",
        "send it to Kal",
        "tell Roz",
        "a sham",
        "Rahul ko 100 dena",
        "do minute work",
    ],
)
def test_english_is_left_alone(text: str) -> None:
    assert find(text, NOW) == []


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("ek", 1),
        ("unnis", 19),
        ("pachas", 50),
        ("ninyanve", 99),
        ("sau", 100),
        ("ek sau", 100),
        ("dhai sau", 250),
        ("dedh sau", 150),
        ("sadhe teen sau", 350),
        ("paune do sau", 175),
        ("sava sau", 125),
        ("do sau pachas", 250),
        ("teen hazaar chaar sau bees", 3_420),
        ("dhai hazaar", 2_500),
        ("ek lakh", 100_000),
        ("sava lakh", 125_000),
        ("do lakh pachas hazaar", 250_000),
        ("ek crore bees lakh", 12_000_000),
        ("Pachees", 25),
        ("dhai", 2.5),
        ("sau sau", None),
        ("do lakh teen lakh", None),
        ("rupaye", None),
        ("do char", None),
        ("", None),
    ],
)
def test_numbers(said: str, number: float | None) -> None:
    assert number_of(said) == number


def test_every_number_to_a_hundred_has_its_word() -> None:
    assert set(NUMBERS.values()) == set(range(100))


@given(st.integers(1, 99), st.integers(1, 99), st.integers(0, 99))
def test_numbers_are_put_together(thousands: int, hundreds: int, ones: int) -> None:
    word = {number: word for word, number in reversed(NUMBERS.items())}
    said = f"{word[thousands]} hazaar {word[hundreds % 9 + 1]} sau" + (f" {word[ones]}" if ones else "")
    assert number_of(said) == thousands * 1000 + (hundreds % 9 + 1) * 100 + ones


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    number_of(text)
