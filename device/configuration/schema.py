"""Every key of the settings: what it may be set to, in words, and how a word of the command line is read for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo
from rapidfuzz import process

from device.configuration.errors import KeyUnknown, ValueWrong
from device.configuration.settings import Settings

_SWITCH = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}

Sort = Literal["switch", "whole", "number", "text", "choice", "list"]


@dataclass(frozen=True, slots=True)
class SettingKey:
    """One key of one section."""

    section: str
    name: str
    sort: Sort
    choices: tuple[str, ...] = ()
    """Of a choice, or of each in a list."""
    least: float | None = None
    most: float | None = None
    of: Sort = "text"
    """Of a list: what is in it."""

    def __str__(self) -> str:
        return f"{self.section}.{self.name}"

    @property
    def unit(self) -> str:
        """As a word; empty where it has none."""
        return unit_of(self.name)

    @property
    def range(self) -> str:
        """What it may be set to, in words."""
        if self.sort == "list":
            return (
                f"a list of {_either(self.choices) if self.choices else 'numbers' if self.of == 'whole' else 'texts'}"
            )
        if self.sort in ("whole", "number") and self.least is not None and self.most is not None:
            return (
                f"{'a whole number, ' if self.sort == 'whole' else ''}{figured(self.least)} to"
                f" {figured(self.most)}{self._in_unit}"
            )
        words = {
            "switch": "true or false",
            "whole": f"a whole number{self._in_unit}",
            "number": f"a number{self._in_unit}",
        }
        return _either(self.choices) if self.choices else words.get(self.sort, "text")

    @property
    def _in_unit(self) -> str:
        return f" {self.unit}" if self.unit else ""

    def read(self, said: str) -> Any:
        """What a word of the command line means for this key. Raises ValueWrong where it can be nothing of the kind."""
        if self.sort == "list":
            return self._listed(said)
        return self._one(said, self.sort)

    def _one(self, said: str, sort: Sort) -> Any:
        if sort == "switch":
            if said.casefold() not in _SWITCH:
                raise ValueWrong(key=self, value=said, why="is neither true nor false")
            return _SWITCH[said.casefold()]
        if sort not in ("whole", "number"):
            return _unquoted(said)
        try:
            number = int(said) if sort == "whole" or re.fullmatch(r"[+-]?\d+", said) else float(said)
            if isfinite(number):
                return number
        except (ValueError, OverflowError):
            pass
        raise ValueWrong(key=self, value=said, why=self.no_number(said))

    def _listed(self, said: str) -> list[Any]:
        if not said.lstrip().startswith("["):
            return [self._one(each.strip(), self.of) for each in said.split(",")] if said.strip() else []
        try:
            told = tomllib.loads(f"value = {said}")["value"]
        except (tomllib.TOMLDecodeError, KeyError):
            told = None
        if not isinstance(told, list):
            raise ValueWrong(key=self, value=said, why='is no list: write a,b or \'["a", "b"]\'')
        return told

    def no_number(self, said: object) -> str:
        """What is wrong with what is no number here: perhaps only its unit."""
        whole = "whole " if (self.of if self.sort == "list" else self.sort) == "whole" else ""
        return (isinstance(said, str) and told_with_unit(self.name, said)) or f"is no {whole}number"


@cache
def keys() -> Mapping[str, SettingKey]:
    """All there are, by section.name, in the order of the model."""
    found = {}
    for section in Settings.model_fields:
        for name, field in section_fields(section).items():
            key = _key(section, name, field)
            found[str(key)] = key
    return found


def section_fields(section: str) -> Mapping[str, FieldInfo]:
    """The keys of a section: its own, then those that others have, too."""
    model = Settings.model_fields[section].annotation
    assert model is not None
    fields: Mapping[str, FieldInfo] = model.model_fields
    common = [name for name in ("volume", "floor", "ceiling") if name in fields]
    return {name: fields[name] for name in (*(each for each in fields if each not in common), *common)}


def find(said: str) -> SettingKey:
    """The key that is called so. Raises KeyUnknown, with what may be meant."""
    if key := keys().get(said):
        return key
    raise KeyUnknown(key=said, hint=hint(said))


def in_section(said: str) -> Sequence[SettingKey]:
    """A key, or all of a section. Raises KeyUnknown."""
    return [key for key in keys().values() if key.section == said] or [find(said)]


def hint(said: str) -> str:
    """What may be meant by a key that there is not: "; did you mean wake.threshold?" """
    if said in Settings.model_fields:
        return f": it is a section; name one of its keys: {', '.join(section_fields(said))}"
    section, _, name = said.rpartition(".")
    elsewhere = [str(key) for key in keys().values() if key.name == name]
    if section in Settings.model_fields:
        near = did_you_mean(name, list(section_fields(section)), score=70, of=section)
        return near or (_or_in(elsewhere) if elsewhere else f"; [{section}] has: {', '.join(section_fields(section))}")
    if elsewhere and section not in Settings.model_fields:
        same = process.extractOne(said, elsewhere, score_cutoff=60)
        return f"; did you mean {same[0]}?" if same and section else _or_in(elsewhere)
    return did_you_mean(said, [*keys(), *Settings.model_fields]) or f"; sections: {', '.join(Settings.model_fields)}"


def did_you_mean(said: str, known: Sequence[str], *, score: float = 60, of: str = "") -> str:
    """ "; did you mean words?", or nothing. `of`: the section that is to be told, too."""
    match = process.extractOne(said, known, score_cutoff=score)
    return f"; did you mean {of}{'.' if of else ''}{match[0]}?" if match else ""


def _or_in(elsewhere: Sequence[str]) -> str:
    return f"; did you mean {_either(elsewhere[:4])}?"


def _key(section: str, name: str, field: FieldInfo) -> SettingKey:
    least, most = _bounds(field)
    annotation: Any = field.annotation
    sort, choices = _sort_of(annotation)
    if sort == "list":
        of, choices = _sort_of(get_args(annotation)[0])
        return SettingKey(section, name, sort, choices, of=of)
    return SettingKey(section, name, sort, choices, least, most)


def _sort_of(annotation: Any) -> tuple[Sort, tuple[str, ...]]:
    annotation = get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    if get_origin(annotation) is Literal:
        return "choice", tuple(get_args(annotation))
    if get_origin(annotation) is list:
        return "list", ()
    sorts: Mapping[Any, Sort] = {bool: "switch", int: "whole", float: "number"}
    return sorts.get(annotation, "text"), ()


def _bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    least = next((float(str(each.ge)) for each in field.metadata if isinstance(each, annotated_types.Ge)), None)
    most = next((float(str(each.le)) for each in field.metadata if isinstance(each, annotated_types.Le)), None)
    return least, most


def _unquoted(said: str) -> str:
    """A text, perhaps quoted as in the file."""
    if len(said) > 1 and said[0] == said[-1] and said[0] in "\"'":
        try:
            told = tomllib.loads(f"value = {said}")["value"]
        except (tomllib.TOMLDecodeError, KeyError):
            return said
        return told if isinstance(told, str) else said
    return said


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


_SECONDS: Mapping[str, float] = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}
_BYTES: Mapping[str, float] = {
    **{"k": 1000.0, "kb": 1000.0, "mb": 1e6, "gb": 1e9, "tb": 1e12},
    **{"kib": 2.0**10, "m": 2.0**20, "mib": 2.0**20, "g": 2.0**30, "gib": 2.0**30, "tib": 2.0**40},
}
_SHARES: Mapping[str, float] = {"%": 0.01, "percent": 0.01}
_UNITS: Mapping[str, tuple[str, Mapping[str, float], float]] = {
    "s": ("seconds", _SECONDS, 1.0),
    "min": ("minutes", _SECONDS, 60.0),
    "days": ("days", _SECONDS, 86_400.0),
    "mib": ("MiB", _BYTES, 2.0**20),
}
"""By the end of a key's name: its unit, what else one might tell it in, and how much that is in the same measure."""
_FIGURE = re.compile(r"\s*([+-]?\d+(?:[.,]\d+)?)\s*([A-Za-z]+|%)\s*")


def unit_of(name: str) -> str:
    """As a word; empty where it has none."""
    _, mark, end = name.rpartition("_")
    return _UNITS[end][0] if mark and end in _UNITS else ""


def told_with_unit(name: str, said: str) -> str | None:
    """Of a figure with a unit: "is told in seconds, as a bare number: 0.7"; None for anything else."""
    told = _FIGURE.fullmatch(said)
    if not told:
        return None
    figure, word = told.groups()
    _, mark, end = name.rpartition("_")
    unit, ways, own = _UNITS[end] if mark and end in _UNITS else ("", _SHARES, 1.0)
    by = ways.get(word.casefold())
    if by is not None:
        bare = figured(float(figure.replace(",", ".")) * by / own)
        return f"is told {f'in {unit}, ' if unit else ''}as a bare number: {bare}"
    return f"is told in {unit}, as a bare number" if unit else None


def figured(number: float) -> str:
    """Without needless zeros."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
