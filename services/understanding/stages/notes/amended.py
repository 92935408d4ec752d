"""A note that shall say something else: "that's old, it's 420 now, fix that note", "Carla changed it, it's ride it home
now, can you correct that", "make that seventy in the note, the new flour drinks more".

One clause bids it, one tells what is so now; others only say that it was wrong, or why. What is so now takes the place
of words that it is like, of a time or a place that the note tells; else it is put to the note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention, latest
from services.understanding.sentences.spans import find_spans
from services.understanding.stages.base import Understanding
from services.understanding.stages.notes.noted import like
from services.understanding.stages.people.digits import is_number, spelled

_SURE = 0.9
_LONGEST = 200
_POLITE = r"(?:(?:please|so|and|but|then|oh|ok|okay|(?:can|could|would|will) you|you can|kindly|just)\s+)*"
_THE_NOTE = r"(?:the|that|this|my|our) note"
_LAST = r"(?: (?:for me|please|then|too|now|accordingly|will you|would you))*"
_BIDS = re.compile(
    rf"{_POLITE}(?:(?:change|fix|correct|amend|update|adjust|rewrite) (?:it|that|this|{_THE_NOTE})"
    rf"|put (?:it|that) right)(?: in (?:it|there|{_THE_NOTE}|my notes))?{_LAST}"
    rf"|{_POLITE}(?:put|write) (?:it|that|this) (?:in|into) {_THE_NOTE}(?: instead)?{_LAST}",
    re.IGNORECASE,
)
_MAKES = re.compile(
    rf"{_POLITE}(?:make|change) (?:it|that|this|{_THE_NOTE}) (?:to |say )?(?P<what>\S.*?)(?P<there> in {_THE_NOTE})?"
    rf"{_LAST}",
    re.IGNORECASE,
)
_OF_NOTE = re.compile(rf"\b{_THE_NOTE}\b", re.IGNORECASE)
_BY_NAME = re.compile(r"\bnotes? (?:about|on|of|for(?! me\b)|regarding|with)\b", re.IGNORECASE)
_JUDGED = re.compile(
    rf"(?:(?:no|oh|ah|but|well|sorry|hm+|nah)[\s,]+)*(?:(?:that|it|this|they|{_THE_NOTE}|the \w+)"
    r"(?:['’](?:s|ve)| is| was| has| have)?"
    r"(?: all| just| now)? )?"
    r"(?:gone and |just |been )?(?:old|wrong|outdated|out of date|stale|changed(?: it| that)?"
    r"|not (?:true|right|so|correct|valid|up to date)(?: any ?more"
    r"| any longer)?|no longer (?:true|right|so|correct|valid)|not any ?more|isn['’]t (?:true|right|so)(?: any ?more)?)"
    r"(?: now| by now)?",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?:(?:and|but|so|oh|by the way|well)[\s,]+)*(?:\w+ (?:says?|said|thinks?|told me|reckons?) (?:that )?)?"
    r"(?:it|that|he|she|they|we|i|this)(?:['’](?:s|re|m|ve| has)| is| are| am| was| has| have| costs?| takes?| needs?"
    r"| should be| must be| should say)\s+(?:(?:gone|went|come) (?:up|down) to |(?:risen|dropped"
    r"|raised|cut) to |become )?"
    r"(?P<what>\S.*)",
    re.IGNORECASE,
)
_IT_IS_NOW = re.compile(r"(?P<what>\S.*?),? (?:it|that)(?:['’]s| is) now", re.IGNORECASE)
_NOW = re.compile(r"(?:[\s,]+(?:now|instead|of course|these days|nowadays|from now on))+$", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*[,.;:!]+\s+|\s+[—–-]+\s+")
_BEFORE_A_TIME = re.compile(r"\b(?:until|till|by|on|at|from|since|before|after) ", re.IGNORECASE)
_PREPOSITION = r"(?:in|on|at|under|behind|beside|near|above|below|inside|next to|with|outside)"
_PLACED = re.compile(rf"\b{_PREPOSITION} (?:the |my |our |his |her )?(?:\w+['’]?\w* ?){{1,4}}$", re.IGNORECASE)


def note_amended(said: Understanding) -> Understanding | None:
    """The note that was spoken of, with what is so now."""
    clauses = [each.strip(" ,.;:!") for each in _CLAUSE.split(said.text.strip())]
    note = _note(said)
    if note is None or said.conversation.question or len(said.text) > _LONGEST or _BY_NAME.search(said.text):
        return None
    if said.text.rstrip().endswith("?") and not _BIDS.fullmatch(clauses[-1].rstrip("?")):
        return None
    told = [each.rstrip("?") for each in clauses if each and not _JUDGED.fullmatch(each)]
    bids = [each for each in told if _BIDS.fullmatch(each)]
    made = [found["what"] for each in told if (found := _MAKES.fullmatch(each)) and (found["there"] or len(told) == 1)]
    values = [] if bids or made else _so_now(clauses, said)
    if not (bids or made or values):
        return None
    for words in map(_in_figures, (*made, *values, *(_NOW.sub("", each) for each in _values(told)))):
        if old := like(words, note.name, said) or _time(words, note.name, said) or _place(words, note.name):
            return said.found(_update(said.text, note, old=old, text=words), "talk")
    rest = [each for each in told if each not in bids]
    if not bids or not rest:
        return None
    return said.found(_update(said.text, note, text=", ".join(rest), way="add"), "talk")


def _in_figures(words: str) -> str:
    """ "Seven seven one four", as it is written."""
    return spelled(words) if is_number(words) else words


def _so_now(clauses: Sequence[str], said: Understanding) -> list[str]:
    """ "The code changed, it's 9920 now", "she's a thirty two now": of the note that was just spoken of, unbidden."""
    last = said.conversation.last
    if last is None or not last.steps[-1].action.startswith("note.") or said.text.rstrip().endswith("?"):
        return []
    judged = any(_JUDGED.fullmatch(each) for each in clauses)
    stated = [(each, _IT_IS_NOW.fullmatch(each) or _STATED.fullmatch(each)) for each in clauses]
    told = [found["what"] for each, found in stated if found and (judged or _NOW.search(each))]
    return [re.sub(r"^an? ", "", _NOW.sub("", each)) for each in told]


def _note(said: Understanding) -> Mention | None:
    """The note that is meant: by that word the last one spoken of, else what was spoken of just now."""
    if _OF_NOTE.search(said.text):
        return latest(said.conversation, ("note",))
    first, last = next(iter(said.conversation.mentions), None), said.conversation.last
    fresh = last is not None and last.steps[-1].action.startswith("note.")
    return first if fresh and first and first.kind == "note" else None


def _values(told: Sequence[str]) -> list[str]:
    """What the clauses say that is so: "it's 420 now", "thirty three now"."""
    stated = [(each, _IT_IS_NOW.fullmatch(each) or _STATED.fullmatch(each)) for each in told]
    return [found["what"] if found else each for each, found in stated if found or _NOW.search(each)]


def _time(words: str, content: str, said: Understanding) -> str:
    """The time of the note, where another is told: the only one, or the only one with such a word before it."""
    begins = _BEFORE_A_TIME.match(words)
    new = words[begins.end() :] if begins else words
    if _when(new, said) != new:
        return ""
    marked = [
        (mark.group(), content[mark.start() : mark.end() + len(time)])
        for mark in _BEFORE_A_TIME.finditer(content)
        if (time := _when(content[mark.end() :], said))
    ]
    if begins and (there := [whole for mark, whole in marked if _kind(mark) == _kind(begins.group())]):
        return there[0] if len(there) == 1 else ""
    plain = [
        content[span.start : span.end] for span in find_spans(content, said.now, said.house) if span.kind == "when"
    ]
    there = plain or [whole for _, whole in marked]
    if len(there) != 1:
        return ""
    return there[0] if begins else _BEFORE_A_TIME.sub("", there[0])


def _when(text: str, said: Understanding) -> str:
    """The time that the text begins with; empty where it begins with none."""
    spans = [span for span in find_spans(text, said.now, said.house) if span.kind == "when" and not span.start]
    return text[: spans[0].end].strip() if spans else ""


def _kind(mark: str) -> str:
    return "until" if mark.strip().casefold() == "till" else mark.strip().casefold()


def _place(words: str, content: str) -> str:
    """Where the note says that something is, at its end, where another place is told."""
    there = _PLACED.search(content) if re.match(rf"{_PREPOSITION}\b", words, re.IGNORECASE) else None
    return there.group() if there else ""


def _update(spoken: str, note: Mention, **slots: Slot) -> Command:
    known = Reference("content", "it", "note", note.name, note.id, "context")
    return Command(spoken, (Step("note.update", {"content": "it", **slots}, references=(known,)),), _SURE, "template")
