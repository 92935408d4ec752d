"""When tasks are due: a new time, or a shift of the old one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta

from services.actions.base import Unanswered
from services.actions.call import Call, Done
from services.actions.rings.ring import heard
from services.actions.tasks.urgency import inferred
from services.actions.tasks.which import several
from services.actions.tasks.wording import due_words, inferred_words, names
from services.actions.times import deadline
from services.actions.wording import counted, proper
from services.actions.wording import told as sentences
from services.store.base import Task

_ASK = "When is it due?"
NONE = frozenset(("none", "no deadline", "never", "open"))
"""Means: no deadline any more."""
_EARLIER = re.compile(
    r"\b(?:earlier|sooner|bring|pull|advance|(?:move|shift) (?:it |\w+ )?(?:up|forward))\b", re.IGNORECASE
)
_RELATIVE = re.compile(r"\b(?:later|earlier|sooner|more|another|by)\b", re.IGNORECASE)


def due(call: Call, task: Task) -> Task:
    """The task with the deadline in `when` and `recurrence`, if any. Raises Unanswered."""
    said = call.text("when") or call.text("recurrence")
    if not said:
        return task
    if said.casefold() in NONE:
        return replace(task, due=None, due_grain="minute", rrule=None, first=None)
    found = call.occasion()
    last = None if found is None else deadline(found, call.now)
    if found is None or last is None:
        raise call.unclear("task.when", said, _ASK)
    rule = found.rrule if found.kind == "recurrence" else None
    return _placed(call, replace(task, rrule=rule or task.rrule), last.at, whole_day=last.whole_day)


def moved(call: Call, task: Task) -> Task:
    """The task with its new deadline: "by two days" shifts it, a time of day keeps its day. Raises Unanswered."""
    if (shift := _shift(call)) is not None and task.due is not None:
        at = task.due.astimezone(call.zone)
        # On the wall clock: two days later is the same time of day, whatever the clocks do in between.
        return _placed(call, task, at + shift, whole_day=task.due_grain == "day")
    if task.due is not None and (at_clock := _clock_on(call, task.due.astimezone(call.zone))) is not None:
        return _placed(call, task, at_clock, whole_day=False)
    return due(call, task)


def again(call: Call, task: Task) -> str:
    """ ", every Monday": its repetition as it was said; empty where none was."""
    found = call.occasion()
    said = call.text("recurrence") or call.text("when")
    return f", {proper(said)}" if task.rrule and found is not None and found.kind == "recurrence" else ""


def _placed(call: Call, task: Task, at: datetime, *, whole_day: bool) -> Task:
    if at + timedelta(days=whole_day) <= call.now:
        raise call.passed("task.past", at, _ASK, whole_day=whole_day)
    return replace(task, due=at, due_grain="day" if whole_day else "minute", first=at if task.rrule else None)


def _shift(call: Call) -> timedelta | None:
    """How far it moves: "by two days", "a week later"; None where no length was said."""
    told = call.text("when")
    found = call.find_when(_RELATIVE.sub(" ", told).strip(), call.now) if told else ()
    if not found or found[0].kind != "duration" or not found[0].seconds:
        return None
    earlier = _EARLIER.search(f"{call.said} {told}") is not None
    return timedelta(seconds=-found[0].seconds if earlier else found[0].seconds)


def _clock_on(call: Call, old: datetime) -> datetime | None:
    """The same day where only a time of day was said: read on that day, it falls on that day. None where a day was."""
    midnight = datetime.combine(old.date(), time(), call.zone)
    there, next_day = (_instant(call, midnight + timedelta(days=days)) for days in (0, 1))
    if there is None or next_day is None or next_day - there != timedelta(days=1) or there.date() != old.date():
        return None
    return there if there > call.now else None


def _instant(call: Call, now: datetime) -> datetime | None:
    found = heard(call, now)
    return found.start if found and found.kind == "instant" and found.grain == "minute" else None


def set_deadline(call: Call) -> Done:
    """Slots: title, when (a time, a shift, or "none" for no deadline), recurrence. Several only after a yes."""
    tasks = several(call, ask="The deadline of which task?")
    if not call.text("when") and not call.text("recurrence"):
        raise Unanswered("task.no_when", f"When is {names(tasks)} due?")
    later = [inferred(moved(call, task), call.now) for task in tasks]
    if len(tasks) > 1:
        call.confirm(f"Change the deadline of {counted(len(tasks), 'task')}: {names(tasks)}?")
    changed = tuple(call.tx.put(task) for task in later)
    words = sentences([_told(call, old, new) for old, new in zip(tasks, changed, strict=True)])
    different = tuple(new for old, new in zip(tasks, changed, strict=True) if new != old)
    return Done(words, f"deadline changed: {names(different)}" if different else "", different, about=changed)


def _told(call: Call, old: Task, new: Task) -> str:
    if new.due is None:
        return f"No deadline {'any more' if old.due else 'anyway'}: {new.title}"
    rank = ""
    if new.priority != old.priority:
        rank = f", {inferred_words(new)}" if new.priority != "normal" else ", and of normal priority again"
    return f"Due {due_words(call, new)} now{again(call, new)}: {new.title}{rank}"
