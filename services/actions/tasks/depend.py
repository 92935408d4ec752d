"""Which tasks wait for which; never in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from services.actions.base import Refused, Unanswered
from services.actions.call import Call, Done
from services.actions.tasks.rows import Row, ended, is_open
from services.actions.tasks.which import one, several
from services.actions.tasks.wording import names
from services.actions.wording import listed
from services.actions.wording import told as sentences
from services.store.base import Task


def depend(call: Call) -> Done:
    """Slots: title; blocks (what waits for it), blocked_by (what it waits for); direction (remove)."""
    task = one(call, closed=call.text("direction") == "remove")
    if not call.names("blocks") and not call.names("blocked_by"):
        raise Unanswered("task.no_blocker", f"What does {task.title} wait for?")
    pairs = _pairs(call, task)
    if call.text("direction") == "remove":
        return _parted(call, pairs)
    held = [blocker for _, blocker in pairs if not is_open({"status": blocker.status})]
    if held:
        raise Refused("task.closed", f"{names(held)} is {held[0].status} already: there is nothing to wait for")
    changed = wait(call, pairs)
    words = [_waits(blocked, [on for each, on in pairs if each.id == blocked.id]) for blocked in _firsts(pairs)]
    if not changed:
        return Done(f"{listed(words)} already", about=tuple(_firsts(pairs)))
    return Done(sentences(words), f"dependency: {'; '.join(words)}", changed, about=(*_firsts(pairs), task))


def joined(call: Call, task: Task) -> tuple[Task, ...]:
    """Links a new task by slots blocks and blocked_by; returns the other tasks changed. Raises Refused."""
    if not call.names("blocks") and not call.names("blocked_by"):
        return ()
    return tuple(each for each in wait(call, _pairs(call, task)) if each.id != task.id)


def wait(call: Call, pairs: Sequence[tuple[Task, Task]]) -> tuple[Task, ...]:
    """The first of each pair waits for the second. Raises Refused, naming the circle, where that would close one."""
    changed: dict[str, Task] = {}
    for blocked, blocker in pairs:
        if blocked.id == blocker.id:
            raise Refused("task.cycle", f"{blocked.title} can't wait for itself")
        rows = call.tx.rows(Task)
        if circle := _path(rows, blocker.id, blocked.id):
            raise Refused("task.cycle", _circle([blocked.title, *(rows[id_]["title"] for id_ in circle)]))
        now = call.tx.get(Task, blocked.id) or blocked
        if blocker.id not in now.blocked_by:
            changed[blocked.id] = call.tx.put(replace(now, blocked_by=(*now.blocked_by, blocker.id)))
    return tuple(changed.values())


def _pairs(call: Call, task: Task) -> list[tuple[Task, Task]]:
    """(what waits, what it waits for)."""
    pairs = [(other, task) for other in several(call, "blocks")] if call.names("blocks") else []
    return pairs + (
        [(task, other) for other in several(call, "blocked_by", closed=True)] if call.names("blocked_by") else []
    )


def _parted(call: Call, pairs: Sequence[tuple[Task, Task]]) -> Done:
    changed: dict[str, Task] = {}
    for blocked, blocker in pairs:
        now = call.tx.get(Task, blocked.id) or blocked
        if blocker.id in now.blocked_by:
            left = tuple(id_ for id_ in now.blocked_by if id_ != blocker.id)
            changed[now.id] = call.tx.put(replace(now, blocked_by=left))
    told = listed([f"{blocked.title} doesn't wait for {blocker.title}" for blocked, blocker in pairs])
    if not changed:
        return Done(f"{told} anyway", about=tuple(_firsts(pairs)))
    return Done(f"{told} any more", f"dependency removed: {told}", tuple(changed.values()))


def _path(rows: Mapping[str, Row], start: str, goal: str) -> list[str]:
    """Ids along what each waits for, both ends included; empty where no path leads there."""
    came: dict[str, str] = {start: ""}
    ahead = [start]
    while ahead and goal not in came:
        at = ahead.pop(0)
        for next_ in rows[at].get("blocked_by", ()) if at in rows else ():
            if next_ not in came:
                came[next_] = at
                ahead.append(next_)
    path: list[str] = []
    at = goal if goal in came else ""
    while at:
        path.insert(0, at)
        at = came[at]
    return path


def _circle(titles: Sequence[str]) -> str:
    """The circle in words: A waits for B already. `titles` begins and ends with the same."""
    waits = [f"{one_} waits for {other}" for one_, other in pairwise(titles[1:])]
    return f"{titles[0]} can't wait for {titles[1]}: {listed(waits)} already"


def _waits(blocked: Task, blockers: Sequence[Task]) -> str:
    late = [each for each in blockers if each.due and blocked.due and ended(each) > ended(blocked)]
    return f"{blocked.title} waits for {names(blockers)}" + (", though that is due later" if late else "")


def _firsts(pairs: Sequence[tuple[Task, Task]]) -> list[Task]:
    return list({blocked.id: blocked for blocked, _ in pairs}.values())
