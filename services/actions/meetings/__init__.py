"""Meetings, and whatever else stands in a calendar: create, query, update, cancel."""

from __future__ import annotations

from services.actions.call import family
from services.actions.meetings.cancel import cancel
from services.actions.meetings.query import query
from services.actions.meetings.update import create, update

ACTIONS = family("meeting", create, query, update, cancel)
