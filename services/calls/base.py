"""What is known of a call: its segments, and all that is found in them, as values; and who finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from firmware.errors import FacultyError

Side = Literal["owner", "other"]
"""Whose voice it is: the owner of the appliance, or whoever is on the line."""

SIDES: tuple[Side, Side] = ("owner", "other")

CommitmentKind = Literal["task", "meeting", "reminder"]


_HEARD_WELL = 0.75
"""Three of four segments are heard so surely through a telephone line, or more so."""


class CallRulesBroken(FacultyError):
    """The files for calls have mistakes: {faults}. Mend them; the last good ones stay in use."""

    code = "calls.rules"


def opposite(side: Side) -> Side:
    """The one that is not this one."""
    return "other" if side == "owner" else "owner"


@dataclass(frozen=True, slots=True)
class CallSegment:
    """What one side said without a longer pause. Times in seconds since the call began."""

    side: Side
    speaker: str
    """Their name, as far as it is known."""
    start_s: float
    end_s: float
    text: str
    confidence: float = 1.0
    """Of the transcript, 0 to 1."""

    @property
    def credit(self) -> float:
        """How far its words are believed, 0 to 1: wholly, where they were heard as surely as most are."""
        return min(1.0, self.confidence / _HEARD_WELL)


@dataclass(frozen=True, slots=True)
class Meant:
    """What an utterance does: asks the price, objects, says goodbye."""

    at_s: float
    side: Side
    meaning: str
    words: str
    """Those that say so, as they were spoken."""
    confidence: float


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something that one side has said it will do, or agreed to."""

    at_s: float
    by: Side
    who: str
    """The name of that side."""
    what: str
    """The core of it, as it was spoken: send the quote."""
    when: str = ""
    """As it was spoken; empty where nothing was said of a time."""
    due: datetime | None = None
    whole_day: bool = False
    kind: CommitmentKind = "task"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class SegmentHeard:
    """A segment came in."""

    segment: CallSegment

    @property
    def at_s(self) -> float:
        """When it ended."""
        return self.segment.end_s


@dataclass(frozen=True, slots=True)
class Promised:
    """A commitment was found, or told more closely than before: `index` is its place among those of the call."""

    at_s: float
    index: int
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class Triggered:
    """The condition of a trigger has come true."""

    at_s: float
    trigger: str
    side: Side | None
    whisper: str
    """With its fields filled in; empty where it only counts."""
    priority: int = 5
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class FactFound:
    """Somebody or something known was mentioned."""

    at_s: float
    side: Side
    name: str
    whisper: str


@dataclass(frozen=True, slots=True)
class Whispered:
    """Words for the owner's ear alone, and for nobody else's."""

    at_s: float
    words: str
    cause: str
    """The trigger, or the name that was mentioned."""


@dataclass(frozen=True, slots=True)
class SideMeasured:
    """How much and how one side talked."""

    talk_s: float = 0.0
    share: float = 0.0
    """Of all talk, 0 to 1."""
    longest_s: float = 0.0
    """The longest stretch in which the other side said no more than a word or two."""
    questions: int = 0
    interruptions: int = 0
    """How often it began while the other was speaking, and went on."""
    hesitations: int = 0
    words: int = 0
    pace: float = 0.0
    """Words a minute of talk."""


@dataclass(frozen=True, slots=True)
class CallMeasured:
    """The figures of a call up to a time."""

    elapsed_s: float = 0.0
    planned_s: float = 0.0
    """0 where no length was planned."""
    silence_s: float = 0.0
    """In which neither spoke, from the first word on."""
    longest_silence_s: float = 0.0
    overlap_s: float = 0.0
    last: Side | None = None
    """Who spoke last."""
    owner: SideMeasured = field(default_factory=SideMeasured)
    other: SideMeasured = field(default_factory=SideMeasured)

    def of(self, side: Side) -> SideMeasured:
        """The figures of a side."""
        return self.owner if side == "owner" else self.other


@dataclass(frozen=True, slots=True)
class CallSummary:
    """What was measured and what was said, in the words it was said in; nothing is made up."""

    measured: CallMeasured
    commitments: tuple[Commitment, ...] = ()
    open_questions: tuple[CallSegment, ...] = ()
    """Questions that the other side passed over."""
    objections: tuple[Meant, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    """(what stands there of numbers and dates, the sentence around it)"""
    counts: tuple[tuple[str, int], ...] = ()
    """How often each meaning was found."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over."""

    at_s: float
    summary: CallSummary


CallEvent = SegmentHeard | Meant | Promised | Triggered | FactFound | Whispered | CallEnded


class FactFinder(Protocol):
    """Tells what is known of whom a segment mentions."""

    def find(self, segment: CallSegment, now: datetime) -> Sequence[tuple[str, str]]:
        """(name, what is to be whispered of it) of each, in the order of the words."""
