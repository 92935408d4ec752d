"""What always holds: times made from a grammar of known values are found whole, right, and whatever their spelling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from num2words import num2words

from services.understanding.when import Found, House, find

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PARTS = {"morning": ("am", range(6, 12)), "afternoon": ("pm", range(12, 18)), "evening": ("pm", range(17, 22))}

nows = st.datetimes(datetime(1970, 1, 2), datetime(2150, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=BERLIN))
often = settings(max_examples=150)


@dataclass(frozen=True)
class Said:
    """An expression and the value it was made from."""

    text: str
    value: date | time


@st.composite
def days(draw: st.DrawFn, now: datetime) -> Said:
    """A day, told in one of many ways."""
    today = now.date()
    ahead = draw(st.integers(1, 60))
    day = today + timedelta(days=ahead)
    weekday = (day.weekday() - today.weekday()) % 7
    ways = [
        (f"in {ahead} days", day),
        (f"in {num2words(ahead)} days", day),
        (f"{ahead} days from now", day),
        (f"{MONTHS[day.month - 1]} {day.day}", day),
        (f"the {num2words(day.day, to='ordinal_num')} of {MONTHS[day.month - 1]}", day),
        (f"{MONTHS[day.month - 1]} {num2words(day.day, to='ordinal')} {day.year}", day),
        (f"{day:%Y-%m-%d}", day),
        (WEEKDAYS[day.weekday()], today + timedelta(days=weekday)),
        ("tomorrow", today + timedelta(days=1)),
        ("the day after tomorrow", today + timedelta(days=2)),
        ("a week from tomorrow", today + timedelta(days=8)),
        (f"{WEEKDAYS[day.weekday()]} next week", today + timedelta(days=7 - today.weekday() + day.weekday())),
    ]
    return Said(*draw(st.sampled_from(ways)))


@st.composite
def clocks(draw: st.DrawFn) -> Said:
    """A time of day that needs no guess."""
    hour, minute = draw(st.integers(0, 23)), draw(st.sampled_from([0, 5, 15, 20, 30, 45, 59]))
    half, twelve = ("am" if hour < 12 else "pm"), hour % 12 or 12
    spoken = num2words(minute) if minute > 9 else f"oh {num2words(minute)}"
    ways = [
        f"{twelve}:{minute:02} {half}",
        f"{twelve} {minute:02} {half}" if minute > 9 else f"{twelve}:{minute:02}{half}",
    ]
    ways += [f"{num2words(twelve)} {spoken} {half}"] if minute else [f"{twelve} {half}", f"{num2words(twelve)} {half}"]
    ways += [f"half past {num2words(twelve)} {half}"] if minute == 30 else []
    ways += [f"a quarter past {twelve} {half}"] if minute == 15 else []
    ways += [f"{hour}:{minute:02}"] if hour > 12 else []
    return Said(draw(st.sampled_from(ways)), time(hour, minute))


def only(text: str, now: datetime, house: House | None = None) -> Found:
    found = find(text, now, house)
    assert len(found) == 1, (text, found)
    return found[0]


@often
@given(st.data(), nows)
def test_a_day_is_found_whole_and_right(data: st.DataObject, now: datetime) -> None:
    said = data.draw(days(now))
    found = only(said.text, now)
    assert found.span == (0, len(said.text))
    assert (found.kind, found.grain) == ("instant", "day")
    assert found.start is not None
    assert found.start.date() == said.value


@often
@given(st.data(), nows, clocks(), st.booleans())
def test_a_day_and_a_time_in_either_order(data: st.DataObject, now: datetime, clock: Said, day_first: bool) -> None:
    day = data.draw(days(now))
    text = (
        f"{day.text} at {clock.text}"
        if day_first
        else f"at {clock.text} {'' if day.text[0] in 'ti' else 'on '}{day.text}"
    )
    assume("days" not in day.text or day_first)
    found = only(text, now)
    assert found.start is not None
    assert isinstance(day.value, date)
    assert isinstance(clock.value, time)
    wall = datetime.combine(day.value, clock.value)
    if day.text in WEEKDAYS and wall < now.replace(tzinfo=None):
        wall += timedelta(days=7)
    assert abs(found.start.replace(tzinfo=None) - wall) in (timedelta(0), timedelta(hours=1))
    assert found.start.astimezone(UTC) == wall.replace(tzinfo=BERLIN).astimezone(UTC)


@often
@given(nows, clocks())
def test_a_time_alone_is_the_next_one(now: datetime, clock: Said) -> None:
    found = only(f"at {clock.text}", now)
    assert found.start is not None
    ahead = found.start.replace(tzinfo=None) - now.replace(tzinfo=None)
    assert timedelta(minutes=-1) < ahead <= timedelta(hours=25)


@often
@given(nows, st.integers(1, 11), st.sampled_from(sorted(PARTS)))
def test_a_part_of_the_day_settles_the_half(now: datetime, hour: int, part: str) -> None:
    half, hours = PARTS[part]
    told = hour + 12 * (half == "pm")
    assume(told in hours)
    found = only(f"tomorrow at {num2words(hour)} in the {part}", now)
    assert found.start is not None
    assert (found.start.date(), found.start.hour) == (now.date() + timedelta(days=1), told)


@often
@given(
    nows,
    st.integers(1, 200),
    st.sampled_from([("minutes", 60), ("hours", 3600), ("seconds", 1)]),
    st.booleans(),
    st.booleans(),
)
def test_elapsed_time_is_exact(now: datetime, count: int, unit: tuple[str, int], ago: bool, spelled: bool) -> None:
    number = num2words(count) if spelled else str(count)
    found = only(f"{number} {unit[0]} ago" if ago else f"in {number} {unit[0]}", now)
    assert found.start is not None
    elapsed = found.start.astimezone(UTC) - now.astimezone(UTC)
    assert elapsed == timedelta(seconds=(-count if ago else count) * unit[1])


@often
@given(
    st.data(),
    nows,
    st.sampled_from(["{}", "Call Anna {}", "{}, please", "Call Anna {}.", "call anna {} about the offer"]),
)
def test_case_and_punctuation_make_no_difference(data: st.DataObject, now: datetime, frame: str) -> None:
    said = data.draw(days(now)).text
    text = frame.format(said)
    plain = [(found.kind, found.start, found.end) for found in find(said, now)]
    for other in (text, text.lower(), text.upper(), text + "!", f" {text} "):
        found = find(other, now)
        assert [(hit.kind, hit.start, hit.end) for hit in found] == plain, other
        assert [other[slice(*hit.span)].lower() for hit in found] == [said.lower()], other


@often
@given(st.data(), nows)
def test_what_was_found_is_found_again_alone(data: st.DataObject, now: datetime) -> None:
    text = f"remind me {data.draw(days(now)).text} at {data.draw(clocks()).text} to call"
    found = only(text, now)
    again = only(text[slice(*found.span)], now)
    assert (again.kind, again.start, again.end) == (found.kind, found.start, found.end)


@often
@given(st.data(), nows, st.integers(0, 20), st.integers(1, 3))
def test_a_range_begins_before_it_ends(data: st.DataObject, now: datetime, hour: int, hours: int) -> None:
    day = data.draw(days(now)).text
    first, last = (f"{at % 12 or 12} {'am' if at < 12 else 'pm'}" for at in (hour, hour + hours))
    found = only(f"{day} from {first} to {last}", now)
    assert found.start is not None
    assert found.end is not None
    assert found.kind == "interval"
    assert found.start <= found.end
    changed = {
        timedelta(hours=n) for n in (hours - 1, hours, hours + 1)
    }  # an hour fewer or more where the clocks change
    skipped = {timedelta(minutes=1)} if hours == 1 else set()  # from two to three in the night that has no such hour
    assert found.end.replace(tzinfo=None) - found.start.replace(tzinfo=None) in changed | skipped


@often
@given(st.dates(date(2013, 1, 1), date(2039, 12, 31)), st.integers(20, 700))
def test_every_spelling_of_a_date_is_the_same_date(day: date, ahead: int) -> None:
    now = datetime.combine(day - timedelta(days=ahead), time(9, 30), BERLIN)
    month, ordinal, short = MONTHS[day.month - 1], num2words(day.day, to="ordinal_num"), f"{day.year % 100:02}"
    spellings = [
        f"{month} {day.day} {day.year}",
        f"{month[:3]} {day.day}, {day.year}",
        f"{month} {ordinal}, {day.year}",
        f"the {ordinal} of {month} {day.year}",
        f"the {num2words(day.day, to='ordinal')} of {month} {num2words(day.year, to='year')}",
        f"{day.day} {month} {day.year}",
        f"{day.day}. {month} {day.year}",
        f"{day.day} {month} {short}",
        f"{month} {day.day} '{short}",
        f"{day.month}/{day.day}/{short}",
        f"{day:%Y-%m-%d}",
    ]
    for said in spellings:
        found = find(said, now)
        assert [hit.start.date() for hit in found if hit.start] == [day], said
        assert found[0].grain == "day", said


@often
@given(nows, st.integers(1, 12), st.integers(1, 27), st.integers(1, 12))
def test_every_joining_of_two_days_is_the_same_stretch(now: datetime, month: int, first: int, further: int) -> None:
    last = min(28, first + further)
    assume(
        (now.month, now.day) != (2, 29)
        and not date(now.year, month, first) <= now.date() <= date(now.year, month, last)
    )
    name, one, two = MONTHS[month - 1], num2words(first, to="ordinal_num"), num2words(last, to="ordinal_num")
    joined = [
        f"{name} {first} to {last}",
        f"{name} {first} through {last}",
        f"{name} {first}-{last}",
        f"from {name} {first} to {last}",
        f"{name} {one} to {two}",
        f"{name} {first} to {name} {last}",
        f"from the {one} to the {two} of {name}",
        f"{first} to {last} {name}",
    ]
    spans = {(found.start, found.end) for said in joined for found in [only(said, now)]}
    assert len(spans) == 1, spans
    start, end = spans.pop()
    assert start is not None
    assert end is not None
    assert (start.month, start.day, end.month, end.day) == (month, first, month, last)


@often
@given(
    nows,
    st.integers(1, 12),
    st.integers(0, 59),
    st.sampled_from(["in the morning", "in the evening", "tomorrow morning", "tonight"]),
)
def test_a_time_without_its_colon_is_the_same_time(now: datetime, hour: int, minute: int, part: str) -> None:
    plain, bare = f"at {hour}:{minute:02} {part}", f"at {hour}{minute:02} {part}"
    assume(not 1900 <= hour * 100 + minute <= 2199)
    assert only(bare, now).start == only(plain, now).start


@often
@given(nows, st.integers(2, 20), st.integers(1, 11), st.sampled_from(["last", "to last"]))
def test_days_are_counted_from_the_end(now: datetime, n: int, month: int, way: str) -> None:
    found = only(f"the {num2words(n, to='ordinal')} {way} day of {MONTHS[month - 1]}", now)
    assert found.start is not None
    last = (
        (date(found.start.year, month % 12 + 1, 1) - timedelta(days=1))
        if month < 12
        else date(found.start.year, 12, 31)
    )
    assert found.start.date() == last - timedelta(days=n - 1)


@often
@given(
    nows,
    st.integers(1, 60),
    st.sampled_from([("half", 1800), ("a quarter", 900), ("three quarters", 2700), ("a third", 1200)]),
)
def test_a_part_of_an_hour_adds_to_whole_ones(now: datetime, hours: int, part: tuple[str, int]) -> None:
    halves = [f"{hours} and a half hours", f"{hours} 1/2 hours", f"{hours}.5 hours"]
    for text in halves if part[0] == "half" else [f"{hours} and {part[0]} hours"]:
        assert only(text, now).seconds == 3600 * hours + part[1]


@often
@given(nows, st.integers(1, 30), st.integers(0, 6))
def test_weekdays_are_counted_back(now: datetime, count: int, weekday: int) -> None:
    found = only(f"{num2words(count)} {WEEKDAYS[weekday]}s ago", now)
    assert found.start is not None
    gone = [day for n in range(1, 7 * count + 8) if (day := now.date() - timedelta(days=n)).weekday() == weekday]
    assert found.start.date() == gone[count - 1]


@often
@given(nows, clocks(), st.integers(1, 300))
def test_a_start_and_a_length_are_one_stretch(now: datetime, clock: Said, minutes: int) -> None:
    found = only(f"tomorrow from {clock.text} for {minutes} minutes", now)
    assert found.start is not None
    assert found.end is not None
    assert found.kind == "interval"
    assert found.end.astimezone(UTC) - found.start.astimezone(UTC) == timedelta(minutes=minutes)


@often
@given(
    nows,
    st.integers(1, 999),
    st.sampled_from(["{} grams of flour", "room {}", "chapter {}", "add {} more eggs", "pages {} to 999"]),
)
def test_a_number_of_anything_else_is_no_time(now: datetime, number: int, frame: str) -> None:
    assert find(frame.format(number), now) == []
