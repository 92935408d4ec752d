"""The house rules as settings: what is told in the file is what times mean."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from device.configuration.house import currency_of, house_of
from device.configuration.load import load
from device.errors import ConfigBroken
from services.understanding.when import House, find

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Wednesday."""


def found(said: str, **told: str) -> tuple[str | None, str | None]:
    settings = load({f"EQUERRY_{name.upper()}": value for name, value in told.items()})
    hit = find(said, NOW, house_of(settings))[0]
    start, end = ((at.strftime("%a %d %H:%M") if at else None) for at in (hit.start, hit.end))
    return start, end


def test_the_shipped_settings_are_the_defaults() -> None:
    assert house_of(load({})) == House()


@pytest.mark.parametrize(
    ("said", "key", "value", "shipped", "told"),
    [
        (
            "tomorrow morning",
            "when__morning",
            "06:30-11:00",
            ("Thu 26 08:00", "Thu 26 12:00"),
            ("Thu 26 06:30", "Thu 26 11:00"),
        ),
        ("tonight", "when__night", "19:00-23:00", ("Wed 25 20:00", "Wed 25 23:59"), ("Wed 25 19:00", "Wed 25 23:00")),
        ("by end of day", "when__end_of_day", "18:00", (None, "Wed 25 23:59"), (None, "Wed 25 18:00")),
        ("first thing tomorrow", "when__business", "07:30-16:00", ("Thu 26 09:00", None), ("Thu 26 07:30", None)),
        ("by close of business", "when__business", "07:30-16:00", (None, "Wed 25 17:00"), (None, "Wed 25 16:00")),
        ("at 5 tomorrow", "when__waking", "04:00-22:00", ("Thu 26 17:00", None), ("Thu 26 05:00", None)),
        ("later", "when__later_min", "30", ("Wed 25 10:30", None), ("Wed 25 10:00", None)),
        (
            "next week",
            "when__week_starts",
            "sunday",
            ("Mon 30 00:00", "Mon 07 00:00"),
            ("Sun 29 00:00", "Sun 06 00:00"),
        ),
        ("next Friday", "when__next_weekday", "coming", ("Fri 04 00:00", None), ("Fri 27 00:00", None)),
        ("5/12", "when__month_first", "false", ("Wed 12 00:00", None), ("Sat 05 00:00", None)),
        ("in a few days", "when__few", "4", ("Sat 28 00:00", None), ("Sun 29 00:00", None)),
        ("independence day", "device__country", "in", ("Sun 04 00:00", None), ("Sun 15 00:00", None)),
    ],
)
def test_each_rule_counts(
    said: str, key: str, value: str, shipped: tuple[str | None, str | None], told: tuple[str | None, str | None]
) -> None:
    assert found(said) == shipped
    assert found(said, **{key: value}) == told


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("WHEN__MORNING", "8 to 12", "when.morning = '8 to 12': is not a stretch of a day such as \"08:00-12:00\""),
        ("WHEN__MORNING", "12:00-08:00", "must end after it begins"),
        ("WHEN__END_OF_DAY", "25:00", 'is not a time such as "17:30"'),
        ("WHEN__LATER_MIN", "0", "it may be a whole number, 5 to 720 minutes"),
        ("WHEN__WEEK_STARTS", "someday", "monday"),
        ("WHEN__MORNINGS", "08:00-12:00", "did you mean when.morning?"),
        ("DEVICE__COUNTRY", "Germany", "is not the code of a country such as IN, or of a part of it such as DE-BY"),
    ],
)
def test_a_wrong_rule_is_told(key: str, value: str, problem: str) -> None:
    with pytest.raises(ConfigBroken) as caught:
        load({f"EQUERRY_{key}": value})
    assert problem in str(caught.value)


def test_the_last_minute_of_a_day_lasts_to_its_last_second() -> None:
    assert house_of(load({})).parts["night"][1] == time(23, 59, 59)


@pytest.mark.parametrize(
    ("country", "told", "currency"),
    [("", "", ""), ("in", "", "INR"), ("de-by", "", "EUR"), ("in", "usd", "USD"), ("", "eur", "EUR"), ("aq", "", "")],
)
def test_the_currency_is_the_one_told_or_else_the_countrys(country: str, told: str, currency: str) -> None:
    assert currency_of(load({"EQUERRY_DEVICE__COUNTRY": country, "EQUERRY_DEVICE__CURRENCY": told})) == currency


def test_what_is_no_currency_is_told() -> None:
    with pytest.raises(ConfigBroken, match="is not the code of a currency such as INR"):
        load({"EQUERRY_DEVICE__CURRENCY": "rupees"})
