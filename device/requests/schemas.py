"""The requests: fields in, values out, or one refusal that tells all that is wrong. Pure; raises nothing else."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, ValidationError, model_validator
from rapidfuzz import process

from device.control.wire import plain
from device.jobs.job import Priority
from device.requests.base import (
    Carrier,
    Only,
    Request,
    RequestPart,
    RequestWrong,
    SpokenWords,
    Volume,
    Words,
    shown,
)
from device.turn import events as on
from services.understanding.base import Command
from services.understanding.explicit import MOST_STEPS, StepsUnusable, explicit

if TYPE_CHECKING:
    from device.jobs.job import Job
    from device.jobs.jobs import Jobs
    from device.jobs.keys import Done

_TOLD = 8
"""Problems told of one request; the rest is counted."""
_COMMAND = 10_000
"""Letters of a command, which is kept; roles allow fewer (roles.toml)."""


def _plain(given: object, deep: int = 3) -> object:
    """Values of slots as they may be shown; what is nested deeper is left for `explicit` to refuse."""
    if isinstance(given, str):
        return plain(given)
    if deep and isinstance(given, list):
        return [_plain(each, deep - 1) for each in given]
    if deep and isinstance(given, dict):
        return {plain(name): _plain(value, deep - 1) for name, value in given.items()}
    return given


class StepRequest(RequestPart):
    """One action with its slots, as the vocabulary has them."""

    action: str
    slots: Annotated[dict[str, Any], AfterValidator(_plain)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        """Each by itself, so that the problems of all are told at once."""
        try:
            explicit([(self.action, self.slots)])
        except StepsUnusable as error:
            raise ValueError(f"can't be carried out: {error.facts['reason']}") from None
        return self


class CommandRequest(Request):
    """Something to be done, in words or in steps; over the socket the words may say what the steps are called."""

    name = "command"

    text: Annotated[Words, Field(max_length=_COMMAND)] | None = None
    steps: Annotated[list[StepRequest], Field(min_length=1, max_length=MOST_STEPS)] | None = None
    conversation: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,32}$")] = ""
    """One of several that its client leads at once."""
    priority: Priority = "normal"
    speak: Annotated[bool, Only("mqtt")] = False
    """The reply is announced aloud, too."""

    @property
    def explicit(self) -> Command | None:
        """What the steps say; None where the words do. Raises StepsUnusable."""
        return explicit([(each.action, each.slots) for each in self.steps], self.text or "") if self.steps else None

    def submit(self, jobs: Jobs, client: str, done: Done) -> Job:
        """Put it into the queue, for this client. Raises what Jobs.submit does."""
        command = self.explicit
        return jobs.submit(
            self.text or (command.text if command else ""),
            client=f"{client}#{self.conversation}" if self.conversation else client,
            priority=self.priority,
            id=self.id or "",
            command=command,
            done=done,
        )


class Order(Request):
    """What moves the device itself, and is no command."""

    @abstractmethod
    def event(self) -> on.Event:
        """What main is told."""


class SayRequest(Order):
    """Words that the room shall hear."""

    name = "say"

    text: SpokenWords
    volume: Volume = None
    priority: Literal["normal", "high"] = "normal"

    def event(self) -> on.Event:
        return on.Announced(self.text, urgent=self.priority == "high", volume=self.volume)


class ListenRequest(Order):
    """The ear open, as if the button were pressed."""

    name = "listen"

    held: Annotated[bool, Only("socket")] = False
    """Until `release`, pauses or not."""

    def event(self) -> on.Event:
        return on.ListenAsked(self.held)


class ReleaseRequest(Order):
    """What was said into the ear that is held open is the command."""

    name, carriers = "release", frozenset(("socket",))

    def event(self) -> on.Event:
        return on.ReleaseAsked()


class StopRequest(Order):
    """Silence: an end of what is said, rung or listened for."""

    name = "stop"

    def event(self) -> on.Event:
        return on.StopAsked()


class MuteRequest(Order):
    """The microphone closed, or open again."""

    name = "mute"

    muted: bool

    def event(self) -> on.Event:
        return on.MuteAsked(self.muted)


class QuestionRequest(Request):
    """A question to whoever is there; the answer is wanted."""

    name, carriers = "ask", frozenset(("mqtt",))

    question: SpokenWords


class JobsRequest(Request):
    """The jobs of a client; of all without one."""

    name, carriers = "jobs", frozenset(("socket",))


class CancelRequest(Request):
    """The end of a job that waits or runs."""

    name, carriers = "cancel", frozenset(("socket",))

    id: str


class StatsRequest(Request):
    """The queue in figures."""

    name, carriers = "stats", frozenset(("socket",))


class StatusRequest(Request):
    """How the appliance is; answered while it is loading, too."""

    name, carriers = "status", frozenset(("socket",))


class WatchRequest(Request):
    """A snapshot, then a line for each change. Answered while it is loading, too."""

    name, carriers = "watch", frozenset(("socket",))


class HelloRequest(Request):
    """Nothing is asked but who answers."""

    name, carriers = "hello", frozenset(("socket",))


REQUESTS: Sequence[type[Request]] = (
    *(CommandRequest, SayRequest, ListenRequest, ReleaseRequest, StopRequest, MuteRequest, QuestionRequest),
    *(JobsRequest, CancelRequest, StatsRequest, StatusRequest, WatchRequest, HelloRequest),
)
"""All there are."""


def names_over(carrier: Carrier) -> Mapping[str, type[Request]]:
    """The requests that a carrier brings, by name."""
    return {each.name: each for each in REQUESTS if carrier in each.carriers}


R = TypeVar("R", bound=Request)


def request_of(kind: type[R], fields: Mapping[str, object], carrier: Carrier) -> R:
    """The request with these fields. Raises RequestWrong, which tells all that is wrong with them."""
    try:
        request = kind.model_validate(fields, context=carrier)
    except ValidationError as error:
        raise RequestWrong(problems=_problems(error.errors(include_url=False), kind, carrier)) from None
    if isinstance(request, CommandRequest):
        both = bool(request.text and request.steps)
        if not (request.text or request.steps) or (both and carrier == "mqtt"):
            raise RequestWrong(problems="it needs either text or steps")
    return request


def _problems(each: Sequence[Any], kind: type[Request], carrier: Carrier) -> str:
    more = f"; and {len(each) - _TOLD} more" if len(each) > _TOLD else ""
    return "; ".join(_problem(detail, kind, carrier) for detail in each[:_TOLD]) + more


def _problem(detail: Any, kind: type[Request], carrier: Carrier) -> str:
    """One problem in words: where it is, never what stood there."""
    where = detail["loc"]
    name = ".".join(shown(str(each)) for each in where)
    match detail["type"]:
        case "extra_forbidden":
            known = list(StepRequest.model_fields) if where[:1] == ("steps",) else kind.fields_over(carrier)
            return f"there is no field {name}{_did_you_mean(str(where[-1]), known)}"
        case "missing":
            return f"{name} is missing"
        case "value_error":
            return f"{name} {detail['ctx']['error']}"
        case "string_pattern_mismatch":
            return f"{name} is empty, too long, or has characters that it can't have"
        case "too_long" | "string_too_long":
            return f"{name} is too long: {detail['ctx']['max_length']} is the most"
    return f"{name}: {(message := str(detail['msg']))[:1].lower()}{message[1:]}"


def _did_you_mean(word: str, known: list[str]) -> str:
    match = process.extractOne(word[:64], known, score_cutoff=60)
    return f"; did you mean {match[0]}?" if match else f"; known: {', '.join(known[:12])}"
