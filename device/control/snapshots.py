"""What whoever watches is told, a line of JSON each: first a snapshot, then each change. `after` folds a change into a
snapshot, here and at the other end alike, so both have the same picture. Values; texts are as plain() makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from device import __version__
from device.control.client import PROTOCOL, AnswerUnreadable

PIXELS = 24
"""Of the ring that is told of, whatever lights the device has."""
MOST_LINES = 100
"""Of the log, in a snapshot."""


@dataclass(frozen=True, slots=True)
class Phase:
    """What the appliance is doing, and what keeps it from hearing."""

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
    event: Literal["phase"] = "phase"


@dataclass(frozen=True, slots=True)
class Light:
    """What a ring of lights shows now."""

    state: str = "starting"
    """The rung of the ladder (docs/lights.md)."""
    pixels: str = ""
    """rrggbb of each, from the top, clockwise."""
    event: Literal["light"] = "light"


@dataclass(frozen=True, slots=True)
class Level:
    """How loud it is, dBFS; None: no sound."""

    voice: int | None = None
    """What the microphone hears."""
    sound: int | None = None
    """What the appliance says."""
    event: Literal["level"] = "level"


@dataclass(frozen=True, slots=True)
class Wake:
    """The wake word was heard."""

    word: str = ""
    score: float = 0.0
    event: Literal["wake"] = "wake"


@dataclass(frozen=True, slots=True)
class Partial:
    """Words that may still change."""

    text: str = ""
    event: Literal["partial"] = "partial"


@dataclass(frozen=True, slots=True)
class Final:
    """Words that will not."""

    text: str = ""
    """Empty: nothing intelligible."""
    confidence: float = 0.0
    event: Literal["final"] = "final"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the appliance answers, or announces."""

    text: str = ""
    awaits: bool = False
    """It is a question."""
    event: Literal["reply"] = "reply"


@dataclass(frozen=True, slots=True)
class Job:
    """One that waits or runs."""

    id: str
    client: str
    text: str
    state: str
    since: AwareDatetime
    """When it came; when it began, if it runs."""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Jobs:
    """Those that run, then those that wait; not more than are worth looking at."""

    running: int = 0
    queued: int = 0
    jobs: tuple[Job, ...] = ()
    event: Literal["jobs"] = "jobs"


@dataclass(frozen=True, slots=True)
class Task:
    """An open one."""

    title: str
    due: AwareDatetime | None = None
    whole_day: bool = False
    priority: str = "normal"


@dataclass(frozen=True, slots=True)
class Tasks:
    """How many are open, and those that are due first."""

    open: int = 0
    first: tuple[Task, ...] = ()
    event: Literal["tasks"] = "tasks"


@dataclass(frozen=True, slots=True)
class Stage:
    """How long a stage took, seconds."""

    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the stages of the last turns took, by name (services.insight.base.STAGES) and `total`."""

    spoken: Mapping[str, Stage] = field(default_factory=dict)
    typed: Mapping[str, Stage] = field(default_factory=dict)
    near_misses: int = 0
    """How often the wake word was nearly heard since the start."""
    event: Literal["latency"] = "latency"


@dataclass(frozen=True, slots=True)
class Log:
    """A line of the log: warnings and worse."""

    at: AwareDatetime
    level: str
    text: str
    missed: int = 0
    """Lines before it that were too many to be told."""
    event: Literal["log"] = "log"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of it."""

    version: int = PROTOCOL
    program: str = __version__
    state: Literal["loading", "running"] = "loading"
    pid: int = 0
    name: str = ""
    wake_words: tuple[str, ...] = ()
    phase: Phase = Phase()
    light: Light = Light()
    level: Level = Level()
    wake: Wake = Wake()
    partial: Partial = Partial()
    final: Final = Final()
    reply: Reply = Reply()
    jobs: Jobs = Jobs()
    tasks: Tasks = Tasks()
    latency: Latency = field(default_factory=Latency)
    log: tuple[Log, ...] = ()
    event: Literal["snapshot"] = "snapshot"


Change = Phase | Light | Level | Wake | Partial | Final | Reply | Jobs | Tasks | Latency | Log
Told = Snapshot | Change
_TOLD: TypeAdapter[Told] = TypeAdapter(Annotated[Told, Field(discriminator="event")])


def after(snapshot: Snapshot, told: Told) -> Snapshot:
    """The snapshot with this change; another snapshot takes its place."""
    match told:
        case Snapshot():
            return told
        case Log():
            return replace(snapshot, log=(*snapshot.log, told)[-MOST_LINES:])
        case Wake():  # a new turn: what was heard before is over
            return replace(snapshot, wake=told, partial=Partial(), final=Final(), reply=Reply())
        case Partial():
            return replace(snapshot, partial=told, final=Final(), reply=Reply())
        case Final():
            return replace(snapshot, partial=Partial(), final=told, reply=Reply())
    changed: dict[str, Any] = {told.event: told}
    return replace(snapshot, **changed)


def line_of(told: Told) -> bytes:
    """One line of JSON (RFC 8259) in UTF-8."""
    return to_json(told, inf_nan_mode="null") + b"\n"


def told_by(line: bytes) -> Told:
    """What a line tells. Raises AnswerUnreadable."""
    try:
        return _TOLD.validate_json(line)
    except ValidationError as error:
        raise AnswerUnreadable from error
