"""Times, amounts, people, and rows of things as people say them and recognisers write them: what no list could hold.

Every function takes a Random and gives the words. `when` and `range` have their preposition; `day` and `clock` have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

Say = Callable[[str], str]
"""The words of another pool."""

_SMALL = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "january february march april may june july august september october november december".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
    "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
_HINDI = "ek do teen chaar paanch chhe saat aath nau das gyarah barah bees pachees tees chalees pachaas sau".split()


def number_words(number: int) -> str:
    """0 to 999,999 in English words."""
    if number < 20:
        return "zero" if not number else _SMALL[number - 1]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f" {_SMALL[ones - 1]}" if ones else "")
    size, word = (1000, "thousand") if number >= 1000 else (100, "hundred")
    high, low = divmod(number, size)
    return f"{number_words(high)} {word}" + (f" {number_words(low)}" if low else "")


def _number(random: Random, most: int) -> str:
    """Small numbers are likelier."""
    number = random.randint(1, random.choice((10, min(30, most), most)))
    return str(number) if random.random() < 0.5 else number_words(number)


def number(random: Random) -> str:
    """A count."""
    return _number(random, 60)


def percent(random: Random) -> str:
    """A level, as volumes are told."""
    level = random.choice((10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100, random.randint(1, 100)))
    said = str(level) if random.random() < 0.6 else number_words(level)
    return said + random.choice((" percent", " percent", "%" if said.isdigit() else " percent", ""))


def amount(random: Random) -> str:
    """Money, with or without its currency."""
    size = random.choice((random.randint(1, 99), random.randrange(50, 1000, 50), random.randrange(100, 10_000, 100), random.randrange(1000, 100_000, 500)))
    said = random.choice((str(size), f"{size:,}" if size > 999 else str(size), number_words(size)))
    kind = random.random()
    if kind < 0.45:
        return said
    if kind < 0.6 and said[0].isdigit():
        return random.choice("$₹€£") + said
    return f"{said} {random.choice(('rupees', 'rupees', 'dollars', 'bucks', 'euros', 'pounds', 'rs'))}"


def amount_hindi(random: Random) -> str:
    """Rupees in romanised Hindi."""
    count = random.choice(_HINDI[:-1])
    said = random.choice((f"{count} sau", f"{count} hazaar", count, f"{count} hazaar {random.choice(_HINDI[:9])} sau", str(random.randrange(50, 5000, 50))))
    return said + random.choice(("", "", " rupaye", " rupay", " rupaiya", " rs"))


def phone(random: Random) -> str:
    """Digits in groups, or spoken one by one."""
    digits = [random.randint(0, 9) for _ in range(random.choice((7, 7, 10)))]
    if random.random() < 0.25:
        return " ".join("zero" if not each else _SMALL[each - 1] for each in digits)
    text = "".join(map(str, digits))
    cut = len(text) - 4
    groups = [text[:cut]] if cut == 3 else [text[:3], text[3:cut]]
    return random.choice((" ", "-")).join([*groups, text[cut:]]) if random.random() < 0.8 else text


def clock(random: Random) -> str:
    """A time of day without "at"."""
    hour, minute = random.randint(1, 12), random.choice((0, 0, 15, 30, 45, random.randrange(0, 60, 5)))
    spelled = number_words(hour)
    half = random.choice(("pm", "am", "p.m", "a.m"))
    part = random.choice(("in the morning", "in the evening", "in the afternoon", "at night", "tonight", "sharp"))
    forms = [f"{hour}:{minute:02d}", f"{hour}:{minute:02d} {half}", f"{hour} {half}", f"{hour}{half[0]}m", spelled, str(hour), f"{spelled} {half}", f"{spelled} o'clock"]
    forms += [f"{hour} o'clock", f"half past {spelled}", f"quarter to {spelled}", f"a quarter past {spelled}", f"{random.choice((5, 10, 20))} to {spelled}", f"half {spelled}"]
    forms += [f"{spelled} {part}", f"{hour} {part}", "noon", "midnight", "midday", f"{random.randint(13, 23)}:{minute:02d}", f"{spelled} thirty", f"{spelled} fifteen"]
    forms += [f"{hour}:{minute:02d}{half[0]}m", f"{hour}:{minute:02d} {part}"]
    return random.choice(forms)


def date(random: Random) -> str:
    """A day of the year."""
    month, day = random.choice(_MONTHS), random.randint(1, 31)
    tail = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    forms = (f"{month} {day}{tail}", f"{month} {day}", f"the {day}{tail} of {month}", f"{day} {month}", f"{_ORDINALS[day - 1]} of {month}")
    return random.choice((*forms, f"the {day}{tail}", f"{month} {_ORDINALS[day - 1]}", f"the {_ORDINALS[day - 1]}", f"{month[:3]} {day}", f"{random.randint(1, 12)}/{day}"))


def day(random: Random) -> str:
    """A day, without a preposition."""
    named = random.choice(_DAYS)
    forms = (named, named, named, f"next {named}", f"this {named}", f"this coming {named}", f"{named} week", "tomorrow", "tomorrow", "tomorrow", "today", "tonight")
    return random.choice((*forms, "the day after tomorrow", "the weekend", f"{named} {part_of_day(random)}", f"tomorrow {part_of_day(random)}", date(random), date(random)))


def part_of_day(random: Random) -> str:
    """morning."""
    return random.choice(("morning", "morning", "afternoon", "evening", "night"))


def duration(random: Random) -> str:
    """A length of time."""
    unit = random.choice(("minute", "minute", "minute", "hour", "hour", "second", "day", "week"))
    count = _number(random, 59)
    one = count in ("1", "one")
    forms = [f"{count} {unit}{'' if one else 's'}"] * 6
    forms += ["half an hour", "an hour", "an hour and a half", "a minute", "a couple of hours", "a few minutes", "half a minute", "quarter of an hour", "two and a half hours"]
    forms += [f"{_number(random, 12)} hours {_number(random, 59)} minutes", f"{_number(random, 5)} hours and {_number(random, 59)} minutes", f"{count} min", f"{_number(random, 10)} and a half minutes"]
    return random.choice(forms)


def range_(random: Random) -> str:
    """A stretch of time with what goes before it."""
    span = random.choice(("week", "week", "month", "weekend", "year", "quarter"))
    forms = [f"this {span}", f"next {span}", f"last {span}", "today", "tomorrow", "yesterday", "this morning", "this afternoon", "tonight", "this evening"]
    forms += [f"on {random.choice(_DAYS)}", f"in {random.choice(_MONTHS)}", f"on {date(random)}", f"between {clock(random)} and {clock(random)}", f"for {day(random)}", f"in the next {duration(random)}"]
    forms += [f"from {random.choice(_DAYS)} to {random.choice(_DAYS)}", f"until {day(random)}", f"over the {random.choice(('weekend', 'holidays', 'summer'))}", f"the rest of the {span}", f"before {clock(random)}"]
    forms += [f"after {clock(random)}", f"by the end of the {span}", f"{random.choice(_DAYS)} {part_of_day(random)}", f"since {random.choice(_DAYS)}", f"for the {span}", day(random)]
    return random.choice(forms)


def when(random: Random) -> str:
    """A point or a stretch of time as it stands in a sentence, with its preposition."""
    named = day(random)
    on = "" if named.split()[0] in ("tomorrow", "today", "tonight", "next", "this") else random.choice(("on ", "on ", ""))
    forms = [f"{on}{named}"] * 3 + [f"at {clock(random)}"] * 4 + [f"{on}{named} at {clock(random)}"] * 5 + [f"in {duration(random)}"] * 2
    forms += [f"at {clock(random)} {on}{named}"] * 2 + [f"by {named}", f"before {named}", f"{named} at {clock(random)}", f"{on}{named} {clock(random)}"]
    forms += [f"{duration(random)} from now", f"next {random.choice(('week', 'month'))}", f"by the end of the {random.choice(('day', 'week', 'month'))}", "this afternoon", "this evening", "tonight"]
    forms += [f"by {clock(random)}", f"for {named}", f"for {clock(random)}", f"for {named} at {clock(random)}", f"in the {random.choice(('morning', 'evening', 'afternoon'))}", f"before {clock(random)}", "later today"]
    forms += [f"{on}{named} in the {random.choice(('morning', 'afternoon', 'evening'))}", f"first thing {random.choice(('tomorrow', 'in the morning'))}", f"after {clock(random)}", f"around {clock(random)}"]
    return random.choice(forms)


def recurrence(random: Random) -> str:
    """How often, with the time perhaps."""
    unit = random.choice(("day", "day", "morning", "evening", "night", "week", "month", "year", "weekday", "hour"))
    forms = [f"every {unit}", f"every {random.choice(_DAYS)}", f"every {random.choice(_DAYS)} at {clock(random)}", f"every {unit} at {clock(random)}", f"at {clock(random)} every {unit}"]
    forms += ["daily", "weekly", "every other day", "every two weeks", "on weekdays", f"on weekdays at {clock(random)}", f"each {random.choice(_DAYS)}", f"every {duration(random)}", "monthly"]
    forms += [f"{random.choice(_DAYS)}s at {clock(random)}", f"every {random.choice(_DAYS)} and {random.choice(_DAYS)}", f"every day at {clock(random)}", f"daily at {clock(random)}", f"on {random.choice(_DAYS)}s"]
    return random.choice([*forms, "once a week", "once a month", f"every first {random.choice(_DAYS)} of the month", "every single day", f"each {random.choice(('morning', 'night'))}"])


def priority(random: Random) -> str:
    """How important."""
    level = random.choice(("high", "high", "low", "medium", "top", "normal"))
    return random.choice((f"{level} priority", f"{level} priority", "urgent", level, "important", f"priority {level}", "critical"))


def people(random: Random, say: Say) -> str:
    """One to three."""
    count = random.choices((1, 2, 3), (70, 22, 8))[0]
    return joined([say("person") for _ in range(count)], random)


def items(random: Random, say: Say) -> str:
    """One to five things, some of them counted."""
    count = random.choices((1, 2, 3, 4, 5), (45, 25, 15, 10, 5))[0]
    return joined([_counted(random, say("item")) for _ in range(count)], random)


def tags(random: Random, say: Say) -> str:
    """One or two."""
    return joined([say("tag") for _ in range(random.choices((1, 2), (80, 20))[0])], random)


def _counted(random: Random, thing: str) -> str:
    if random.random() < 0.75:
        return thing
    measure = random.choice(("loaves", "bottles", "packs", "kilos", "bags", "cans", "boxes", "litres"))
    return random.choice((f"{random.choice(('two', 'three', '2', '4', 'six'))} {measure} of {thing}", f"a dozen {thing}", f"some {thing}", f"{_number(random, 12)} {thing}", f"a {measure.rstrip('s')} of {thing}"))


def joined(words: Sequence[str], random: Random) -> str:
    """a, a and b, a b and c."""
    if len(words) < 2 or random.random() < 0.06:
        return " ".join(words)
    return f" {random.choice(('and', 'and', 'and', 'and', 'plus'))} ".join((" ".join(words[:-1]) if random.random() < 0.85 else " and ".join(words[:-1]), words[-1]))


MADE: Mapping[str, Callable[[Random], str]] = {
    "number": number,
    "level": percent,
    "percent": percent,
    "count": number,
    "amount": amount,
    "amount_hindi": amount_hindi,
    "phone": phone,
    "clock": clock,
    "date": date,
    "day": day,
    "duration": duration,
    "range": range_,
    "when": when,
    "old_when": lambda random: random.choice((day, clock))(random),
    "recurrence": recurrence,
    "priority": priority,
}
JOINED: Mapping[str, Callable[[Random, Say], str]] = {
    "people": people,
    "assignees": people,
    "old_assignees": people,
    "attendees": people,
    "recipients": people,
    "items": items,
    "tags": tags,
}
