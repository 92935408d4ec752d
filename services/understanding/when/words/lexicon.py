"""The words times are told in."""

from __future__ import annotations

from services.understanding.words import numbered, spelled, word_set

MONTHS = numbered(
    """january jan | february feb | march mar | april apr | may | june jun | july jul | august aug |
    september sept sep | october oct | november nov | december dec""",
    first=1,
)
WEEKDAYS = numbered(
    """monday mon | tuesday tues tue | wednesday weds wed | thursday thurs thur thu | friday fri | saturday sat |
    sunday sun"""
)
WORDS_THAT_ARE_ALSO_OTHERS = word_set("may march mar sun sat mon wed dec jan second seconds")
"""Months and weekdays that are everyday words too: they count only beside a number or a word such as "in" or "next"."""

UNITS = spelled(
    {
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
    }
)
PARTS = {
    word: word.removesuffix("s") for part in ("morning", "afternoon", "evening", "night") for word in (part, part + "s")
}
PARTS |= {"daytime": "daytime", "nighttime": "nighttime"}
MEALS = {"breakfast": "breakfast", "lunch": "lunch", "lunchtime": "lunch", "dinner": "dinner"}
PARTS_OF_TODAY = {"tonight": "night", "tonite": "night"}
DAYS = {"today": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "yesterday": -1, "otd": 0}

WHICH = spelled(
    {
        "this": "this current",
        "next": "next following",
        "coming": "coming upcoming",
        "last": "last previous",
        "past": "past",
    }
)
STEP = {"this": 0, "next": 1, "coming": 1, "last": -1, "past": -1}

SMALL = numbered(
    """zero | one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | thirteen |
    fourteen | fifteen | sixteen | seventeen | eighteen | nineteen"""
)
TENS = {
    word: 10 * number
    for word, number in numbered("twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety", first=2).items()
}
ORDINALS = numbered(
    """first | second | third | fourth | fifth | sixth | seventh | eighth | ninth | tenth | eleventh | twelfth |
    thirteenth | fourteenth | fifteenth | sixteenth | seventeenth | eighteenth | nineteenth | twentieth""",
    first=1,
) | {"thirtieth": 30, "last": -1}
PLURALS = {day + "s": number for day, number in WEEKDAYS.items() if day.endswith("day")}
OPENING = word_set("""the
    a an in at on
    by from between
    before after
    since until
    till within of
    that previous
    every each
    daily weekly
    monthly yearly
    annually hourly
    early earlier
    late later mid
    middle end
    beginning start
    rest remainder
    remaining half
    quarter noon
    midday midnight
    couple few
    several more
    around about
    circa starting
    as no not up
    eod eom eow eoy
    q h cy fy year
    close closing
    cob eob
    quarterly
    fortnightly
    everyday
    nightly
    biweekly once
    work weekdays
    workdays
    weekends week
    weekend month
    working
    calendar > < =
    to less greater
    first last now
    right current
    prior during
    over exactly
    twenties
    thirties
    forties fifties
    sixties
    seventies
    eighties
    nineties
    another
    alternate final
    penultimate ' ’
    ½ ⅓ ⅔ ¼ ¾""").union(MONTHS, WEEKDAYS, UNITS, PARTS, PARTS_OF_TODAY, DAYS, MEALS, WHICH, ORDINALS, PLURALS)
"""What a time may begin with, numbers and names of holidays aside."""
