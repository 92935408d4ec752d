"""Changes to the text of a settings file: its comments, order and blanks stay as they are. Pure."""

from __future__ import annotations

import tomllib
from typing import Any

import tomlkit
from tomlkit.items import Comment, Table

from device.configuration.schema import SettingKey

Tree = dict[str, Any]


def with_value(text: str, key: SettingKey, value: Any) -> str:
    """The text in which `key` has this value. Raises TOMLDecodeError (tomllib) where the text is no TOML."""
    before = tomllib.loads(text)
    document = tomlkit.parse(text)
    if not isinstance(document.get(key.section), dict):
        if key.section in document:  # a number, say: told of as a problem anyway
            del document[key.section]
        document[key.section] = tomlkit.table()
    section: Any = document[key.section]
    section[key.name] = value
    after = str(tomlkit.dumps(document))
    inner = before.get(key.section)
    wanted = {**before, key.section: {**(inner if isinstance(inner, dict) else {}), key.name: value}}
    assert tomllib.loads(after) == wanted, f"{key} was not set as it should be"
    return after


def without(text: str, key: SettingKey) -> str | None:
    """The text that does not tell `key`; None where it does not tell it anyway. A section that is empty then, and has
    no comment, goes,
    too. Raises TOMLDecodeError (tomllib)."""
    before = tomllib.loads(text)
    inner = before.get(key.section)
    if not isinstance(inner, dict) or key.name not in inner:
        return None
    document = tomlkit.parse(text)
    section: Any = document[key.section]
    del section[key.name]
    if isinstance(section, Table) and not section and not _has_comment(section):
        del document[key.section]
    after = str(tomlkit.dumps(document))
    told = tomllib.loads(after)
    assert {**told, key.section: told.get(key.section, {})} == {
        **before,
        key.section: {name: value for name, value in inner.items() if name != key.name},
    }, f"{key} was not taken out as it should be"
    return after


def _has_comment(section: Table) -> bool:
    return bool(section.trivia.comment) or any(isinstance(item, Comment) for _, item in section.value.body)
