"""An answer to "Three promises: … Keep them?": a yes, a no, later, which ones, or one by one."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.memory import PendingQuestion
from services.understanding.reserved import yes_or_no

_ACTION = "call.keep"
_THROUGH = re.compile(
    r"(?:yes[, ]+|no[, ]+)?(?:please )?(?:let'?s |let us |can we )?"
    r"(?:(?:go|walk|step) through (?:them|it|these|those|each|every one|all of them|each of them|the promises)"
    r"(?: (?:one by one|one at a time|one after the other|in turn))?|"
    r"(?:do them |take them )?(?:one by one|one at a time|one after the other)|"
    r"(?:ask me )?(?:about |for )?each(?: one)?(?: of them)?(?: in turn)?)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"(?:please )?(?:stop|stop (?:it|that|here|there)|cancel|quit|never ?mind|(?:that'?s |that is )?enough)"
    r"(?: for (?:now|today))?|"
    r"(?:no[, ]+)?(?:(?:ask|tell) me (?:again )?)?(?:later|not (?:right )?now|not yet|another time)|"
    r"(?:i'?ll )?decide (?:on (?:it|that|them) )?(?:later|tomorrow|tonight)|"
    r"(?:let me|i'?ll) think about (?:it|that|them)",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:yes[, ]+)?(?:please )?(?:keep )?(?:them )?(?:all|both|everything|every one|all of them|both of them)",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"(?:no[, ]+)?(?:(?:drop|discard|forget) (?:them )?(?:all|both|all of them)|drop them|discard them|"
    r"none(?: of them)?|neither(?: of them)?)",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"(?:(?:yes[, ]+)?(?:please )?(?P<kept>keep)|(?:no[, ]+)?(?:please )?(?:drop|discard|forget|skip)) "
    r"(?:it|that|this)(?: one)?",
    re.IGNORECASE,
)
_DROP = re.compile(r"(?:no[, ]+)?(?:drop|discard|forget|leave out) (?P<which>.+)", re.IGNORECASE)
_NOT = re.compile(
    r"(?:yes[, ]+)?(?:all[, ]+|them all[, ]+|the rest[, ]+)?(?:but )?"
    r"(?:not|except|without|everything but|all but|all except) (?P<which>.+)",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"(?:yes[, ]+)?(?:(?:please )?(?:keep )?(?:only |just ))?(?:keep )?"
    r"(?P<which>(?:the |number )?"
    r"(?:first|second|third|fourth|fifth|sixth|seventh|last|latest|one|two|three|four|five)\b.*)|"
    r"(?:yes[, ]+)?(?:keep )?(?:only|just) (?P<named>.+)|(?:yes[, ]+)?keep (?P<kept>the .+)",
    re.IGNORECASE,
)
_LEFT_OUT = "all but {which}"
_FIRST = "the first"
"""Of those that are not decided yet."""
_ONE_BY_ONE = ("through", "through, remove")
"""Directions in which each is asked for: services/actions/calls/keep.py."""


def decided(question: PendingQuestion, text: str) -> Command | None:
    """The command of the question with what was decided; None where the text decides nothing."""
    steps = question.command.steps
    said = text.strip(" .!?")
    if len(steps) != 1 or steps[0].action != _ACTION or question.kind != "slot":
        return None
    through = steps[0].slots.get("direction") in _ONE_BY_ONE
    if _LATER.fullmatch(said):
        if not through:
            return Command(text, (Step("control.deny"),), 1.0, "reserved")
        slots: dict[str, Slot] | None = {"direction": "later"}
    else:
        slots = _one_by_one(said, going=through) or _slots(said)
    if slots is None:
        return None
    over = ("which", "direction") if through or "which" not in slots else ("which",)
    before = {slot: words for slot, words in steps[0].slots.items() if slot not in over}
    return replace(
        question.command,
        text=f"{question.command.text} {text}",
        steps=(replace(steps[0], slots={**before, **slots}),),
    )


def _one_by_one(said: str, *, going: bool) -> dict[str, Slot] | None:
    """That each is to be asked for; while that goes on, a yes or a no is about the one that was just told."""
    if not going:
        return {"direction": "through"} if _THROUGH.fullmatch(said) else None
    if _ALL.fullmatch(said) or _NONE.fullmatch(said):
        return None
    this, yes = _THIS.fullmatch(said), yes_or_no(said)
    if yes is True or (this and this["kept"]):
        return {"which": _FIRST, "direction": "through"}
    if yes is False or this:
        return {"which": _FIRST, "direction": "through, remove"}
    return None


def _slots(said: str) -> dict[str, Slot] | None:
    yes = yes_or_no(said)
    if yes is True or _ALL.fullmatch(said):
        return {"which": "all"}
    if yes is False or _NONE.fullmatch(said):
        return {"which": "all", "direction": "remove"}
    if found := _DROP.fullmatch(said):
        return {"which": found["which"], "direction": "remove"}
    if found := _NOT.fullmatch(said):
        return {"which": _LEFT_OUT.format(which=found["which"])}
    if found := _SOME.fullmatch(said):
        return {"which": next(words for words in found.groups() if words)}
    return None
