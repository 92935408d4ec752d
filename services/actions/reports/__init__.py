"""Reports: create."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Prepare, family
from services.actions.reports.create import create, prepare

ACTIONS = family("report", create)
PREPARATIONS: Mapping[str, Prepare] = {"report.create": prepare}
