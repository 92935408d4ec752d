"""Routines: commands under one name, told or written in a file, run at a word or by the clock."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Action, Prepare
from services.actions.routines.create import create, delete, query, unschedule
from services.actions.routines.run import go_on, prepare, run
from services.actions.routines.runs import cancel, status, undo

ACTIONS: Mapping[str, Action] = {
    "routine.create": create,
    "routine.run": run,
    "routine.continue": go_on,
    "routine.status": status,
    "routine.cancel": cancel,
    "routine.undo": undo,
    "routine.query": query,
    "routine.unschedule": unschedule,
    "routine.delete": delete,
}

PREPARATIONS: Mapping[str, Prepare] = {"routine.run": prepare, "routine.continue": prepare}
