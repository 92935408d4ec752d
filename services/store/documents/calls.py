"""Calls that were followed, and what was found in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from services.store.documents.fields import Instant, Name, Short, Text, Title
from services.store.kinds import Document, Kind

_Seconds = Annotated[float, Field(ge=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProposal:
    """A commitment that was heard; a value, no document of its own. It becomes one when the owner says yes."""

    by: Literal["owner", "other"]
    who: Short
    """The name of that side."""
    what: Title
    """As it was spoken."""
    when: Short = ""
    """As it was spoken."""
    due: Instant | None = None
    whole_day: bool = False
    becomes: Literal["task", "meeting", "reminder"] = "task"
    state: Literal["proposed", "kept", "dropped"] = "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSide:
    """How much and how one side talked; a value, no document of its own."""

    talk_s: _Seconds = 0.0
    longest_s: _Seconds = 0.0
    """The longest stretch in which the other side said no more than a word or two."""
    questions: int = 0
    interruptions: int = 0
    hesitations: int = 0
    words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """What one side said without a longer pause; a value, no document of its own."""

    by: Literal["owner", "other"]
    start_s: _Seconds
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord(Document):
    """One call: with whom, how it went, what is to be done."""

    about: ClassVar[Kind] = Kind(
        "call",
        nouns=("call", "phone call"),
        plural="calls",
        title="who",
        searched=None,  # what others said in confidence comes up only where it is asked for: call.query
        shared=False,
        spoken="",
        at="started",
        refers={"customer_id": ()},  # it keeps the name beside the id
        counted=False,
    )

    who: Name
    """On the other side."""
    customer_id: str | None = None
    started: Instant
    ended: Instant | None = None
    planned_minutes: Annotated[float, Field(ge=0)] = 0.0
    status: Literal["going_on", "ended", "broken_off"] = "going_on"
    """Broken off: the appliance stopped in the middle of it."""
    proposals: tuple[CallProposal, ...] = ()
    owner: CallSide = CallSide()
    other: CallSide = CallSide()
    silence_s: _Seconds = 0.0
    overlap_s: _Seconds = 0.0
    questions: tuple[Text, ...] = ()
    """Those that were passed over."""
    objections: tuple[Text, ...] = ()
    figures: tuple[Text, ...] = ()
    """Sentences in which numbers or dates were said."""
    transcript: tuple[CallLine, ...] = ()
    """Empty unless the settings have it kept."""
