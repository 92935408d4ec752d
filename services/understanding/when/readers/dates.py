"""Dates told by name and number: Friday, next Friday, the 21st, June 5th 2026, 5/12, 2019-aug-01."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.values.days import Cal, Day
from services.understanding.when.values.lengths import Ahead, Length
from services.understanding.when.values.subdivisions import WeekdayBeside
from services.understanding.when.words.lexicon import (
    DAYS,
    MONTHS,
    PLURALS,
    UNITS,
    WEEKDAYS,
    WHICH,
    WORDS_THAT_ARE_ALSO_OTHERS,
)
from services.understanding.words import word_set

_BEFORE_A_NAME = word_set("""in of on this next last by until till since from mid early late through to before after
    every each during coming upcoming previous past following between -""")

_BEFORE_A_DAY = word_set("on by until till from to through between and -")
_AFTER_A_DAY = word_set("""at of in from to till until through and by or for with as on next this if when while that
    because but is was will would works work i we he she they it my our please instead again too only not around about
    before after every sometime early late morning afternoon evening night noon midnight midday looking look looks suit
    suits fit fits free busy open good fine ok okay""")
_ON_A_DAY = word_set("""meeting appointment call dinner lunch deadline event shift flight trip reservation booking party
    interview""")
"""What is named by its day: the 21st meeting."""
ASKING = word_set("what who when where which how did was were is are do does")


def month_at(r: Scanner, i: int) -> int | None:
    """The month named at i. "may" and "march" count only where nothing else can be meant."""
    word = r.word(i)
    if word not in MONTHS:
        return None
    if word in WORDS_THAT_ARE_ALSO_OTHERS and not _is_name(r, i):
        return None
    return MONTHS[word]


def after_month(r: Scanner, i: int) -> int:
    """The index after a month, and after the stop that shortens it ("Jan. 5") but ends no sentence."""
    after = r.at(i + 2)
    goes_on = after.number is not None or (after.text[:1].isalpha() and not after.capital)
    short = r.word(i) not in ("may", "june", "july") and len(r.word(i)) <= 4
    return r.skip(i + 1, ".") if short and goes_on and r.at(i + 1).glued else i + 1


def _is_name(r: Scanner, i: int) -> bool:
    """Whether "may", "sun" and their like are a month or weekday here, by what stands beside them."""
    before, after, later = r.word(i - 1), r.word(i + 1), r.at(i + 2)
    day_before = r.at(i - 1).number or 0
    beside = r.at(i + 1).number is not None or r.at(i - 1).ordinal or 1 <= day_before <= 31
    shown = r.at(i).capital and i > 0 and before not in (".", "!", "?")
    ranged = (after in ("-", "to", "till", "through") and later.text in MONTHS) or (
        before in ("-", "to") and r.word(i - 2) in MONTHS
    )
    told = (
        (after in ("/", "-", ".") and later.number is not None)
        or (after == "," and later.digits == 4)
        or (i == 0 and after == "at")
    )
    led = before in _BEFORE_A_NAME and not (r.word(i) == "march" and before == "to")
    return beside or shown or ranged or told or led or len(r.tokens) == 1


def weekday_at(r: Scanner, i: int) -> int | None:
    word = r.word(i)
    if word not in WEEKDAYS or (word in WORDS_THAT_ARE_ALSO_OTHERS and not (_is_name(r, i) or i + 1 == len(r.tokens))):
        return None
    return WEEKDAYS[word]


def full_year(r: Scanner, token_digits: int, number: int) -> int:
    """Two-digit years lie within a century of now."""
    if token_digits == 2 or (token_digits == 0 and number < 100):
        return number + (2000 if number < r.house.century else 1900)
    return number


def year_at(r: Scanner, i: int, short: bool = False) -> tuple[int, int] | None:
    """A year at i, with "of", "in" or a comma before it: (year, index after)."""
    j = r.skip(r.skip(i, ","), "of", "in")
    j = r.skip(r.skip(j, "the"), "year") if r.word(j) in ("the", "year") and j > i else j
    mark = r.word(j) in ("'", "’")
    j += mark
    token = r.at(j)
    if token.number is None or token.ordinal:
        return None
    whole = 1500 <= token.number <= 2199 and token.digits in (0, 4)
    if whole and r.word(j + 1) not in (":", "hours", "people", "units"):
        return token.number, j + 1
    beside = short and (token.number > 12 or r.at(i - 1).ordinal) and r.word(j + 1) != "of" and stands_alone(r, j + 1)
    said = beside or mark or (r.word(j - 1) == "of" and j > i)
    if said and token.digits == 2 and _ends(r, j + 1):
        return full_year(r, 2, token.number), j + 1
    return None


def _ends(r: Scanner, i: int) -> bool:
    return (
        r.word(i) not in (":", "/", "-", "am", "pm", "oclock", "a", "p", "minutes", "hours") and r.at(i).number is None
    )


def day_number(r: Scanner, i: int) -> int | None:
    token = r.at(i)
    fits = token.number is not None and 1 <= token.number <= 31 and token.digits <= 2
    return token.number if fits else None


@rule
def date(r: Scanner, i: int) -> Iterator[Reading]:
    """Any one date."""
    if r.hindi:
        yield from r.all("hindi_date", i)
    yield from _relative(r, i)
    yield from r.all("holiday", i)
    yield from r.all("nth", i)
    yield from r.all("numeric", i)
    yield from _month_day(r, i)
    yield from _day_month(r, i)
    yield from _weekday(r, i)
    yield from _day_of_month(r, i)
    yield from r.all("a_week_today", i)


def _relative(r: Scanner, i: int) -> Iterator[Reading]:
    j = r.skip(i, "the")
    for said, days in (("day after tomorrow", 2), ("day before yesterday", -2)):
        if after := r.after(j, said):
            yield Day(days), after
    if r.word(i) in DAYS:
        yield Day(DAYS[r.word(i)]), r.skip(i + 1, "'s") if r.word(i + 2) in WEEKDAYS else i + 1
    if j > i and r.word(j) == "day" and r.word(j + 1) in ("before", "after"):
        sign, anchors = 1 if r.word(j + 1) == "after" else -1, r.all("date", j + 2)
        yield from ((Ahead(Length(((1.0, "day"),)), sign, anchor), end) for anchor, end in anchors)
        if not anchors and r.at(j + 2).number is None and r.word(0) in ASKING:
            # Of nothing that was named: in a question of today, elsewhere of another time (offsets).
            yield Day(sign), j + 2
    named = r.after(i, "the day", "this day", "current date", "the current date")
    if named and r.word(named) not in ("before", "after", "of"):
        yield Day(0), named


def which_at(r: Scanner, i: int) -> tuple[str | None, int]:
    """next, last, this past, this upcoming: (which, index after)."""
    j = r.skip(i, "the") if r.word(i + 1) in WHICH else i
    if r.word(j) == "this" and r.word(j + 1) in ("past", "coming", "upcoming", "last", "next"):
        return ("past" if r.word(j + 1) in ("past", "last") else "coming"), j + 2
    word = r.word(j)
    return (WHICH[word], j + 1) if word in WHICH else (None, i)


def _weekdays_away(r: Scanner, i: int) -> Iterator[Reading]:
    """Two Thursdays ago, three Mondays from now, in two Fridays."""
    for count, j in r.all("amount", r.skip(i, "in")):
        if r.word(j) not in PLURALS or not 1 <= count < 1_000 or count % 1:
            continue
        behind = r.word(j + 1) == "ago"
        counted = r.after(j + 1, "from now", "from today", "ago") or (j + 1 if r.word(i) == "in" else None)
        if counted:
            nearest = Cal(weekday=PLURALS[r.word(j)], which="past" if behind else "coming")
            yield Ahead(Length(((count - 1, "week"),)), -1 if behind else 1, nearest), counted


def _weekday(r: Scanner, i: int) -> Iterator[Reading]:
    """[next] Friday [the 13th]."""
    yield from _weekdays_away(r, i)
    which, j = which_at(r, i)
    j = r.skip(j, "the") if which is None else j
    weekday = weekday_at(r, j)
    if weekday is None:
        return
    end = r.skip(j + 1, "'s")
    end = r.skip(end, ".") if r.at(end).glued and len(r.word(j)) <= 4 and r.word(end + 1) else end
    yield Cal(weekday=weekday, which=which), end
    if r.word(end) in ("before", "after", "following") and which is None:
        for anchor, last in r.all("date", end + 1):
            yield WeekdayBeside(weekday, -1 if r.word(end) == "before" else 1, anchor), last
    later = r.after(end, "week", "fortnight")
    if later and which != "last":
        yield Ahead(Length(((1.0, UNITS[r.word(end)]),)), 1, Cal(weekday=weekday, which=which)), later
    for beyond in ("after next", "before last") if which is None else ():
        if after := r.after(end, beyond):
            yield Cal(weekday=weekday, which=beyond), after
    k = r.skip(r.skip(end, ","), "the")
    day = day_number(r, k)
    bare = day is not None and not r.at(k).ordinal
    if day is not None and (not bare or (r.at(k).digits == 2 and day > 12 and _free(r, k + 1))):
        yield Cal(weekday=weekday, day=day, which=which), k + 1


def _free(r: Scanner, i: int) -> bool:
    """Nothing at i makes the number before it something else than a day."""
    return (
        r.word(i) not in (":", "/", "-", "am", "pm", "oclock", "a", "p", "%", "hundred", "thousand", "more")
        and r.word(i) not in UNITS
    )


def _month_day(r: Scanner, i: int) -> Iterator[Reading]:
    """June 5, June the 5th, Dec31, next April 6th; a year may follow."""
    which, j = which_at(r, i)
    month = month_at(r, j)
    if month is None:
        return
    k = after_month(r, j)
    k = r.skip(r.skip(r.skip(k, ","), "/", "-"), "the")
    day = day_number(r, k)
    if day is None or not (r.at(k).ordinal or _free(r, k + 1) or r.word(k + 1) in ("-", "/")):
        return
    yield from _with_year(
        r, Cal(month=month, day=day, which=which), k + 1, short=r.at(k).ordinal or r.word(k + 1) == ","
    )


def _with_year(r: Scanner, cal: Cal, i: int, short: bool = False) -> Iterator[Reading]:
    j = r.skip(i, "-", "/") if r.at(i).glued and r.at(i + 1).glued else i
    year = year_at(r, j, short)
    if year:
        yield Cal(year[0], cal.month, cal.day), year[1]
    yield cal, i


def _day_month(r: Scanner, i: int) -> Iterator[Reading]:
    """The 5th of June, 5 June, twenty third day of September; a year may follow."""
    which, j = which_at(r, i)
    j = r.skip(j, "the")
    day = day_number(r, j)
    if day is None or r.word(j - 1) == "$" or (r.word(j - 1) == ":" and r.at(j - 2).digits):
        return
    k = j + 1
    k = k + 1 if r.word(k) == "day" and r.word(k + 1) == "of" else k
    stop = r.word(k) == "." and r.at(k).glued and r.at(j).digits  # 2. January
    k = k + 1 if stop else r.skip(r.skip(k, "of"), "the") if r.word(k) == "of" else r.skip(k, "-", "/")
    month = month_at(r, k)
    if month is not None:
        yield from _with_year(r, Cal(month=month, day=day, which=which), after_month(r, k), short=True)


def _day_of_month(r: Scanner, i: int) -> Iterator[Reading]:
    """The 21st; on the 17."""
    j = r.skip(i, "the")
    day = day_number(r, j)
    if day is None or r.word(j + 1) in UNITS or month_at(r, j + 1) is not None:
        return
    yield from _beside_another(r, i, j, day)
    if r.at(j).ordinal and (j > i or r.word(i - 1) in _BEFORE_A_DAY):
        if stands_alone(r, j + 1) or (
            r.word(i - 1) in _BEFORE_A_DAY and (r.at(j).digits or j == i or r.word(i - 1) == "on")
        ):
            yield Cal(day=day), j + 1
        return
    told_with_month = r.at(j).ordinal and r.word(j + 1) in WHICH and r.word(j + 2) == "month"  # 20th next month
    led = j > i and (r.word(i - 1) in ("on", "by", "until") or r.word(j + 1) in ("from", "between", "at"))
    if r.at(j).digits and (told_with_month or (led and _free(r, j + 1))):
        yield Cal(day=day), j + 1


def _beside_another(r: Scanner, i: int, j: int, day: int) -> Iterator[Reading]:
    """A day whose month is told with another: the 13th and 14th of July, July 13 and 14."""
    k = r.skip(j + 2, "the")
    if r.word(j + 1) in ("and", "or", "&", ",") and r.at(k).ordinal and r.word(k + 1) == "of":
        for other, _ in r.all("date", k):
            if isinstance(other, Cal) and other.month and other.day == r.at(k).number:
                yield Cal(other.year, other.month, day), j + 1
    month = month_at(r, i - 3) if r.word(i - 1) in ("and", "or", "&") and day_number(r, i - 2) else None
    alone = stands_alone(r, j + 1) and _free(r, j + 1) and r.at(j + 1).number is None
    if month and alone and (r.at(j).digits or r.at(j).ordinal):
        yield Cal(month=month, day=day), j + 1


def stands_alone(r: Scanner, i: int) -> bool:
    """ "the first" and "the 5th" are dates only where no thing of which there may be several follows."""
    if r.word(i) == "last":
        return r.word(i + 1) in ("month", "year")
    if r.word(i) == "to" and not r.at(i - 1).digits:  # the first to arrive, the second to last
        return r.at(r.skip(i + 1, "the")).ordinal and r.word(r.skip(i + 1, "the")) != "last"
    timed = r.at(i).number is not None and r.word(i) != "one"  # the 5th nine am, but not the 5th one
    follows = r.word(i) in _AFTER_A_DAY or (r.at(i - 1).digits > 0 and (timed or r.word(i) in _ON_A_DAY))
    return i >= len(r.tokens) or not r.word(i)[0].isalpha() or follows
