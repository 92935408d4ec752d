"""What nobody here understands, put to Home Assistant's own conversation."""

from __future__ import annotations

import re

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.home.which import house, is_guarded
from services.actions.policy.voices import without_voice
from services.home.base import Home

NOT_UNDERSTOOD = "home.not_understood"
"""Code of what it did not understand either."""
_ASKS = re.compile(
    r"(?!how about\b|what (?:about|if)\b)(?:is|are|was|were|did|does|has|what|which|who|when|where|why|how)\b"
    r"(?!.*\b(?:you|please|let's|and|then|don't|can|can't|could|couldn't|should|would|will)\b)",
    re.IGNORECASE,
)
"""A question that is none but that: "why don't you unlock the door" is an order to whoever understands it."""
_UNDERSTOOD_NOTHING = re.compile(r"\b(?:couldn't|didn't|don't) understand\b", re.IGNORECASE)
_CALLED = re.compile(r"\baware of any \w+ called (?P<name>.+?)\W*$", re.IGNORECASE)
_NO_NAME = re.compile(
    r"\b(?:on|off|to|at|but|not|and|or|for|from|the|is|are|was|does?|did|turn\w*|set|make|when|why|who|how|what|if|should"
    r"|do|does|don't|every\w*|percent|[ap]m|here|half|first|other|except)\b",
    re.IGNORECASE,
)
"""Words of which a name hardly consists: half the sentence was taken for one."""
_GUARDED = re.compile(r"\b(?:un)?(?:lock|bolt|latch|arm)\w*|\bdisarm|\bgarage|\bgate|\balarm|\bdoors?\b", re.IGNORECASE)
"""What is said of what keeps others out."""


def converse(call: Call) -> Done:
    """Slots: text, as spoken. Its answer is said; where it does not understand either, that is refused. Nothing is
    ordered there about what keeps others out: nobody would be asked first.
    """
    outside, text = house(call), call.text("text").strip()
    unclear = Refused(NOT_UNDERSTOOD, f"I didn't understand “{text}”")
    if not _ASKS.match(text) and _is_of_what_is_guarded(text, outside.home):
        raise unclear
    answer = outside.converse(text, without_voice(call.client))
    if not answer.understood or (answer.refused and _names_no_thing(answer.text)):
        raise unclear
    if answer.refused:
        raise Refused("home.refused", answer.text or "Home Assistant could not do that")
    if answer.awaits:
        raise Refused("home.text", answer.text, awaits=True)
    return Done(answer.text or "Done")


def _names_no_thing(answer: str) -> bool:
    """ "I am not aware of any area called don't turn on"; "I couldn't understand that"."""
    if _UNDERSTOOD_NOTHING.search(answer):
        return True
    called = _CALLED.search(answer)
    return called is not None and _NO_NAME.search(called["name"]) is not None


def _is_of_what_is_guarded(text: str, home: Home) -> bool:
    said = text.casefold()
    names = (name for each in home.entities.values() if is_guarded(each) for name in (each.name, *each.aliases))
    return _GUARDED.search(text) is not None or any(name.casefold() in said for name in names)
