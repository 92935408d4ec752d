"""Reports: create."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Action

ACTIONS: Mapping[str, Action] = {}
