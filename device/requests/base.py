"""What all requests are made of: the kinds of their fields, and what refuses them, in words. Pure.

RequestRefused
├── RequestUnreadable   no JSON object
└── RequestWrong        fields that are missing, unknown or of another kind; all problems at once
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    SecretStr,
    ValidationInfo,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from device.control.wire import plain
from device.errors import ApplianceError

Carrier = Literal["socket", "mqtt"]

LONGEST_NAME: Mapping[Carrier, int] = {"socket": 100, "mqtt": 64}
"""Letters of a client's name."""
_SPOKEN = 1000
"""Letters that are said for others: about a minute."""


class RequestRefused(ApplianceError):
    """That message can't be used."""

    code = "request.refused"


class RequestUnreadable(RequestRefused):
    """That message can't be read: {reason}."""

    code = "request.unreadable"


class RequestWrong(RequestRefused):
    """That message can't be used: {problems}"""

    code = "request.wrong"

    def __init__(self, *, problems: str) -> None:
        super().__init__(problems=problems if problems.endswith("?") else f"{problems}.")


@dataclass(frozen=True)
class Only:
    """A field that one carrier alone has; over the other there is none of that name."""

    carrier: Carrier

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_before_validator_function(self._checked, handler(source))

    def _checked(self, value: object, info: core_schema.ValidationInfo) -> object:
        if info.context not in (None, self.carrier):
            raise PydanticCustomError("extra_forbidden", "Extra inputs are not permitted")
        return value


def _words(said: str) -> str:
    shown = plain(said).strip()
    if not shown:
        raise ValueError("is empty")
    return shown


def _name(said: str, info: ValidationInfo) -> str:
    longest = LONGEST_NAME[info.context or "socket"]
    if len(said) > longest:
        raise PydanticCustomError("string_too_long", "It is too long", {"max_length": longest})
    if not said.isprintable():
        raise ValueError("has characters that can't be shown")
    if not said and info.context == "socket":
        raise ValueError("is empty")
    return said


def _id(said: str, info: ValidationInfo) -> str:
    """Of a program of ours, over the socket, it may be words; over MQTT it is kept short and visible."""
    longest = LONGEST_NAME["socket"]
    if info.context == "mqtt" and not re.fullmatch(r"[!-~]{1,128}", said):
        raise PydanticCustomError("string_pattern_mismatch", "It is no id")
    if info.context != "mqtt" and len(said) > longest:
        raise PydanticCustomError("string_too_long", "It is too long", {"max_length": longest})
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


Words = Annotated[str, AfterValidator(_words)]
SpokenWords = Annotated[Words, Field(max_length=_SPOKEN)]
Volume = Annotated[float | None, PlainValidator(_volume)]
ClientName = Annotated[str, AfterValidator(_name)]
Id = Annotated[str, AfterValidator(_id)]


class RequestPart(BaseModel):
    """Nothing but its fields, each of its own kind."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Request(RequestPart):
    """What every request may bring."""

    name: ClassVar[str]
    """What it is called in a line of the socket, and as the last level of a topic."""
    carriers: ClassVar[frozenset[Carrier]] = frozenset(("socket", "mqtt"))
    """Who brings it."""

    id: Id | None = None
    """Of whoever asks; comes back with the reply over MQTT. The same one again is the same request."""
    client: ClientName = ""
    """Over the socket as whom: a client of roles.toml. Over MQTT it only comes back with the reply: who it is, the
    broker or the token proves.
    """
    token: Annotated[SecretStr | None, Only("mqtt")] = None

    @classmethod
    def fields_over(cls, carrier: Carrier) -> list[str]:
        """The names of the fields that it may have there."""
        return [
            name
            for name, field in cls.model_fields.items()
            if all(each.carrier == carrier for each in field.metadata if isinstance(each, Only))
        ]


class _Twice(ValueError):
    pass


def fields_of(text: str) -> dict[str, Any]:
    """A JSON object. Raises RequestUnreadable."""
    try:
        tree = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except _Twice as error:
        raise RequestUnreadable(reason=str(error)) from None
    except ValueError:
        raise RequestUnreadable(reason="it is not JSON") from None
    except RecursionError:
        raise RequestUnreadable(reason="it is nested too deeply") from None
    if not isinstance(tree, dict):
        raise RequestUnreadable(reason="it is JSON, but no object")
    return tree


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values for one name, every reader would take another one."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(f"it has {shown(name)} twice")
        found[name] = value
    return found


def _no_number(said: str) -> float:
    raise ValueError(said)


def shown(name: str) -> str:
    """A name of others, as it may be told."""
    return plain(name if len(name) <= 40 else f"{name[:39]}…")
