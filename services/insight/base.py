"""What is known of past turns and commands: one entry each, and what they come to. Values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal, Protocol

KIND = "turn"
"""Of the journal's entries."""

STAGES = ("endpoint", "final", "queued", "command", "acted", "sounded")
"""In order: endpoint certain, final there, job begun, command understood, changes committed, first sample of the reply
sent to the speaker. Spoken turns have no `queued`: their command begins with the final.
"""

CLOSED = "closed"
"""Code of a silence: nothing was said into an ear that had opened by itself or by hand."""
OVERHEARD = "overheard"
"""Code of a silence: what was said into an ear that had opened by itself was no clear command, and passed over."""

DISOWNED = "disowned"
"""Code of a silence: "that wasn't for you" was said, of the wake before or of this one."""

Result = Literal["done", "failed", "asked", "unclear", "silent"]
"""Carried out; refused or failed at least in part; answered with a question; no command for us; silence."""


@dataclass(frozen=True, slots=True)
class TurnEntry:
    """One turn or command, as the journal keeps it. Times in seconds."""

    at: datetime
    """When it was over; zone-aware."""
    client: str
    """Whose it was: microphone, console, mqtt:<name>."""
    result: Result
    source: str = "none"
    """What found the command: reserved, template, model; explicit, where it was told step by step; none."""
    text: str | None = None
    """What was said; None where transcripts are not kept."""
    heard: float | None = None
    """The recogniser's confidence, 0 to 1; None for what was typed."""
    understood: float = 0.0
    """The command's confidence, 0 to 1, the recogniser's within."""
    actions: tuple[str, ...] = ()
    """family.verb of each step."""
    code: str | None = None
    """Of the first failure; why it was silent."""
    stages: Mapping[str, float] | None = None
    """Each of STAGES that happened, from the end of the one before."""
    total: float | None = None
    """End of speech → first sample of the reply; typed: given → answered. None where there was no reply."""
    first: str | None = None
    """What was heard first, where a second look or a vote put other words (Final.first); None where transcripts are not
    kept.
    """
    near_misses: int = 0
    """How often the wake word was nearly heard since the entry before."""
    who: str | None = None
    """The enrolled person whose voice it was; None: nobody known."""
    sureness: float | None = None
    """How sure that is, 0 to 1; None where nobody is enrolled."""

    @property
    def spoken(self) -> bool:
        """Whether it was heard, not typed."""
        return self.heard is not None or self.result == "silent"


@dataclass(frozen=True, slots=True)
class Targets:
    """Seconds in which a reply is to begin."""

    one: float = 2.0
    """To a command of one action, or of none."""
    several: float = 5.0

    def of(self, actions: int) -> float:
        """For a command of so many actions."""
        return self.one if actions < 2 else self.several

    def missed(self, entry: TurnEntry) -> bool:
        """Whether its reply came too late."""
        return entry.total is not None and entry.total > self.of(len(entry.actions))


@dataclass(frozen=True, slots=True)
class Latency:
    """How long something took, seconds; percentiles by the nearest rank (ISO 3534-1)."""

    n: int
    mean: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class ActionUse:
    """How often an action was asked for, and how often its command failed."""

    action: str
    count: int
    failed: int


@dataclass(frozen=True, slots=True)
class DayUse:
    """One day."""

    day: date
    commands: int
    done: int
    tried: int
    """Done, failed or not understood: what the success rate is of."""
    p50: float | None
    """Seconds to the reply; None without any."""
    late: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """A sentence or a code that came up again and again."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a time's entries come to."""

    entries: int
    results: Mapping[Result, int]
    sources: Mapping[str, int]
    clients: Mapping[str, int]
    spoken: Mapping[str, Latency]
    """Of each stage that happened, and `total`."""
    typed: Mapping[str, Latency]
    actions: tuple[ActionUse, ...]
    """The most used first."""
    days: tuple[DayUse, ...]
    """Oldest first; those without any entry are left out."""
    slowest: tuple[TurnEntry, ...]
    late: int
    """Replies that missed their target,"""
    replies: int
    """of so many."""
    failures: tuple[Repeated, ...]
    """Codes, the most common first."""
    unclear: tuple[Repeated, ...]
    """Sentences that were not understood, as far as transcripts are kept."""
    near_misses: int
    false_wakes: int = 0
    """Wake words with nothing said after them, or that were disowned."""
    disowned: int = 0
    """Of these, those after which somebody said "that wasn't for you"."""
    closed: int = 0
    """Ears that opened by themselves or by hand, with nothing said into them."""
    overheard: int = 0
    """What was said into an ear that had opened by itself, and passed over: no clear command."""

    @property
    def commands(self) -> int:
        """Turns in which something was said."""
        return self.entries - self.results.get("silent", 0)

    @property
    def success(self) -> float | None:
        """Share that was carried out, 0 to 1, questions apart; None without any."""
        done, failed, unclear = (self.results.get(each, 0) for each in ("done", "failed", "unclear"))
        return done / (done + failed + unclear) if done + failed + unclear else None


class Insight(Protocol):
    """Past turns, to be asked about."""

    def between(self, since: datetime | None, until: datetime | None, zone: tzinfo) -> Summary:
        """What came from `since` on and before `until`; days are those of `zone`. Raises StoreDamaged."""
