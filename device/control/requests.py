"""What may be asked through the control socket, as values: a line in, a request out, or one refusal that tells all that
is wrong. Pure.

The first line of a connection carries the version of the protocol, and may be nothing but that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from device import __version__
from device.control.client import PROTOCOL, OtherVersion, RequestUnreadable
from device.control.wire import plain
from device.jobs.job import Priority

_LONGEST_NAME = 100
"""Letters of a client's name."""
_TOLD = 4
"""Problems told of one request; the rest is counted."""


def _printable(said: str) -> str:
    if not said.isprintable():
        raise ValueError("has characters that can't be shown")
    return said


Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME), AfterValidator(_printable)]


class _Frozen(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Hello(_Frozen):
    """Nothing is asked but who answers."""

    request: Literal["hello"] = "hello"


class Told(_Frozen):
    """One step of a command."""

    action: str
    slots: Mapping[str, Any] = {}


class Ask(_Frozen):
    """Carry out a command as if it had been spoken; answered when it is done."""

    request: Literal["ask"]
    text: str
    steps: list[Told] = []
    """What is meant; empty: what `text` says."""
    id: str = Field(default="", max_length=_LONGEST_NAME)
    """The sender's own: with the same one it is done once, however often it is asked."""
    client: Name = "console"
    priority: Priority = "normal"


class ListJobs(_Frozen):
    """Of a client; of all without one."""

    request: Literal["jobs"]
    client: str | None = None


class Cancel(_Frozen):
    """A job that waits or runs."""

    request: Literal["cancel"]
    id: str


class Stats(_Frozen):
    """The queue in figures."""

    request: Literal["stats"]


class Status(_Frozen):
    """How the appliance is; answered while it is loading, too."""

    request: Literal["status"]


class Watch(_Frozen):
    """Be told of everything, from now on: a snapshot, then a line for each change. Answered while it is loading,
    too.
    """

    request: Literal["watch"]


class Listen(_Frozen):
    """Open the ear, as if the button were pressed."""

    request: Literal["listen"]
    held: bool = False
    """Until `release`, pauses or not."""


class Release(_Frozen):
    """What was said into the ear that is held open is the command."""

    request: Literal["release"]


class Stop(_Frozen):
    """End what is said, rung or listened for."""

    request: Literal["stop"]


class Mute(_Frozen):
    """Close the microphone, or open it."""

    request: Literal["mute"]
    muted: bool


Request = Hello | Ask | ListJobs | Cancel | Stats | Status | Watch | Listen | Release | Stop | Mute
_NAMES: Sequence[str] = (
    "ask",
    "jobs",
    "cancel",
    "stats",
    "status",
    "watch",
    "listen",
    "release",
    "stop",
    "mute",
    "hello",
)
_REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="request")])


def read(line: bytes, *, first: bool) -> Request:
    """A line without its end; the `first` of a connection has to tell the version. Raises RequestUnreadable,
    OtherVersion.
    """
    fields = _object(line)
    version, program = fields.pop("version", None), fields.pop("program", "")
    if first or version is not None:
        _check(version, program)
    fields.setdefault("request", "hello")
    if fields["request"] not in _NAMES:
        raise RequestUnreadable(reason=f"it asks for none of {', '.join(_NAMES)}")
    try:
        return _REQUEST.validate_python(fields)
    except ValidationError as error:
        problems = [_problem(each["loc"], each["msg"]) for each in error.errors(include_input=False, include_url=False)]
        more = f"; and {len(problems) - _TOLD} more" if len(problems) > _TOLD else ""
        raise RequestUnreadable(reason="; ".join(problems[:_TOLD]) + more) from None


def _object(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line)
        line.decode()
        json.dumps(fields, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        raise RequestUnreadable(reason="it is not JSON") from None
    if not isinstance(fields, dict):
        raise RequestUnreadable(reason="it is no JSON object")
    return fields


def _check(version: object, program: object) -> None:
    if isinstance(version, bool) or not isinstance(version, int):
        raise RequestUnreadable(reason=f'the first line tells the version of the protocol: "version": {PROTOCOL}')
    if version != PROTOCOL:
        theirs = (
            program
            if isinstance(program, str) and 0 < len(program) <= _LONGEST_NAME and program.isprintable()
            else "another version"
        )
        raise OtherVersion(ours=__version__, theirs=theirs)


def _problem(where: Sequence[int | str], words: str) -> str:
    field = plain(".".join(str(each) for each in where[1:]))[:_LONGEST_NAME]
    told = words.removeprefix("Value error, ")
    return f"{field} {told}" if told.startswith("has ") else f"{field}: {told[:1].lower()}{told[1:]}"
