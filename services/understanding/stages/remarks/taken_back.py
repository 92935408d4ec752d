"""What was just done taken back, and what was just said asked for once more, in whatever words stand around it: "oh no,
scratch that, the castle's got its own", "undo that, the thirty", "number back to me please".
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Step
from services.understanding.conversation.list_remarks import orders
from services.understanding.stages.base import Understanding
from services.understanding.stages.remarks.asides import is_remark
from services.understanding.words import FILLERS

_CLOSES = ("control.cancel", "control.deny", "control.stop", "control.confirm")
_SURE, _SURELY = 0.95, 0.8
_LONGEST = 160
_MOST_REST = 12
_CLAUSE = re.compile(r"\s*[,.;:!?…]+(?:\s+|$)|\s+[—–-]+\s+")
_OPEN = (
    rf"(?:(?:{FILLERS}|no|nope|wait|hang on|hold on|sorry|actually|please|can you|could you|would you|just)\b[\s,]*)*"
)
_THAT = r"(?:that|it|this|them|those|that one|the last (?:one|thing|bit|change|command))"
_UNDO = re.compile(rf"{_OPEN}(?:undo|revert|reverse)(?: {_THAT})?(?: again| please| then)*", re.IGNORECASE)
_BACK = re.compile(
    rf"{_OPEN}(?:(?:scratch|scrap) {_THAT}|take {_THAT} back|(?:put|change|set|turn|bring|get) {_THAT} back"
    r"(?: (?:to )?(?:how|what|where|as|the way|like) (?:it|they|that) (?:was|were)(?: before)?)?)(?: again"
    r"| please| then)*",
    re.IGNORECASE,
)
""" "Undo" is said of whatever was done last; these only right behind it."""
_LEFT = re.compile(
    r"(?:(?:oh|ah|no|nope|wait|hang on|hold on|actually|sorry|hm+)\b[\s,.]*)+"
    r"(?:(?:leave|keep|let) (?:it|that|them|this)"
    r"(?: (?:open|on|off|there|in|out|running|like that|(?:as|how|where) (?:it|they|that) (?:is|was|are|were)))?"
    r"|(?:please )?(?:do not|don['’]t)(?: (?:do|change) (?:it|that))?)(?: (?:please|then|after all))*[.!]*",
    re.IGNORECASE,
)
""" "No wait, leave it open", right behind a change."""
_NOT_SO = re.compile(rf"{_OPEN}(?:no|nope|don['’]t|do not|leave it|never ?mind|forget it|not that)", re.IGNORECASE)
"""Behind an undo it takes that back."""
_ONCE_MORE = re.compile(
    rf"{_OPEN}(?:"
    r"(?:(?:say|tell|read|give)(?: me| us)? )?(?:(?:it|that|this|them|all of (?:it|that))|(?:the |that "
    r"|her |his |their )?"
    r"(?:number|name|address|date|time|amount|sum|total|whole thing|last bit|last part))"
    r" (?:back|again|once more|one more time)(?: to (?:me|us))?"
    r"|(?:say|tell|read|give|repeat)(?: me| us)?(?: (?:it|that|this|them))? (?:again|back|once more"
    r"|one more time|slower"
    r"|more slowly|slowly|louder|more loudly)(?: to (?:me|us))?"
    r"|once more|one more time|come again|repeat(?: that| it)?)"
    r"(?:,? (?:but |and )?(?:(?:a (?:bit|little) )?(?:more )?(?:slow(?:er|ly)|loud(?:er|ly))|please|now|then))*",
    re.IGNORECASE,
)
_MANNER = re.compile(
    r"(?:but |and )?(?:(?:a (?:bit|little) )?(?:more )?(?:slow(?:er|ly)|loud(?:er|ly)|clearly)|please"
    r"|my friend|will you)",
    re.IGNORECASE,
)


def taken_back(said: Understanding) -> Understanding | None:
    """The undo; what stands around it says why, or what of."""
    if said.told is None and said.conversation.written and _LEFT.fullmatch(said.text.strip()):
        return said.found(Command(said.text, (Step("control.undo"),), _SURE, "template"), "talk")
    clauses = _clauses(said)
    at = next((i for i, each in enumerate(clauses) if _UNDO.fullmatch(each) or _BACK.fullmatch(each)), None)
    if at is None or len(clauses) < 2 or (not _UNDO.fullmatch(clauses[at]) and not said.conversation.written):
        return None
    if any(_NOT_SO.fullmatch(each) for each in clauses[at + 1 :]):
        return None
    rest = [each for i, each in enumerate(clauses) if i != at]
    if not all(_is_beside(each, said) for each in rest):
        return None
    return said.found(Command(said.text, (Step("control.undo"),), _SURE, "template"), "talk")


def once_more(said: Understanding) -> Understanding | None:
    """The last reply, however one asks to hear it."""
    clauses = [each for each in _clauses(said) if not _MANNER.fullmatch(each)]
    at = next((i for i, each in enumerate(clauses) if _ONCE_MORE.fullmatch(each)), None)
    reply = said.conversation.reply
    if at is None or not reply or ("number" in clauses[at].lower() and not any(char.isdigit() for char in reply)):
        return None
    if not all(_is_beside(each, said) for i, each in enumerate(clauses) if i != at):
        return None
    return said.found(Command(said.text, (Step("control.repeat"),), _SURE, "template"), "talk")


def _clauses(said: Understanding) -> list[str]:
    if len(said.text) > _LONGEST or said.told is not None or said.conversation.question is not None:
        return []
    return [each.strip() for each in _CLAUSE.split(said.text.strip()) if each.strip()]


def _is_beside(clause: str, said: Understanding) -> bool:
    """Whether a clause orders nothing: it tells, or names what is meant."""
    if orders(clause):
        return False
    if is_remark(clause, said) or re.fullmatch(_OPEN, f"{clause} ", re.IGNORECASE):
        return True
    command = said.read(clause)
    if command.steps and all(step.action in _CLOSES for step in command.steps):
        return True  # "I changed my mind"
    return len(clause.split()) <= _MOST_REST and (not command.steps or command.confidence < _SURELY)
