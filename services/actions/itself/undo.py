"""Undo: the last command of whoever says so, or their last few; where nothing is left of theirs, the last of all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.actions.base import Refused, Unconfirmed
from services.actions.call import Call, Done
from services.actions.home.restored import putting_back
from services.actions.routines.runs import CANCELLED
from services.actions.wording import counted, number_told, sentence, since
from services.store.base import NothingToUndo, RoutineRun, UndoBlocked, Undone

_SURELY = 5
"""So many commands are taken back without asking again."""
_MOST = 100
_LAST_OF_ALL = re.compile(
    r"\b(?:last|latest|previous|most recent) (?:command|action|change|thing|operation)\b", re.IGNORECASE
)


def undo(call: Call) -> Done:
    """Slots: count, ask (first, naming what would be undone). Stops, and says so, where something was built upon or
    nothing is left.

    What others did last is undone only where "the last command" is said, or after a yes. Without a word where the last
    command is about to be done otherwise ("no, Mike").
    """
    put_back = putting_back(call)
    if written := [(ref.kind, ref.id) for ref in call.meant("written") if ref.id]:
        call.tx.take_back(written, others=True)
        put_back()
        return Done("")
    count = _count(call)
    if count > _SURELY and not call.confirmed:
        raise Unconfirmed(f"Undo the last {counted(count, 'command')}?")
    undone: list[Undone] = []
    stopped = ""
    while len(undone) < count and not stopped:
        try:
            undone.append(call.tx.undo_last())
        except (NothingToUndo, UndoBlocked) as error:
            if not undone:
                done = _of_others(call, count, error)
                put_back()
                return done
            stopped = "There is nothing more to undo" if isinstance(error, NothingToUndo) else str(_dated(call, error))
    if call.text("ask") and not call.confirmed:
        raise Unconfirmed(f"Undo {'; '.join(_told(call, each) for each in undone)}?")
    _stay_undone(call, undone)
    put_back()
    how_many = f", {counted(len(undone), 'command')}" if count > 1 else ""
    told = sentence(f"Undone{how_many}: {'; '.join(_told(call, each) for each in undone)}")
    return Done(f"{told} {stopped}" if stopped else told)


def _of_others(call: Call, count: int, error: NothingToUndo | UndoBlocked) -> Done:
    """The last command of all, where whoever asks has none left. Raises Unconfirmed, NothingToUndo, UndoBlocked."""
    if isinstance(error, UndoBlocked):
        raise _dated(call, error) from error
    if count > 1:
        raise error
    try:
        undone = call.tx.undo_last(others=True)
    except UndoBlocked as blocked:
        raise _dated(call, blocked) from blocked
    if not call.confirmed and (call.text("ask") or not _LAST_OF_ALL.search(call.said)):
        what = f"{undone.label}, {since(undone.at, call.now, call.zone)}"
        raise Unconfirmed(
            f"There is nothing left here to undo. The last command came from elsewhere: {what}. Undo that?"
        )
    _stay_undone(call, [undone])
    return Done(sentence(f"Undone: {_told(call, undone)}"))


def _stay_undone(call: Call, undone: Sequence[Undone]) -> None:
    """Cancels a routine whose last stage was undone: its gates hold, so it would do that again at once."""
    if any(each.label.endswith(CANCELLED) for each in undone):
        return  # that it was cancelled is undone: it shall go on
    for kind, id_ in call.tx.changed:
        run = call.tx.get(RoutineRun, id_) if kind == RoutineRun.kind else None
        if run and run.status == "waiting":
            call.tx.put(replace(run, status="cancelled", ended=call.now))


def _told(call: Call, undone: Undone) -> str:
    """What was undone, and when it had been done if that was not today."""
    return undone.label if _today(call, undone.at) else f"{undone.label}, from {since(undone.at, call.now, call.zone)}"


def _dated(call: Call, error: UndoBlocked) -> UndoBlocked:
    """The same with the day of the command that built on it, if that was not today."""
    at, later = error.facts.get("at"), error.facts.get("later")
    if not isinstance(at, datetime) or _today(call, at):
        return error
    when = since(at, call.now, call.zone)
    return UndoBlocked(label=error.facts["label"], why=f"a later command built on it ({later}, {when})")


def _today(call: Call, at: datetime) -> bool:
    return at.astimezone(call.zone).date() == call.now.date()


def _count(call: Call) -> int:
    """How many commands; one where nothing is told."""
    if not (told := call.text("count")):
        return 1
    count = number_told(told)
    if count is None or not 0 < count <= _MOST:
        raise Refused("undo.count", "How many commands shall I undo?", awaits=True)
    return count
