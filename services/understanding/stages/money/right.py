"""A sum put right: "four thousand eight hundred, sorry, I misread it", "no, the pads are 26 now", "shoot, that should
have been 450, fix that".

One clause states the sum, and a word of it or of another clause says that something was wrong. Pure.
"""

from __future__ import annotations

import re

from services.understanding.names.base import Entity
from services.understanding.stages.money.marks import Marked
from services.understanding.stages.money.ways import is_other
from services.understanding.words import FILLERS

_WRONG = (
    r"(?:no|nope|nah|sorry|wait|hang on|hold on|actually|oops|whoops|shoot|damn|ah|argh|i mean|i meant|my mistake"
    r"|my bad|rather|hm|er|um)"
)
_LEAD = rf"(?:(?:{_WRONG}|{FILLERS}|but|please)(?: ,)? )*"
_IT = r"(?:it|that|this)"
_SHOULD = r"(?:should|shoulda|must|ought to|has to|would|'ve)"
_BE = rf"(?:{_SHOULD} )*(?:is|are|was|were|be|been|'s|'re|makes|costs?|comes to|came to|said|says)"
_STATED = re.compile(
    rf"{_LEAD}(?:(?:make|call) {_IT} |change {_IT} to |(?:(?:it|that|this|they|the [^ ]+(?: [^ ]+)?) )?{_BE} )?"
    r"(?:only |just |actually |really |rather )*(?P<sum>SUM)"
    rf"(?: (?:it|that|they) (?:(?:{_SHOULD}|have) )*(?:was|is|were|be|been|'s))?"
    r"(?: (?:now|instead(?: of SUM)?|rather(?: than SUM)?|actually|in fact|i mean|i meant|sorry|please|then))*"
    r"(?:(?: and)? not SUM)?"
)
_IS_WRONG = re.compile(
    rf"(?:^| )(?:{_WRONG}|wrong|mistake|misread|misheard|mixed up|instead|should|shoulda)(?= |$)"
    rf"|\bnot SUM\b|\bSUM (?:it|that|they) (?:was|is|were|should|shoulda)\b|\b(?:it|that) (?:was|is) (?:only )?SUM\b"
    rf"|^(?:make|call) {_IT}\b|\b(?:fix|correct|change) {_IT}\b"
)
_BESIDE = re.compile(
    rf"{_LEAD}(?:{_WRONG}|i (?:misread|misheard|mistyped|misspoke|got|mixed|said|was|am|meant)\b.*|{_IT} was wrong"
    rf"|(?:can you |could you )?(?:fix|correct|change) {_IT}(?: please| for me| then)*|not SUM"
    rf"|(?:charge|book|put|bill) {_IT}"
    r"|(?:the )?wrong (?:sum|amount|figure|number|one)|my (?:mistake|fault|bad)|(?:i'm|i am) (?:so |very )?sorry"
    r"|(?:just )?so you know|.*\bforgot\b.*|.*\b(?:more|less) than\b.*)?"
)
_SAYS_SO = re.compile(r"\b(?:actually|sorry|rather|i mean|i meant|instead|in fact|my mistake)\b|\bnot SUM\b")
_ANOTHER_ONE = re.compile(
    rf"{_LEAD}(?:(?:it|that) (?:{_SHOULD} |have )*(?:was|is|be|been) |for |from |i mean |i meant )?WHO(?: ,)?"
    r" (?:and )?not WHO"
)
""" "No sorry, that was Sundermann, not Pohl"."""


def right_customer(seen: Marked) -> Entity | None:
    """The customer that the last booking should have had; None where none is told so."""
    return seen.each[0] if len(seen.each) == 2 and not seen.sums and _ANOTHER_ONE.fullmatch(seen.text) else None


def right_sum(seen: Marked) -> str:
    """The sum that the last booking should have had; empty where none is told so."""
    if not seen.sums or len(seen.sums) > 2 or not _IS_WRONG.search(seen.text):
        return ""
    parts = re.split(r" [,.] ", seen.text)
    at = next((i for i, each in enumerate(parts) if "SUM" in each.split() and not _BESIDE.fullmatch(each)), 0)
    found = _STATED.fullmatch(parts[at])
    others = [each for i, each in enumerate(parts) if i != at]
    beside = all(_BESIDE.fullmatch(each) for each in others)
    says_so = _SAYS_SO.search(parts[at]) and not any("SUM" in each or is_other(each) for each in others)
    if found is None or not (beside or says_so):  # "forty five actually, the strap's gone too"
        return ""
    before = " ".join((*parts[:at], parts[at][: found.start("sum")]))
    return seen.sums[before.split().count("SUM")]
