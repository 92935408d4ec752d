"""Where the settings lie: shipped, the owner's, drop-ins beside these, the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Where the application lies: config/, firmware/boards/."""

DEFAULTS = ROOT / "config" / "equerry.toml"
OWNER_FILES = (Path("/etc/equerry/equerry.toml"), Path("~/.config/equerry/equerry.toml"))
PREFIX = "EQUERRY_"
NAMED = "EQUERRY_CONFIG"
"""Names a file in place of the owner's."""
APART = frozenset({NAMED, "EQUERRY_ROLES"})
"""Variables of ours that name no setting."""


_HOMES = {".config": "XDG_CONFIG_HOME", ".local/share": "XDG_DATA_HOME"}
"""Folders of the home, and the variable that puts each elsewhere (XDG Base Directory Specification)."""


def placed(path: Path | str, environ: Mapping[str, str] | None = None) -> Path:
    """`~` expanded; ~/.config and ~/.local/share lie where the XDG variables say. What is there already, and not in
    that other place, stays where it is. Raises RuntimeError where ~ is nobody's.
    """
    path, environ = Path(path), os.environ if environ is None else environ
    usual = path.expanduser()
    for folder, variable in _HOMES.items():
        said, home = environ.get(variable, ""), Path("~") / folder
        if not said.startswith("/") or path == home or not path.is_relative_to(home):
            continue
        ours = path.relative_to(home).parts[0]
        if there(Path(said) / ours) or not there(home.expanduser() / ours):
            return Path(said) / path.relative_to(home)
    return usual


def owner_files(environ: Mapping[str, str]) -> Sequence[Path]:
    """The files an owner may write, there or not; a later one overrides an earlier one."""
    named = environ.get(NAMED)
    return [Path(named).expanduser()] if named else [placed(path, environ) for path in OWNER_FILES]


def there(path: Path) -> bool:
    """Whether it is there, as far as this user can tell: what lies in a folder that may not be entered is taken to be,
    so that whoever reads it is told why it can't be read. (Path.exists raises PermissionError before Python 3.14.)"""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_folder(path: Path) -> bool:
    """Whether it is one that can be looked at."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where one may not look, before Python 3.14


def drop_ins(path: Path) -> list[Path]:
    """Files in equerry.d beside equerry.toml, by name; each overrides that file and those before it."""
    folder = path.with_suffix(".d")
    try:
        return sorted(each for each in folder.iterdir() if each.name.endswith(".toml"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        return [folder] if there(path.parent) else []  # whoever reads it is told why it can't be read


def files(environ: Mapping[str, str], also: Path | None = None) -> Iterator[Path]:
    """All that are there, in the order in which they override each other; `also` where it would lie, were it there."""
    for path in owner_files(environ):
        if path == also or there(path):  # a folder of that name is told of, too
            yield path
        yield from drop_ins(path)


State = tuple[tuple[str, int, int, int], ...]


def state(environ: Mapping[str, str]) -> State:
    """Changes whenever one of the files does, or there is another."""
    return state_of(files(environ))


def state_of(paths: Iterator[Path] | Sequence[Path]) -> State:
    """Of those that are there: name, when it was changed (ns), bytes, which file it is."""
    found = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)
