"""Meetings, and whatever else stands in a calendar: create, query, update, cancel."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Action
from services.actions.meetings.cancel import cancel
from services.actions.meetings.query import query
from services.actions.meetings.update import create, update

ACTIONS: Mapping[str, Action] = {
    "meeting.create": create,
    "meeting.query": query,
    "meeting.update": update,
    "meeting.cancel": cancel,
}
