"""The locked packages, uv.lock, and which of them a kind of machine needs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

LOCK = Path(__file__).resolve().parent.parent / "uv.lock"
ROOT = "equerry"
GLIBC = 36
"""Of Debian 12: manylinux_2_36 and everything older installs there."""

Package = dict[str, Any]
"""A table `[[package]]` of uv.lock."""


@dataclass(frozen=True)
class Machine:
    """One kind of machine with one Python."""

    architecture: str
    python: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.architecture} with Python {self.python[0]}.{self.python[1]}"

    @property
    def platforms(self) -> list[str]:
        """Platforms of wheels that its glibc runs, the newest first."""
        platforms = [f"manylinux_2_{minor}_{self.architecture}" for minor in range(GLIBC, 4, -1)]
        platforms += [f"{old}_{self.architecture}" for old in ("manylinux2014", "manylinux2010", "manylinux1", "linux")]
        return platforms

    def tags(self) -> frozenset[Tag]:
        """What its pip and uv accept in a wheel's name."""
        interpreter = f"cp{self.python[0]}{self.python[1]}"
        return frozenset(
            chain(
                cpython_tags(self.python, [interpreter], self.platforms),
                compatible_tags(self.python, interpreter, self.platforms),
            )
        )

    def environment(self) -> dict[str, str]:
        """What markers ask of it (PEP 508)."""
        version = f"{self.python[0]}.{self.python[1]}"
        return {
            "python_version": version,
            "python_full_version": f"{version}.0",
            "implementation_version": f"{version}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "os_name": "posix",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": self.architecture,
            "platform_release": "",
            "platform_version": "",
            "extra": "",
        }


def packages() -> list[Package]:
    """All that is locked."""
    locked: list[Package] = tomllib.loads(LOCK.read_text(encoding="utf-8"))["package"]
    return locked


def package(name: str) -> Package:
    """The locked package of this name, of which there is but one."""
    return next(each for each in packages() if each["name"] == name)


def needed(locked: list[Package], machine: Machine, *, tests: bool = True) -> Iterator[Package]:
    """The locked packages that this machine installs to run, and to test, from the root down."""
    environment = machine.environment()
    root = next(package for package in locked if package["name"] == ROOT)
    waiting = [*root.get("dependencies", ())]
    if tests:
        waiting += chain.from_iterable(root.get("dev-dependencies", {}).values())
    seen: set[tuple[str, str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        if "marker" in wanted and not Marker(wanted["marker"]).evaluate(environment):
            continue
        for package in locked:
            if package["name"] != wanted["name"] or wanted.get("version", package["version"]) != package["version"]:
                continue
            extras = package.get("optional-dependencies", {})
            for extra in ("", *wanted.get("extra", ())):
                if (key := (package["name"], package["version"], extra)) not in seen:
                    seen.add(key)
                    waiting += extras.get(extra, ()) if extra else package.get("dependencies", ())
                    if not extra:
                        yield package


def has_wheel(package: Package, tags: frozenset[Tag]) -> bool:
    """Whether one of its wheels fits."""
    names = [unquote(wheel["url"].rpartition("/")[2]) for wheel in package.get("wheels", ())]
    return any(parse_wheel_filename(name)[3] & tags for name in names)
