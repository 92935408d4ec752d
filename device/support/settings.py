"""The settings for the bundle: numbers, switches and choices as they are, texts of the owner only as being there."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from device.configuration.layers import Layers, defaults, read
from device.configuration.listing import shown
from device.configuration.places import PREFIX, files
from device.configuration.problems import settings_of
from device.configuration.schema import SettingKey, keys

_PLAIN_TEXTS = frozenset((
    "device.time_zone", "device.country", "device.currency", "microphone.name", "speaker.name", "finals.engine",
    "finals.model", "voice.model", "language_model.model", "partials.vosk_model", "quiet.hours",
    "bucket.region", "home_assistant.prefix", "when.morning", "when.lunch", "when.afternoon", "when.evening",
    "when.night", "when.business", "when.end_of_day", "when.waking",
))  # fmt: skip
"""Texts that tell nothing of anybody."""
_QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)'")
_NAMED = re.compile(r"^([a-z_]+\.[a-z_0-9]+)\b")


def told(environ: Mapping[str, str]) -> dict[str, Any]:
    """What is in force and who says so, which files there are, and where something is wrong: of none the words."""
    layers = read(environ)
    settings_of(layers)
    return {
        "in_force": {
            str(each.key): {
                "value": masked(each.key, each.value, each.default),
                "source": _source(each.source.name if each.source else None),
            }
            for each in shown(layers)
        },
        "files": [_file(path) for path in files(environ)],
        "environment": sorted(_known_variables(environ)),
        "problems": [_problem(each.source.name, each.source.line, each.words) for each in layers.problems],
    }


def masked(key: SettingKey, value: Any, default: Any) -> Any:
    """A value as it may be shown."""
    if value == default or isinstance(value, bool | int | float) or key.choices or str(key) in _PLAIN_TEXTS:
        return value
    if isinstance(value, list):
        return value if all(isinstance(each, bool | int | float) for each in value) else f"‹{len(value)} set›"
    if isinstance(value, str) and str(key) == "board.name" and re.fullmatch(r"[a-z0-9-]+", value):
        return value
    return "‹set›" if value else ""


def free_texts(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the owner has written that is not as shipped and may tell of somebody: section.key, or "?" where it is no
    setting of ours, and the text. Of files that can't be read as TOML everything in quotes."""
    shipped, known = defaults(), keys()
    for path in files(environ):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        try:
            tree = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            yield from (("?", first or second) for first, second in _QUOTED.findall(text) if len(first or second) > 3)
            continue
        yield from _free(tree, shipped, known)
    layers: Layers = read({name: value for name, value in environ.items() if name.startswith(PREFIX)})
    yield from _free(layers.tree, shipped, known)


def _free(
    tree: Mapping[str, Any], shipped: Mapping[str, Any], known: Mapping[str, SettingKey]
) -> Iterator[tuple[str, str]]:
    for section, values in tree.items():
        if not isinstance(values, Mapping):
            yield from (("?", text) for text in _texts(values))
            continue
        for name, value in values.items():
            key = f"{section}.{name}"
            if key not in known:
                yield from (("?", text) for text in _texts(value))
            elif value != shipped.get(section, {}).get(name) and key not in _PLAIN_TEXTS and not known[key].choices:
                yield from ((key, text) for text in _texts(value) if text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)


def _file(path: Path) -> dict[str, Any]:
    about: dict[str, Any] = {
        "path": str(path),
        "mode": None,
        "bytes": None,
        "keys": [],
        "unknown_keys": 0,
        "toml": True,
    }
    try:
        status = path.stat()
        about |= {
            "mode": f"{status.st_mode & 0o7777:04o}",
            "bytes": status.st_size,
            "writable": os.access(path, os.W_OK),
        }
        tree = tomllib.loads(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        return about | {"error": error.strerror}
    except tomllib.TOMLDecodeError:
        return about | {"toml": False}
    names = [f"{section}.{name}" for section, values in tree.items() if isinstance(values, Mapping) for name in values]
    known = keys()
    return about | {
        "keys": [name for name in names if name in known],
        "unknown_keys": sum(name not in known for name in names),
    }


def _known_variables(environ: Mapping[str, str]) -> Iterator[str]:
    known = keys()
    for name in environ:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower().replace("__", ".", 1) in known:
            yield name


def _problem(file: str, line: int | None, words: str) -> dict[str, Any]:
    named = _NAMED.match(words)
    key = named[1] if named and named[1] in keys() else ""
    what = (
        "not TOML"
        if words.startswith("not valid TOML")
        else "unknown"
        if "is no setting of ours" in words
        else "unusable"
    )
    return {"file": _source(file), "line": line, "key": key, "what": what}


def _source(name: str | None) -> str:
    if name is None:
        return "shipped"
    return "environment" if name.startswith("environment") else name
