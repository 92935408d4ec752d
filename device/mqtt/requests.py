"""What others send us, as values: payload in, request out, or one refusal that tells all that is wrong. Pure; never
raises anything else.

RequestRefused
├── TooLong       not even looked at
├── Unreadable    neither text nor a JSON object
└── Wrong         a field that is missing, unknown or of another kind; all problems at once
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    SecretStr,
    ValidationError,
    model_validator,
)
from rapidfuzz import process

from device.control.wire import plain
from device.errors import ApplianceError
from device.jobs.job import Priority
from services.understanding.explicit import MOST_STEPS, StepsUnusable, explicit

LONGEST = 65_536
"""Bytes of a message that is looked at."""
_TOLD = 8
"""Problems told of one message; the rest is counted."""
_COMMAND = 10_000
"""Letters of a command, which is kept; roles allow fewer (roles.toml)."""
_SPOKEN = 1000
"""Letters that are said for others: about a minute."""

Verb = Literal["command", "say", "listen", "stop", "mute", "ask"]


class RequestRefused(ApplianceError):
    """That message can't be used."""

    code = "mqtt.refused"


class TooLong(RequestRefused):
    """That message is too long: {length} bytes, and {most} are the most."""

    code = "mqtt.too_long"


class Unreadable(RequestRefused):
    """That message can't be read: {reason}."""

    code = "mqtt.unreadable"


class Wrong(RequestRefused):
    """That message can't be used: {problems}"""

    code = "mqtt.wrong"

    def __init__(self, *, problems: str) -> None:
        super().__init__(problems=problems if problems.endswith("?") else f"{problems}.")


def _words(said: str) -> str:
    shown = plain(said).strip()
    if not shown:
        raise ValueError("is empty")
    return shown


def _visible(said: str) -> str:
    if not said.isprintable():
        raise ValueError("has characters that can't be shown")
    return said


def _volume(given: object) -> float | None:
    """0 to 1; above that, or as text with %, percent."""
    if isinstance(given, str) and (percent := re.fullmatch(r"(\d{1,3}(?:\.\d{1,3})?) ?%", given)):
        value = float(percent[1]) / 100
    elif isinstance(given, int | float) and not isinstance(given, bool):
        value = given if given <= 1 else given / 100
    else:
        raise ValueError('is neither a number from 0 to 1, nor percent such as 40 or "40%"')
    if not 0 <= value <= 1:
        raise ValueError("is not from 0 to 1, nor from 0 to 100 percent")
    return float(value)


def _plain(given: object, deep: int = 3) -> object:
    """Values of slots as they may be kept and shown; what is deeper than any of them can be is left for `explicit` to
    refuse.
    """
    if isinstance(given, str):
        return plain(given)
    if deep and isinstance(given, list):
        return [_plain(each, deep - 1) for each in given]
    if deep and isinstance(given, dict):
        return {plain(name): _plain(value, deep - 1) for name, value in given.items()}
    return given


Words = Annotated[str, AfterValidator(_words)]
Spoken = Annotated[Words, Field(max_length=_SPOKEN)]
Volume = Annotated[float | None, PlainValidator(_volume)]


class _Frozen(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Wanted(_Frozen):
    """What every request may bring."""

    id: Annotated[str, Field(pattern=r"^[!-~]{1,128}$")] | None = None
    """Of whoever asks; comes back with the reply. The same one again is the same request."""
    client: Annotated[str, Field(max_length=64), AfterValidator(_visible)] = ""
    """What it calls itself. Only comes back with the reply: who it is, the broker or the token proves."""
    token: SecretStr | None = None


class StepWanted(_Frozen):
    """One action with its slots, as the vocabulary has them."""

    action: str
    slots: Annotated[dict[str, Any], AfterValidator(_plain)] = {}

    @model_validator(mode="after")
    def _usable(self) -> Self:
        """Each by itself, so that the problems of all are told at once."""
        try:
            explicit([(self.action, self.slots)])
        except StepsUnusable as error:
            raise ValueError(f"can't be carried out: {error.facts['reason']}") from None
        return self


class CommandWanted(Wanted):
    """Something to be done, in words or in steps."""

    text: Annotated[Words, Field(max_length=_COMMAND)] | None = None
    steps: Annotated[list[StepWanted], Field(min_length=1, max_length=MOST_STEPS)] | None = None
    conversation: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,32}$")] = ""
    """One of several that its client leads at once."""
    priority: Priority = "normal"
    speak: bool = False
    """The reply is announced aloud, too."""


class SayWanted(Wanted):
    """Words that the room shall hear."""

    text: Spoken
    volume: Volume = None
    priority: Literal["normal", "high"] = "normal"


class ListenWanted(Wanted):
    """The ear open, as if the button were pressed."""


class StopWanted(Wanted):
    """Silence."""


class MuteWanted(Wanted):
    """The microphone closed, or open again."""

    muted: bool


class AskWanted(Wanted):
    """A question to whoever is there; the answer is wanted."""

    question: Spoken


Request = CommandWanted | SayWanted | ListenWanted | StopWanted | MuteWanted | AskWanted

_KINDS: Mapping[Verb, type[Request]] = {
    "command": CommandWanted,
    "say": SayWanted,
    "listen": ListenWanted,
    "stop": StopWanted,
    "mute": MuteWanted,
    "ask": AskWanted,
}
VERBS: tuple[Verb, ...] = tuple(_KINDS)

_PRESSED = frozenset(("", "press"))
"""What a button of Home Assistant sends where nothing else is set."""
_SWITCHED = {"on": True, "true": True, "off": False, "false": False}


def read(verb: Verb, payload: bytes) -> Request:
    """The request of a message. Raises TooLong, Unreadable, Wrong."""
    if len(payload) > LONGEST:
        raise TooLong(length=len(payload), most=LONGEST)
    try:
        text = payload.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Unreadable(reason="it is no UTF-8") from None
    kind = _KINDS[verb]
    try:
        request = kind.model_validate(_fields(text) if text[:1] in ("{", "[") else _said(verb, text))
    except ValidationError as error:
        raise Wrong(problems=_problems(error.errors(include_url=False), kind)) from None
    if isinstance(request, CommandWanted) and (request.text is None) == (request.steps is None):
        raise Wrong(problems="it needs either text or steps")
    return request


def _said(verb: Verb, text: str) -> Mapping[str, object]:
    """The fields of a message that is no JSON object, but the one thing itself."""
    match verb:
        case "command" | "say":
            return {"text": text}
        case "ask":
            return {"question": text}
        case "mute":
            if (muted := _SWITCHED.get(text.casefold())) is None:
                raise Wrong(problems='mute is “on” or “off”, or {"muted": true}')
            return {"muted": muted}
        case "listen" | "stop":
            if text.casefold() not in _PRESSED:
                raise Wrong(problems=f"{verb} takes no words")
            return {}


class _Twice(ValueError):
    pass


def _fields(text: str) -> Mapping[str, object]:
    try:
        tree = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except _Twice as error:
        raise Unreadable(reason=str(error)) from None
    except ValueError:
        raise Unreadable(reason="it is not JSON") from None
    except RecursionError:
        raise Unreadable(reason="it is nested too deeply") from None
    if not isinstance(tree, dict):
        raise Unreadable(reason="it is JSON, but no object")
    return tree


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values for one name, every reader would take another one."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(f"it has {_shown(name)} twice")
        found[name] = value
    return found


def _no_number(said: str) -> float:
    raise ValueError(said)


def _problem(detail: Any, kind: type[Request]) -> str:
    """One problem in words: where it is, never what stood there."""
    where = detail["loc"]
    name = ".".join(_shown(str(each)) for each in where)
    match detail["type"]:
        case "extra_forbidden":
            known = StepWanted if where[:1] == ("steps",) else kind
            return f"there is no field {name}{_did_you_mean(str(where[-1]), list(known.model_fields))}"
        case "missing":
            return f"{name} is missing"
        case "value_error":
            return f"{name} {detail['ctx']['error']}"
        case "string_pattern_mismatch":
            return f"{name} is empty, too long, or has characters that it can't have"
        case "too_long" | "string_too_long":
            return f"{name} is too long: {detail['ctx']['max_length']} is the most"
    return f"{name}: {(message := str(detail['msg']))[:1].lower()}{message[1:]}"


def _problems(each: Sequence[Any], kind: type[Request]) -> str:
    more = f"; and {len(each) - _TOLD} more" if len(each) > _TOLD else ""
    return "; ".join(_problem(detail, kind) for detail in each[:_TOLD]) + more


def _did_you_mean(word: str, known: list[str]) -> str:
    match = process.extractOne(word[:64], known, score_cutoff=60)
    return f"; did you mean {match[0]}?" if match else f"; known: {', '.join(known[:12])}"


def _shown(name: str) -> str:
    """A name of others, as it may be told."""
    return plain(name if len(name) <= 40 else f"{name[:39]}…")
