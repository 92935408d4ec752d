"""How times, numbers and several things are said: short to hear, and relative to now where that is natural. Pure."""

from __future__ import annotations

import re
from calendar import day_name, month_name
from collections.abc import Sequence, Sized
from datetime import date, datetime, tzinfo

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PRIVATE = frozenset(("private", "secret", "closed", "restricted", "confidential", "invite only", "internal"))
"""What is said of a channel or project that is for the people in it alone."""
_TWO_MARKS = re.compile(r"(?<!\.)\.\.(?=\s|$)")
_OPENER = re.compile(r"An?|Th(?:e|ere|at|is|ese|ey)|It|Your?|No(?:thing|body)?|In|On")
"""Words that are written small within a sentence."""
_BEFORE_DAY = re.compile(
    r"^(?:(?:for|on|in|at|of|by|during) )+(?=(?:today|tomorrow|tonight|yesterday|this|next|last|now|every|each"
    r"|weekdays?|weekends|the day (?:before|after))\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:(?:from|for|on|in|at|of|by|about|over|during) )+", re.IGNORECASE)
_JOINS = re.compile(r" (?:of|for|with|in|on|to|from|and|at|by|without) ", re.IGNORECASE)
_LIKE_YOU = re.compile(r"u[nst]i|us[aeu]|eu|one\b|once", re.IGNORECASE)
"""Begins with a vowel that is none: a user group."""


def clock(at: datetime) -> str:
    """5 PM, 5:30 PM, noon, midnight. `at` is in the listener's zone."""
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return "noon" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes} {'AM' if at.hour < 12 else 'PM'}"


def day(on: date, today: date) -> str:
    """today, tomorrow, yesterday, Friday (within six days), December 4; with another year unless near."""
    distance = (on - today).days
    if -1 <= distance <= 1:
        return ("yesterday", "today", "tomorrow")[distance + 1]
    if 1 < distance < 7:
        return day_name[on.weekday()]
    year = f", {on.year}" if on.year != today.year and abs(distance) > 180 else ""
    return f"{month_name[on.month]} {on.day}{year}"


def full_date(on: date) -> str:
    """Friday, December 4, 2026."""
    return f"{day_name[on.weekday()]}, {month_name[on.month]} {on.day}, {on.year}"


def moment(at: datetime, now: datetime, zone: tzinfo, *, whole_day: bool = False) -> str:
    """tomorrow at 9 AM; today at 5 PM; Friday, with `whole_day`."""
    local = at.astimezone(zone)
    spoken = day(local.date(), now.astimezone(zone).date())
    return spoken if whole_day else f"{spoken} at {clock(local)}"


def since(at: datetime, now: datetime, zone: tzinfo) -> str:
    """When something was missed: at 9 AM, if today; else with its day (yesterday at 9 AM)."""
    local = at.astimezone(zone)
    return f"at {clock(local)}" if local.date() == now.astimezone(zone).date() else moment(at, now, zone)


def duration(seconds: float) -> str:
    """10 minutes; 1 hour and 30 minutes; 3 minutes and 20 seconds. From an hour on, without seconds."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        whole = round(whole / 60) * 60
    parts = (
        (whole // 86_400, "day"),
        (whole // 3600 % 24, "hour"),
        (whole // 60 % 60, "minute"),
        (whole % 60, "second"),
    )
    said = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return listed(said) or "0 seconds"


def number(count: int) -> str:
    """Small numbers as words."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def number_told(words: str) -> int | None:
    """The last number in the words, in digits or as a word up to twelve: three → 3, "last 4" → 4. None without any."""
    small = {"a": 1, "an": 1, "couple": 2, "both": 2, **{word: count for count, word in enumerate(NUMBERS) if count}}
    pieces = words.casefold().replace("%", " ").replace("-", " ").split()
    known = [
        int(piece) if piece.isdecimal() else small[piece]
        for piece in pieces
        if piece in small or (piece.isdecimal() and len(piece) < 7)
    ]
    return known[-1] if known else None


def counted(count: int, noun: str, plural: str = "") -> str:
    """one task, nine tasks, no tasks; nine people."""
    return f"{number(count)} {noun if count == 1 else plural or f'{noun}s'}"


def be(things: Sized) -> str:
    """is, of one; are, of several or none."""
    return "is" if len(things) == 1 else "are"


def a_(words: str) -> str:
    """a design; an ops: the words with the article before them."""
    return f"{'an' if words[:1].casefold() in tuple('aeiou') and not _LIKE_YOU.match(words) else 'a'} {words}"


def listed(things: Sequence[str], word: str = "and") -> str:
    """a; a and b; a, b and c."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {word} {things[-1]}"


def enumerated(things: Sequence[str]) -> str:
    """Like `listed`, with semicolons where a thing has commas of its own."""
    return listed(things) if not any("," in thing for thing in things) else "; ".join(things)


def whether(on: str, off: str) -> str:
    """Yes, a is on it; No, b is not on it; a is on it, but b is not on it. Of these two sentences one may be empty."""
    return f"Yes, {on}" if not off else f"No, {off}" if not on else f"{on}, but {off}"


def paged(head: str, told: Sequence[str], count: int, which: str = "first") -> str:
    """Two notes: a and b. Where only some of `count` things are told: nine notes. The latest three: a, b and c."""
    part = f". The {which} {number(len(told))}" if count > len(told) else ""
    return f"{head}{part}: {enumerated(told)}"


def continued(told: Sequence[str], left: int) -> str:
    """The next three: a, b and c. Where no more than these are `left`: the last two of them."""
    last = f"The last {number(left) + ' ' if left > 1 else ''}of them"
    return f"{last if left <= len(told) else f'The next {number(len(told))}'}: {enumerated(told)}"


def some(told: Sequence[str], most: int) -> str:
    """a, b and c; of more than `most`: a, b and c, and 5 more."""
    more = f", and {len(told) - most} more" if len(told) > most else ""
    return f"{enumerated(told[:most])}{more}"


def from_(words: str) -> str:
    """Words about time, behind "from": on Friday → from Friday; since May stays."""
    bare = _LEAD.sub("", proper(words))
    return bare if bare.startswith(("since ", "before ", "after ", "between ", "until ")) else f"from {bare}"


def time_of(words: str) -> str:
    """Words about time without the preposition before them: on Friday → Friday."""
    return _LEAD.sub("", proper(words).strip())


_ALIKE = frozenset(["fish", "sheep", "salmon", "trout", "cod", "tuna", "shrimp", "offspring", "aircraft"])
_IRREGULAR = {
    "man": "men", "woman": "women", "child": "children", "foot": "feet", "tooth": "teeth", "goose": "geese",
    "mouse": "mice", "person": "people", "loaf": "loaves", "knife": "knives", "shelf": "shelves", "leaf": "leaves",
    "half": "halves", "potato": "potatoes", "tomato": "tomatoes",
}  # fmt: skip


def plural(name: str) -> str:
    """several of one thing: lamp → lamps, paper plate → paper plates; what is told with more ("lamp for the hall") or
    ends in an s stays.
    """
    *before, last = name.split(" ")
    if not last.isalpha() or not last.islower() or last.endswith("s") or last in _ALIKE or _JOINS.search(name):
        return name
    if last in _IRREGULAR:
        many = _IRREGULAR[last]
    elif last in _IRREGULAR.values():
        many = last
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        many = f"{last[:-1]}ies"
    else:
        many = f"{last}{'es' if last.endswith(('x', 'z', 'ch', 'sh')) else 's'}"
    return " ".join([*before, many])


def repeated(things: Sequence[str]) -> str:
    """the pasta timer and two timers: what is called the same is counted."""
    counts = {thing: things.count(thing) for thing in dict.fromkeys(things)}
    return listed([thing if count == 1 else counted(count, thing) for thing, count in counts.items()])


def sentence(words: str) -> str:
    """Capital at the start, one mark at the end of each: a name may bring its own, such as Berger Inc."""
    words = _TWO_MARKS.sub(".", words.strip())
    capital = words[:1].upper() + words[1:]
    return capital if capital.endswith((".", "!", "?")) else f"{capital}."


def clause(words: str) -> str:
    """A sentence to follow a colon or "but": without its final mark, and with a small initial unless that is a name."""
    words = words.strip().removesuffix(".")
    first, _, rest = words.partition(" ")
    return f"{first.lower()} {rest}" if _OPENER.fullmatch(first) else words


def told(sentences: Sequence[str]) -> str:
    """Several sentences, one after the other."""
    return " ".join(sentence(words) for words in sentences if words.strip())


_WHOLE = {
    "the week": "this week", "the month": "this month", "morning": "in the morning", "afternoon": "in the afternoon",
    "evening": "in the evening",
}  # fmt: skip


def proper(words: str) -> str:
    """Words about time, as they were transcribed, with capitals where they belong: every monday → every Monday; and
    without a preposition that does not belong before them: on next week → next week.
    """
    words = _BEFORE_DAY.sub("", words)
    words = _WHOLE.get(words.casefold(), words)
    days = (*day_name, *(f"{name}s" for name in day_name))
    names = {name.casefold(): name for name in (*days, *month_name[1:]) if name != "May"}  # more often a verb
    return " ".join(names.get(word.casefold(), word) for word in words.split())


def spoken(words: str) -> str:
    """A title as it goes into a sentence: without the mark at its end."""
    return words.strip().rstrip(".!?, ")


def excerpt(words: str, most: int = 120) -> str:
    """The beginning of a long text, cut between two words."""
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0].rstrip(' ,;:.')} …"
