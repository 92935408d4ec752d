"""A report of a project, or of who owes what, asked for in words that no sentence has: "might I have a report of
everything that's open for the festival", "make me a page with what everybody owes us".
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Step
from services.understanding.conversation.memory import FOCUS_SCORE
from services.understanding.names.base import NameFound
from services.understanding.stages.base import Understanding
from services.understanding.words import FILLERS

_SURE, _TEMPLATE = 0.9, 0.95
_LONGEST = 160
_MOST_NAME_WORDS = 4
_OPEN = rf"(?:(?:{FILLERS}|please|can you|could you|would you|will you|just)\b[\s,]*)*"
_MAKES = (
    r"(?:(?:make|do|give|write|prepare|print|draw up|put together|get|create|run)(?: me| us)?"
    r"|(?:might|may|can|could) (?:i|we) (?:have|get)|(?:i|we)(?:['’]d| would| should) like|i want|i need|let me have)"
)
_PAGE = (
    r"(?:an? |the )?(?:(?:short|quick|written|full|new|little) )*(?:report|overview|summary|sheet|page"
    r"|printout|statement)"
)
_REPORT = re.compile(
    rf"{_OPEN}{_MAKES} {_PAGE} (?:on|of|for|about|over|with|from|covering) (?P<what>\S.*)$", re.IGNORECASE
)
_OWED = re.compile(r"\b(?:owes?|owed|owing|outstanding|balances?|in debt)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*[,.;]\s+")


def report(said: Understanding) -> Understanding | None:
    """The report, where templates are not sure of it."""
    found = _REPORT.fullmatch(said.text.strip(" .?!")) if len(said.text) <= _LONGEST else None
    if found is None:
        return None
    read = said.read(said.text)
    if read.intent == "report.create" and read.source == "template" and read.confidence >= _TEMPLATE:
        return None
    if name := _project(found["what"], said):
        step = Step("report.create", {"kind": "project", "name": name})
    elif _OWED.search(found["what"]):
        step = Step("report.create", {"kind": "balances"})
    else:
        return None
    return said.found(Command(said.text, (step,), _SURE, "template"))


def _project(what: str, said: Understanding) -> str:
    """The project that is named in it, in the clause that names one first."""
    for clause in _CLAUSE.split(what):
        words = clause.split()
        for many in range(min(_MOST_NAME_WORDS, len(words)), 0, -1):
            for at in range(len(words) - many + 1):
                name = re.sub(r"^(?:the|our|my) | project$", "", " ".join(words[at : at + many]), flags=re.IGNORECASE)
                match said.names.resolve(name, ("project",)):
                    case NameFound(entities=(one, *_), how=how, score=score) if how != "close" and score >= FOCUS_SCORE:
                        return one.name
    return ""
