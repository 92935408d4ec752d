"""Reads the files of config/calls/meanings; all the mistakes of all files are told at once.

A file holds `lists`, `expansion_rules`, `guards` and `meanings`, as docs/calls.md walks through. What several files say
of one list is put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from services.calls.base import CallRulesBroken
from services.calls.meanings.rules import CallGuard, MeaningRules, MeaningTemplate
from services.calls.notation import BUILT_IN, Notation, TemplateBroken

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SECTIONS = ("language", "lists", "expansion_rules", "guards", "meanings")
_BLOCK = ("sentences", "sure", "unless", "asks", "opens", "alone", "timed", "apart")
_GUARD = ("before", "within", "behind", "anywhere")
_SURE = 0.9
_LEAST_PART = 3
"""Letters of either part of a name that is written as two words."""
_CONJOINED = "and [then|also|just] {verbs:head}"
_NONE = re.compile(r"(?!)")


@dataclass(slots=True)
class _Whole:
    """What has been read so far."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    guards: list[tuple[Path, str, Any]] = field(default_factory=list)
    meanings: list[tuple[Path, str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_meanings(files: Sequence[Path], more: Mapping[str, Sequence[str]] | None = None) -> MeaningRules:
    """What some files say together; `more` are lists that are known elsewhere, such as the competitors.

    Raises CallRulesBroken with every mistake of every file.
    """
    whole = _Whole()
    for path in files:
        _take(path, whole)
    lists = {name: tuple(values) for name, values in whole.lists.items()}
    for name, values in (more or {}).items():
        lists[name] = (*lists.get(name, ()), *(way for value in values for way in _written(value.lower())))
    notation = Notation(whole.rules, lists)
    guards = {name: guard for path, name, body in whole.guards if (guard := _guard(path, name, body, notation, whole))}
    templates: list[MeaningTemplate] = []
    apart: dict[str, tuple[Any, ...]] = {}
    for path, meaning, blocks in whole.meanings:
        for block in _blocks(path, meaning, blocks, whole):
            where = f"{path.name}: {meaning}"
            _check_block(block, guards, where, whole)
            templates += _templates(meaning, block, where, notation, whole)
            patterns = _patterns(block.get("apart", ()), where, notation, whole)
            apart[meaning] = (*apart.get(meaning, ()), *patterns)
    if not templates and not whole.faults:
        whole.faults.append("there is no meaning in any of the files")
    if whole.faults:
        raise CallRulesBroken(faults="; ".join(whole.faults))
    return MeaningRules(tuple(templates), guards, apart, notation.pattern(_CONJOINED) if "verbs" in lists else _NONE)


def _written(name: str) -> Iterator[str]:
    """As it may be written by ears that do not know it: WarmCare is "warm care"."""
    yield name
    if name.isalpha() and len(name) >= 2 * _LEAST_PART:
        yield from (f"{name[:at]} {name[at:]}" for at in range(_LEAST_PART, len(name) - _LEAST_PART + 1))


def _take(path: Path, whole: _Whole) -> None:
    try:
        root = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        whole.faults.append(f"{path.name} is no YAML at line {line} ({error.problem})")
        return
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        whole.faults.append(f"{path.name} can't be read ({error})")
        return
    if not isinstance(root, dict):
        whole.faults.append(f"{path.name} must be a mapping of {', '.join(_SECTIONS)}")
        return
    whole.faults += [f"{path.name}: there is no section {key}" for key in root if key not in _SECTIONS]
    for name, values in _mapping(root, "lists", path, whole):
        if name in BUILT_IN:
            whole.faults.append(f"{path.name}: the list {name} is built in")
        elif isinstance(values, list) and all(isinstance(value, str) for value in values):
            whole.lists.setdefault(name, []).extend(values)
        else:
            whole.faults.append(
                f"{path.name}: the list {name} must be a list of texts; put yes, no and numbers in quotes"
            )
    for name, rule in _mapping(root, "expansion_rules", path, whole):
        if isinstance(rule, str):
            whole.rules[name] = rule
        else:
            whole.faults.append(f"{path.name}: the rule <{name}> must be a text")
    whole.guards += [(path, name, body) for name, body in _mapping(root, "guards", path, whole)]
    whole.meanings += [(path, name, body) for name, body in _mapping(root, "meanings", path, whole)]


def _mapping(root: Mapping[str, Any], section: str, path: Path, whole: _Whole) -> list[tuple[str, Any]]:
    body = root.get(section) or {}
    if not isinstance(body, dict):
        whole.faults.append(f"{path.name}: {section} must be a mapping")
        return []
    return [(str(name), value) for name, value in body.items()]


def _blocks(path: Path, meaning: str, blocks: Any, whole: _Whole) -> Iterator[Mapping[str, Any]]:
    if not isinstance(blocks, list):
        whole.faults.append(f"{path.name}: {meaning} must be a list of blocks")
        return
    for block in blocks:
        if isinstance(block, dict) and (
            isinstance(block.get("sentences"), list) or isinstance(block.get("apart"), list)
        ):
            yield block
        else:
            whole.faults.append(f"{path.name}: a block of {meaning} must have sentences (a list)")


def _check_block(block: Mapping[str, Any], guards: Mapping[str, CallGuard], where: str, whole: _Whole) -> None:
    whole.faults += [f"{where}: a block has no {key}; it has {', '.join(_BLOCK)}" for key in block if key not in _BLOCK]
    unless = block.get("unless", [])
    whole.faults += [f"{where}: there is no guard {name}" for name in unless if name not in guards]
    sure = block.get("sure", _SURE)
    if not isinstance(sure, int | float) or not 0 < sure <= 1:
        whole.faults.append(f"{where}: sure must be over 0 and at most 1, not {sure}")


def _templates(
    meaning: str, block: Mapping[str, Any], where: str, notation: Notation, whole: _Whole
) -> list[MeaningTemplate]:
    return [
        MeaningTemplate(
            meaning,
            pattern,
            block.get("sure", _SURE),
            tuple(block.get("unless", ())),
            asks=bool(block.get("asks")),
            opens=bool(block.get("opens")),
            alone=bool(block.get("alone")),
            timed=bool(block.get("timed")),
        )
        for pattern in _patterns(block.get("sentences", ()), where, notation, whole)
    ]


def _guard(path: Path, name: str, body: Any, notation: Notation, whole: _Whole) -> CallGuard | None:
    where = f"{path.name}: guard {name}"
    if not isinstance(body, dict) or set(body) - set(_GUARD):
        whole.faults.append(f"{where} must be a mapping of {', '.join(_GUARD)}")
        return None
    parts = {key: _patterns(body.get(key, ()), where, notation, whole) for key in ("before", "behind", "anywhere")}
    return CallGuard(parts["before"], int(body.get("within", 100)), parts["behind"], parts["anywhere"])


def _patterns(templates: Any, where: str, notation: Notation, whole: _Whole) -> tuple[Any, ...]:
    found = []
    for template in templates if isinstance(templates, list | tuple) else (templates,):
        try:
            found.append(notation.pattern(str(template)))
        except TemplateBroken as error:
            whole.faults.append(f"{where}: “{template}”: {error}")
    return tuple(found)
