"""What is published of what happens: not retained. Values (see base.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from device.jobs.job import Priority, State
from device.messages.base import PublishedMessage, Spoken, words
from device.messages.calls import CALL_MESSAGES
from device.messages.states import HealthMessage, QueueMessage, StateMessage
from services.insight.base import Result

# --- hearing ---


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeMessage(PublishedMessage):
    """The wake word was heard."""

    topic: ClassVar[str] = "wake"

    word: str
    """The model's name, such as hey_jarvis."""
    score: float
    """0 to 1."""
    turn: int
    """The turn that it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMissMessage(PublishedMessage):
    """The wake word was nearly heard. Told up to five seconds later."""

    topic: ClassVar[str] = "near_miss"

    count: int
    """How often since the last such message."""
    total: int
    """How often since Equerry was started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialMessage(Spoken):
    """What one is saying, as far as it is heard; it may still change. At most five a second, the latest."""

    topic: ClassVar[str] = "partial"

    turn: int
    """The turn that it belongs to."""
    text: str
    """What was heard so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalMessage(Spoken):
    """What was said; it does not change any more."""

    topic: ClassVar[str] = "final"

    turn: int
    """The turn that it belongs to."""
    text: str
    """Without the wake word."""
    confidence: float
    """0 to 1."""


# --- commands and jobs ---


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMessage(PublishedMessage):
    """A command that is carried out. `completed` comes after all of it was written for good; `rolled_back`: nothing of
    it was done.
    """

    topic: ClassVar[str] = "command/{event}"
    qos: ClassVar[Literal[0, 1]] = 1

    event: Literal["started", "completed", "rolled_back"]
    """What happened, as in the topic."""
    command: str
    """Its id: that of its job."""
    client: str
    """Who gave it: microphone, console, mqtt:<name>, …"""
    step: int | None
    """With rolled_back: index of the step that failed; null where it was none of them."""
    action: str | None
    """family.verb of that step."""
    code: str | None
    """Why it was rolled back; codes do not change."""
    text: str | None = words()
    """With started: the command as it was given. With the others: what is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMessage(PublishedMessage):
    """One action of a command, or a part of it. Completed is what the command has done so far; whether it lasts, the
    command's end says.
    """

    topic: ClassVar[str] = "step/{event}"
    qos: ClassVar[Literal[0, 1]] = 1

    event: Literal["started", "completed", "failed"]
    """What happened, as in the topic."""
    command: str
    """Id of its command."""
    client: str
    """Who gave it."""
    step: int
    """Its index in the command, from 0."""
    action: str
    """family.verb of it."""
    part: int | None
    """Index of a part of the step, such as a step of a routine; null: the step as a whole."""
    parts: int | None
    """How many parts it has."""
    code: str | None
    """Why it failed."""
    text: str | None = words()
    """What it did, or why it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMessage(PublishedMessage):
    """A command in the queue. `started`: it is understood and begins; `beside`: it takes long, and the next of its
    conversation follows meanwhile; `waits`: for another job to end, or for a place; then it is `completed`, `failed` or
    `cancelled`.
    """

    topic: ClassVar[str] = "job/{event}"
    qos: ClassVar[Literal[0, 1]] = 1

    event: Literal["queued", "started", "beside", "waits", "completed", "failed", "cancelled"]
    """What happened, as in the topic."""
    job: str
    """Its id."""
    client: str
    """Who gave it: microphone, console, mqtt:<name>, …"""
    state: State
    """As it is now."""
    priority: Priority
    """How soon its turn comes."""
    actions: tuple[str, ...]
    """family.verb of each step; empty before it is understood."""
    after: tuple[str, ...]
    """Ids of the jobs that must be completed before."""
    turn: int | None
    """The turn of the microphone that waits for its reply."""
    running: int
    """Jobs that run now, of all clients."""
    waited_s: float
    """Seconds in the queue."""
    took_s: float
    """Seconds from its start to its end."""
    code: str | None
    """Of the first failure."""
    text: str | None = words()
    """The command as it was given."""
    reply: str | None = words()
    """What is answered, once it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyMessage(PublishedMessage):
    """A turn or command is over, and took so long."""

    topic: ClassVar[str] = "latency"

    client: str
    """Who gave it: microphone, console, mqtt:<name>, …"""
    result: Result
    """Carried out; refused or failed, wholly or in part; answered with a question; not a command for us; nothing was
    said.
    """
    source: str
    """What found the command: reserved, template, model; none."""
    actions: tuple[str, ...]
    """family.verb of each step."""
    code: str | None
    """Of the first failure."""
    heard: float | None
    """The recogniser's confidence, 0 to 1; null for what was typed."""
    understood: float
    """The command's confidence, 0 to 1."""
    stages_s: Mapping[str, float]
    """Seconds of each stage that happened, each from the end of the one before: endpoint, final, queued, command,
    acted, sounded.
    """
    total_s: float | None
    """Spoken: end of speech → first sound of the reply; typed: given → answered. Null where there was no reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowMessage(PublishedMessage):
    """A reply came later than it should."""

    topic: ClassVar[str] = "slow"

    client: str
    """Who gave it."""
    actions: tuple[str, ...]
    """family.verb of each step."""
    turn: int | None
    """The turn of the microphone, if it was one."""
    total_s: float
    """How long it took, as in `latency`."""
    target_s: float
    """Seconds it should have come in."""


# --- what there is ---


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMessage(PublishedMessage):
    """A document was made, changed or deleted. At most 50 a second; of more, how many of each kind
    (`changed/<kind>`).
    """

    topic: ClassVar[str] = "changed/{kind}/{id}"
    qos: ClassVar[Literal[0, 1]] = 1

    kind: str
    """task, project, list, item, reminder, …"""
    id: str
    """Of the document."""
    deleted: bool
    """There is no such document any more."""
    commit: int
    """Which commit it was, counted since Equerry was started: what was changed together has the same number."""
    command: str | None
    """Id of the command that did it; null where none did, such as another device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesMessage(PublishedMessage):
    """Documents of a kind were changed: too many to tell them one by one, or while there was no connection. Ask the
    store anew.
    """

    topic: ClassVar[str] = "changed/{kind}"
    qos: ClassVar[Literal[0, 1]] = 1

    kind: str
    """task, project, list, item, reminder, …"""
    count: int
    """How many changes, beyond those told one by one."""
    commit: int
    """The last of their commits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesMessage(PublishedMessage):
    """New files lie in the inbox, whole."""

    topic: ClassVar[str] = "files"

    count: int
    """How many."""
    names: tuple[str, ...] | None = words()
    """What they are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingMessage(PublishedMessage):
    """A reminder, an alarm or a timer begins to ring, or ends: somebody stopped it, or nobody did for long."""

    topic: ClassVar[str] = "ring"
    qos: ClassVar[Literal[0, 1]] = 1

    event: Literal["begins", "ends"]
    """Which of both."""
    kind: str
    """reminder, alarm, timer, meeting, task; missed, of several that are made up for."""
    id: str
    """Of its document."""
    due: AwareDatetime
    """When its time was."""
    text: str | None = words()
    """What is said when it rings."""


MESSAGES: tuple[type[PublishedMessage], ...] = (
    *(StateMessage, QueueMessage, HealthMessage, WakeMessage, NearMissMessage, PartialMessage, FinalMessage),
    *(CommandMessage, StepMessage, JobMessage, LatencyMessage, SlowMessage, ChangeMessage, ChangesMessage),
    *(FilesMessage, RingMessage, *CALL_MESSAGES),
)
"""All there are, as docs/mqtt.md shows them."""
