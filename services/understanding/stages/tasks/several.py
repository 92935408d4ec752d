"""Questions about several tasks: of a project, of a task with parts, of those that were spoken of."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Reference, Step
from services.understanding.conversation.memory import latest
from services.understanding.names.base import NameFound
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.titles import (
    SURE,
    command,
    family,
    head,
    latest_task,
    pointed,
    subject,
    time_of,
)

_JOB_LIST = re.compile(
    r"(?:and |so )?what(?:'s| is)(?: still| left)* (?:on|of) (?:the|my|our) (?:jobs?|tasks?"
    r"|to-?do)(?: list)?(?P<t> .+)?",
    re.I,
)
_WHAT_OF = re.compile(
    r"(?:(?:how much|what|which parts?|anything)(?:'s| is| are)?(?: still)?(?: left| missing| open| outstanding| to"
    r" do)?"
    r" of (?P<x>.+?)(?:(?:'s| is| are)(?: still)?(?: left| missing| open| outstanding| to do| to be done)+)?"
    r"|how far(?: along)?(?: are we| is it| am i|'s it)?(?: with| on)? (?P<y>.+)|how far (?:is|are|'s) (?P<z>.+?)(?:"
    r" along)?)",
    re.I,
)
_FIRST_DUE = re.compile(
    r"(?:and )?(?:(?:which|what)(?: one| task| job)?(?: of (?:them|those|these))?(?:(?: (?:has|have|is|are|comes|come)"
    r"|'s)+)"
    r" (?:got )?(?:the )?(?:(?:earliest|nearest|closest|next|soonest|tightest|first) (?:deadline|due date)|due"
    r" (?:first|next"
    r"|soonest)|first|soonest|the (?:earliest|soonest))"
    r"|(?:which|what) (?:do|should|must) (?:i|we) (?:do|finish|start with|tackle) first|what's due (?:first|next"
    r"|soonest))",
    re.I,
)
_WHO_WHAT = re.compile(
    r"who(?:'s| is| has| does|'ll be| will be)? (?:got|doing|do|getting|on|has|have) what (?:in|on|for|of) (?P<x>.+)",
    re.I,
)
""" "Who's got what in the kessler project"."""
_PARTS = re.compile(
    r"(?:which|what|how many)(?: ones)?(?: of)?(?: the| its| those| these)?"
    r" (?:(?:sub-?)?tasks|parts|steps|pieces|bits)"
    r"(?: of (?P<x>.+?))?(?:'s| is| are| have| do| still| (?:i|we)| to be)*"
    r" (?:open|left|missing|to do|to go|outstanding|remaining|undone|not done|done|needed)(?: yet| now)*",
    re.I,
)
""" "So which of the parts are still open"."""
_TO_BE_DONE = re.compile(
    r"(?:(?:my|the|our|open) )?(?:tasks?,? )?(?:what|which tasks?)(?:'s| is| are| has| have| needs?| must| still| else"
    r"| all| to)*"
    r" (?:to be done|to do|left to do|to get done|be done|be finished|due|(?:there|left) to do)"
    r"(?: (?P<t>(?!for\b|with\b|first\b|next\b|soonest\b).+?))?"
    r"(?:,? (?:that|which|and)(?:'s| is| are)?(?: n[o']t|n't| still)* (?:done|open)(?: yet)?)?",
    re.I,
)
""" "What's still to be done up to and including Sunday"."""
_INCLUDING = re.compile(r"\b(?:up to|until|till)(?: and including)?(?= )", re.I)
_PLACE = re.compile(
    r"what(?:'s| is)(?: still| all)*(?: left)? (?:open|left|missing|to do|outstanding|to be done)(?: to do)?"
    r" (?:for|in|on|with) (?P<x>.+)",
    re.I,
)
_PROJECT = re.compile(
    r"(?P<p>.+?)(?:'s)?(?: project)? (?:status|progress)|(?:status|how's|how is|how does|how far is)(?: of)? (?P<q>.+?)"
    r"(?: look| looking| going| doing| coming along| getting on)?",
    re.I,
)
_MADE_OF = re.compile(
    r"what(?: all| tasks| jobs)? does (?P<x>.+?) (?:comprise|include|contain|consist of|involve|have(?: in it)?|hold)"
    r"(?: so far| now| already| at the moment)*"
    r"|what(?:'s| is| have (?:i|we)(?: got)?)(?: all)? (?:in|under) (?P<y>.+?)(?: so far| now| already"
    r"| at the moment)*",
    re.I,
)
_THAT_PROJECT = re.compile(r"(?:that|this|the) project|it|there|in there", re.I)
_LEFT = re.compile(
    r"what(?: else)?(?:'s| is|'s else| have i got)?(?: still)?(?: else)? ?(?:there|left|open|due|outstanding|to do)"
    r"(?: left| to do| open)? (?P<t>(?:(?:for|on|by|until|before) )?.+)",
    re.I,
)
_MOST = re.compile(
    r"(?:and )?(?:which|what)(?: one| task)?(?: of (?:them|those|these))?(?:'s| is| are) (?:the )?most"
    r" (?:urgent|important|pressing)(?: one| of (?:them|those|these))?",
    re.I,
)


_BY_PROJECT = ((_PLACE, "task.query", "project"), (_WHO_WHAT, "task.query", "project"))


def of_project(said: Understanding, text: str) -> Command | None:
    """How a project stands, and what is left of it, where only its name says that it is one."""
    if (of := _WHAT_OF.fullmatch(text)) and (task := _part_of(said, next(filter(None, of.groups()), ""))):
        return task
    if found := _MADE_OF.fullmatch(text):
        return _made_of(said, next(filter(None, found.groups())))
    if found := _PARTS.fullmatch(text):
        return _parts(said, found["x"] or "")
    if (_THERE_LEFT.fullmatch(text) and head(said)) or _ALL_LEFT.fullmatch(text):
        return _left_of_it(said, text)
    for pattern, action, slot in ((_PROJECT, "project.query", "name"), *_BY_PROJECT):
        found = pattern.fullmatch(text)
        words = re.sub(r"^the | project$", "", next(filter(None, found.groups()), ""), flags=re.I) if found else ""
        if words and isinstance(said.names.resolve(words, ("project",)), NameFound):
            return Command(said.text, (Step(action, {slot: words}),), SURE, "template")
    return None


def _made_of(said: Understanding, words: str) -> Command | None:
    """What there is in a project that is named, or was spoken of."""
    if _THAT_PROJECT.fullmatch(words):
        spoken_of = family(said) in ("task", "project") or "project" in words.casefold()
        there = latest(said.conversation, ("project",)) if spoken_of else None
        if there is None:
            return None
        reference = Reference("name", words, "project", there.name, there.id, "context")
        return Command(
            said.text, (Step("project.query", {"name": there.name}, references=(reference,)),), SURE, "template"
        )
    place = re.sub(r"^the | project$", "", words, flags=re.I)
    found = said.names.resolve(place, ("project", "list", "channel"))
    if not isinstance(found, NameFound) or found.entity.kind != "project":
        return None
    return Command(said.text, (Step("project.query", {"name": place}),), SURE, "template")


_THERE_LEFT = re.compile(
    r"(?:what|how much)(?:'s| is) (?:still )?(?:missing|left|open|to do|to go|outstanding) (?:there|on it)"
    r"(?: still| now)*",
    re.I,
)
""" "What's missing there still", behind a task that was parted."""


_ALL_LEFT = re.compile(
    r"(?:and |so )*(?:what|how much)(?:'s| is)(?: still| all)*"
    r" (?:missing|left|open|to do|to go|outstanding|remaining|left to do|to be done)(?: still| now| then)*",
    re.I,
)
""" "What's left", behind a project or a task of one."""


def _left_of_it(said: Understanding, text: str) -> Command | None:
    """The open tasks of what was spoken of last: the parts of a task, or a project, itself or one of its tasks."""
    if _THERE_LEFT.fullmatch(text):
        return _parts(said, "")
    there = latest(said.conversation, ("project",)) if family(said) in ("task", "project") else None
    if there is None:
        return None
    reference = Reference("project", there.name, "project", there.name, there.id, "context")
    return Command(said.text, (Step("task.query", {"project": there.name}, references=(reference,)),), SURE, "template")


def _parts(said: Understanding, words: str) -> Command | None:
    """What is left of the parts of the task that was spoken of, itself or one of its parts."""
    task = subject(said, words) if words else (latest_task(said, "it") if family(said) == "task" else None)
    if task is None:
        return None
    of = tuple(replace(ref, slot="parent") for ref in task.references)
    return Command(said.text, (Step("task.query", {"parent": task.words}, references=of),), SURE, "template")


def _part_of(said: Understanding, words: str) -> Command | None:
    """How much of a project or a task is left."""
    place = re.sub(r"^the | project$", "", words, flags=re.I)
    if isinstance(said.names.resolve(place, ("project",)), NameFound):
        return Command(said.text, (Step("task.query", {"project": place}),), SURE, "template")
    task = subject(said, words)
    return command(said, "task.query", task) if task else None


def _has_such_list(said: Understanding, text: str) -> bool:
    """Whether a list of the store is called so: "jobs", "to do"."""
    words = {word.removesuffix("s") for word in text.casefold().replace("-", " ").split()}
    return any(
        {word.removesuffix("s") for word in each.name.casefold().split()} <= words for each in said.directory.lists()
    )


def of_those(said: Understanding, text: str) -> Command | None:
    """What there is to do, what else there is, and what is most urgent, where tasks are spoken of."""
    for found in filter(None, (_JOB_LIST.fullmatch(text), _TO_BE_DONE.fullmatch(text))):
        if found.re is _TO_BE_DONE or not _has_such_list(said, text):
            when = time_of(said, _INCLUDING.sub("by", found["t"].removeprefix(" for "))) if found["t"] else ""
            return None if when is None else _due_then(said, when)
    if family(said) != "task":
        return None
    those = pointed(said, "those") if _MOST.fullmatch(text) or _FIRST_DUE.fullmatch(text) else None
    if those and len(those.references) > 1:
        return command(said, "task.query", those)
    if _FIRST_DUE.fullmatch(text):
        return _due_then(said, "")
    left = _LEFT.fullmatch(text)
    when = time_of(said, left["t"]) if left else None
    return _due_then(said, when) if when else None


def _due_then(said: Understanding, when: str) -> Command:
    return Command(said.text, (Step("task.query", {"when": when} if when else {}),), SURE, "template")
