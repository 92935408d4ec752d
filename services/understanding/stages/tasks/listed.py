"""Tasks dictated piece by piece: "new task press kit, project launch, Clara, by the twenty-fourth", "subtasks logo,
photos", "jobs in there, paint the hall, new lock, all by the fourteenth".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.memory import latest
from services.understanding.names.base import NameFound, Unknown
from services.understanding.sentences.spans import level_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.titles import SURE, command, family, people, pointed, time_of, without_time
from services.understanding.words import FILLERS

_FILLERS = re.compile(rf"(?:(?:{FILLERS})\b[\s,]*)+", re.I)
_NOUN = r"(?:task|job|todo|to-do|to do|ticket)"
_ONE = re.compile(
    rf"(?:in (?:the )?(?P<there>[^,]+?)(?: project)? )?(?:(?:we|i|you) need |add |make |create |there's |put in )?"
    rf"(?:a |an |another )?(?P<new>new )?{_NOUN}(?: for (?P<for>[^,:]+?))?(?: in (?P<place>[^,:]+?))?"
    r"(?: (?P<who>[^\W_]+))?[,:] (?P<rest>.+)",
    re.I,
)
_NAMED = re.compile(rf"(?:add |make |create )?(?:a |an |another )?new {_NOUN} (?P<rest>[^,:]+,.+)", re.I)
_MANY = re.compile(
    rf"(?:(?:two|three|four|five|six|some|new|a few) )*(?:new )?{_NOUN}s(?: for (?P<for>[^,:]+?))?"
    r"(?: in (?P<place>[^,:]+?))?[,:] (?P<rest>.+)",
    re.I,
)
_PARTS = re.compile(r"(?:the |two |three |four |five )?(?:sub-?\s?tasks|subtasks|steps)[,:]? (?P<rest>.+)", re.I)
_ANOTHER = re.compile(r"(?:another )?one for (?P<who>[^\W_]+)(?: too| as well)?[,:]? (?:to )?(?P<title>.+)", re.I)
_COMMAS = re.compile(r"\s*[,;]\s*")
_AND = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+")
_ALL = re.compile(r"^(?:and\s+)?(?:all|both|each)(?: of (?:them|those))?\s+(?:of\s+it\s+)?", re.I)
_FOR = re.compile(
    r"^(?:and )?(?:(?:that|it)(?:'s| is)(?: for)?|for|assigned to|goes to|that goes to|give it to) ", re.I
)
_AGAIN = re.compile(r"\s+(?:again|please|too|as well|then)$", re.I)
_DUE = re.compile(r"^(?:and )?(?:(?:it|that)(?:'s| is) )?(?:due|deadline|to be done)(?: on| by)? ", re.I)
_IN = re.compile(r"^(?:and )?(?:(?:that|it) )?(?:(?:goes|belongs) )?(?:(?:in|into|to|under|for) )?(?:the )?", re.I)
_PRIORITY = re.compile(
    r"^(?:and )?(?:with )?(?:prio(?:rity)? (?P<level>high|low|medium|normal|urgent|critical|top)"
    r"|(?P<rank>urgent|important|critical|(?:top|high|highest|low|lowest|medium|normal) prio(?:rity)?))$",
    re.I,
)
_THERE = ("there", "it", "that", "that one", "that project")


@dataclass(slots=True)
class _Told:
    """What the pieces are."""

    titles: list[str] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)


def listed_tasks(said: Understanding) -> Understanding | None:
    """New tasks, or parts of the one spoken of, told in pieces."""
    text = said.text.strip(" .!")
    if begun := _FILLERS.match(text):
        text = text[begun.end() :] or text
    for part in dict.fromkeys((text, text.rsplit(". ", 1)[-1])):
        for reads in (_parts, _another, _many, _one):
            if found := reads(said, part):
                return said.found(found, "talk")
    return None


def _parts(said: Understanding, text: str) -> Command | None:
    found = _PARTS.fullmatch(text)
    task = pointed(said, "") if found else None
    parts = [piece for piece in _AND.split(found["rest"]) if piece] if found else []
    return command(said, "task.breakdown", task, parts=parts) if task and len(parts) > 1 else None


def _another(said: Understanding, text: str) -> Command | None:
    """ "One for Ben, too: send the quote", behind a task."""
    found = _ANOTHER.fullmatch(text) if family(said) == "task" else None
    who = people(said, found["who"]) if found else None
    if found is None or who is None:
        return None
    title, when = without_time(said, found["title"])
    slots: dict[str, Slot] = {"assignees": who, **({"when": when} if when else {})}
    return _created(said, [title], slots) if len(title.split()) > 1 else None


def _one(said: Understanding, text: str) -> Command | None:
    found = _ONE.fullmatch(text)
    heads = _heads(said, found) if found else None
    found = found if heads is not None else _NAMED.fullmatch(text)
    if found is None:
        return None
    told = _told(said, _COMMAS.split(found["rest"]), heads or {})
    # A place, a person or a time must have been told beside the title: else its commas are its own.
    known = told is not None and told.titles and told.slots
    return _created(said, [", ".join(told.titles)], told.slots) if told and known else None


def _many(said: Understanding, text: str) -> Command | None:
    found = _MANY.fullmatch(text)
    heads = _heads(said, found) if found else None
    told = _told(said, _COMMAS.split(found["rest"]), heads) if found and heads is not None else None
    if told is None or not told.titles:
        return None
    *first, last = told.titles
    titles = [*first, *last.split(" and ")] if len(first) else last.split(" and ")
    return _created(said, [title.removeprefix("and ") for title in titles], told.slots)


def _heads(said: Understanding, found: re.Match[str]) -> dict[str, Slot] | None:
    """For whom, for when and where, as told before the title; None where that is none of these."""
    groups, slots = found.groupdict(), dict[str, Slot]()
    if who := groups.get("for") or groups.get("who"):
        if named := people(said, who):
            slots["assignees"] = named
        elif when := time_of(said, who):
            slots["when"] = when
        else:
            return None
    for words in filter(None, (groups.get("place"), groups.get("there"))):
        place = _project(said, words)
        if place is None:
            return None
        slots["project"] = place
    return slots


def _project(said: Understanding, words: str) -> str | None:
    if words.casefold() in _THERE:
        mention = latest(said.conversation, ("project",))
        return mention.name if mention else None
    words = re.sub(r"^(?:the )?project |^the | project$", "", words, flags=re.I)
    return words if isinstance(said.names.resolve(words, ("project",)), NameFound) else None


def _told(said: Understanding, pieces: Sequence[str], slots: dict[str, Slot]) -> _Told | None:
    """The titles, and what was told behind them; None where a title stands behind what was told."""
    told = _Told(slots=dict(slots))
    closed = False
    for piece in filter(None, (each.strip() for each in pieces)):
        more = _piece(said, _AGAIN.sub("", _ALL.sub("", piece))) if told.titles else {}
        if more:
            told.slots |= more
            closed = True
        elif closed:
            return None
        else:
            title, when = without_time(said, piece)
            told.titles.append(title if when and "when" not in told.slots else piece)
            told.slots |= {"when": when} if when and "when" not in told.slots else {}
    return told


def _piece(said: Understanding, piece: str) -> dict[str, Slot]:
    """What one piece tells of a task beside its title; nothing where it tells none."""
    if found := _PRIORITY.fullmatch(piece):
        return {"priority": level_of(found["level"] or found["rank"])}
    if (when := time_of(said, _DUE.sub("", piece))) is not None:
        return {"when": when}
    if who := people(said, _FOR.sub("", piece)):
        return {"assignees": who}
    bare = _IN.sub("", piece)
    if place := _project(said, bare):
        return {"project": place}
    named = re.fullmatch(r"project (?P<name>.+)|(?P<other>.+) project", bare, re.I)
    unknown = named and isinstance(said.names.resolve(named["name"] or named["other"], ("project",)), Unknown)
    return {"project": named["name"] or named["other"]} if named and unknown else {}


def _created(said: Understanding, titles: Sequence[str], slots: dict[str, Slot]) -> Command:
    steps = tuple(Step("task.create", {"title": title, **slots}) for title in titles)
    return Command(said.text, steps, SURE, "template")
