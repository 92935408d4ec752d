"""An answer to "at what time?", in plain words: "make it two" is "at two", "whenever she's free" the earliest. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from services.understanding.when import find

_LEAD = re.compile(
    r"(?:(?:um|uh|er|erm|hmm|oh|well|ok|okay|right|so|then|yes|yeah|maybe|perhaps|probably|rather|better"
    r"|i(?:'d| would) say|i(?: think| guess)|let's (?:say|do|take|go for|make it|try)"
    r"|(?:can|could|shall) (?:we|you|i) (?:do|say|make it|try)|(?:we|you) (?:can|could) (?:do|say)"
    r"|(?:how|what) about|say|make it|do|try|take|go for|put|it's|it is|just|at|from|about|around)[\s,.]+)*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,.]*\b(?:please|then|maybe|perhaps|probably|i think|i guess|i'd say"
    r"|if (?:possible|you can|that works|that's free)|thanks|thank you"
    r"|(?:would be |is |'s |should be |will be |'ll be |sounds )?(?:good|great|best|fine|ok|okay|perfect|nice|better)"
    r"|works(?: for me)?|will do|suits me)[\s.!?]*$|[\s.!?]+$",
    re.IGNORECASE,
)
_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_CLOCK = re.compile(
    r"(?:half(?: past)? |(?:a )?quarter (?:past|to) |(?:five|ten|twenty|twenty[- ]five) (?:past|to) )?"
    rf"(?:{_HOURS}|\d{{1,2}})"
    r"(?:(?: |:|\.)(?:fifteen|thirty|forty[- ]five|[0-5]\d))?(?: o'?clock)?(?: sharp)?"
    r"(?: ?[ap]\.?m\.?| in the (?:morning|afternoon|evening))?",
    re.IGNORECASE,
)
_EARLIEST = re.compile(
    r"(?:(?:the|your|her|his|their) )?(?:earliest|soonest|first)(?: (?:free|possible|available|one|slot|time|gap"
    r"|that's free|that works|of those|of them|(?:you|we|they|he|she)(?:'ve)? (?:have|can|could|got)(?: do)?))*"
    r"|as (?:early|soon) as (?:possible|you can|we can|he can|she can|they can)"
    r"|when(?:ever)? [\w']+?(?:'s|'re|'m| is| are| am| have| has)(?: got)? (?:free|time)"
    r"|whenever|any ?time|you (?:choose|pick|decide)|whatever(?:'s| is) (?:free|left|best|earliest)"
    r"|(?:it |i )?do(?:es)?n't (?:mind|matter|care)",
    re.IGNORECASE,
)
_MORNING = 9
"""When the day of whoever is asked begins, where a whole day was named."""


def plain_time(answer: str, day: str, now: datetime) -> str:
    """The answer as a time of the clock, or as the first that is free from the beginning of `day` on, the words of a
    day or a part of one (may be empty); as it is, where it tells neither.
    """
    words = _LEAD.sub("", answer.strip(), count=1)
    while (shorter := _TAIL.sub("", words)) != words:
        words = shorter
    if _CLOCK.fullmatch(words):
        return f"at {words}"
    if _EARLIEST.fullmatch(words) and (first := _beginning(day, now)):
        return f"{first:%B %d, %Y} after {first:%I:%M %p}"
    return answer


def _beginning(day: str, now: datetime) -> datetime | None:
    found = find(day, now)
    if len(found) != 1 or found[0].start is None or found[0].grain not in ("day", "part"):
        return None
    start = found[0].start
    start = start.replace(hour=_MORNING) if found[0].grain == "day" else start
    return max(start, now)
