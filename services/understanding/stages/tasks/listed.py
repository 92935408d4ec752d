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
from services.understanding.stages.tasks.titles import (
    SURE,
    command,
    family,
    people,
    pointed,
    subject,
    time_of,
    without_time,
)
from services.understanding.words import FILLERS

_FILLERS = re.compile(rf"(?:(?:{FILLERS})\b[\s,]*)+", re.I)
_NOUN = r"(?:task|job|todo|to-do|to do|ticket)"
_ONE = re.compile(
    rf"(?:in (?:the )?(?P<there>[^,]+?)(?: project)? )?(?:(?:we|i|you) need |add |make |create |there's |put in )?"
    rf"(?:a |an |another )?(?P<new>new )?{_NOUN}(?:(?: for (?P<for>[^,:]+?))?(?: in (?P<place>[^,:]+?))?"
    r"| (?P<who>[^\W_]+))[,:] (?P<rest>.+)",
    re.I,
)
_NAMED = re.compile(rf"(?:add |make |create )?(?:a |an |another )?new {_NOUN} (?P<rest>[^,:]+,.+)", re.I)
MANY = re.compile(
    r"(?:(?:add|make|create|put in|set up|i need|we need|enter|note) )?"
    rf"(?:(?:a|the|these|those|two|three|four|five|six|some|new|a few|following) )*(?:new )?"
    rf"(?:{_NOUN}s|(?P<list>{_NOUN} list))"
    r"(?: for (?P<for>[^,:]+?))?(?: (?:in|to|under) (?P<place>[^,:]+?)| (?P<there>there|in there))?[,:] (?P<rest>.+)",
    re.I,
)
_PARTS = re.compile(r"(?:the |two |three |four |five )?(?:sub-?\s?tasks|subtasks|steps)[,:]? (?P<rest>.+)", re.I)
_SPLIT = re.compile(
    r"(?:(?:can|could|would|will) you |please |let's )*(?:divide|split|break|cut|chop|take)"
    r" (?P<x>it|that|this|that one|(?:the|my|our) [^,:]+?)(?: up| down| apart)?(?: for me| for us)?(?: please)?"
    r"(?:(?:,? (?:in|into)(?: (?:two|three|four|five|the))?(?: (?:parts|steps|pieces|subtasks))?)[,:]?"
    r"|[,:.]) (?P<rest>.+)",
    re.I,
)
_NEXT = re.compile(
    rf"(?:the (?:first|second|third|fourth|next|other|last)|first|another|next)(?: (?:one|{_NOUN}))?"
    r"(?: (?:in|for|on) (?P<place>[^,:]+?))?(?:(?: (?:is|would be))?[,:]| (?:is|would be)(?= (?:the|an?|to)\b)"
    r"|(?<=one)(?= the\b)) (?P<rest>.+)",
    re.I,
)
_ORDINALS = re.compile(
    r"(?:^|[\s,;.]+)(?:and )?(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|fourth(?:ly)?|then|last(?:ly)?|finally),\s+",
    re.I,
)
_ENDED = re.compile(r"[.;]\s+(?=(?:with |and |it's |that's |for |due |by |no |high|low|top|urgent|important)\b)", re.I)
""" "Draw the plan. No deadline, low priority": what stands behind the title is told of it."""
ASKS = re.compile(rf"(?:^|\b{_NOUN}s?[,:] )(?:what|which|who|whose|when|where|how)(?:'s)?\b", re.I)
""" "Tasks, what's due today"."""
COMMAS = re.compile(r"\s*[,;]\s*")
_AND = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+")
_ALL = re.compile(r"^(?:and\s+)?(?:all|both|each)(?: of (?:them|those))?\s+(?:of\s+it\s+)?", re.I)
_WHOSE = re.compile(r"^(?:and )?(?:that|it)(?:'s| is) (?P<who>[^\W_]+)'s$", re.I)
FOR = re.compile(r"^(?:and )?(?:(?:that|it)(?:'s| is)(?: for)?|for|assigned to|goes to|that goes to|give it to) ", re.I)
_AGAIN = re.compile(r"\s+(?:again|please|too|as well|then)$", re.I)
_DUE = re.compile(
    r"^(?:and )?(?:(?:(?:it|that)(?:'s| is) )?(?:due|deadline|to be done)(?: on| by)?"
    r"|(?:i|we)(?:'d like| need| want| must have)(?: to have)? (?:it|that|this|them)(?: done| ready| finished| back)?"
    r"|(?:(?:it|that|this|they) )?(?:(?<=it)'s got to|has to|have to|has got to|needs? to|must|should) be"
    r" (?:done|ready|finished|back)) ",
    re.I,
)
_IN = re.compile(r"^(?:and )?(?:(?:that|it) )?(?:(?:goes|belongs) )?(?:(?:in|into|to|under|for) )?(?:the )?", re.I)
_PRIORITY = re.compile(
    r"^(?:and )?(?:with |(?:it|that|this)(?:['’]s| is) (?:very |really |quite )?)?"
    r"(?:prio(?:rity)? (?P<level>high|low|medium|normal|urgent|critical|top)"
    r"|(?P<rank>urgent|important|critical|(?:top|high|highest|low|lowest|medium|normal) prio(?:rity)?))$",
    re.I,
)
_NONE = re.compile(
    r"^(?:and )?(?:there's )?no (?:deadline|due date|rush|hurry|date)(?: (?:for|on) (?:it|that))?$", re.I
)
"""Tells nothing."""
_SAME_DAY = ("the same day", "same day", "on the same day", "same deadline", "the same deadline", "same date")
_THEN = ("then", "that day", "on that day", "by then")
_THERE = ("there", "it", "that", "that one", "that project")


@dataclass(slots=True)
class Told:
    """What the pieces are."""

    titles: list[str] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)


def listed_tasks(said: Understanding) -> Understanding | None:
    """New tasks, or parts of the one spoken of, told in pieces."""
    text = said.text.strip(" .!")
    if begun := _FILLERS.match(text):
        text = text[begun.end() :] or text
    if ASKS.search(text):
        return None
    for part in dict.fromkeys((text, text.rsplit(". ", 1)[-1], text.split(". ", 1)[0])):
        for reads in (
            _parts,
            _many,
            _one,
            _counted,
            _next,
        ):
            if found := reads(said, part):
                return said.found(found, "talk")
    return None


def _parts(said: Understanding, text: str) -> Command | None:
    found = _PARTS.fullmatch(text) or _SPLIT.fullmatch(text)
    words = found.groupdict().get("x") or "" if found else ""
    task = (subject(said, words) if words else pointed(said, "")) if found else None
    rest = _HUM.sub("", found["rest"]) if found else ""
    # Where commas part them, an "and" within a piece is its own, but for that before the last.
    pieces = COMMAS.split(rest)
    parts = [piece.removeprefix("and ") for piece in (pieces if len(pieces) > 2 else _AND.split(rest)) if piece]
    return command(said, "task.breakdown", task, parts=parts) if task and len(parts) > 1 else None


def _counted(said: Understanding, text: str) -> Command | None:
    """ "In the festival project we'd like, first, write to the parents, secondly, borrow benches"."""
    marks = list(_ORDINALS.finditer(text))
    if len(marks) < 2 or not (family(said) in ("task", "project") or re.search(rf"\b{_NOUN}s?\b", text, re.I)):
        return None
    lead, slots = text[: marks[0].start()].strip(" ,:"), dict[str, Slot]()
    if lead:
        place = re.match(
            r"(?:in|for|on) (?:the )?(?P<p>.+?)(?: project)?(?:,| (?:we|i|there|please|add|put|create)\b|$)", lead, re.I
        )
        project = _project(said, place["p"]) if place else None
        if project is None:
            return None
        slots["project"] = project
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    titles = [text[mark.end() : end].strip(" ,.;") for mark, end in zip(marks, ends, strict=True)]
    return created(said, [title for title in titles if title], slots)


def _next(said: Understanding, text: str) -> Command | None:
    """ "The second, a speech, by the end of April", behind a new task, where that is."""
    made = said.conversation.last.steps[-1] if said.conversation.last else None
    begun = text.casefold().removeprefix("the ").startswith("first")
    if made is None or made.action not in ("task.create", *(("project.create", "project.query") if begun else ())):
        return None
    found = _NEXT.fullmatch(text)
    place = _project(said, found["place"] or "there") if found else None
    if found is None or (found["place"] and place is None):
        return None
    told = told_pieces(
        said, COMMAS.split(found["rest"]), {"project": place} if place and _belongs(said, begun=begun) else {}
    )
    if told is None or len(told.titles) != 1 or not set(told.slots) - {"project"}:
        return None
    return created(said, [_ARTICLE.sub("", told.titles[0])], told.slots)


def _belongs(said: Understanding, *, begun: bool) -> bool:
    """Whether the last task was one of a project, or a project was spoken of."""
    made = said.conversation.made.steps[-1] if said.conversation.made else None
    return begun or (made is not None and "project" in made.slots)


_ARTICLE = re.compile(r"^(?:a|an|the) ", re.I)
_HUM = re.compile(r"^(?:(?:um|uh|er|hm)\b[\s,]*)+|(?<=,)\s*(?:um|uh|er|hm)\b,?", re.I)


def _one(said: Understanding, text: str) -> Command | None:
    found = _ONE.fullmatch(text)
    heads = heads_of(said, found) if found else None
    found = found if heads is not None else _NAMED.fullmatch(text)
    if found is None:
        return None
    told = told_pieces(said, COMMAS.split(_ENDED.sub(", ", found["rest"])), heads or {})
    # A place, a person or a time must have been told beside the title: else its commas are its own.
    known = told is not None and told.titles and told.slots
    return created(said, [", ".join(told.titles)], told.slots) if told and known else None


def _many(said: Understanding, text: str) -> Command | None:
    found = MANY.fullmatch(text)
    heads = heads_of(said, found) if found else None
    if found and heads is None and found["list"] and not found["place"]:
        heads = {}  # "task list for the health inspector": what it is for
    if heads is not None and "project" not in heads and (project := _just_begun(said)):
        heads = {**heads, "project": project}
    told = told_pieces(said, COMMAS.split(found["rest"]), heads) if found and heads is not None else None
    if told is None or not told.titles:
        return None
    *first, last = told.titles
    titles = [*first, *last.split(" and ")] if len(first) else last.split(" and ")
    return created(said, [title.removeprefix("and ") for title in titles], told.slots)


def _just_begun(said: Understanding) -> str | None:
    """The project that was made by the last command: what is listed right behind it belongs there."""
    last = said.conversation.last
    return _project(said, "there") if last and last.steps[-1].action == "project.create" else None


def heads_of(said: Understanding, found: re.Match[str]) -> dict[str, Slot] | None:
    """For whom, for when and where, as told before the title; None where that is none of these."""
    groups, slots = found.groupdict(), dict[str, Slot]()
    who = groups.get("for") or groups.get("who")
    if who and who.casefold() in _THERE:
        groups["place"] = groups.get("place") or who
    elif who:
        who, then = without_time(said, who)
        slots |= {"when": then} if then else {}
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


def told_pieces(said: Understanding, pieces: Sequence[str], slots: dict[str, Slot]) -> Told | None:
    """The titles, and what was told behind them; None where a title stands behind what was told."""
    told = Told(slots=dict(slots))
    closed = False
    for piece in filter(None, (_NONE.sub("", each.strip()) for each in pieces)):
        bare = _ALL.sub("", piece)
        more = (told_piece(said, bare) or told_piece(said, _AGAIN.sub("", bare))) if told.titles else {}
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


def told_behind(said: Understanding, words: str) -> dict[str, Slot] | None:
    """What " for Kyle, by tomorrow noon" tells; None where it tells anything else."""
    told: dict[str, Slot] = {}
    for piece in filter(None, COMMAS.split(words.strip(" ,"))):
        more = told_piece(said, piece)
        if not more:
            rest, when = without_time(said, piece)
            more = told_piece(said, rest)
            if not (more and when):
                return None
            more["when"] = when
        told |= more
    return told


def told_piece(said: Understanding, piece: str) -> dict[str, Slot]:
    """What one piece tells of a task beside its title; nothing where it tells none."""
    if found := _PRIORITY.fullmatch(piece):
        return {"priority": level_of(found["level"] or found["rank"])}
    due = re.sub(r"^(?:also|and also) ", "", _DUE.sub("", piece), flags=re.I)
    if (when := time_of(said, due)) is not None:
        return {"when": when}
    if (due in _SAME_DAY or (due != piece and due in _THEN)) and (then := said.conversation.last_when) is not None:
        return {"when": f"{then:%B} {then.day}"}
    whose = _WHOSE.match(piece)
    if who := people(said, whose["who"] if whose else FOR.sub("", piece)):
        return {"assignees": who}
    bare = _IN.sub("", piece)
    if place := _project(said, bare):
        return {"project": place}
    named = re.fullmatch(r"project (?P<name>(?!that\b|it\b|this\b).+)|(?P<other>.+) project", bare, re.I)
    unknown = named and isinstance(said.names.resolve(named["name"] or named["other"], ("project",)), Unknown)
    return {"project": named["name"] or named["other"]} if named and unknown else {}


def created(said: Understanding, titles: Sequence[str], slots: dict[str, Slot]) -> Command:
    steps = tuple(Step("task.create", {"title": title, **slots}) for title in titles)
    return Command(said.text, steps, SURE, "template")
