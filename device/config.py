"""Settings: the shipped defaults, the owner's file, then the environment; validated as a whole, all problems told at once."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from device.errors import ConfigBroken
from device.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
"""Where the application lies: config/, firmware/boards/."""

DEFAULTS = ROOT / "config" / "equerry.toml"
OWNER_FILES = (Path("/etc/equerry/equerry.toml"), Path("~/.config/equerry/equerry.toml"))
PREFIX = "EQUERRY_"
APART = frozenset({"EQUERRY_CONFIG", "EQUERRY_ROLES"})
"""Variables of ours that name no setting."""


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and validate the settings. Raises ConfigBroken with every problem found."""
    environ = os.environ if environ is None else environ
    tree = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    problems: list[str] = []
    origin: dict[tuple[str, ...], str] = {}
    for path in _owner_files(environ, problems):
        _merge(tree, _read(path, problems), str(path), origin)
    _merge(tree, _from_environment(environ, problems), "environment", origin)
    _place_paths(tree)
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        problems += [_problem(detail, origin) for detail in error.errors()]
    if problems:
        raise ConfigBroken(problems=problems)
    return settings


def _owner_files(environ: Mapping[str, str], problems: list[str]) -> Iterator[Path]:
    named = environ.get("EQUERRY_CONFIG")
    if named:
        path = Path(named).expanduser()
        if path.is_file():
            yield path
        else:
            problems.append(f"EQUERRY_CONFIG names {named}, which is not a file")
        return
    for path in OWNER_FILES:
        if path.expanduser().is_file():
            yield path.expanduser()


def _read(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: not valid TOML: {error}")
    except OSError as error:
        problems.append(f"{path}: can't be read: {error.strerror}")
    return {}


def _from_environment(environ: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable in APART:
            continue
        section, separator, key = variable.removeprefix(PREFIX).lower().partition("__")
        if not separator:
            problems.append(f"environment: {variable} names no setting; write EQUERRY_SECTION__KEY, e.g. EQUERRY_WAKE__THRESHOLD=0.6")
            continue
        tree.setdefault(section, {})[key] = _value(environ[variable])
    return tree


def _value(text: str) -> Any:
    """JSON where it is JSON ('["alexa"]', 0.6, true), else the text itself."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _merge(into: dict[str, Any], new: Mapping[str, Any], source: str, origin: dict[tuple[str, ...], str]) -> None:
    for section, values in new.items():
        origin[(section,)] = source
        if isinstance(values, Mapping) and isinstance(into.get(section), dict):
            for key, value in values.items():
                into[section][key] = value
                origin[(section, key)] = source
        else:
            into[section] = values


def _place_paths(tree: dict[str, Any]) -> None:
    """Expand ~; put the models, the inbox and the backups beside the data where nothing else is said."""
    paths = tree.get("paths")
    if not isinstance(paths, dict) or not isinstance(paths.get("data"), str):
        return
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


def _placed(said: str) -> Path:
    """~ is the home; that of a user whom the system does not know stays as it was said, and is told of as no path from the root."""
    try:
        return Path(said).expanduser()
    except RuntimeError:
        return Path(said)


def _problem(detail: Any, origin: Mapping[tuple[str, ...], str]) -> str:
    where = tuple(str(part) for part in detail["loc"])
    source = origin.get(where[:2]) or origin.get(where[:1]) or str(DEFAULTS)
    name = ".".join(where)
    if detail["type"] == "extra_forbidden":
        return f"{source}: {name} is no setting of ours{_did_you_mean(where)}"
    message = str(detail["msg"]).removeprefix("Value error, ")
    said = str(detail["input"]) if isinstance(detail["input"], Path) else detail["input"]
    return f"{source}: {name} = {said!r}: {message[:1].lower()}{message[1:]}"


def _did_you_mean(where: tuple[str, ...]) -> str:
    known: list[str] = list(Settings.model_fields)
    if len(where) > 1:
        section = Settings.model_fields[where[0]].annotation
        assert section is not None
        known = list(section.model_fields)
    match = process.extractOne(where[-1], known, score_cutoff=60)
    return f"; did you mean {match[0]}?" if match else f"; known: {', '.join(known)}"
