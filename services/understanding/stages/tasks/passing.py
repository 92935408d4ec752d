"""Tasks given in passing: "give him another one, wash the van, by Friday", "a Mrs Dorn wants a cake for Wednesday. New
task that", "make that a task for Monday" behind a note.
"""

from __future__ import annotations

import re

from services.understanding.base import Command
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.listed import COMMAS, created, told_behind, told_pieces
from services.understanding.stages.tasks.phrasings import is_command, unfilled
from services.understanding.stages.tasks.titles import (
    counting,
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
_NEW = r"(?:an?|one)? ?(?:new )?(?:task|job|to-do|todo)"
_MAKE_IT = (
    rf"(?:make|turn|note|enter|put|write|take) (?:that|it|this)(?: note| message)?(?: down)?(?: into| as)? {_NEW}"
)
_TASK_THAT = re.compile(
    rf"(?P<what>.+?)[,.;]+ (?:and )?(?:please )?(?:{_NEW}(?: for)? (?:that|it|this)|{_MAKE_IT}|that's {_NEW}|as {_NEW}"
    rf"|{_NEW})(?P<told>(?:,? (?:for|by|due|until) [^,.;]+)*)(?: please)?",
    re.I,
)
_MAKE_TASK = re.compile(
    rf"(?:and )?(?:please )?{_MAKE_IT}(?P<told>(?:,? (?:for|by|due|until) [^,.;]+)*)(?: please|[,.;] .+)?", re.I
)
_OUT_OF = re.compile(
    r"(?:(?:make|create|set up) (?:me )?an? (?:new )?(?:task|job)(?: out)? of (?P<x>[^,.;]+?)"
    r"|(?:make|turn) (?P<y>[^,.;]+?) into an? (?:new )?(?:task|job))[,.;:] (?P<rest>.+)",
    re.I,
)
""" "Make a task out of the crane one, sketch it, by Wednesday"."""
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
_IT = re.compile(r"\b(?:it|that|this|them|those|these)\b", re.I)
_HE_SHOULD = re.compile(
    r"^(?:please )?(?:(?:he|she|they|you|i|we)(?:'d better| should| must| has to| have to| needs? to| can| could| is to"
    r"| are to|'re to)|to|if (?:he|she|they|you) (?:can|could)) ",
    re.I,
)
_I_MUST = re.compile(r"^(?:and |also )*(?:i|we)(?:'ve got to| have to| need to| must| should) ", re.I)


def passing_task(said: Understanding) -> Understanding | None:
    """A new task of what was just said."""
    text = said.text.strip(" .!")
    for reads in (_must, _for_somebody, _gives, _of_what_was_noted, _out_of, _noted_as_task):
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
    more = told_behind(said, found["told"])
    return (
        created(said, [", ".join(told.titles)], told.slots | more)
        if told and told.titles and more is not None
        else None
    )


def _out_of(said: Understanding, text: str) -> Command | None:
    """What stands on a list as a task: "it" is called so."""
    found = _OUT_OF.fullmatch(text)
    if found is None:
        return None
    thing, _, who = (found["x"] or found["y"]).partition(" for ")
    given = people(said, who) if who else None
    if given and (slots := told_behind(said, found["rest"])):
        return created(said, [_in_a_list(said, thing)], {"assignees": given, **slots})
    if not who and (slots := told_behind(said, found["rest"])):
        return created(said, [_in_a_list(said, thing)], slots)
    told = told_pieces(said, COMMAS.split(found["rest"]), {})
    if told is None or not told.titles:
        return None
    it = _in_a_list(said, found["x"] or found["y"])
    return created(said, [_IT.sub(it, ", ".join(told.titles), count=1)], told.slots)


def _in_a_list(said: Understanding, thing: str) -> str:
    """What stands on a list and is called so; else the words, without "one"."""
    words = counting(thing)
    items = [name for each in said.directory.lists() for name, _ in each.items]
    called = [name for name in items if words and set(words) <= set(counting(name))]
    return called[0] if len(called) == 1 else re.sub(r"^(?:the|that) | (?:one|thing|idea|item)$", "", thing)


def _of_what_was_noted(said: Understanding, text: str) -> Command | None:
    """ "Make that a task for Monday", behind a note or a message: its words are the title."""
    found, last = _MAKE_TASK.fullmatch(text), said.conversation.last
    step = last.steps[-1] if last else None
    title = (step.slots.get("content") or step.slots.get("title")) if step else None
    if found is None or step is None or not isinstance(title, str) or step.action == "task.create":
        return None
    if not step.action.endswith((".create", "message.send")):
        return None
    more = told_behind(said, found["told"])
    return created(said, [_HE_SHOULD.sub("", title)], more) if more is not None else None
