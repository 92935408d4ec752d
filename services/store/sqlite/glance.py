"""A look at a store that costs next to nothing: nothing but SQLite is imported for it, and nothing is checked (that
does read_only.py).
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path


def latest_ids(path: Path, kind: str, limit: int) -> list[str]:
    """The field `id` of the latest entries of the journal of this kind, the latest first; none where the store can't be
    read now.
    """
    try:
        still = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"  # then nothing is laid beside it
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{still}", uri=True, timeout=0.2)
        ) as connection:
            found = connection.execute(
                "SELECT body FROM journal WHERE kind = ? ORDER BY seq DESC LIMIT ?", (kind, limit)
            ).fetchall()
        return [str(json.loads(body)["id"]) for (body,) in found]
    except (sqlite3.Error, OSError, ValueError, KeyError, TypeError):
        return []
