"""Routines: commands under one name, told or written in a file, run at a word or by the clock."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Prepare, family
from services.actions.routines.change import update
from services.actions.routines.create import create, delete, query, unschedule
from services.actions.routines.run import go_on, prepare, run
from services.actions.routines.runs import cancel, status, undo

ACTIONS = {
    **family("routine", create, update, run, status, cancel, undo, query, unschedule, delete),
    "routine.continue": go_on,
}

PREPARATIONS: Mapping[str, Prepare] = {"routine.run": prepare, "routine.continue": prepare}
