"""Sentence frames: one line that stands for many sentences, with the words that are slots marked.

    (add|create) [a] task to {title} [{when}]
    (a|b) one of these; [a|b] one of these or nothing; {slot} words of the slot's pool; {slot:pool} of another pool;
    {slot=one|two} these words; {:pool} words that are no slot; <family.verb> what follows belongs to a step of its
    own, and <family.verb^1> to one that waits for the first step; {slot@slot} the words that this slot of the first
    step had, {slot@slot~} the last of them.

The brackets are those of the sentences in config/sentences (Home Assistant's hassil); slots and steps are told in the
frame, because here sentences are made rather than read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from yaml import MappingNode, ScalarNode, SequenceNode, YAMLError, compose

_TOKEN = re.compile(r"[()\[\]|]|\{[^{}]*\}|<[^<>]*>|[^()\[\]|{}<>]+")
_SLOT = re.compile(r"(?P<slot>[a-z_]*)(?::(?P<pool>[a-z_]+)|=(?P<words>[^{}=]+)|@(?P<again>[a-z_]+~?))?")
_STEP = re.compile(r"(?P<action>[a-z]+\.[a-z]+)(?:\^(?P<after>\d))?")


class FrameBroken(ValueError):
    """A frame that can't be read; says which and why."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they are."""

    words: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Words of a pool, one of these, or those of a slot that was said before. `slot` is empty where they mean nothing
    to the action.
    """

    slot: str
    pool: str = ""
    words: tuple[str, ...] = ()
    again: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Here begins a step; `after` is the step that it waits for, counted from 1, or 0."""

    action: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these, each as likely; with `or_none` it is left out half of the time."""

    choices: tuple[Frame, ...]
    or_none: bool = False


Part = Text | Slot | Mark | OneOf
Frame = tuple[Part, ...]


def read_frame(line: str) -> Frame:
    """Raises FrameBroken."""
    tokens = _TOKEN.findall(line)
    if "".join(tokens) != line:
        raise FrameBroken(f"{line!r}: a bracket that does not belong there")
    frame, rest = _choices(tokens, 0, "")
    if rest != len(tokens):
        raise FrameBroken(f"{line!r}: {tokens[rest]!r} closes nothing")
    return frame[0] if len(frame) == 1 else (OneOf(frame),)


def _choices(tokens: Sequence[str], at: int, closing: str) -> tuple[tuple[Frame, ...], int]:
    choices: list[Frame] = []
    parts: list[Part] = []
    while at < len(tokens):
        said = tokens[at]
        if said in (")", "]"):
            break
        at += 1
        if said == "|":
            choices.append(tuple(parts))
            parts = []
        elif said in ("(", "["):
            inner, at = _choices(tokens, at, ")" if said == "(" else "]")
            parts.append(OneOf(inner, said == "["))
        else:
            parts.append(_part(said))
    if closing and (at >= len(tokens) or tokens[at] != closing):
        raise FrameBroken(f"{''.join(tokens)!r}: {closing!r} is missing")
    return (*choices, tuple(parts)), at + bool(closing)


def _part(token: str) -> Part:
    if token.startswith("{"):
        found = _SLOT.fullmatch(token[1:-1])
        if not found or not any(found.groups()):
            raise FrameBroken(f"{token} is no slot")
        words = tuple(each.strip() for each in found["words"].split("|")) if found["words"] else ()
        again = found["again"] or ""
        return Slot(found["slot"], found["pool"] or ("" if words or again else found["slot"]), words, again)
    if token.startswith("<"):
        step = _STEP.fullmatch(token[1:-1])
        if not step:
            raise FrameBroken(f"{token} is no step")
        return Mark(step["action"], int(step["after"] or 0))
    return Text(token)


def chosen(frame: Frame, random: Random) -> Iterator[Text | Slot | Mark]:
    """One of the sentences that a frame stands for, its slots not yet filled."""
    for part in frame:
        if isinstance(part, OneOf):
            if not part.or_none or random.random() < 0.5:
                yield from chosen(random.choice(part.choices), random)
        else:
            yield part


def parts_of(frame: Frame) -> Iterator[Text | Slot | Mark]:
    """All that a frame may hold."""
    for part in frame:
        if isinstance(part, OneOf):
            for choice in part.choices:
                yield from parts_of(choice)
        else:
            yield part


def read_table(path: Path) -> Mapping[str, Sequence[str]]:
    """Name → rows of a YAML file, each row as it is written: "no" and 7:30 are words here. Raises OSError,
    FrameBroken.
    """
    try:
        node = compose(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise FrameBroken(f"{path}: {error}") from None
    if not isinstance(node, MappingNode):
        raise FrameBroken(f"{path}: it holds no names with rows")
    table: dict[str, Sequence[str]] = {}
    for name, rows in node.value:
        if name.value in table:
            raise FrameBroken(f"{path}: {name.value} stands there twice")
        if not isinstance(rows, SequenceNode) or not all(isinstance(row, ScalarNode) for row in rows.value):
            raise FrameBroken(f"{path}: {name.value}: it holds no list of rows")
        table[name.value] = [row.value for row in rows.value]
    return table
