"""Words within a sentence that say nothing of what is asked: "when exactly is the handover", "the list, if I may ask".

What stands at the ends is left out with the politeness there (polite.yaml); these may stand anywhere, and only where
the rest is read surely, and nothing of it is kept word for word.
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.stages.base import Stage, Understanding
from services.understanding.stages.remarks.asides import sure

_LONGEST = 300
_ANYWHERE = r"""(?:if|as\ far\ as)\ (?:i|we|you)
        \ (?:may|might|don['’]t\ mind|wouldn['’]t\ mind|know|remember|like|please)(?:\ (?:ask|say|so))?
    |if\ (?:it|that)(?:['’]s|\ is|\ isn['’]t|\ is\ not)\ (?:not\ )?
        (?:too\ much\ trouble|no\ trouble|possible|okay|all\ right)
    |if\ (?:at\ all\ )?possible|if\ need\ be|when\ you\ have\ a\ (?:moment|minute|second)
    |may\ i\ ask|might\ i\ ask|dare\ i\ ask|be\ so\ (?:kind|good)\ as\ to|do\ me\ a\ favou?r\ and
    |i\ (?:believe|think|guess|suppose|reckon|fear|do\ apologise|must\ say)
    |by\ any\ chance|by\ the\ way|of\ course|to\ be\ (?:honest|exact|precise)|at\ present|as\ it\ stands|more\ or\ less
    |exactly|precisely|actually|alto?gether|all\ ?together|perhaps|possibly|basically|obviously|honestly
    |roughly|apparently|accordingly|kindly|really
    |(?:read|tell|say|show)\ (?:it|them)(?:\ out|\ aloud|\ to\ me|\ me)*[\s.?!]*$"""
_BETWEEN_PAUSES = r"""let\ me\ (?:see|think)|let['’]s\ see|what\ else|you\ know|you\ see|imagine|i\ wonder
    |i['’]m\ afraid|how\ shall\ i\ (?:put|say)(?:\ it)?|wait|hold\ on|hang\ on|and|so"""
_IDLE = re.compile(
    rf"""[\s,]*(?<![\w'’-])(?:{_ANYWHERE})(?![\w'’-])[\s,]*
        |(?:^|[,.;]\s*)(?:(?:{_BETWEEN_PAUSES})\s*[,.;]\s*)+""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKED_KINDLY = re.compile(
    r"^(?P<before>[^,.;]{4,60}),\s+(?:please|kindly|(?:would|will|could|can) you(?: please)?"
    r"|if you (?:would|will|can|could|please|like|don['’]t mind)(?: be so kind)?|be so kind)\s*,\s+(?=\w)",
    re.IGNORECASE,
)
""" "Let him know, would you, that the gate is open": it belongs to the order, not to what is told."""
_AT_LAST = re.compile(r",\s+(?:would|will|could) you(?: please)?[\s.?!]*$", re.IGNORECASE)
_TO_BE_DONE = re.compile(
    r",\s*(?:and )?(?:(?:it|that|this|which|all) )?(?:has to|needs to|must|should|ought to|is to)"
    r" (?:happen|(?:be|get) (?:done|finished|ready|sorted|there|in))"
    r" (?=(?:by|before|until|till|on|at|today|tomorrow|this|next)\b)",
    re.IGNORECASE,
)
""" "Call the window people, has to happen before Tuesday": the time says it."""
_AND = re.compile(r"\band\b", re.IGNORECASE)
_KEPT = ("message.send", "note.create", "note.update", "routine.create", "search.query")
"""Actions that keep what was said word for word."""


def without_idle_words(said: Understanding, stage: Stage) -> Understanding | None:
    """What a stage finds in the words without these; None where there are none, or it is not sure."""
    if said.told is not None or len(said.text) > _LONGEST:
        return None
    kindly = _AT_LAST.sub("", _ASKED_KINDLY.sub(r"\g<before> ", said.text))
    if kindly != said.text:
        found = stage(replace(said, text=kindly))
        if found and sure(found):
            return replace(found, text=said.text, stage="")
    text = _IDLE.sub(_gap, _TO_BE_DONE.sub(", ", said.text)).strip(" ,")
    if text == said.text.strip(" ,") or len(text.split()) < 2:
        return None
    found = stage(replace(said, text=text))
    if found is None or not sure(found) or any(step.action in _KEPT for step in found.command.steps):
        return None
    return replace(found, text=said.text, stage="")


def _gap(found: re.Match[str]) -> str:
    """What stays of the words: an "and" among them, or a comma where there was one on one side only."""
    words = found.group()
    if _AND.search(words):
        return " and "
    return ", " if ("," in words[:2]) != ("," in words[-2:]) and found.start() else " "
