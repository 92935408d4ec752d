"""Reads packs of triggers, config/calls/triggers/*.toml; all the mistakes of all files are told at once."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.calls.base import CallRulesBroken, Side
from services.calls.notation import Notation, TemplateBroken
from services.calls.triggers import FIELDS, OF_BOTH, MeasureName, Trigger

MOST_WORDS = 8
"""Of a whisper: what an ear takes in while its owner goes on talking."""
_FURTHER = frozenset(("promise", "question_unanswered"))
"""Found by other means than templates."""


class TriggerRow(BaseModel):
    """One [[trigger]] as it stands in a file; its fields are those of triggers.Trigger."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    whisper: str = ""
    side: Side | None = None
    meaning: str = ""
    words: tuple[str, ...] = ()
    measure: MeasureName | None = None
    above: float | None = None
    below: float | None = None
    count: Annotated[int, Field(ge=1, le=20)] = 1
    within_s: Annotated[float, Field(gt=0, le=7200)] = 600.0
    unless: tuple[str, ...] = ()
    cool_down_s: Annotated[float, Field(ge=0, le=7200)] = 120.0
    priority: Annotated[int, Field(ge=1, le=9)] = 5
    urgent: bool = False

    @model_validator(mode="after")
    def _one_condition(self) -> TriggerRow:
        if sum((bool(self.meaning), bool(self.words), bool(self.measure))) != 1:
            raise ValueError("it takes one of meaning, words and measure")
        if self.measure and self.above is None and self.below is None:
            raise ValueError("a measure takes above or below, a number")
        if not self.measure and (self.above is not None or self.below is not None):
            raise ValueError("above and below are for a measure")
        if self.measure in OF_BOTH and self.side:
            raise ValueError(f"{self.measure} is of both sides; leave side out")
        if len(self.whisper.split()) > MOST_WORDS:
            raise ValueError(f"a whisper has at most {MOST_WORDS} words")
        return self


class TriggerFile(BaseModel):
    """A pack."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str = ""
    trigger: tuple[dict[str, Any], ...] = ()


def read_triggers(files: Sequence[Path], meanings: frozenset[str]) -> tuple[Trigger, ...]:
    """The triggers of some packs; where two have one name, the later file's counts. `meanings`: those there are.

    Raises CallRulesBroken with every mistake of every file.
    """
    faults: list[str] = []
    found: dict[str, Trigger] = {}
    for path in files:
        for trigger in _read(path, meanings, faults):
            found[trigger.name] = trigger
    if faults:
        raise CallRulesBroken(faults="; ".join(faults))
    return tuple(found.values())


def _read(path: Path, meanings: frozenset[str], faults: list[str]) -> Iterator[Trigger]:
    try:
        pack = TriggerFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        faults.append(f"{path.name} can't be read ({error})")
        return
    except ValidationError as error:
        faults += [f"{path.name}: {told}" for told in _told(error)]
        return
    names: set[str] = set()
    for index, fields in enumerate(pack.trigger, 1):
        where = f"{path.name}: {fields.get('name') or f'trigger {index}'}"
        try:
            row = TriggerRow.model_validate(fields)
        except ValidationError as error:
            faults += [f"{where}: {told}" for told in _told(error)]
            continue
        wrong = [*_wrong(row, meanings)] + ([f"the name {row.name} stands there twice"] if row.name in names else [])
        names.add(row.name)
        try:
            patterns = tuple(_PLAIN.pattern(words) for words in row.words)
        except TemplateBroken as error:
            wrong.append(f"words: {error}")
        faults += [f"{where}: {told}" for told in wrong]
        if not wrong:
            yield Trigger(**{**row.model_dump(), "words": patterns})


_PLAIN = Notation({}, {"numbers": ("one", "two", "three")})


def _wrong(row: TriggerRow, meanings: frozenset[str]) -> Iterator[str]:
    known = meanings | _FURTHER
    named = [name for name in (row.meaning, *row.unless) if name]
    yield from (
        f"there is no meaning {name}; there are {', '.join(sorted(known))}" for name in named if name not in known
    )
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(row.whisper) if field is not None]
    except ValueError as error:
        yield f"whisper: {error}"
        return
    yield from (
        f"a whisper has no field {{{field}}}; it has {', '.join(FIELDS)}" for field in fields if field not in FIELDS
    )


def _told(error: ValidationError) -> list[str]:
    """Each mistake with the key it is at."""
    return [
        f"{'.'.join(str(part) for part in each['loc'])}{': ' if each['loc'] else ''}"
        f"{re.sub('^Value error, ', '', each['msg'])}"
        for each in error.errors()
    ]
