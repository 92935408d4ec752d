"""Which function does which family.verb. A family is one file with its ACTIONS; here they come together."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions import files, lists, meetings, notes, projects, reports, routines, search, tasks, templates
from services.actions.accounts import customers, ledger
from services.actions.call import Action, Prepare
from services.actions.itself import control, jobs, vitals
from services.actions.people import channels, contacts, messages
from services.actions.rings import alarms, reminders, timers

ACTIONS: Mapping[str, Action] = {
    **tasks.ACTIONS,
    **templates.ACTIONS,
    **projects.ACTIONS,
    **lists.ACTIONS,
    **reminders.ACTIONS,
    **alarms.ACTIONS,
    **timers.ACTIONS,
    **channels.ACTIONS,
    **contacts.ACTIONS,
    **customers.ACTIONS,
    **ledger.ACTIONS,
    **messages.ACTIONS,
    **notes.ACTIONS,
    **files.ACTIONS,
    **reports.ACTIONS,
    **meetings.ACTIONS,
    **routines.ACTIONS,
    **search.ACTIONS,
    **vitals.ACTIONS,
    **jobs.ACTIONS,
    **control.ACTIONS,
}

PREPARATIONS: Mapping[str, Prepare] = {**files.PREPARATIONS, **reports.PREPARATIONS, **routines.PREPARATIONS}
"""What is done for which family.verb before the transaction."""
