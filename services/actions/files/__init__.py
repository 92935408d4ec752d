"""Files."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Action, Prepare

ACTIONS: Mapping[str, Action] = {}
PREPARATIONS: Mapping[str, Prepare] = {}
