"""The store as a preparation sees it: a Transaction that is only looked through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.store.base import Reader


class Looking:
    """Reads what is committed (services.store.base.Transaction). Changing anything is a bug: it would be no part of the
    transaction.
    """

    def __init__(self, reader: Reader, now: datetime) -> None:
        self.now = now
        self.label = ""
        self.changed: tuple[tuple[str, str], ...] = ()
        self.get, self.find, self.rows, self.search = reader.get, reader.find, reader.rows, reader.search

    def _never(self, *what: Any, **more: Any) -> Any:
        raise RuntimeError(f"a preparation may not change the store: {what or more}")

    add = put = keep = remove = undo_last = take_back = undo_all = savepoint = _never
