"""Which function does which family.verb. A family is one file with its ACTIONS; here they come together."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions import alarms, control, lists, questions, reminders, tasks, timers
from services.actions.call import Action

ACTIONS: Mapping[str, Action] = {
    **tasks.ACTIONS,
    **lists.ACTIONS,
    **reminders.ACTIONS,
    **alarms.ACTIONS,
    **timers.ACTIONS,
    **questions.ACTIONS,
    **control.ACTIONS,
}
