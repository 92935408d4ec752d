"""A day that there is not, said alone ("february 30"), and another one for it.

"The thirtieth then", behind "there is no thirty-first of June".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.additions import told
from services.understanding.stages.base import Understanding
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find

_LONGEST = 100
_SURE = 0.95
_ONES = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_NTH = (
    rf"(?:(?:twenty|thirty)[- ](?:{_ONES})|{_ONES}|tenth|eleventh|twelfth|\w+teenth|twentieth|thirtieth"
    r"|\d{1,2}(?:st|nd|rd|th)|\d{1,2}\.)"
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DAY = re.compile(
    rf"^(?:(?:on|the|make|it|that|oh|then|no|sorry|of|course|i|mean|meant|um|uh|ah|well|rather|so)\s+)*"
    rf"(?P<day>{_NTH})(?: of {_MONTH})?(?:\s+(?:then|instead|of|course|please|rather|obviously))*$",
    re.IGNORECASE,
)
_FIRST_OF = re.compile(rf"(?P<day>{_NTH}) of (?P<month>{_MONTH})", re.IGNORECASE)
_IN_OLD = re.compile(rf"(?P<day>{_NTH})(?P<of>(?: of)? {_MONTH})?|(?P<month>{_MONTH}) (?P<day2>{_NTH}|\d+)", re.I)


def day_put_right(said: Understanding) -> Understanding | None:
    """The command that was refused for its day, on the other one, with what else is told of it."""
    last = said.conversation.last
    step = last.steps[-1] if last else None
    old = step.slots.get("when") if step else None
    if said.told or said.conversation.done or not isinstance(old, str) or len(said.text) > _LONGEST:
        return None
    if step is None or last is None or not said.conversation.reply.startswith("There is no "):
        return None
    clauses = [clause.strip() for clause in re.split(r"[,.;!]\s+|[.!?]$", said.text.strip()) if clause.strip()]
    days = [(at, day) for at, clause in enumerate(clauses) if (day := _DAY.match(clause))]
    before = _IN_OLD.search(old)
    if len(days) != 1 or before is None:
        return None
    at, day = days[0]
    month = _FIRST_OF.search(day.group())
    new = (
        f"{day['day']} of {month['month']}" if month else f"{day['day']}{before['of'] or ' of ' + str(before['month'])}"
    )
    slots: dict[str, Slot] = {**step.slots, "when": f"{old[: before.start()]}{new}{old[before.end() :]}"}
    for clause in clauses[at + 1 :]:
        slots = _with(said, step, slots, clause)
    command = Command(said.text, (*last.steps[:-1], replace(step, slots=slots)), last.confidence, "template")
    return said.found(command, "command")


def _with(said: Understanding, step: Step, slots: dict[str, Slot], clause: str) -> dict[str, Slot]:
    """With what a clause tells; talk tells nothing."""
    more: Mapping[str, Slot] = told(clause, VOCABULARY[step.action], said.now, said.names)
    if "when" in more:
        known = str(more["when"]) in str(slots["when"])
        return slots if known else {**slots, "when": f"{slots['when']} {more['when']}"}
    return {**slots, **more}


def no_such_time(said: Understanding) -> Understanding | None:
    """Asks for that time, which the answer then says there is not."""
    words = said.text.strip(" .,!?")
    found = find(words, said.now, said.house)
    if len(found) != 1 or found[0].exists or found[0].span != (0, len(words)):
        return None
    return said.found(Command(said.text, (Step("datetime.query", {"when": words}),), _SURE, "template"))
