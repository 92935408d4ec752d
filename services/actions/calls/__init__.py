"""Calls: start, end, keep what was promised, ask about them."""

from __future__ import annotations

from services.actions.call import family
from services.actions.calls.keep import keep
from services.actions.calls.query import query
from services.actions.calls.running import end, start

ACTIONS = family("call", start, end, keep, query)
