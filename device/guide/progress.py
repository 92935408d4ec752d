"""How far the guide is, in a file beside the store, so that a restart goes on where it was."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from device import atomic
from device.guide.base import STEPS, State
from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

NAME = "guide.json"
_KEPT = ("step", "waiting", "starts", "owner", "run")
_LONGEST_OWNER = 200


class SetupUnkept(ExpectedError):
    """The setup can't keep anything in {folder} ({reason}). Make it writable for this user, or name another folder in
    [paths] data.
    """

    code = "guide.unkept"


class ProgressFile:
    """Written whole and synced before it takes its name; by one thread of a process, and by `equerry setup`."""

    def __init__(self, folder: Path, within: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """`folder`: of the store. `within`: what it is read and written in."""
        self._path = folder / NAME
        self._within = within

    def load(self) -> tuple[State | None, bool]:
        """What was kept, None where nothing is; and whether there is a file that can't be read."""
        try:
            with self._within():
                return _read(json.loads(self._path.read_text(encoding="utf-8"))), False
        except (FileNotFoundError, NotADirectoryError):
            return None, False
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            log.error("%s can't be read (%s): the setup begins anew.", self._path, why)
            return None, True

    def demand(self) -> None:
        """Raises SetupUnkept where nothing could be kept."""
        try:
            with self._within():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=self._path.parent):
                    pass
        except OSError as error:
            raise SetupUnkept(folder=self._path.parent, reason=error.strerror) from error

    def save(self, state: State) -> None:
        """A disk that can't be written is logged: the guide goes on, and begins this step again after a restart."""
        told = {name: getattr(state, name) for name in _KEPT}
        try:
            with self._within():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                atomic.write(self._path, json.dumps(told, ensure_ascii=False) + "\n")
        except OSError as error:
            log.error(
                "How far the setup is will not survive a restart: %s can't be written (%s).", self._path, error.strerror
            )


def same(one: State, other: State) -> bool:
    """Whether they are the same to a restart."""
    return all(getattr(one, name) == getattr(other, name) for name in _KEPT)


def standing(state: State | None) -> Mapping[str, Any] | None:
    """For a program: {"done", "waiting", "step", "number", "of"}; None where it never began."""
    if state is None:
        return None
    number = next((at for at, step in enumerate(STEPS, 1) if step.id == state.step), 0)
    title = STEPS[number - 1].title if number else ""
    return {"done": state.done, "waiting": state.waiting, "step": title, "number": number, "of": len(STEPS)}


def told(standing: Mapping[str, Any] | None) -> str:
    """In words; empty where it never began."""
    if not standing or "done" not in standing:
        return ""
    if standing["done"]:
        return "The setup is done."
    return (
        f"step {standing['number']} of {standing['of']} ({standing['step']}) is next; say “continue the setup”, or run:"
        " equerry setup"
    )


def _read(told: Any) -> State:
    """Raises ValueError, TypeError, KeyError."""
    step, waiting, starts, owner = told["step"], told["waiting"], told["starts"], told["owner"]
    if step not in ("", *(each.id for each in STEPS)):
        raise ValueError(f"there is no step {step!r}")
    if not isinstance(waiting, bool) or not isinstance(starts, int) or isinstance(starts, bool) or starts < 0:
        raise TypeError("waiting is true or false, and starts a count")
    if not isinstance(owner, str) or len(owner) > _LONGEST_OWNER or not owner.isprintable():
        raise TypeError("the owner is a name")
    if not isinstance(run := told.get("run", ""), str) or len(run) > _LONGEST_OWNER:
        raise TypeError("the run has an id")
    return State(step, waiting, starts, owner, run)
