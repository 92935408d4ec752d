"""What is said of a task, without what is said around it: "oh", "by the way", "he says", ", he's drowning as it is"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.titles import SURE, somebody
from services.understanding.words import FILLERS, word_set

_NOBODY = word_set("me myself i he she him her")
_FILLERS = re.compile(
    rf"(?:(?:{FILLERS}|er|hm+|no|nah|please|(?:can|could|would|will) you|wait|hang on|but|actually|hey|great"
    r"|good|nice|shit|crap|damn|ugh|blast|oh no|oh boy|for (?:christ|heaven|god|goodness)'?s'? sake|too much|sorry"
    r"|bloody hell|listen|look)\b[\s,.!:;-]*)+",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?P<who>[^\W_]+) (?:says|said|tells me|(?:just )?told me|reckons|thinks|believes|claims|swears)(?: that)?,?"
    r" (?:yes,? |yeah,? )?",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"(?:the )?[^\W_]+(?: [^\W_]+)?(?:'s| has| have)? (?:just |only )?(?:rang|rung|called|phoned|texted|wrote|written"
    r"|messaged|been|was|were|is|came|dropped)(?: just)?(?: here| in| by| back| round| me| us)?[,.;:]\s+(?:and )?",
    re.I,
)
""" "Gisela just rang, the posters are all up"."""
_TAIL = re.compile(
    r"[\s,]+(?:by the way|btw|(?:he|she|they) says?|i think|i guess|apparently|at last|finally|anyway|actually|too"
    r"|as well|now|already|then|instead|please|after all|for once|thanks|thank you|okay|ok|again"
    r"|while (?:he|she|they|i)(?:'s|'re|'m| is| are| am)? at it)[.!?]*$|[.,]\s+(?:done|tick|check|great|good)$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"[,;.]\s+(?:(?:he|she|they|it|i|we|you|that|this|there|so|because|cause|since|as|but|though|although|at least"
    r"|who|which|what|shows?|says?|looks?|works?|his|her|their|my|our|otherwise|obviously|regrettably)\b|[^\W_]+'s\b"
    r"|[^\W_]+ed (?:it|that|them|this)\b"
    r"|(?:did|done|was|were|took|had|wrote|got|went|finally|about time|thank god|phew|great|only|need|needs|needed)\b"
    r"|(?:(?:the|a|my|our|his|her) )?[^\W_]+ (?:did|has|is|was|told|said|says|brought|just)\b"
    r"|for (?:(?:the|a|my|our|his|her) )?[^\W_]+(?: [^\W_]+)? (?:would|wants?|wish|is|are|was|has|have|will|can|needs?"
    r"|likes?|likes to|had|could)\b)[^;]*$",
    re.IGNORECASE,
)
_BEFORE_SO = re.compile(r"^.{3,}?,?\s+so\s+", re.IGNORECASE)


def phrasings(said: Understanding) -> Iterator[str]:
    """The sentence without what is said around it: fillers, "by the way", ", he's drowning as it is"."""
    text = _bare(said.text)
    yield text
    if report := _REPORTS.match(text):
        yield _bare(text[report.end() :])
    lead, stop, rest = text.rpartition(". ")
    texts = [text]
    if stop and not is_command(said, lead):
        texts.append(_bare(rest))
        yield texts[-1]
    for each in reversed(texts):
        yield from _without_aside(said, each)
    if (says := _SAYS.match(text)) and somebody(said, says["who"]):
        yield _bare(text[says.end() :])


def _without_aside(said: Understanding, text: str) -> Iterator[str]:
    if (aside := _ASIDE.search(text)) and not is_command(said, text[aside.start() :].strip(" ,;")):
        yield _bare(text[: aside.start()])
    if (begun := _BEFORE_SO.match(text)) and not is_command(said, text[: begun.end()].rstrip(" ,")[:-2].strip(" ,")):
        yield _bare(text[begun.end() :])


def reporter(said: Understanding) -> str:
    """Who says so: "Kev says the minibus is booked"; empty where nobody known does."""
    says = _SAYS.match(_bare(said.text))
    return says["who"] if says and somebody(said, says["who"]) and says["who"].casefold() not in _NOBODY else ""


def unfilled(text: str) -> str:
    """Without what only opens a sentence: oh, okay, well."""
    text = text.strip().rstrip(".!? ")
    begun = _FILLERS.match(text)
    return text[begun.end() :] or text if begun else text


def _bare(text: str) -> str:
    text = unfilled(text)
    while (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    return text


def is_command(said: Understanding, words: str) -> bool:
    """Whether these words ask for something by themselves, by a precise sentence of ours. A part of what was said
    is not worth the language model's time.
    """
    read = said.read(words) if words == said.text else said.read_plainly(words)
    return bool(read.steps) and read.source != "model" and read.confidence >= SURE
