"""What is wrong with settings, in their owner's words: where it stands, what was said, what it may be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from device.configuration.layers import Layers, Problem, Source, Where, defaults
from device.configuration.places import DEFAULTS, placed
from device.configuration.schema import SettingKey, did_you_mean, hint, keys
from device.configuration.settings import Settings

_NO_NUMBER = frozenset(
    ("float_parsing", "float_type", "int_parsing", "int_type", "int_from_float", "int_parsing_size", "finite_number")
)
_OUT_OF_RANGE = frozenset(("greater_than_equal", "less_than_equal", "greater_than", "less_than"))
_PLAIN: Mapping[str, str] = {
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
    "string_type": "is no text; texts stand in quotes",
    "list_type": 'is no list; lists stand in brackets: ["a", "b"]',
    "model_type": "is no section; a section begins with its name in brackets, and its keys follow",
    "path_type": "is no path; paths stand in quotes",
}


def settings_of(layers: Layers) -> Settings | None:
    """The settings, validated as a whole; None, and each problem among those of `layers`, where they can't be used."""
    try:
        return Settings.model_validate(_with_paths(layers.tree))
    except ValidationError as error:
        found = [_problem(detail, layers) for detail in error.errors()]
        layers.problems += sorted(found, key=lambda each: (each.source.name, each.source.line or 0))
        return None


def usable(layers: Layers) -> Settings:
    """What is said, without what can't be used: that is as shipped."""
    shipped, tree = defaults(), {**layers.tree}
    try:
        return Settings.model_validate(_with_paths(tree))
    except ValidationError as error:
        for detail in error.errors():
            section, *key = (str(part) for part in detail["loc"][:2])
            if section not in shipped:
                tree.pop(section, None)
            elif not key or not isinstance(tree.get(section), Mapping):
                tree[section] = shipped[section]
            else:
                told = {name: value for name, value in tree[section].items() if name != key[0]}
                tree[section] = {**told, **({key[0]: shipped[section][key[0]]} if key[0] in shipped[section] else {})}
    try:
        return Settings.model_validate(_with_paths(tree))
    except ValidationError as error:  # keys that do not fit each other: their sections as they are shipped
        sections = {str(detail["loc"][0]) for detail in error.errors()}
        return Settings.model_validate(_with_paths({**tree, **{section: shipped[section] for section in sections}}))


def _problem(detail: ErrorDetails, layers: Layers) -> Problem:
    where = tuple(str(part) for part in detail["loc"])
    source = layers.source(where[:2]) or Source(str(DEFAULTS))
    if detail["type"] == "extra_forbidden":
        return Problem(source, f"{'.'.join(where)} is no setting of ours{_near(where)}")
    named = ".".join(where[:2]) + "".join(f"[{part}]" for part in where[2:])
    said = str(detail["input"]) if isinstance(detail["input"], Path) else detail["input"]
    return Problem(source, f"{named} = {said!r}: {_wrong(detail, keys().get('.'.join(where[:2])))}")


def _wrong(detail: ErrorDetails, key: SettingKey | None) -> str:
    kind, said = detail["type"], detail["input"]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if key and kind in _NO_NUMBER:
        return f"{key.no_number(said)}; it may be {key.range}" if key.sort != "list" else key.no_number(said)
    if key and kind in _OUT_OF_RANGE and key.least is not None:
        return f"is out of range; it may be {key.range}"
    if key and kind == "literal_error":
        return f"is none of {', '.join(key.choices)}{did_you_mean(said, key.choices) if isinstance(said, str) else ''}"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _near(where: Where) -> str:
    if len(where) == 1:
        return did_you_mean(where[0], list(Settings.model_fields)) or f"; sections: {', '.join(Settings.model_fields)}"
    return hint(".".join(where[:2]))


def _with_paths(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Expand ~; put the models, the inbox and the backups beside the data where nothing else is said."""
    tree = {section: dict(values) if isinstance(values, Mapping) else values for section, values in told.items()}
    paths = tree.get("paths")
    if not isinstance(paths, dict) or not isinstance(paths.get("data"), str):
        return tree
    data = _placed(paths["data"])
    models = paths.get("models")
    paths["data"] = data
    if isinstance(models, str):
        paths["models"] = _placed(models) if models else data / "models"
    backup = tree.get("backup")
    if isinstance(backup, dict) and all(isinstance(backup.get(name), str) for name in ("folder", "second")):
        backup["folder"] = _placed(backup["folder"]) if backup["folder"] else data / "backups"
        backup["second"] = _placed(backup["second"]) if backup["second"] else None
    files = tree.get("files")
    if isinstance(files, dict) and isinstance(files.get("inbox"), str):
        files["inbox"] = _placed(files["inbox"]) if files["inbox"] else data / "inbox"
    return tree


def _placed(said: str) -> Path:
    """Expands ~. That of a user whom the system does not know stays: it is refused as no path from the root."""
    try:
        return placed(said)
    except RuntimeError:
        return Path(said)
