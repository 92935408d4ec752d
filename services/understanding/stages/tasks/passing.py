"""Tasks given in passing: "give him another one, wash the van, by Friday", "a Mrs Dorn wants a cake for Wednesday. New
task that", "make that a task for Monday" behind a note.
"""

from __future__ import annotations

import re

from services.understanding.base import Command
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.listed import COMMAS, FOR, created, told_piece, told_pieces
from services.understanding.stages.tasks.phrasings import is_command, unfilled
from services.understanding.stages.tasks.titles import (
    family,
    people,
    without_time,
)

_GIVES = re.compile(
    r"(?:(?:and|also|then|while (?:i|we|you)(?:'m|'re) at it)[\s,]+)*(?:(?:can|could|may|shall) (?:i|we|you) "
    r"|let's |please )*"
    r"(?:give|assign) (?P<who>[^,?.:]+?) (?:another|one more|a new|a|something|some more|one)(?: (?:one|task|job"
    r"|thing))?"
    r"(?: to do)?(?: too| as well| else| more| also)*[?,.:;]+ (?:and )?"
    r"(?:(?:he|she|they)(?:'s| is| are)? (?:should|must|has to|have to|needs? to|can|could|to) |to )?(?P<rest>.+)",
    re.I,
)
_TASK_THAT = re.compile(
    r"(?P<what>.+?)[,.;]+ (?:and )?(?:please )?(?:(?:(?:new|a|one) )*(?:new )?(?:task|job|to-do"
    r"|todo)(?: for)? (?:that|it|this)"
    r"|(?:make|note|enter|put|write) (?:that|it|this)(?: down)?(?: as)? an? (?:new )?(?:task|job|to-do|todo)"
    r"|that's a (?:new )?task"
    r"|as a (?:new )?task)(?: please)?",
    re.I,
)
_MAKE_TASK = re.compile(
    r"(?:and )?(?:please )?(?:make|turn) (?:that|it|this)(?: note)?(?: into)? an? (?:new )?(?:task|job|to-do|todo)"
    r"(?P<told> (?:for|by|due) [^,.;]+)?(?:[,.;] (?P<more>.+))?",
    re.I,
)
_FOR_TO = re.compile(
    r"(?:and |also |then )*(?:an? |another |new |one more )+(?:task"
    r"|job) for (?P<who>[^,:]+?) to (?P<what>[^,]+(?:,? (?:by|until|on|due) .+)?)",
    re.I,
)
_MUST = re.compile(
    r"(?P<too>(?:and|also|then|oh and|plus)[\s,]+)*(?:i|we)(?:(?:'ve got| have| need) to| must) (?P<what>.+?)"
    r"(?P<note>[,.;] (?:and )?(?:please )?(?:put|write|note|jot|take) (?:that|it|this) down(?: please)?)?",
    re.I,
)
_I_MUST = re.compile(r"^(?:and |also )*(?:i|we)(?:'ve got to| have to| need to| must| should) ", re.I)


def passing_task(said: Understanding) -> Understanding | None:
    """A new task of what was just said."""
    text = said.text.strip(" .!")
    for reads in (_must, _for_somebody, _gives, _noted_as_task, _of_what_was_noted):
        if found := reads(said, text) or reads(said, unfilled(text)):
            return said.found(found, "talk")
    return None


def _gives(said: Understanding, text: str) -> Command | None:
    """ "Give him another one, wash the van, by Friday"; "can I give Jonas something, too? He should wash the van"."""
    found = _GIVES.fullmatch(text)
    who = people(said, found["who"]) if found else None
    told = told_pieces(said, COMMAS.split(found["rest"]), {}) if found and who else None
    if found is None or who is None or told is None or not told.titles:
        return None
    return created(said, [", ".join(told.titles)], {"assignees": who, **told.slots})


def _for_somebody(said: Understanding, text: str) -> Command | None:
    """ "And a task for him to get the brake pads, by Saturday"."""
    found = _FOR_TO.fullmatch(text)
    who = people(said, found["who"]) if found else None
    if found is None or who is None:
        return None
    title, when = without_time(said, found["what"])
    return created(said, [title.strip(" ,")], {"assignees": who, **({"when": when} if when else {})})


def _must(said: Understanding, text: str) -> Command | None:
    """ "I have to call the tax adviser back tomorrow at nine, put that down"; behind a task or a reminder, "and I have
    to ring Mrs Kessler by five".
    """
    found = _MUST.fullmatch(text)
    if found is None or not (found["note"] or (found["too"] and family(said) in ("task", "reminder"))):
        return None
    title, when = without_time(said, found["what"])
    return created(said, [title.strip(" ,")], {"when": when}) if when else None


def _noted_as_task(said: Understanding, text: str) -> Command | None:
    """ "A Mrs Dorn wants a cake for Wednesday, twelve people. New task that"."""
    found = _TASK_THAT.fullmatch(text)
    words = re.sub(r"^[^\W_]+ (?:says|said|tells me|told me)(?: that)? ", "", found["what"]) if found else ""
    if found is None or is_command(said, words):
        return None
    told = told_pieces(said, COMMAS.split(_I_MUST.sub("", words)), {})
    return created(said, [", ".join(told.titles)], told.slots) if told and told.titles else None


def _of_what_was_noted(said: Understanding, text: str) -> Command | None:
    """ "Make that a task for Monday", behind a note: its words are the title."""
    found, last = _MAKE_TASK.fullmatch(text), said.conversation.last
    step = last.steps[-1] if last else None
    title = step.slots.get("content" if step.action.startswith("note.") else "title") if step else None
    if found is None or step is None or not isinstance(title, str) or not step.action.endswith(".create"):
        return None
    if step.action == "task.create":
        return None
    told = found["told"] or ""
    more = told_piece(said, FOR.sub("for ", told)) if told else {}
    return created(said, [title], more) if more or not told else None
