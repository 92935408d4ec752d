"""Roles: the shipped ones, then the owner's file; validated as a whole, all problems told at once."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from device.configuration.places import ROOT, State, placed, state_of, there
from device.errors import ConfigBroken
from services.actions.policy.roles import Identity, Role, Roles, missing
from services.understanding.base import VOCABULARY

DEFAULTS = ROOT / "config" / "roles.toml"
OWNER_FILES = (Path("/etc/equerry/roles.toml"), Path("~/.config/equerry/roles.toml"))
VARIABLE = "EQUERRY_ROLES"
"""Names another file in place of the owner's."""

Where = tuple[str, ...]
_WHO: tuple[Where, ...] = (("clients",), ("voices",))
"""Tables of who is who."""


def load(environ: Mapping[str, str] | None = None) -> tuple[Roles, str]:
    """Read and validate the roles; with the SHA-256 of what holds. Raises ConfigBroken with every problem found."""
    environ = os.environ if environ is None else environ
    tree = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    found: list[str] = []
    origin: dict[Where, str] = {}
    for path in _owner_files(environ, found):
        _merge(tree, _read(path, found), str(path), origin)
    try:
        roles = Roles.model_validate(tree)
    except ValidationError as error:
        found += [_problem(detail, origin) for detail in error.errors()]
    found += [
        f"{_source(where, origin)}: {_unknown(where, what, known)}" for where, what, known in missing(tree, VOCABULARY)
    ]
    if found:
        raise ConfigBroken(problems=found)
    return roles, hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()


def problems() -> list[str]:
    """All that is wrong with them."""
    try:
        load()
    except ConfigBroken as error:
        return error.problems
    except OSError as error:
        return [f"{error.filename}: can't be read: {error.strerror}"]
    return []


def state(environ: Mapping[str, str]) -> State:
    """Changes whenever one of the owner's files does, or there is another."""
    return state_of(_owner_files(environ, []))


def _owner_files(environ: Mapping[str, str], problems: list[str]) -> list[Path]:
    named = environ.get(VARIABLE)
    if not named:
        return [found for path in OWNER_FILES if there(found := placed(path, environ))]
    path = Path(named).expanduser()
    if not path.is_file():
        problems.append(f"{VARIABLE} names {named}, which is not a file")
        return []
    return [path]


def _read(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        if path.stat().st_mode & stat.S_IWOTH:
            problems.append(f"{path}: everybody on this machine can write it; run: chmod o-w {path}")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: not valid TOML: {error}")
    except OSError as error:
        problems.append(f"{path}: can't be read: {error.strerror}")
    return {}


def _merge(
    into: dict[str, Any], new: Mapping[str, Any], source: str, origin: dict[Where, str], where: Where = ()
) -> None:
    """Key by key; a client or voice is replaced as a whole, for who it is belongs together."""
    for key, value in new.items():
        here = (*where, key)
        origin[here] = source
        if isinstance(value, Mapping) and isinstance(into.get(key), dict) and where[:1] not in _WHO:
            _merge(into[key], value, source, origin, here)
        else:
            into[key] = value


def _source(where: Where, origin: Mapping[Where, str]) -> str:
    return next(
        (origin[where[:length]] for length in range(len(where), 0, -1) if where[:length] in origin), str(DEFAULTS)
    )


def _problem(detail: Any, origin: Mapping[Where, str]) -> str:
    where = tuple(str(part) for part in detail["loc"])
    name = ".".join(where)
    if detail["type"] == "extra_forbidden":
        return f"{_source(where, origin)}: {name} is nothing that can be set{_did_you_mean(where[-1], _keys(where))}"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{_source(where, origin)}: {name} = {detail['input']!r}: {message[:1].lower()}{message[1:]}"


def _keys(where: Where) -> list[str]:
    """What could have stood in the place of a key that is none."""
    if len(where) == 1:
        return list(Roles.model_fields)
    if where[0] == "never_literally":
        return ["doing", "all", "phrases", "spared"]
    return list((Role if where[0] == "roles" else Identity).model_fields)


def _unknown(where: Where, what: str, known: list[str]) -> str:
    if where == ("roles",):
        return f"there is no role {what}: somebody has to be asked"
    noun = "action" if where[-1] == "may" else "role"
    return f"{'.'.join(where)}: there is no {noun} {what!r}{_did_you_mean(what.removeprefix('!'), known)}"


def _did_you_mean(word: str, known: list[str]) -> str:
    match = process.extractOne(word, known, score_cutoff=60)
    return f"; did you mean {match[0]}?" if match else f"; known: {', '.join(known[:12])}"
