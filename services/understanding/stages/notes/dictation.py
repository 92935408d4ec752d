"""Words that are dictated: "note, blue for the hall, sixty euros the litre" is one note, whatever stands in it.

What follows the order to note something is taken down to its end, with its commas, amounts and times; no piece of it
is done as a command of its own. So is what stands before "note that" or "write that down".
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Step
from services.understanding.sentences.spans import find_spans
from services.understanding.stages.base import Understanding

_SURE = 0.95
_POLITE = (
    r"(?:(?:please|just|then|now|okay|ok|right|so|oh|well|and|also|alright|good|great|sorry|um|uh|yes|hey|"
    r"(?:can|could|would) you|let me|i want to|i'd like to)\b[\s,.!]*)*"
)
_A_NOTE = (
    r"(?:(?:take|make|write|add|record|save|start|leave|create)(?: me)? (?:a|another|one more) )?"
    r"(?:(?:another|one more|a second|a new|next) )?(?:(?:voice|quick|short|new|little) )?(?:note|memo)"
    r"(?: (?:to|for) (?:self|myself|me|later))?"
)
_DOWN = (
    r"(?:(?:note|jot|write|put|take) (?:this |that |it )?down|get (?:this|that|it) down|(?:note|jot) (?:this|that|it))"
)
_THEN = r"(?:,?\s+(?:please|then|now|for me))*"
_DICTATED = re.compile(
    rf"(?:^|[.!?]\s+|\s[—–-]+\s+){_POLITE}(?:{_A_NOTE}(?: (?:for|about|on|regarding|to) (?P<topic>(?!self\b|me\b)"
    rf"[^,.:;—–]{{2,40}}))?|{_DOWN}){_THEN}\s*(?:[,:.;]|\s[—–-])\s+(?P<what>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TOLD = re.compile(
    rf"^{_POLITE}(?:{_A_NOTE} that|{_DOWN} that|(?:note|write down|jot down|note down)) (?P<what>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""Without a pause behind it: what follows "and" may be another order."""
_BEHIND = re.compile(
    rf"^(?P<what>.+?)[\s,.;—–-]+{_POLITE}(?:{_DOWN}|make (?:a )?note(?: of (?:that|it|this))?"
    r"|put (?:that|it|this) in (?:my|the|our) notes)"
    r"(?:[\s,]+(?:please|for me|too|as well|also|somewhere|will you|would you|with (?:the |today's )?date))*[\s.!]*$",
    re.IGNORECASE | re.DOTALL,
)
_AS = re.compile(
    rf"^{_POLITE}(?:add|put|write|enter|note|save|keep)(?: down)? (?P<what>[^,.;:]+?) (?:to|in|into|on|among)"
    r" (?:my|the|our) (?:notes?|notebook|notepad|memos) as (?P<value>[^,.;]+)",
    re.IGNORECASE,
)
""" "Put the shed code into the notes as 4712, it changed"."""
_OPENERS = re.compile(
    r"^(?:(?:good|great|right|okay|ok|so|oh|ah|well|um|uh|by the way|and|alright|listen|hey)\b[\s,.!]+)+", re.IGNORECASE
)
_ORDERS = (
    r"(?:please |also |then )*(?:remind (?:me|us)|set (?:a|an|the|another)|tell|ask|text|message|create|book|schedule"
    r"|send|start|add|put|make (?:a|an|another)|delete|cancel|remove|move|post|call off|invite|undo|read|show|what|when"
    r"|who|how|where|is|are|did|do)\b"
)
_GOES_ON = re.compile(rf"(?:\b(?:and|then)\b|[.;!?])[\s,]*(?:then |also |and )*{_ORDERS}", re.IGNORECASE)
_DID = re.compile(r"\b(?:did|have|has|should|do) (?:i|we|you|anybody|anyone)$", re.IGNORECASE)
"""Then it is asked whether it was noted."""
_PUT_DOWN = re.compile(r"\bput (?:it|that|this) down\b", re.IGNORECASE)
_MUST = re.compile(
    r"(?:i|we)(?:['’]ve| have|['’]ll)? ?(?:still |also )?(?:to|got to|have to|need to|must|ought to|should"
    r"|gotta)\s+(?P<what>\S.*)$",
    re.IGNORECASE,
)
_ORDER = re.compile(rf"{_POLITE}{_ORDERS}", re.IGNORECASE)
_ANOTHER = re.compile(rf"[.!?]\s+{_POLITE}{_ORDERS}", re.IGNORECASE)


def dictation(said: Understanding) -> Understanding | None:
    """The note, where an order to take one stands at one end of the text."""
    text = said.text.strip()
    if found := _BEHIND.match(text):
        what = _OPENERS.sub("", found["what"])
        if what.endswith("?") or _ORDER.match(what) or _DID.search(what):
            return None
        return _scheduled(said, what) if _PUT_DOWN.search(text) else _noted(said, what)
    if found := _DICTATED.search(text):
        what = f"{found['topic']}, {found['what']}" if found["topic"] else found["what"]
        return None if _ANOTHER.search(what) else _noted(said, what)
    if found := _AS.match(text):
        return _noted(said, f"{found['what']} is {found['value']}")
    if found := _TOLD.search(text):
        return None if _GOES_ON.search(found["what"]) or not _is_torn(said) else _noted(said, found["what"])
    return None


def _scheduled(said: Understanding, what: str) -> Understanding | None:
    """ "I have to call them tomorrow at nine, put that down" is to be done then, "she's coming on Sunday" is for the
    calendar; what has no time is a note.
    """
    if not any(span.kind == "when" for span in find_spans(what, said.now, said.house)):
        return _noted(said, what)
    must = _MUST.match(what)
    reminder = said.read(f"remind me to {must['what']}") if must else None
    return said.found(replace(reminder, text=said.text)) if reminder and reminder.intent == "reminder.create" else None


def _is_torn(said: Understanding) -> bool:
    """Whether what is to be noted was read as several things."""
    steps = [step.action for step in said.read(said.text).steps]
    return len(steps) > 1 and "note.create" in steps


def _noted(said: Understanding, what: str) -> Understanding | None:
    content = what.strip(" ,;")
    return said.found(Command(said.text, (Step("note.create", {"content": content}),), _SURE, "template"))
