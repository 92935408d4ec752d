"""What is told of a meeting in clauses of their own, in fewer words: "about attendance", an hour. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_AT_THAT_HOUR = re.compile(
    r"\b(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|today|tonight) (?=(?:one|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven|twelve)(?: (?:fifteen|thirty|forty five|o'clock))?(?:\s*,|[\s.!]*$))",
    re.IGNORECASE,
)
""" "Mondays nine thirty"."""
_STRETCH = re.compile(
    r",\s*(?=(?:half )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
    r" (?:till|until|to) (?:half )?(?:\w+)\b(?! past| to))",
    re.IGNORECASE,
)
""" "On Sunday, two till five"."""
_IN_OTHER_WORDS: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(form, re.IGNORECASE), plain)
    for form, plain in (
        (
            r"^(?:and |then |so )*(?:i(?:'m| am)? |we(?:'re| are)? )?meet(?:ing)? (?:up )?(?:with )?(?!at\b|in\b|on\b)",
            "meeting with ",
        ),
        (
            r",? (?:and )?(?:it |that )?(?:shouldn't|won't|can't|doesn't|must not|mustn't) (?:take |last |be |need )?"
            r"(?:any )?(?:more|longer) than ",
            ", ",
        ),
        (
            r",? (?:and )?(?:it|that)(?:'ll| will| should|'s going to) (?:only |just )?(?:take|last|need)(?: about)? ",
            ", ",
        ),
        (r" (?:tops|at (?:the )?most|max(?:imum)?)\b", ""),
        (r", (?:the )?(?P<topic>[\w' -]{3,40}?) is what it's (?:all )?about\b", r", about \g<topic>"),
        (r", (?:it's|that's) (?:all )?about ", ", about "),
        (r",? (?:and )?(?:just|only) (?P<who>[\w' ]{2,30}?) and (?:me|i)\b(?=\s*(?:,|[.!]*$))", r", with \g<who>"),
    )
]
"""What is told of a meeting in a clause of its own, in fewer words."""


def in_fewer_words(text: str) -> str:
    """ "Attendance is what it's about" as "about attendance", "it shouldn't take more than an hour" as "an hour"."""
    for form, plain in _IN_OTHER_WORDS:
        text = form.sub(plain, text)
    return _STRETCH.sub(", from ", _AT_THAT_HOUR.sub(r"\g<day> at ", text))
