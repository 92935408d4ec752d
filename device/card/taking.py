"""Takes what is written on the card: read, checked, put into the system, then deleted, for there are secrets in it.

A file is taken as a whole or not at all. What is wrong with it stands in `equerry-problems.txt` beside it, and is said
aloud as soon as the appliance can speak; it boots all the same.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from device.card.errors import CardWrong
from device.card.plan import FileStep, ProgramStep, Step, plan
from device.card.wishes import IMAGER, OURS, Wishes, of_imager, of_ours
from device.configuration.layers import read_alone
from device.configuration.problems import settings_of

PROBLEMS = "equerry-problems.txt"
_MOST = 1_000_000
"""Bytes of a file; longer ones are not read."""


def take(card: Path, root: Path) -> list[str]:
    """Take what lies in the folder `card` into the system at `root`; the problems, one sentence each. Raises OSError
    where the card itself can't be written."""
    problems = []
    for name, reader in ((IMAGER, of_imager), (OURS, of_ours)):
        path = card / name
        if not path.is_file():
            continue
        try:
            for step in _steps(path, reader):
                carry_out(step, root)
        except CardWrong as error:
            problems.append(str(error))
        else:
            forget(path)
    told = card / PROBLEMS
    if problems:
        told.write_text("".join(f"{each}\n" for each in problems), encoding="utf-8")
    else:
        told.unlink(missing_ok=True)
    return problems


def _steps(path: Path, reader: Callable[[str], Wishes]) -> Iterator[Step]:
    """All of them, or CardWrong before the first is taken."""
    wishes = reader(text_of(path))
    if wishes.settings:
        layers = read_alone(Path(path.name), wishes.settings)
        settings_of(layers)
        if layers.problems:
            raise CardWrong(file=path.name, problem=layers.problems[0].words)
    return plan(wishes)


def text_of(path: Path) -> str:
    """As editors of any system write it: with a mark before it or without, lines ended so or so. Raises CardWrong."""
    try:
        if path.stat().st_size > _MOST:
            raise CardWrong(file=path.name, problem="it is longer than a file of settings can be")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CardWrong(file=path.name, problem="it is no text in UTF-8; save it as UTF-8 in the editor") from None
    except OSError as error:
        raise CardWrong(file=path.name, problem=f"it can't be read ({error.strerror}); write it anew") from None


def carry_out(step: Step, root: Path) -> None:
    """Take a step in the system at `root`. Raises CardWrong where it fails."""
    try:
        if isinstance(step, FileStep):
            _write(step, root)
        else:
            _call(step)
    except OSError as error:
        problem = f"it was understood, and could not be taken ({error.strerror}: {error.filename}); start again"
        raise CardWrong(file="the card", problem=problem) from None


def _write(step: FileStep, root: Path) -> None:
    path = root / step.path
    if step.text is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(step.text)
        os.fchmod(handle, step.mode)
        file.flush()
        os.fsync(handle)
    beside.replace(path)


def _call(step: ProgramStep) -> None:
    done = subprocess.run(step.command, input=step.told, capture_output=True, text=True, check=False)
    if done.returncode not in step.fine:
        said = " ".join(done.stderr.split())[-200:] or f"it ended with {done.returncode}"
        raise CardWrong(file="the card", problem=f"{step.command[0]} could not do what was asked: {said}")


def forget(path: Path) -> None:
    """Away with a file that has secrets: written over, then deleted. A card may keep what was written before in cells
    that no program reaches."""
    with path.open("r+b") as file:
        file.write(b"\0" * path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
