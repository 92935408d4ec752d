"""What whoever watches through the control socket is told, a line of JSON each: a snapshot, then each message that
changes it. `after` folds one into a snapshot, here and at the other end alike, so both have the same picture. Values;
texts are as device.control.wire.plain makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime, TypeAdapter
from pydantic_core import from_json, to_json

from device import __version__
from device.control.client import PROTOCOL, AnswerUnreadable
from device.messages.base import DeviceMessage
from device.messages.events import FinalMessage, PartialMessage, WakeMessage

PIXELS = 24
"""Of the ring that is told of, whatever lights the device has."""
MOST_LINES = 100
"""Of the log, in a snapshot."""


@dataclass(frozen=True, slots=True)
class PhaseMessage(DeviceMessage):
    """What the appliance is doing, and what keeps it from hearing."""

    topic: ClassVar[str] = "phase"

    phase: str = "starting"
    turn: int = 0
    muted: bool = False
    switched_off: bool = False
    """By the switch on the device."""
    fault: str | None = None
    """Of the microphone."""
    ringing: str | None = None
    """What is said of what rings."""
    broker: str = "unknown"


@dataclass(frozen=True, slots=True)
class LightMessage(DeviceMessage):
    """What a ring of lights shows now."""

    topic: ClassVar[str] = "light"

    state: str = "starting"
    """The rung of the ladder (docs/lights.md)."""
    pixels: str = ""
    """rrggbb of each, from the top, clockwise."""


@dataclass(frozen=True, slots=True)
class LevelMessage(DeviceMessage):
    """How loud it is, dBFS; None: no sound."""

    topic: ClassVar[str] = "level"

    voice: int | None = None
    """What the microphone hears."""
    sound: int | None = None
    """What the appliance says."""


@dataclass(frozen=True, slots=True)
class ReplyMessage(DeviceMessage):
    """What the appliance answers, or announces."""

    topic: ClassVar[str] = "reply"

    text: str = ""
    awaits: bool = False
    """It is a question."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """One that waits or runs."""

    id: str
    client: str
    text: str
    state: str
    since: AwareDatetime
    """When it came; when it began, if it runs."""
    label: str = ""


@dataclass(frozen=True, slots=True)
class JobsMessage(DeviceMessage):
    """Those that run, then those that wait; not more than are worth looking at."""

    topic: ClassVar[str] = "jobs"

    running: int = 0
    queued: int = 0
    jobs: tuple[JobRow, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open one."""

    title: str
    due: AwareDatetime | None = None
    whole_day: bool = False
    priority: str = "normal"


@dataclass(frozen=True, slots=True)
class TasksMessage(DeviceMessage):
    """How many are open, and those that are due first."""

    topic: ClassVar[str] = "tasks"

    open: int = 0
    first: tuple[TaskRow, ...] = ()


@dataclass(frozen=True, slots=True)
class StageSpread:
    """How long a stage took, seconds."""

    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class LatenciesMessage(DeviceMessage):
    """How long the stages of the last turns took, by name (services.insight.base.STAGES) and `total`."""

    topic: ClassVar[str] = "latency"

    spoken: Mapping[str, StageSpread] = field(default_factory=dict)
    typed: Mapping[str, StageSpread] = field(default_factory=dict)
    near_misses: int = 0
    """How often the wake word was nearly heard since the start."""


@dataclass(frozen=True, slots=True)
class CallMessage(DeviceMessage):
    """What was found last in a call that is followed."""

    topic: ClassVar[str] = "call"

    found: Mapping[str, Any] = field(default_factory=dict)
    """`event` says what; the fields are those of `equerry call replay --jsonl`."""
    line: str = ""
    """The same for a terminal; empty for what only adds to a line before."""


@dataclass(frozen=True, slots=True)
class LogMessage(DeviceMessage):
    """A line of the log: warnings and worse."""

    topic: ClassVar[str] = "log"

    at: AwareDatetime
    level: str
    text: str
    missed: int = 0
    """Lines before it that were too many to be told."""


@dataclass(frozen=True, slots=True)
class Snapshot(DeviceMessage):
    """All of it. Of what was not said or heard yet there is None."""

    topic: ClassVar[str] = "snapshot"

    version: int = PROTOCOL
    program: str = __version__
    state: Literal["loading", "running"] = "loading"
    pid: int = 0
    name: str = ""
    wake_words: tuple[str, ...] = ()
    phase: PhaseMessage = PhaseMessage()
    light: LightMessage = LightMessage()
    level: LevelMessage = LevelMessage()
    wake: WakeMessage | None = None
    partial: PartialMessage | None = None
    final: FinalMessage | None = None
    reply: ReplyMessage | None = None
    jobs: JobsMessage = JobsMessage()
    tasks: TasksMessage = TasksMessage()
    latency: LatenciesMessage = field(default_factory=LatenciesMessage)
    call: CallMessage | None = None
    log: tuple[LogMessage, ...] = ()


CHANGES: tuple[type[DeviceMessage], ...] = (
    *(PhaseMessage, LightMessage, LevelMessage, WakeMessage, PartialMessage, FinalMessage, ReplyMessage),
    *(JobsMessage, TasksMessage, LatenciesMessage, CallMessage, LogMessage),
)
"""What may follow a snapshot."""
_FORGOTTEN = {
    "wake": ("partial", "final", "reply"),  # a new turn: what was heard before is over
    "partial": ("final", "reply"),
    "final": ("partial", "reply"),
}
"""What a message makes old."""


def after(snapshot: Snapshot, told: DeviceMessage) -> Snapshot:
    """The snapshot with this change; another snapshot takes its place."""
    if isinstance(told, Snapshot):
        return told
    if isinstance(told, LogMessage):
        return replace(snapshot, log=(*snapshot.log, told)[-MOST_LINES:])
    changed: dict[str, Any] = {told.topic: told, **dict.fromkeys(_FORGOTTEN.get(told.topic, ()))}
    return replace(snapshot, **changed)


def line_of(told: DeviceMessage) -> bytes:
    """One line of JSON (RFC 8259) in UTF-8."""
    named = {each.name: getattr(told, each.name) for each in fields(told)}
    return to_json({"event": told.topic, **named}, inf_nan_mode="null") + b"\n"


def told_by(line: bytes) -> DeviceMessage:
    """What a line tells. Raises AnswerUnreadable."""
    try:
        told = from_json(line)
        return _adapters()[told.pop("event")].validate_python(told)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise AnswerUnreadable from error


@cache
def _adapters() -> Mapping[str, TypeAdapter[DeviceMessage]]:
    kinds: tuple[type[DeviceMessage], ...] = (*CHANGES, Snapshot)
    return {each.topic: TypeAdapter(each) for each in kinds}
