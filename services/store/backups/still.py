"""A copy of the store that stands still, to read at leisure while another process goes on writing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.store.backups.snapshot import snapshot
from services.store.store import Store


@contextmanager
def still(store: Path) -> Iterator[Store]:
    """Thrown away at the end of the block. Raises NoStore, StoreDamaged, StoreTooNew, StoreUnreachable, BackupFull,
    BackupUnreachable.
    """
    with tempfile.TemporaryDirectory(prefix="equerry-") as folder:
        copy = Path(folder) / "equerry.db"
        snapshot(store, copy)
        with Store(copy) as opened:
            yield opened
