"""Reports: create."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Action
from services.actions.reports.create import create

ACTIONS: Mapping[str, Action] = {"report.create": create}
