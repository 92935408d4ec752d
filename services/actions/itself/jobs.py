"""Jobs: what the appliance is working on, and stopping it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from services.actions.base import Refused, Work
from services.actions.call import Call, Done, family
from services.actions.wording import counted, duration, excerpt, listed, sentence

_LONGEST = 60
"""Characters of a command that are said of it."""
_MANY = 3
_JUST_NOW = 5.0
"""Seconds."""
_WHEN = re.compile(r"(?:please )?(?:tell|let|notify|say)\b", re.IGNORECASE)
"""To be told when it is done: the reply of a job comes of itself."""
_GOING = ("queued", "running")


def query(call: Call) -> Done:
    """Slots: name. What runs and waits; of one that is named, or the last one, how far it is."""
    works = call.works.of(call.client) if call.works else ()
    going = [work for work in works if work.state in _GOING]
    if not call.text("name"):
        if not going:
            last = f". {sentence(_how_far(works[-1]))}" if works else ""
            return Done(f"I'm not working on anything{last}")
        return Done(f"{'I will. ' if _WHEN.match(call.said) else ''}{_told(going)}")
    named = call.works.of(call.client, call.text("name")) if call.works else ()
    if not named:
        return Done(f"I'm not working on {_called(call.text('name'))}")
    return Done(sentence(_how_far(named[-1])))


def cancel(call: Call) -> Done:
    """Slots: name ("everything" too). What can no longer be stopped is finished."""
    works = call.works.of(call.client, call.text("name"), to_stop=True) if call.works else ()
    if not works:
        raise Refused("job.none", f"I'm not working on {_called(call.text('name'))}, so there is nothing to stop")
    words = f"Stopped: {_quoted(works[0])}" if len(works) == 1 else f"{counted(len(works), 'job')} stopped"
    assert call.works
    return Done(words, after=(partial(call.works.stop, [work.id for work in works]),))


ACTIONS = family("job", query, cancel)


def _called(name: str) -> str:
    bare = name.strip()
    if bare.lower() in ("", "everything", "all", "it", "that", "this"):
        return "anything"
    return f"any {bare.removeprefix('the ').removeprefix('my ').removeprefix('that ')}"


def _told(going: Sequence[Work]) -> str:
    running = [work for work in going if work.state == "running"]
    waiting = [work for work in going if work.state == "queued"]
    words = [f"I'm working on {listed([_quoted(work) for work in running])}"] if running else []
    if running:
        words[0] += f", for {duration(running[0].since)}"
    if waiting:
        shown = listed([_quoted(work) for work in waiting[:_MANY]])
        more = f", and {len(waiting) - _MANY} more" if len(waiting) > _MANY else ""
        words.append(f"{counted(len(waiting), 'job')} {'waits' if len(waiting) == 1 else 'wait'}: {shown}{more}")
    return " ".join(sentence(each) for each in words)


def _how_far(work: Work) -> str:
    match work.state:
        case "running":
            return f"{_quoted(work)} is not done yet; I have been working on it for {duration(work.since)}"
        case "queued":
            return f"{_quoted(work)} still waits, for {duration(work.since)} now"
        case "completed":
            return f"{_quoted(work)} was done {_ago(work.since)}"
        case "cancelled":
            return f"{_quoted(work)} was stopped {_ago(work.since)}"
    return f"{_quoted(work)} failed {_ago(work.since)}: {work.words}"


def _ago(seconds: float) -> str:
    return "just now" if seconds < _JUST_NOW else f"{duration(seconds)} ago"


def _quoted(work: Work) -> str:
    return f"“{excerpt(work.said.strip(' .!?'), _LONGEST)}”"
