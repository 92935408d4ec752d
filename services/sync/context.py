"""What the parts of synchronising have in common; put together by Replication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.store.base import Replicated
from services.sync.base import Filters, Publish
from services.sync.topics import Topics

Claim = Callable[[str, Callable[[bool], None]], bool]
"""Ask the other devices whether it is ours; told later, on this thread. False: there is nobody to ask, and nothing
follows.
"""


@dataclass(frozen=True, slots=True)
class SyncContext:
    """The store and the site of this device, and how they are reached."""

    store: Replicated
    topics: Topics
    kinds: frozenset[str]
    """Those that are synchronised."""
    publish: Publish
    subscribe: Callable[[Filters], None]
    """`Link.subscribe`; what is subscribed again is told again, all that the broker keeps."""
    claim: Claim
    now: Callable[[], datetime]
    clock: Callable[[], float]
    """Seconds, only going forward."""
    refused: Callable[[str, str, str], None]
    """Told topic, code and words of each message that can't be taken in or sent."""
