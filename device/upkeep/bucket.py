"""The bucket's thread: brings files there when they are kept, and tries again while it is away."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from services.files.base import Content
from services.files.mirror import Mirror
from services.store.base import Change, SharedFile
from services.store.store import Store


def contents(store: Store) -> dict[str, Content]:
    """What files have, in any version, by its SHA-256."""
    rows = store.rows(SharedFile).values()
    return {each["sha256"]: Content(each["sha256"], each["bytes"]) for row in rows for each in row.get("versions", ())}


class Mirroring:
    """Runs a mirror whenever the store's files change, and at the start."""

    name = "bucket"

    def __init__(self, mirror: Mirror, store: Store) -> None:
        self.mirror = mirror
        self._store = store
        self._changed = threading.Event()
        self._stop = threading.Event()

    def run(self) -> None:
        """Until stopped."""
        unwatch = self._store.watch(self._note)
        try:
            while not self._stop.is_set():
                self._changed.wait(self.mirror.go_on(self._stop.is_set))
                self._changed.clear()
        finally:
            unwatch()

    def _note(self, changes: Sequence[Change]) -> None:
        if any(change.kind == SharedFile.kind for change in changes):
            self._changed.set()

    def stop(self) -> None:
        """End after the piece that is on its way."""
        self._stop.set()
        self._changed.set()
