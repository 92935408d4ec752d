"""Who a task goes to, said by some of its words: "Jenny can do the printing", "photos go to Yusuf", "he gets the hall".

What somebody gets by a time, where no open task is called so, is a new one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.phrasings import phrasings
from services.understanding.stages.tasks.titles import (
    SURE,
    Subject,
    both,
    command,
    family,
    people,
    pointed,
    subject,
    without_time,
)

_TAKES = re.compile(
    r"(?P<who>[^,]+?)(?:(?:'ll| can| could| should| will| must| has to| may| is to| ought to|'s going to| is going to)"
    r" (?:do|take|handle|have|look after|take over|take care of)"
    r"| takes| gets| does| takes over| handles|'s doing| is doing"
    r"|'s got| has got|'s on|'s taking|'s handling| is handling|'ve got) (?P<x>.+)",
    re.I,
)
_GOES = re.compile(
    r"(?P<x>.+?),? (?:that )?(?:goes|go|moves|move|is|are|would be|'d be|will be)"
    r"(?: something| one| a (?:job|task|thing)| a good (?:job|one))?(?: from (?P<old>.+?))? (?P<way>to|for)"
    r" (?P<who>.+)",
    re.I,
)
_GIVE = re.compile(
    r"(?:can you |could you |please )*(?:give|hand|pass|assign|reassign)(?: over| on)? (?P<x>.+?)(?: over| on| off)? to"
    r" (?P<who>.+?)(?:, (?P<which>(?:the|that|this|my|our) .+))?",
    re.I,
)
_GIVE_WHO = re.compile(
    r"(?:can you |could you |please |and |then )*(?:give|hand|assign) (?P<who>[^\W_]+(?: [^\W_]+)?) (?P<x>(?:the"
    r"|that|this|my|our) .+)",
    re.I,
)
_LET = re.compile(
    r"(?:let|have|get) (?P<who>.+?) (?:to )?(?:do|handle|take|take over|take care of|look after) (?P<x>.+)", re.I
)
_PUT_ON = re.compile(r"put (?P<who>.+?) on (?P<x>.+)", re.I)
_BARE = re.compile(r"(?P<x>.+?) (?:back |over )?to (?P<who>[^\W_]+(?: [^\W_]+)?)", re.I)
""" "Release notes back to Paul"."""
_MINE = re.compile(r"(?P<who>i)(?:'ll| will) (?:do|take|handle) (?P<x>.+)", re.I)
_JOB = re.compile(r"(?P<x>.+?)(?:'s|'re| is| are)(?: now)? (?P<who>[^\W_]+)'s? (?:job|task|turn|business)", re.I)
_ON_IT = re.compile(
    r"(?:(?:that|it|this|that one) )?(?:goes|go|belongs|is|would be) (?:to|for) (?P<who>.+)"
    r"|put (?P<put>[^\W_]+)(?: on (?:it|that)| down(?: for it)?)?"
    r"|(?:give|hand|assign) to (?P<to>.+)"
    r"|(?:that|it|this|that one|make (?:it|that|this)(?: one)?)(?:'s| is)? (?P<own>[^\W_]+)'s(?: then| now)?"
    r"|(?:that|this)(?: one|'s one|'s a job| is one) for (?P<one>.+)",
    re.I,
)
""" "Goes to Lena", of the task spoken of last."""
_NOT_HIS = re.compile(
    r"(?:that|it)(?:'s not| is not| isn't) (?:for )?(?:his|hers|theirs|him|her|[^\W_]+'s)(?: job| task)?[,.;]*"
    r" (?:but |no |that's |it's |that is |it is )*(?P<who>mine|his|hers|ours|[^\W_]+'s)(?: job| task)?",
    re.I,
)
""" "That's not hers, that's mine"."""
_OWN = {"mine": "me", "ours": "us", "his": "him", "hers": "her"}
_POINTING = ("it", "that", "this", "them", "those", "these")
_TOO = re.compile(r"\b(?:can|could|gets?|takes?|goes?|does|do|will|'ll|should)\b.*\b(?:too|also|as well)\b", re.I)
"""One more task for them, not one more of them for the task."""
_MYSELF = re.compile(r" (?:my|him|her|them|our)sel(?:f|ves)(?=$|[\s,])", re.I)
_ARTICLE = re.compile(r"^(?:the|a|an) ", re.I)
_SOMEBODY = ("him", "her", "them", "me")
_COMPANY = re.compile(r",? and (?:his|her|their) .+$", re.I)
_SAME_DAY = re.compile(r",?\s*(?:on )?the same day$|,?\s*same day$", re.I)
_MOST_TITLE_WORDS = 6


def given_task(said: Understanding) -> Understanding | None:
    """Who a task goes to."""
    for text in phrasings(said):
        if found := _given(said, text) or _by_then(said, text):
            return said.found(found, "talk")
    return None


def _by_then(said: Understanding, text: str) -> Command | None:
    """ "Roadmap goes to Aylin, due tomorrow"."""
    rest, when = without_time(said, text)
    found = _given(said, rest) if when and rest != text else None
    if found is None or len(found.steps) != 1 or found.steps[0].action != "task.assign":
        return None
    due = Step("task.deadline", {"title": found.steps[0].slots["title"], "when": when})
    return both(found, Command(said.text, (replace(due, references=_of_title(found.steps[0])),), SURE, "template"))


def _of_title(step: Step) -> tuple[Reference, ...]:
    return tuple(ref for ref in step.references if ref.slot == "title")


def _given(said: Understanding, text: str) -> Command | None:
    if family(said) == "task" and (other := _NOT_HIS.fullmatch(text)):
        named = other["who"].casefold()
        who = people(said, _OWN.get(named, named.removesuffix("'s")))
        task = pointed(said, "") if who else None
        return _assigned(said, task, who, None, "") if who and task else None
    if family(said) == "task" and (found := _ON_IT.fullmatch(text)):
        who = people(said, next(filter(None, found.groups())))
        task = pointed(said, "") if who else None
        return _assigned(said, task, who, None, "") if who and task else None
    for pattern in (_MINE, _JOB, _TAKES, _GIVE, _GIVE_WHO, _LET, _GOES, _PUT_ON, _BARE):
        found = pattern.fullmatch(text)
        groups = found.groupdict() if found else {}
        who = _who(said, groups["who"].removesuffix(" instead")) if found else None
        if who is None or (groups.get("way") == "for" and groups.get("old")):
            continue
        groups["x"] = _MYSELF.sub("", groups["x"])
        points = groups["x"].casefold() in _POINTING
        if points and (pattern not in (_GIVE, _TAKES, _LET, _JOB) or text.casefold().startswith("pass")):
            continue  # a message is passed on as well
        words, when = without_time(said, groups["x"])
        task = subject(said, groups.get("which") or words)
        if task is not None:
            return _assigned(said, task, who, groups.get("old"), when)
        if pattern is _TAKES and not points and (made := _made(said, groups["x"], who)):
            return made
    return None


def _who(said: Understanding, words: str) -> list[str] | None:
    """Who is named; who is with them is none of ours: "Herr Lutz and his class"."""
    return people(said, words) or people(said, _COMPANY.sub("", words))


def _assigned(said: Understanding, task: Subject, who: list[str], old: str | None, when: str) -> Command:
    slots: dict[str, Slot] = {"assignees": who, **({"direction": "instead"} if _TOO.search(said.text) else {})}
    if old and old.casefold() not in _SOMEBODY and (before := people(said, old)):
        slots["old_assignees"] = before
    handed = command(said, "task.assign", task, **slots)
    return both(handed, command(said, "task.deadline", task, when=when)) if when else handed


def _made(said: Understanding, words: str, who: list[str]) -> Command | None:
    """A new task for somebody, where tasks are spoken of and it has a time: "and Clara gets the release, by Friday"."""
    title, when = without_time(said, words)
    if not when and (same := _SAME_DAY.search(words)) and said.conversation.last_when is not None:
        title, when = words[: same.start()], f"{said.conversation.last_when:%B} {said.conversation.last_when.day}"
    if family(said) != "task" or not when or not 0 < len(title.split()) <= _MOST_TITLE_WORDS:
        return None
    step = Step("task.create", {"title": _ARTICLE.sub("", title.strip(" ,")), "assignees": who, "when": when})
    return Command(said.text, (step,), SURE, "template")
