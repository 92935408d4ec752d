"""Whether the language model's engine, llama.cpp, is compiled: scripts/engine does that beside the appliance."""

from __future__ import annotations

import fcntl
import importlib
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Literal

State = Literal["there", "compiling", "failed", "missing"]
"""It can be used; scripts/engine is at work; it was, and did not come to an end; it never was."""

LOCK, LOG = "engine.lock", "engine.log"
"""In the environment's folder; scripts/engine holds the first while it writes the second."""
_TAIL = 200_000
"""Bytes of the log that are looked at: a line of the compiler's may have some thousand."""
_LOOK_S, _SELDOM_S = 1.0, 10.0
_STEP = re.compile(rb"^.{0,80}?\[(\d+)/(\d+)\]", re.MULTILINE)
"""As ninja counts what it builds."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """How far it is."""

    state: State
    share: float | None = None
    """Of the steps, 0 to 1; None while they are not counted yet."""

    @property
    def words(self) -> str:
        """As said to the owner."""
        if self.state == "there":
            return "compiled"
        if self.state == "compiling":
            far = "" if self.share is None else f", {self.share:.0%} done"
            return f"being compiled{far}; until then nine of ten sentences are understood"
        how = "its compilation failed" if self.state == "failed" else "not compiled"
        return f"{how}: nine of ten sentences are understood without"


def compilation(environment: Path | None = None) -> Compilation:
    """How far it is in an environment of Python, which is this one where none is named. Costs some 0.1 ms."""
    environment = environment or Path(sys.prefix)
    if _locked(environment / LOCK):  # what is being installed may be there by half
        return Compilation("compiling", _share(environment / LOG))
    importlib.invalidate_caches()
    packages = [str(path) for path in environment.glob("lib/python3.*/site-packages")]
    if PathFinder.find_spec("llama_cpp", packages):
        return Compilation("there")
    return Compilation("failed" if (environment / LOG).exists() else "missing")


def is_compiled() -> bool:
    """Whether it can be used now."""
    return compilation().state == "there"


def waited_for(
    told: Callable[[str], None],
    *,
    look: Callable[[], Compilation] = compilation,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait while it is being compiled. `told` hears how far it is each time that this changes, and why there is none
    where it can't be used then.
    """
    said = None
    while (now := look()).state == "compiling":
        if now.words != said:
            told(said := now.words)
        sleep(_LOOK_S)
    if now.state != "there":
        told(now.words)


def then(
    use: Callable[[], None],
    *,
    look: Callable[[], Compilation] = compilation,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Call `use` once it is there, however long that takes; at once, or on a thread that has nothing else to do."""
    while look().state != "there":
        sleep(_SELDOM_S)
    use()


def _locked(path: Path) -> bool:
    try:
        lock = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def _share(log: Path) -> float | None:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            steps = _STEP.findall(file.read())
    except OSError:
        return None
    return int(steps[-1][0]) / max(1, int(steps[-1][1])) if steps else None
