"""A task in one clause of what is said, its reason in another: "it's spotless. tick it off", "impossible, give me until
Wednesday", "and that's the highest priority there is".

The clause says what is to be done with "it", which is what another clause names, else the task spoken of last.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from services.understanding.base import Command
from services.understanding.names.base import NameFound
from services.understanding.sentences.spans import level_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.phrasings import is_command, unfilled
from services.understanding.stages.tasks.titles import (
    Subject,
    about,
    command,
    family,
    head,
    pointed,
    points_at_it,
    time_of,
)

_MARKS = re.compile(r"\s*[,.;:!?]+\s+|\s+[–—-]+\s+")
_IT = r"(?P<it>(?:it|that|this|them|those|these|both)(?: one| task| job)?|the task|the job)"
_ALL = r"(?P<it>(?:(?:all|both|all (?:two|three|four|five)) of )?(?:it|that|this|they|them|those|these)(?: one| task)?)"
_ASKS = (
    r"(?:(?:you|u|we|i) (?:may|can|could|might)(?: as well| now)? |(?:would|could|can|will|may|might|shall) (?:you|we"
    r"|i)"
    r" |let's |please |kindly |just )*"
)
_ENDED = r"(?:done|finished|settled|sorted|complete|completed|closed|dealt with|taken care of|out of the way|handled)"
_CLOSES = re.compile(
    rf"{_ASKS}(?:(?:tick|cross|check|strike|mark)(?: off)? {_IT}(?: off| out| down)?(?: as)?(?: {_ENDED})?"
    rf"(?: (?:the|my|our) list)?|close {_IT.replace('<it>', '<closed>')})(?: for me| now| then| please)*"
    rf"|{_IT.replace('<it>', '<ended>')}(?:'s| is| can be| may be| are)(?: now| all| finally| then)* {_ENDED}"
    rf"|(?P<bare>done)",
    re.I,
)
_DROPS = re.compile(
    rf"{_ASKS}(?:delete|remove|scrap|drop|bin|strike out) {_IT.replace('<it>', '<it>')}(?: then| please| now| again)*",
    re.I,
)
_REOPENS = re.compile(
    rf"{_ASKS}(?:(?:re-?open|un-?tick|uncheck) {_IT}(?: again| please| up)*|(?:open"
    rf"|put) {_IT.replace('<it>', '<opened>')}"
    rf"(?: back)?(?: up)?(?: again| on (?:the|my) list(?: again)?| back on (?:the|my) list)(?: please)?"
    rf"|{_IT.replace('<it>', '<is>')}(?:'s| is|'re| are)(?: not|n't)(?: quite| really| all)? {_ENDED}"
    rf"(?: yet| after all| at all)*|make {_IT.replace('<it>', '<made>')} open(?: again)?"
    rf"|{_IT.replace('<it>', '<open>')}(?:'s| is|'re| are) (?:still|not) (?:open|to do"
    rf"|undone))",
    re.I,
)
_MUST = r"(?:(?:had|'d) better|ought to|should|must|has to|have to|needs? to|will have to|can)"
_DUE = (
    re.compile(r"give (?:me|us|him|her|them|\w+) (?:a bit longer )?(?P<t>(?:until|till|til|to) .+)", re.I),
    re.compile(
        r"(?:i|we|he|she|they)(?:'d| would| will|'ll)? (?:want|need|needs|wants|like|have)(?: to have)?"
        r"(?: it| them| that| those)?(?: done| ready| finished| in)? (?P<t>(?:by|until|till|til|before) .+)",
        re.I,
    ),
    re.compile(rf"{_ALL} {_MUST} be (?:done|finished|ready|in|out|through|completed|there) (?P<t>.+)", re.I),
    re.compile(r"(?:make )?(?:the|its|their) (?:deadline|due date)(?:'s| is)?(?: now)? (?P<t>.+)", re.I),
    re.compile(
        rf"{_ASKS}(?:make|move|push|shift|put|set|postpone) (?P<it>it|that|them|those) (?:back |forward )?(?P<t>.+)",
        re.I,
    ),
    re.compile(r"(?P<t>(?:by|until|till|til) .+)", re.I),
    re.compile(r"(?P<t>.+?),? (?:then|at (?:the )?(?:very )?latest)", re.I),
    re.compile(r"(?:no|not) later than (?P<t>.+)", re.I),
)
_P = (
    r"(?:(?:really|very|quite|so|rather) )*(?:the )?(?P<p>urgent|important|critical"
    r"|(?:top|high|highest|low|lowest|medium|normal|utmost|maximum)(?: of)? (?:prio(?:rity)?|importance|urgency))"
    r"(?: there is| of all| we have| task| one|, please| please)?"
)
_RANKS = re.compile(
    rf"(?:(?:it|that|this|they|those|them)(?:'s| is| are|'re)|with|at|{_ASKS}(?:mark|make|flag|set|put|treat|rate"
    rf"|class)"
    rf" (?P<it>it|that|this|them|those|both)(?: down)?(?: as| to| at)?(?: being)?) {_P}",
    re.I,
)
_HIGH = re.compile(r"\b(?:utmost|maximum|highest)\b.*", re.I)
_PLACE = re.compile(
    rf"(?:{_ASKS}(?:put|move|file|stick|enter|add|assign) (?P<it>it|that|this|them|those|both)"
    r"|(?:it|that|this)(?:'s| is| belongs| goes)?|)\s*(?:for|in|into|under|to|with|as part of) (?:the )?(?P<p>.+?)"
    r"(?: project)?",
    re.I,
)
_TELLS = re.compile(r"(?:(?P<the>the|a|an|our|your|this) )?(?P<who>[^\W_]+)(?:'s|'ve)? \w+", re.I)
_SOMEBODY = re.compile(r"(?:mrs?|ms|miss|dr|doctor|frau|herr)\.? [^\W_]+ (?:is|was|has|had|'s)\b", re.I)
""" "Mrs Kessler has been rung" tells of her, not of what was spoken of last."""
_LEAD = re.compile(r"^(?:(?:please|and|so|then|but|now|well|okay|ok|oh|no|not|also)\b[\s,]*)+", re.I)
_NEW_ONE = re.compile(
    r"(?!(?:is|are|was|were|has|have|had|did|got|need|needs|after|before|because|since|with|for|in|on|at)\b)"
    r"[a-z]+(?<!ed) (?:the|an?|my|our|some) \w+(?! (?:is|was|has|are|were)\b)[^']*$",
    re.I,
)
""" "Book the campsite": an order of its own."""
_MOST = 6
"""Clauses: who says more than that tells a story."""


def clause_of_task(said: Understanding) -> Understanding | None:
    """What one clause says of a task that another names, or that was spoken of last."""
    text = said.text.strip().rstrip(".! ")
    if family(said) == "list" or text.endswith("?"):
        return None
    clauses = [each for each in _MARKS.split(text) if each.strip()]
    if not 0 < len(clauses) <= _MOST or (len(clauses) == 1 and is_command(said, text)):
        return None
    for i in reversed(range(len(clauses))):
        for end in range(len(clauses), i, -1):
            others = [*clauses[:i], *clauses[end:]]
            for part in dict.fromkeys((", ".join(clauses[i:end]), *_behind_so(clauses[i], end - i))):
                before = clauses[i].removesuffix(part).strip() if part in clauses[i] and end - i == 1 else ""
                if found := _read(said, part, [*others, *([before] if before else [])]):
                    return said.found(found, "talk")
    return None


def _behind_so(clause: str, length: int) -> list[str]:
    """ "They're slipping on it so might we mark it as urgent": what is wanted stands behind the so."""
    rest = re.split(r"\s+(?:so|and|then)\s+", clause)
    return [rest[-1]] if length == 1 and len(rest) > 1 else []


def _read(said: Understanding, part: str, others: list[str]) -> Command | None:
    words = _LEAD.sub("", unfilled(part)).strip() or part
    for reads in _READS:
        found = reads(said, words, others)
        if found and not any(is_command(said, other) for other in others):
            return found
    return None


def _meant(said: Understanding, it: str, others: list[str]) -> Subject | None:
    """The task that "it" is: the one spoken of last, else the one that the rest of the sentence names."""
    return pointed(said, it if points_at_it(it) else "") or _told_of(said, others)


def _told_of(said: Understanding, others: list[str]) -> Subject | None:
    found = about(said, " ".join(others)) if others else None
    return found if found and (found.references or " ".join(others)) else None


def _closes(said: Understanding, words: str, others: list[str]) -> Command | None:
    found = _CLOSES.fullmatch(words)
    if found is None or (found["bare"] and not others):
        return None
    task = _closed(said, found["it"] or found["closed"] or found["ended"] or "", others)
    return command(said, "task.complete", task) if task else None


def _closed(said: Understanding, it: str, others: list[str]) -> Subject | None:
    """What is done is told again, where it was not spoken of just now."""
    told, spoken = _told_of(said, others), pointed(said, it if points_at_it(it) else "")
    return told or (None if any(_of_another(said, each) for each in others) else spoken)


def _reopens(said: Understanding, words: str, _others: list[str]) -> Command | None:
    """ "Open that one again", of the task spoken of last."""
    found = _REOPENS.fullmatch(words) if family(said) == "task" or "again" in words else None
    task = pointed(said, "") if found else None
    return command(said, "task.status", task, status="open") if task else None


def _of_another(said: Understanding, clause: str) -> bool:
    """Whether it tells of a thing or a customer: "the neighbour has paid the rent", "Acme rang back"."""
    clause = _LEAD.sub("", unfilled(clause))
    if _SOMEBODY.match(clause):
        return True
    found = _TELLS.match(clause)
    if found is None:
        return False
    return found["the"] is not None or isinstance(said.names.resolve(found["who"], ("customer",)), NameFound)


def _drops(said: Understanding, words: str, others: list[str]) -> Command | None:
    found = _DROPS.fullmatch(words)
    if found is None or not (others or "task" in found["it"]):
        return None
    if family(said) != "task" and "task" not in found["it"] and not _told_of(said, others):
        return None
    task = _closed(said, found["it"], others)
    sure = task and ("task" in found["it"] or head(said))
    return command(said, "task.delete", task) if task and sure else None


def _due(said: Understanding, words: str, others: list[str]) -> Command | None:
    if any(_NEW_ONE.match(_LEAD.sub("", unfilled(other))) for other in others):
        return None  # "book the campsite, by Wednesday": the time is that of something else
    for pattern in _DUE:
        found = pattern.fullmatch(words)
        if found is None:
            continue
        told = re.sub(r"\btil\b", "till", found["t"], flags=re.I)
        when = time_of(said, told) or time_of(said, told.rpartition(", ")[2])
        it = found.groupdict().get("it") or ""
        task = pointed(said, re.sub(r"^.* of ", "", it)) if when and family(said) == "task" else None
        if when and task:
            return command(said, "task.deadline", task, when=when)
    return None


def _ranks(said: Understanding, words: str, others: list[str]) -> Command | None:
    found = _RANKS.fullmatch(words)
    task = _meant(said, found["it"] or "", others) if found and head(said) else None
    if found is None or task is None:
        return None
    return command(said, "task.update", task, priority=level_of(_HIGH.sub("highest priority", found["p"])))


def _place(said: Understanding, words: str, _others: list[str]) -> Command | None:
    found = _PLACE.fullmatch(words) if family(said) == "task" else None
    if found is None or not isinstance(said.names.resolve(found["p"], ("project",)), NameFound):
        return None
    task = pointed(said, found["it"] or "")
    return command(said, "task.update", task, project=found["p"]) if task else None


_READS: tuple[Callable[[Understanding, str, list[str]], Command | None], ...] = (
    _reopens,
    _closes,
    _drops,
    _due,
    _ranks,
    _place,
)
