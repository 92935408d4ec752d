"""The words times are told in."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text, for tables that read better so."""
    return tuple(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text, with bars between them."""
    return tuple(phrase.strip() for phrase in text.split("|"))


MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for word in words.split()
}
WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "monday mon",
            "tuesday tues tue",
            "wednesday weds wed",
            "thursday thurs thur thu",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for word in words.split()
}
WORDS_THAT_ARE_ALSO_OTHERS = frozenset(
    ("may", "march", "mar", "sun", "sat", "mon", "wed", "dec", "jan", "second", "seconds")
)
"""Months and weekdays that are everyday words too: they count only beside a number or a word such as "in" or "next"."""

UNITS = {
    word: unit
    for unit, words in {
        "second": "second seconds sec secs",
        "minute": "minute minutes min mins",
        "hour": "hour hours hr hrs h",
        "day": "day days",
        "week": "week weeks wk wks",
        "fortnight": "fortnight fortnights",
        "weekend": "weekend weekends",
        "workweek": "workweek workweeks",
        "month": "month months",
        "quarter": "quarter quarters",
        "year": "year years yr yrs",
        "decade": "decade decades",
        "century": "century centuries",
    }.items()
    for word in words.split()
}
PARTS = {
    "morning": "morning",
    "mornings": "morning",
    "afternoon": "afternoon",
    "afternoons": "afternoon",
    "evening": "evening",
    "evenings": "evening",
    "night": "night",
    "nights": "night",
    "daytime": "daytime",
    "nighttime": "nighttime",
}
MEALS = {"breakfast": "breakfast", "lunch": "lunch", "lunchtime": "lunch", "dinner": "dinner"}
PARTS_OF_TODAY = {"tonight": "night", "tonite": "night"}
DAYS = {"today": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "yesterday": -1, "otd": 0}

WHICH = {
    "this": "this",
    "current": "this",
    "next": "next",
    "following": "next",
    "coming": "coming",
    "upcoming": "coming",
    "last": "last",
    "previous": "last",
    "past": "past",
}
STEP = {"this": 0, "next": 1, "coming": 1, "last": -1, "past": -1}

SMALL = {
    word: number
    for number, word in enumerate(
        words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
    )
}
TENS = {
    word: 10 * number for number, word in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
ORDINALS = {
    word: number
    for number, word in enumerate(
        words(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        1,
    )
} | {"thirtieth": 30, "last": -1}
PLURALS = {day + "s": number for day, number in WEEKDAYS.items() if day.endswith("day")}
OPENING = frozenset(
    words(
        "the a an in at on by from between before after since until till within of that previous every each daily "
        "weekly monthly yearly annually hourly early earlier late later mid middle end beginning start rest remainder "
        "remaining half quarter noon midday midnight couple few several more around about circa starting as no not up "
        "eod eom eow eoy q h cy fy year close closing cob eob quarterly fortnightly everyday nightly biweekly once "
        "work weekdays workdays weekends week weekend month working calendar > < = to less greater first last now "
        "right current prior during over exactly twenties thirties forties fifties sixties seventies eighties nineties "
        "another alternate final penultimate ' ’ ½ ⅓ ⅔ ¼ ¾"
    )
).union(MONTHS, WEEKDAYS, UNITS, PARTS, PARTS_OF_TODAY, DAYS, MEALS, WHICH, ORDINALS, PLURALS)
"""What a time may begin with, numbers and names of holidays aside."""
