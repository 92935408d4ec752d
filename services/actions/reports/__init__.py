"""Reports: create."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Action, Prepare
from services.actions.reports.create import create, prepare

ACTIONS: Mapping[str, Action] = {"report.create": create}
PREPARATIONS: Mapping[str, Prepare] = {"report.create": prepare}
