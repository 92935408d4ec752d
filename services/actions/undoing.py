"""Undo: the last command, or the last few in one transaction."""

from __future__ import annotations

from services.actions.base import Refused, Unconfirmed
from services.actions.call import Call, Done
from services.actions.wording import counted, number_told, sentence
from services.store.base import NothingToUndo, UndoBlocked

_SURELY = 5
"""So many commands are taken back without asking again."""
_MOST = 100


def undo(call: Call) -> Done:
    """Slots: count. Stops, and says so, where something was built upon or nothing is left.

    Without a word where the last command is about to be done otherwise ("no, Mike").
    """
    if written := [(ref.kind, ref.id) for ref in call.meant("written") if ref.id]:
        call.tx.take_back(written)
        return Done("")
    count = _count(call)
    if count > _SURELY and not call.confirmed:
        raise Unconfirmed(f"Undo the last {counted(count, 'command')}?")
    labels: list[str] = []
    stopped = ""
    while len(labels) < count and not stopped:
        try:
            labels.append(call.tx.undo_last())
        except (NothingToUndo, UndoBlocked) as error:
            if not labels:
                raise
            stopped = "There is nothing more to undo" if isinstance(error, NothingToUndo) else str(error)
    how_many = f", {counted(len(labels), 'command')}" if count > 1 else ""
    told = sentence(f"Undone{how_many}: {'; '.join(labels)}")
    return Done(f"{told} {stopped}" if stopped else told)


def _count(call: Call) -> int:
    """How many commands; one where nothing is told."""
    if not (told := call.text("count")):
        return 1
    count = number_told(told)
    if count is None or not 0 < count <= _MOST:
        raise Refused("undo.count", "How many commands shall I undo?", awaits=True)
    return count
