"""What all have in common that the appliance publishes of itself under `<prefix>/<device>/`: the topic, the payload,
whose words it has.

docs/mqtt.md is made from the dataclasses (scripts/topics): what stands below a field is what others read of it there.
Times are ISO 8601 with their offset; what is measured has its unit in its name. Every field is always there; null is
what is not known, or not told.

Words of people, of commands and of replies are published where `[mqtt] publish_transcripts` is on, and only there: else
fields made by `words` are null and `Spoken` messages stay away, whoever built them (`wordless`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import AwareDatetime, ConfigDict
from pydantic_core import to_json

_WORDS = "words"


def words() -> Any:
    """A field with words of somebody."""
    return field(default=None, metadata={_WORDS: True})


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """Something that the appliance tells of itself."""

    topic: ClassVar[str]
    """Under <prefix>/<device>/, in braces the field that stands there; as the `event` of a line of the socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMessage(DeviceMessage):
    """One that is published over MQTT."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )
    retained: ClassVar[bool] = False
    qos: ClassVar[Literal[0, 1]] = 0

    at: AwareDatetime
    """When it happened."""


class Spoken(PublishedMessage):
    """One that is nothing without the words that were spoken."""

    __slots__ = ()


H = TypeVar("H", bound=PublishedMessage)


def topic_of(message: PublishedMessage) -> str:
    """Where it is published, under <prefix>/<device>/."""
    return re.sub(r"{(\w+)}", lambda found: str(getattr(message, found[1])), message.topic)


def payload_of(message: PublishedMessage) -> bytes:
    """JSON (RFC 8259) in UTF-8."""
    return to_json(message, inf_nan_mode="null")


def wordless(message: H) -> H | None:
    """The same without anybody's words; None where nothing is left of it then."""
    if isinstance(message, Spoken):
        return None
    told = (each.name for each in fields(message) if _WORDS in each.metadata)
    silenced: dict[str, Any] = {name: None for name in told if getattr(message, name) is not None}
    return replace(message, **silenced) if silenced else message
