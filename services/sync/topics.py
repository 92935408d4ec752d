"""The names of topics: built and taken apart. Pure.

<prefix>/<device>/<what>               what one device tells and is told (docs/mqtt.md)
<prefix>/<site>/store/<kind>/<id>      one document, retained; for all devices of the site
<prefix>/<site>/claim/<what>           who does what only one of them shall do
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""One level that we make or take from others: nothing that means something to a broker, no text of a message."""


class DocumentTopic(NamedTuple):
    """Which document a message tells of."""

    kind: str
    id: str


class Topics:
    """Those of one device on one site."""

    def __init__(self, device: str, *, site: str = "home", prefix: str = "equerry") -> None:
        """Raises ValueError for what is no level of a topic."""
        for each in (device, site, prefix):
            if not _WORD.fullmatch(each):
                raise ValueError(f"{each!r} is no level of a topic")
        self.device = device
        self.site = site
        self.prefix = prefix

    def own(self, what: str) -> str:
        """`state` → equerry/desk/state: of this device."""
        return f"{self.prefix}/{self.device}/{what}"

    def of(self, device: str, what: str) -> str:
        """The same of another device; `+` for all."""
        return f"{self.prefix}/{device}/{what}"

    def what(self, topic: str) -> str | None:
        """The reverse of `own`; None for a topic that is none of this device."""
        return _rest(topic, f"{self.prefix}/{self.device}/")

    def document(self, kind: str, doc_id: str) -> str:
        """Where a document of the site is."""
        return f"{self.prefix}/{self.site}/store/{kind}/{doc_id}"

    def documents(self, kind: str) -> str:
        """The filter of all documents of a kind."""
        return f"{self.prefix}/{self.site}/store/{kind}/+"

    def named(self, topic: str) -> DocumentTopic | None:
        """The reverse of `document`; None for any other topic."""
        rest = _rest(topic, f"{self.prefix}/{self.site}/store/")
        parts = rest.split("/") if rest else []
        return DocumentTopic(*parts) if len(parts) == 2 and all(map(_WORD.fullmatch, parts)) else None

    def claim(self, what: str) -> str:
        """`wake` → equerry/home/claim/wake: of the site."""
        return f"{self.prefix}/{self.site}/claim/{what}"

    def claimed(self, topic: str) -> str | None:
        """The reverse of `claim`."""
        return _rest(topic, f"{self.prefix}/{self.site}/claim/")


def level(name: str) -> str:
    """A name as one level of a topic: "Anna's desk" → annas-desk; empty where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold().replace("'", "")
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:64].strip("-")


def fits(pattern: str, topic: str) -> bool:
    """Whether a topic is one of those that a filter with + and # stands for (MQTT 5.0, 4.7.1)."""
    wanted, given = pattern.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted, given = wanted[:-1], given[: len(wanted) - 1]
    return len(wanted) == len(given) and all(each in ("+", level) for each, level in zip(wanted, given, strict=True))


def _rest(topic: str, start: str) -> str | None:
    return topic.removeprefix(start) if topic.startswith(start) and len(topic) > len(start) else None
