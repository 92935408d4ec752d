"""A new customer, told as one does: "and she's a new patient, Kowalczyk, take her in"."""

from __future__ import annotations

import re

from services.understanding.base import Command, Step
from services.understanding.stages.base import Understanding
from services.understanding.words import FILLERS, split_words, word_set

_SURE = 0.9
_LONGEST = 120
_MOST_NAME_WORDS = 4
_KIND = r"(?:customer|client|patient|pupil|student|guest|tenant)"
_OPEN = rf"(?:(?:{FILLERS}|please|can you|could you|would you|now|by the way|if you please)\b[\s,]*)*"
_HERE = (
    r"(?:(?:she|he|that|it|here|this|there)(?:['’]s| is)|they(?:['’]re| are)|(?:we|i)(?:['’]ve| have)(?: got)?"
    r"|(?:i|we)(?:['’]d| would) like to (?:add|have|enter)|add|create|enter|save|put in|set up|take in|take on)"
)
_CALLED = r"(?:called |named |by the name of |it['’]s |(?:the |his |her |their )?name(?:['’]s| is) |name of )"
_TAIL = (
    r"(?:[\s,]+(?:(?:and |so |please )*(?:take|put|add|enter|write|note|save) (?:her|him|them|it"
    r"|that)(?: in| down| up| on)?|please))*"
)
_BESIDE = r"(?:[,.;]\s+(?:(?:she|he|they|it|that)(?:['’](?:s|re|ve|d))?|who) [^?]*)?"
"""What is told of them, which is no part of the name."""
_NEW = re.compile(
    rf"{_OPEN}(?:{_HERE} )?(?:an? |another |the |our |my )?new {_KIND}(?: for (?:us|me)| if you please)?"
    rf"(?:\s*[,:.]\s+|\s+(?={_CALLED}))(?:{_CALLED})?(?P<name>[^,.;:?]+){_TAIL}{_BESIDE}[\s.!]*",
    re.IGNORECASE,
)
_NO_NAME = word_set("""is has have was were wants comes coming came called needs who what when for at on tomorrow today
    and she he they it please add put take create meeting appointment visit call on""")


def new_customer(said: Understanding) -> Understanding | None:
    """The customer with all of the name."""
    found = _NEW.fullmatch(said.text.strip()) if len(said.text) <= _LONGEST else None
    if found is None:
        return None
    words = [word.text for word in split_words(found["name"])]
    if not 0 < len(words) <= _MOST_NAME_WORDS or _NO_NAME & set(words):
        return None
    step = Step("customer.create", {"name": found["name"].strip()})
    return said.found(Command(said.text, (step,), _SURE, "template"))
