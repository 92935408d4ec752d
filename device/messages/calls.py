"""What is published of a call that is followed: that it began and ended, and what is found in it. Values (base.py), and
how they are made from the events of the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime

from device.calls.live.base import CallBegan, LiveEvent
from device.messages.base import PublishedMessage, Spoken, words
from services.calls.base import (
    CallEnded,
    CommitmentKind,
    Promised,
    SegmentHeard,
    Side,
    Triggered,
    Whispered,
)

_MS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStartedMessage(PublishedMessage):
    """A call is followed from now on."""

    topic: ClassVar[str] = "call/started"
    qos: ClassVar[Literal[0, 1]] = 1

    who: str | None = words()
    """Who is on the other side, as far as it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSegmentMessage(Spoken):
    """What one side of a call said without a longer pause."""

    topic: ClassVar[str] = "call/segment"

    side: Side
    """Whose voice it is: the owner's, or the other side's."""
    start_s: float
    """When it began, in seconds of the call."""
    end_s: float
    """When it ended."""
    confidence: float
    """Of the transcript, 0 to 1."""
    text: str | None = words()
    """The words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTriggerMessage(PublishedMessage):
    """The condition of a trigger has come true in a call."""

    topic: ClassVar[str] = "call/trigger"

    at_s: float
    """In seconds of the call."""
    trigger: str
    """Its name in the pack."""
    side: Side | None
    """Who set it off; null: neither alone."""
    priority: int
    """1 to 9."""
    urgent: bool
    """Whether it is whispered at once."""
    text: str | None = words()
    """What is to be whispered; empty where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWhisperMessage(PublishedMessage):
    """Something is whispered to the owner in a call."""

    topic: ClassVar[str] = "call/whisper"

    at_s: float
    """In seconds of the call."""
    text: str | None = words()
    """The words."""
    cause: str | None = words()
    """The trigger, or the name that was mentioned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCommitmentMessage(PublishedMessage):
    """A commitment was found in a call, or told more closely."""

    topic: ClassVar[str] = "call/commitment"
    qos: ClassVar[Literal[0, 1]] = 1

    at_s: float
    """In seconds of the call."""
    index: int
    """Its place among those of the call, from 0; the same again tells it more closely."""
    by: Side
    """Who shall do it."""
    kind: CommitmentKind
    """What it becomes, once the owner says so."""
    due: AwareDatetime | None
    """The time it means; null where none was said."""
    whole_day: bool
    """Whether only the day counts of it."""
    text: str | None = words()
    """What is to be done, as it was spoken."""
    when: str | None = words()
    """The time as it was spoken; empty where none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEndedMessage(PublishedMessage):
    """A call is over: its figures."""

    topic: ClassVar[str] = "call/ended"
    qos: ClassVar[Literal[0, 1]] = 1

    elapsed_s: float
    """How long it took."""
    owner_share: float
    """Of all talk, 0 to 1."""
    commitments: int
    """How many wait to be kept or dropped."""
    open_questions: int
    """How many questions were passed over."""
    objections: int
    """How many there were."""


CALL_MESSAGES: tuple[type[PublishedMessage], ...] = (
    *(CallStartedMessage, CallSegmentMessage, CallTriggerMessage),
    *(CallWhisperMessage, CallCommitmentMessage, CallEndedMessage),
)


def call_message(event: LiveEvent, at: datetime) -> PublishedMessage | None:
    """What is published of an event; None where nothing is: meanings and facts are told by what they set off."""
    of = _OF.get(type(event))
    return of(event, at) if of else None


def _started(event: CallBegan, at: datetime) -> PublishedMessage:
    return CallStartedMessage(at=at, who=event.who)


def _segment(event: SegmentHeard, at: datetime) -> PublishedMessage:
    said = event.segment
    return CallSegmentMessage(
        at=at,
        side=said.side,
        start_s=round(said.start_s, _MS),
        end_s=round(said.end_s, _MS),
        confidence=round(said.confidence, _MS),
        text=said.text,
    )


def _trigger(event: Triggered, at: datetime) -> PublishedMessage:
    return CallTriggerMessage(
        at=at,
        at_s=round(event.at_s, _MS),
        trigger=event.trigger,
        side=event.side,
        priority=event.priority,
        urgent=event.urgent,
        text=event.whisper,
    )


def _whisper(event: Whispered, at: datetime) -> PublishedMessage:
    return CallWhisperMessage(at=at, at_s=round(event.at_s, _MS), text=event.words, cause=event.cause)


def _commitment(event: Promised, at: datetime) -> PublishedMessage:
    made = event.commitment
    return CallCommitmentMessage(
        at=at,
        at_s=round(event.at_s, _MS),
        index=event.index,
        by=made.by,
        kind=made.kind,
        due=made.due,
        whole_day=made.whole_day,
        text=made.what,
        when=made.when,
    )


def _ended(event: CallEnded, at: datetime) -> PublishedMessage:
    summary = event.summary
    return CallEndedMessage(
        at=at,
        elapsed_s=round(summary.measured.elapsed_s, _MS),
        owner_share=round(summary.measured.owner.share, _MS),
        commitments=len(summary.commitments),
        open_questions=len(summary.open_questions),
        objections=len(summary.objections),
    )


_OF: Mapping[type[LiveEvent], Callable[[Any, datetime], PublishedMessage]] = {
    CallBegan: _started,
    SegmentHeard: _segment,
    Triggered: _trigger,
    Whispered: _whisper,
    Promised: _commitment,
    CallEnded: _ended,
}
