"""Files in memory, which can misbehave (services.files.base.Files)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from services.files.base import Content, ContentDiffers, FileGone, FilesFull, FileUnreadable, clean


class MockFiles:
    """`inbox`: bytes by name, latest last. With `full` nothing more is kept; files in `unreadable` can't be read."""

    def __init__(self, inbox: Mapping[str, bytes] | None = None) -> None:
        self.inbox = dict(inbox or {})
        self.contents: dict[str, bytes] = {}
        self.full = False
        self.unreadable: set[str] = set()

    def waiting(self, *, latest_first: bool = False) -> Sequence[str]:
        """See the Protocol."""
        return tuple(reversed(self.inbox)) if latest_first else tuple(sorted(self.inbox))

    def keep(self, name: str) -> Content:
        """See the Protocol."""
        if name not in self.inbox:
            raise FileGone(name=clean(name))
        if name in self.unreadable:
            raise FileUnreadable(name=clean(name), reason="Input/output error")
        return self.write(self.inbox[name], name)

    def write(self, data: bytes, name: str) -> Content:
        """See the Protocol."""
        if self.full:
            raise FilesFull(name=clean(name))
        content = Content(hashlib.sha256(data).hexdigest(), len(data))
        self.contents[content.sha256] = data
        return content

    def receive(self, chunks: Iterable[bytes], content: Content) -> None:
        """See the Protocol."""
        data = b"".join(chunks)
        if hashlib.sha256(data).hexdigest() != content.sha256:
            raise ContentDiffers(name=content.sha256[:12])
        self.write(data, content.sha256)

    def path(self, sha256: str) -> Path | None:
        """Nowhere."""
        return None

    def touch(self, sha256: str) -> None:
        """Nothing here grows old."""

    def sweep(self, used: Collection[str], unused_for: timedelta) -> int:
        """Everything unused."""
        unused = [sha256 for sha256 in self.contents if sha256 not in used]
        for sha256 in unused:
            del self.contents[sha256]
        return len(unused)
