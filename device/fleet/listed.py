"""The fleet file: which devices there are, and how SSH reaches them.

user = "admin"                 # as whom; where nothing is said, as ssh does by itself
sudo = true                    # put before equerry there
ssh_config = "ssh_config"      # for ssh -F, beside this file: jump hosts, keys
secrets = ["mqtt-password"]    # that each must have
at_once = 16

[devices.desk]
host = "192.168.1.31"          # else the name, as ~/.ssh/config may know it
groups = ["office"]            # user, port and sudo may stand here, too
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.configuration.places import placed
from device.configuration.schema import did_you_mean
from device.configuration.toml_lines import broken_line, lines_of
from device.fleet.errors import FleetBroken, FleetMissing, NamesUnknown

USUAL = Path("~/.config/equerry/fleet.toml")
AT_ONCE = 16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_WORD = re.compile(r"[^\s\x00-\x1f-][^\s\x00-\x1f]*")
"""Of SSH's command line: no option, no blank."""
_TWICE = re.compile(r"Cannot declare \('devices', '(?P<name>[^']*)'\) twice")
_ASKED: Mapping[str, tuple[type, str]] = {
    "user": (str, "a name such as admin"),
    "port": (int, "a whole number, 1 to 65535"),
    "sudo": (bool, "true or false"),
}
_OF_DEVICE = {"host": (str, "a name or an address"), "groups": (list, 'a list of names: ["office"]'), **_ASKED}
_OF_ALL = {
    "ssh_config": (str, "a path"),
    "secrets": (list, 'a list of names: ["mqtt-password"]'),
    "at_once": (int, "a whole number, 1 to 256"),
    "devices": (dict, "sections: [devices.desk]"),
    **_ASKED,
}
_MOST = {"port": 65_535, "at_once": 256}


@dataclass(frozen=True, slots=True)
class FleetDevice:
    """One device, as it is listed."""

    name: str
    host: str
    user: str = ""
    """Empty: as ssh does by itself."""
    port: int | None = None
    sudo: bool = True
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fleet:
    """All devices, in the order of the file."""

    devices: tuple[FleetDevice, ...]
    ssh_config: Path | None = None
    secrets: tuple[str, ...] = ()
    at_once: int = AT_ONCE

    def chosen(self, names: Sequence[str]) -> tuple[FleetDevice, ...]:
        """Those called so, and those of groups called so, each once; without names all. Raises NamesUnknown."""
        known = {each.name for each in self.devices}.union(*(each.groups for each in self.devices))
        if unknown := [name for name in names if name not in known]:
            hint = did_you_mean(unknown[0], sorted(known))
            raise NamesUnknown(names=", ".join(unknown), hint=hint, known=_some(sorted(known)))
        return tuple(each for each in self.devices if not names or {each.name, *each.groups} & set(names))


def read_fleet(path: Path | None = None) -> Fleet:
    """The fleet of a file; without one, of ~/.config/equerry/fleet.toml. Raises FleetMissing, FleetBroken with all
    problems."""
    path = placed(USUAL) if path is None else path
    try:
        text = path.read_bytes().decode("utf-8")
        tree = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        raise FleetMissing(path=path) from None
    except OSError as error:
        raise FleetBroken(problems=[f"{path}: can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise FleetBroken(problems=[f"{path}: it is no text in UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise FleetBroken(problems=[f"{path}:{broken_line(str(error), text)}: {_no_toml(str(error))}"]) from None
    lines = lines_of(text)
    if found := [
        f"{path}:{_line(lines, where)}: {words}" for where, words in sorted(_problems(tree), key=lambda each: each[0])
    ]:
        raise FleetBroken(problems=found)
    return _fleet(tree, path.parent)


def _fleet(tree: Mapping[str, Any], folder: Path) -> Fleet:
    asked = {key: tree[key] for key in _ASKED if key in tree}
    devices = tuple(
        FleetDevice(name, **{"host": name, **asked, **told, "groups": tuple(told.get("groups", ()))})
        for name, told in tree["devices"].items()
    )
    ssh_config = folder / Path(tree["ssh_config"]).expanduser() if "ssh_config" in tree else None
    return Fleet(devices, ssh_config, tuple(tree.get("secrets", ())), tree.get("at_once", AT_ONCE))


Found = tuple[tuple[str, ...], str]


def _problems(tree: Mapping[str, Any]) -> Iterator[Found]:
    """All that is wrong, each with the key at which it stands."""
    yield from _of_section(tree, _OF_ALL, ())
    devices = tree.get("devices", {})
    if not devices:
        yield (), 'it names no device; one is two lines: [devices.desk] and host = "192.168.1.31"'
    if not isinstance(devices, Mapping):
        return
    reached: dict[tuple[Any, ...], str] = {}
    for name, told in devices.items():
        where = ("devices", name)
        if not _NAME.fullmatch(name):
            yield where, f"{name!r} is no name of a device: letters, digits, . _ and - only"
        if not isinstance(told, Mapping):
            yield where, f"devices.{name} is no section; write [devices.{name}], its keys below"
            continue
        yield from _of_section(told, _OF_DEVICE, where)
        yield from (
            (where, f"{group} is a group here and a device, too")
            for group in told.get("groups", ())
            if group in devices
        )
        way = told.get("host", name), told.get("user", tree.get("user")), told.get("port", tree.get("port"))
        if (other := reached.setdefault(way, name)) != name:
            yield where, f"{name} and {other} are one device: both are reached at {way[0]}"


def _of_section(
    told: Mapping[str, Any], known: Mapping[str, tuple[type, str]], where: tuple[str, ...]
) -> Iterator[Found]:
    for key, value in told.items():
        if key not in known:
            yield (*where, key), f"{key} means nothing here{did_you_mean(key, list(known))}"
            continue
        kind, words = known[key]
        if not _fits(key, value, kind):
            yield (*where, key), f"{key} = {value!r}: it may be {words}"


def _fits(key: str, value: Any, kind: type) -> bool:
    right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if not right:
        return False
    if key in _MOST:
        return bool(1 <= value <= _MOST[key])
    if key in ("user", "host"):
        return _WORD.fullmatch(value) is not None
    return kind is not list or all(isinstance(each, str) and _NAME.fullmatch(each) for each in value)


def _line(lines: Mapping[tuple[str, ...], int], where: tuple[str, ...]) -> int:
    return next((lines[where[:length]] for length in range(len(where), 0, -1) if where[:length] in lines), 1)


def _no_toml(words: str) -> str:
    if told := _TWICE.search(words):
        return f"a second device is called {told['name']}; give it another name"
    return f"not valid TOML: {words[:1].lower()}{words[1:]}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
