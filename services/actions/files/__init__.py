"""Files: share, query, organize, delete."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Prepare, family
from services.actions.files.delete import delete, sweep
from services.actions.files.keep import prepare
from services.actions.files.organize import organize
from services.actions.files.query import query
from services.actions.files.share import share

ACTIONS = family("file", share, query, organize, delete)
PREPARATIONS: Mapping[str, Prepare] = {"file.share": prepare, "file.organize": prepare, "file.delete": sweep}
