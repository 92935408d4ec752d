"""Scripted calls: YAML files of the form that tests/calls/README.md describes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from device.errors import ApplianceError
from services.calls.base import CallSegment, CommitmentKind, Side

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS_S = 2.75
"""Words a second of ordinary talk: 165 a minute."""
_SHORTEST_S = 0.4
_PAUSE_S = 0.5


class ScriptUnusable(ApplianceError):
    """The call {path} can't be played: {reason}. docs/calls.md shows the form."""

    code = "call.script"


class Strict(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ScriptPromise(Strict):
    """A commitment that a careful listener hears in a turn."""

    by: Side
    what: str
    when: str = ""
    kind: CommitmentKind = "task"


class ScriptTurn(Strict):
    """What one side says, and what is marked on it."""

    side: Side
    say: Annotated[str, Field(min_length=1)]
    pause: Annotated[float, Field(ge=-30, le=3600)] = _PAUSE_S
    meanings: tuple[str, ...] = ()
    promise: tuple[ScriptPromise, ...] = ()
    facts: tuple[str, ...] = ()

    @field_validator("promise", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value or ()


class ScriptDated(Strict):
    """A meeting or task that the store holds."""

    title: str
    when: datetime | None = None
    due: datetime | None = None


class ScriptKnown(Strict):
    """What the owner's store holds."""

    people: tuple[str, ...] = ()
    customers: dict[str, float] = {}
    meetings: tuple[ScriptDated, ...] = ()
    tasks: tuple[ScriptDated, ...] = ()


class CallScript(Strict):
    """A whole call."""

    about: str = ""
    kind: str = "sales"
    owner: str = "Owner"
    other: str = "Caller"
    planned_minutes: Annotated[float, Field(ge=0, le=600)] = 0
    known: ScriptKnown = ScriptKnown()
    competitors: tuple[str, ...] = ()
    now: datetime | None = None
    turns: Annotated[tuple[ScriptTurn, ...], Field(min_length=1)]

    def name(self, side: Literal["owner", "other"]) -> str:
        """Of whoever speaks on a side."""
        return self.owner if side == "owner" else self.other


def read_script(path: Path) -> CallScript:
    """Raises ScriptUnusable with all that is wrong."""
    try:
        root = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
        return CallScript.model_validate(root)
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise ScriptUnusable(path=path, reason=" ".join(str(error).split())) from None
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in error.errors()[:5]
        )
        raise ScriptUnusable(path=path, reason=faults) from None


def segments_of(script: CallScript) -> list[CallSegment]:
    """The turns as segments of an ordinary pace, in their order; they may overlap."""
    segments, end_s = [], 0.0
    for turn in script.turns:
        start_s = max(0.0, end_s + turn.pause)
        length = max(_SHORTEST_S, len(turn.say.split()) / _WORDS_S)
        end_s = start_s + length
        segments.append(CallSegment(turn.side, script.name(turn.side), start_s, end_s, turn.say))
    return segments
