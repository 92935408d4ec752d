"""What each section and key is for: the comments of config/equerry.toml, the one place that explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import tomlkit
from tomlkit.items import Comment, Item, Table

from device.configuration.places import DEFAULTS


@dataclass(frozen=True, slots=True)
class Explained:
    """Of a section and each of its keys: a sentence or two. Empty where there is none."""

    about: str
    keys: Mapping[str, str]


@cache
def explained() -> Mapping[str, Explained]:
    """By section."""
    document = tomlkit.parse(DEFAULTS.read_text(encoding="utf-8"))
    return {name: _section(item) for name, item in document.items() if isinstance(item, Table)}


def toml_of(value: Any) -> str:
    """A value as it stands in a file."""
    return str(tomlkit.item(value).as_string())


def _section(table: Table) -> Explained:
    told: dict[str, list[str]] = {}
    about, above = _words(table), list[str]()
    last = ""
    for key, item in table.value.body:
        if key is not None:
            last = key.key
            told[last] = [*above, *_words(item)]
            above = []
        elif isinstance(item, Comment):
            further = bool(item.trivia.indent.strip("\n"))  # indented: the comment beside the key above goes on
            (about if not last else told[last] if further else above).extend(_words(item))
    return Explained(_joined(about), {key: _joined(words) for key, words in told.items()})


def _joined(lines: Sequence[str]) -> str:
    """One text, its sentences apart."""
    return " ".join(
        line if line.endswith((".", ",", ";", ":")) or number == len(lines) else f"{line}."
        for number, line in enumerate(lines, 1)
    )


def _words(item: Item) -> list[str]:
    words = item.trivia.comment.lstrip("#").strip()
    return [words] if words else []
