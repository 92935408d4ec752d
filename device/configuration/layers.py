"""What the files and the environment say, one over the other, and where each word of it stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from device.configuration.owned.aside import KEPT, Aside, folder_of
from device.configuration.owned.aside import read as read_aside
from device.configuration.places import APART, DEFAULTS, NAMED, PREFIX, files
from device.configuration.toml_lines import broken_line, lines_of

Where = tuple[str, ...]
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is said."""

    name: str
    """A file, or a variable of the environment."""
    line: int | None = None

    def __str__(self) -> str:
        return self.name if self.line is None else f"{self.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that can't be used."""

    source: Source
    words: str

    def __str__(self) -> str:
        return f"{self.source}: {self.words}"

    @property
    def wherever(self) -> tuple[str, str]:
        """Tells it from others, in whichever line it stands."""
        return self.source.name, self.words


@dataclass(slots=True)
class Layers:
    """All that is said, what is in force of it, and who says so."""

    tree: Tree
    origin: dict[Where, Source] = field(default_factory=dict)
    """Of each section and key that is not as shipped."""
    problems: list[Problem] = field(default_factory=list)
    aside: Aside = field(default_factory=Aside)
    """Files that are there and say nothing, for the settings it was made with hold."""

    def source(self, where: Where) -> Source | None:
        """Who said it; None: it is as shipped."""
        return next(
            (self.origin[where[:length]] for length in range(len(where), 0, -1) if where[:length] in self.origin), None
        )


def defaults() -> Tree:
    """As shipped."""
    return tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))


def read(environ: Mapping[str, str], instead: Mapping[Path, str] | None = None) -> Layers:
    """All files and the environment. `instead`: what files are taken to say, whatever is in them."""
    layers = _read(environ, instead or {}, Aside())
    if folder := folder_of(layers.tree):
        aside = read_aside(folder)
        if aside.files:
            return _read(environ, instead or {}, aside)
    return layers


def _read(environ: Mapping[str, str], instead: Mapping[Path, str], aside: Aside) -> Layers:
    layers = Layers(defaults(), aside=aside)
    named = environ.get(NAMED)
    also = next(iter(instead), None)
    if named and also is None and not _may_be_file(Path(named).expanduser()):
        layers.problems.append(Problem(Source("environment"), f"{NAMED} names {named}, which is not a file"))
    else:
        for path in files(environ, also):
            _add_file(layers, path, instead.get(path), aside=path not in instead and aside.holds(path))
    _add_environment(layers, environ)
    return layers


def read_alone(path: Path, text: str | None = None) -> Layers:
    """One file over what is shipped, and nothing else."""
    layers = Layers(defaults())
    _add_file(layers, path, text)
    return layers


def over(tree: Mapping[str, Any], environ: Mapping[str, str]) -> Layers:
    """What was kept of an earlier start, over what is shipped and under the environment."""
    layers = Layers(defaults())
    _merge(layers, tree, lambda _: Source("kept"))
    _add_environment(layers, environ)
    return layers


def _add_file(layers: Layers, path: Path, text: str | None, *, aside: bool = False) -> None:
    if aside:
        _add_kept(layers, path)
        return
    said = ""
    try:
        said = path.read_bytes().decode("utf-8") if text is None else text
        tree = tomllib.loads(said)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        layers.problems.append(
            Problem(Source(str(path), broken_line(words, said)), f"not valid TOML: {words[:1].lower()}{words[1:]}")
        )
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        layers.problems.append(Problem(Source(str(path), line), "not valid TOML: it is no text in UTF-8"))
    except OSError as error:
        layers.problems.append(Problem(Source(str(path)), _unreadable(error)))
    else:
        lines = lines_of(said)
        _merge(layers, tree, lambda where: Source(str(path), lines.get(where) or lines.get(where[:1])))


def _unreadable(error: OSError) -> str:
    remedy = "; put sudo before the command" if isinstance(error, PermissionError) else ""
    return f"can't be read: {error.strerror}{remedy}"


def _may_be_file(path: Path) -> bool:
    """What may not be looked at may be one: reading it tells."""
    try:
        return path.is_file()
    except OSError:
        return True


def _add_kept(layers: Layers, path: Path) -> None:
    """Of a file that is put aside: what is wrong with it does not matter."""
    alone = Layers(layers.tree, layers.origin)
    try:
        said = path.read_text(encoding="utf-8")
        tree, lines = tomllib.loads(said), lines_of(said)
    except (OSError, ValueError):
        return
    if KEPT in tree:
        _merge(alone, {KEPT: tree[KEPT]}, lambda where: Source(str(path), lines.get(where) or lines.get(where[:1])))


def _add_environment(layers: Layers, environ: Mapping[str, str]) -> None:
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable in APART:
            continue
        source = Source(f"environment, {variable}")
        section, separator, key = variable.removeprefix(PREFIX).lower().partition("__")
        if separator:
            _merge(layers, {section: {key: _value(environ[variable])}}, lambda _, source=source: source)
        else:
            words = f"{variable} names no setting; write EQUERRY_SECTION__KEY, e.g. EQUERRY_WAKE__THRESHOLD=0.6"
            layers.problems.append(Problem(Source("environment"), words))


def _value(text: str) -> Any:
    """JSON where it is JSON ('["alexa"]', 0.6, true), else the text itself."""
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return text


def _merge(layers: Layers, new: Mapping[str, Any], source: Any) -> None:
    tree = layers.tree
    for section, values in new.items():
        layers.origin.setdefault((section,), source((section,)))
        if isinstance(values, Mapping) and isinstance(tree.get(section), dict):
            for key, value in values.items():
                tree[section][key] = value
                layers.origin[(section, key)] = source((section, key))
        else:
            tree[section] = values
            layers.origin[(section,)] = source((section,))
