"""How recognisers get commands wrong: words that sound alike, articles lost, names split, endings, no punctuation.
Deterministic.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

ALIKE = {
    "add": "at", "alarm": "alarms", "assign": "a sign", "by": "buy", "call": "cool", "channel": "chanel",
    "create": "crate",
    "credit": "credits", "deadline": "dead line", "delete": "deleted", "due": "do", "eight": "ate", "file": "files",
    "for": "four",
    "four": "for", "friday": "fry day", "hour": "our", "list": "least", "mark": "marc", "mail": "male", "meet": "meat",
    "meeting": "meting", "message": "massage", "milk": "milked", "minutes": "minute", "one": "won", "our": "are",
    "pause": "paws",
    "please": "pleas", "project": "projects", "read": "red", "remind": "reminds", "reminder": "remainder",
    "remove": "removed",
    "report": "reports", "right": "write", "schedule": "scheduled", "send": "sand", "set": "said", "sarah": "sara",
    "some": "sum",
    "start": "started", "task": "test", "tasks": "tests", "the": "a", "their": "there", "timer": "timers",
    "to": "too", "two": "too",
    "week": "weak", "weekly": "weakly", "what's": "whats", "what": "watt", "with": "width", "write": "right",
    "john": "jon",
    "anna": "ana", "mike": "mic", "tom": "thom", "priya": "pre ya", "rahul": "raul", "new": "knew", "note": "notes",
    "tell": "tail",
}  # fmt: skip
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]{4,}\b")


def mistaken(text: str, *, seed: int = 0) -> Iterator[tuple[str, str]]:
    """(kind of mistake, the text with it); a kind that finds nothing to get wrong gives nothing."""
    chance = random.Random(f"{seed}{text}")
    yield "plain", re.sub(r"[.,!?;:]", "", text).lower()
    without = re.sub(r"\b(?:the|an?|my)\s+", "", text, flags=re.IGNORECASE)
    if without != text:
        yield "no articles", without
    words = text.split()
    places = [i for i, word in enumerate(words) if word.lower().strip(".,!?;:") in ALIKE]
    if places:
        i = chance.choice(places)
        bare = words[i].strip(".,!?;:")
        heard = ALIKE[bare.lower()]
        yield (
            "sounds alike",
            " ".join([*words[:i], words[i].replace(bare, heard.title() if bare.istitle() else heard), *words[i + 1 :]]),
        )
    names = list(_NAME.finditer(text))
    if names:
        name = chance.choice(names)
        cut = chance.randrange(2, len(name.group()) - 1)
        yield "split name", f"{text[: name.start() + cut]} {text[name.start() + cut :]}"
    if len(words) > 3:
        i = chance.randrange(len(words))
        yield "said twice", " ".join([*words[:i], words[i], *words[i:]])
        yield "with a filler", " ".join([*words[:i], "um,", *words[i:]])
