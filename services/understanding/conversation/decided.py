"""An answer to "Three promises: … Keep them?": a yes, a no, later, or which ones."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.memory import PendingQuestion
from services.understanding.reserved import yes_or_no

_ACTION = "call.keep"
_LATER = re.compile(
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


def decided(question: PendingQuestion, text: str) -> Command | None:
    """The command of the question with what was decided; None where the text decides nothing."""
    steps = question.command.steps
    said = text.strip(" .!?")
    if len(steps) != 1 or steps[0].action != _ACTION or question.kind != "slot":
        return None
    if _LATER.fullmatch(said):
        return Command(text, (Step("control.deny"),), 1.0, "reserved")
    if (slots := _slots(said)) is None:
        return None
    return replace(
        question.command,
        text=f"{question.command.text} {text}",
        steps=(replace(steps[0], slots={**steps[0].slots, **slots}),),
    )


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
