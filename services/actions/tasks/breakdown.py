"""Breaking a task into parts: those told, or after a yes those usual for such a task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.people.group import given, of, speaker_name
from services.actions.tasks.place import by_rule
from services.actions.tasks.rows import OPEN, documents, parts
from services.actions.tasks.which import bare, fitting, one
from services.actions.wording import counted, listed, spoken
from services.store.base import Task

_KINDS: Sequence[tuple[str, Sequence[str]]] = (
    (
        "write|draft|report|document|proposal|article|blog|press|newsletter|speech|text|copy|paper|brochure|manual|guide|materials?",
        ("gather the facts", "write a draft", "have it reviewed", "hand it in"),
    ),
    (
        "presentation|slides|pitch|talk|deck|demo",
        ("collect the key messages", "make the slides", "rehearse", "send the slides around"),
    ),
    (
        "hire|hiring|recruit|recruiting|candidate|interview|interviews",
        ("write the job description", "publish it", "hold the interviews", "make an offer"),
    ),
    (
        "event|party|conference|workshop|meeting|offsite|trip|travel|visit|dinner|celebration",
        ("fix the date", "invite people", "prepare what is needed", "follow up"),
    ),
    (
        "launch|release|campaign|rollout|announcement",
        ("agree on the goals", "prepare the material", "check that all is ready", "launch", "look at the results"),
    ),
    (
        "fix|bug|repair|issue|error|outage|problem",
        ("reproduce it", "find the cause", "mend it", "check that it is gone"),
    ),
    (
        "test|testing|qa|audit|inspection|review",
        ("list what to check", "check it", "write down what was found", "have it mended"),
    ),
    (
        "buy|purchase|order|procure|supplier|vendor|contract",
        ("list what is needed", "compare offers", "get approval", "order it"),
    ),
    (
        "budget|forecast|accounts|invoice|tax|taxes|expenses",
        ("collect the figures", "draw up a first version", "check it with those concerned", "hand it in"),
    ),
    (
        "research|study|analysis|analyse|analyze|survey|evaluate|compare",
        ("define the question", "collect data", "evaluate it", "write up the results"),
    ),
    (
        "website|site|app|software|feature|page|system|tool|platform|database|develop|build|implement|code|migrate|migration|integration|design",
        ("collect the requirements", "design it", "build it", "test it", "put it to use"),
    ),
)
"""Words of a title → usual parts; the first that fits counts."""
_USUAL = ("find out what is needed", "make a plan", "do the work", "check the result")
_PATTERNS = tuple((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), steps) for words, steps in _KINDS)


def breakdown(call: Call) -> Done:
    """Slots: title, parts. Without parts, the usual ones are proposed and added on yes."""
    told = tuple(dict.fromkeys(spoken(part) for part in call.names("parts") if spoken(part)))
    task = _task(call, told)
    wanted = told or usual_parts(task.title)
    there = [part.title for part in documents(call.tx, parts(call.tx.rows(Task), task.id))]
    new = [part for part in wanted if not any(part.casefold() == other.casefold() for other in there)]
    if not new:
        return Done(
            f"{task.title} has {'these parts' if told else 'its parts'} already: {listed(there)}", about=(task,)
        )
    if not told and there:
        raise Refused("task.has_parts", f"{task.title} has parts already: {listed(there)}. Tell me which ones to add")
    if not told:
        call.confirm(
            f"I would break {task.title} down into {counted(len(new), 'part')}: {listed(new)}. Shall I add them?"
        )
    draft = Task(
        title=task.title,
        project_id=task.project_id,
        channel_id=task.channel_id,
        parent_id=task.id,
        created_by=speaker_name(call),
    )
    added = tuple(call.tx.add(replace(given(draft, of(task)), title=part)) for part in new)
    words = f"{task.title} has {counted(len(added), 'new subtask' if there else 'subtask')} now: {listed(new)}"
    return Done(words, f"task broken down: {task.title}", added, about=(*added, task))


def _task(call: Call, told: Sequence[str]) -> Task:
    """The task meant. An unknown one is created after a yes, if its parts were told."""
    title = bare(call.text("title"))
    if not told or not title or call.meant("title") or fitting(call, title, OPEN):
        return one(call, ask="Which task shall I break down?")
    call.confirm(f"I found no open task like “{title}”. Shall I create it, with {listed(told)} as its parts?")
    return call.tx.add(by_rule(call, Task(title=title, created_by=speaker_name(call))))


def usual_parts(title: str) -> Sequence[str]:
    """The usual parts of a task with such a title."""
    return next((steps for pattern, steps in _PATTERNS if pattern.search(title)), _USUAL)
