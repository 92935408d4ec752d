"""A day or an hour that does not exist, said alone: "february 30" is told to be none, whatever it was meant for."""

from __future__ import annotations

from services.understanding.base import Command, Step
from services.understanding.stages.base import Understanding
from services.understanding.when import find

_SURE = 0.95


def no_such_time(said: Understanding) -> Understanding | None:
    """Asks for that time, which the answer then says there is not."""
    words = said.text.strip(" .,!?")
    found = find(words, said.now, said.house)
    if len(found) != 1 or found[0].exists or found[0].span != (0, len(words)):
        return None
    return said.found(Command(said.text, (Step("datetime.query", {"when": words}),), _SURE, "template"))
