"""What a phone has seen of a collection, by a token (RFC 6578), so that the next time only what differs is told."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping

BEGINS = "http://equerry.local/sync/"
_MOST = 64
"""Collections that are remembered, each as it was once."""


class SyncTokens:
    """In memory: after a start a phone is told to compare all ETags once, which costs no more than a first look. Safe
    to use from several threads.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, Mapping[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def token(self, place: str, etags: Mapping[str, str]) -> str:
        """Of a collection as it is: ETags by name."""
        digest = hashlib.sha256(place.encode())
        for name, etag in sorted(etags.items()):
            digest.update(f"\0{name}\0{etag}".encode())
        token = f"{BEGINS}{digest.hexdigest()[:40]}"
        with self._lock:
            self._seen[token] = etags
            self._seen.move_to_end(token)
            while len(self._seen) > _MOST:
                self._seen.popitem(last=False)
        return token

    def changed(self, token: str, etags: Mapping[str, str]) -> list[str] | None:
        """The names of what came, changed or went since a token; None where that is not known (any more)."""
        with self._lock:
            before = self._seen.get(token)
        if before is None:
            return None
        return [name for name in {**before, **etags} if before.get(name) != etags.get(name)]
