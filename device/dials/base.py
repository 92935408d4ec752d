"""What MQTT clients such as Home Assistant can turn while the appliance runs. It survives restarts.

DialRefused
├── DialUnknown    there is none of that name
└── DialWrong      it can't be turned to that

One file beside the store has what is not kept elsewhere (volumes are: device/speaking/volumes.py). What can't be read
or restored stays as the settings have it; a disk that can't be written is logged, and the dial is turned all the same.
"""

from __future__ import annotations

import json
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from device import atomic
from device.errors import ApplianceError
from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

LONGEST = 200
"""Letters of what a dial is turned to."""

Value = bool | int | float | str


class DialRefused(ApplianceError):
    """That can't be turned."""

    code = "dial"


class DialUnknown(DialRefused):
    """There is no {dial} to be turned here; there is: {known}."""

    code = "dial.unknown"


class DialWrong(DialRefused):
    """{dial} can't be turned to that: {why}."""

    code = "dial.wrong"


class Dial(ABC):
    """One thing. `turn` may be called by one thread beside those that use it."""

    name: str
    choices: tuple[str, ...] = ()
    """What it can be turned to, where that is one of a few words."""

    @property
    @abstractmethod
    def value(self) -> Value:
        """How it is turned, whoever did."""

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The least and the most, where the settings say so."""
        return None

    @property
    def kept(self) -> Any:
        """What is to survive a restart, as JSON has it; None: nothing, or it is kept elsewhere."""
        return self.value

    @abstractmethod
    def turn(self, said: str) -> None:
        """Raises ValueError, with why, or an ExpectedError."""

    def restore(self, kept: Any) -> None:
        """As `kept` was. Raises ValueError, TypeError or an ExpectedError; nothing is turned then."""
        self.turn(str(kept))


class Dials:
    """All that this device has."""

    def __init__(self, path: Path, dials: Sequence[Dial]) -> None:
        """Turned as they were in the last run, which `path` has."""
        self._path = path
        self._dials = {dial.name: dial for dial in dials}
        self._touched: dict[str, Any] = {}
        """What the file has: what was turned, not what the settings say, so that these still count for the rest."""
        self._turning = threading.Lock()
        for name, kept in self._read().items():
            self._restore(name, kept)

    @property
    def names(self) -> frozenset[str]:
        """Of all there are."""
        return frozenset(self._dials)

    @property
    def values(self) -> Mapping[str, Value]:
        """How each is turned now."""
        return {name: dial.value for name, dial in self._dials.items()}

    @property
    def bounds(self) -> Mapping[str, tuple[int, int]]:
        """The least and the most of those whose bounds are in the settings."""
        return {name: bounds for name, dial in self._dials.items() if (bounds := dial.bounds)}

    def choices(self, name: str) -> tuple[str, ...]:
        """What one can be turned to, where that is one of a few words; else none."""
        return self._dials[name].choices if name in self._dials else ()

    def turn(self, name: str, said: str) -> None:
        """Turn one, and keep that. Raises DialUnknown, DialWrong."""
        dial = self._dials.get(name)
        if dial is None:
            raise DialUnknown(dial="such thing", known=", ".join(sorted(self._dials)) or "nothing")
        if len(said) > LONGEST:
            raise DialWrong(dial=name, why="it is too long")
        with self._turning:
            try:
                dial.turn(said.strip())
            except ValueError as error:
                raise DialWrong(dial=name, why=str(error)) from None
            except ExpectedError as error:
                raise DialWrong(dial=name, why=str(error)) from error
            kept = dial.kept
            if kept is not None and self._touched.get(name) != kept:
                self._touched[name] = kept
                self._write()

    def settle(self, name: str, work: Callable[[], None]) -> None:
        """The settings changed: `work` applies them, and how the dial was turned before is forgotten."""
        with self._turning:
            work()
            if self._touched.pop(name, None) is not None:
                self._write()

    def _restore(self, name: str, kept: Any) -> None:
        dial = self._dials.get(name)
        try:
            if dial is not None:
                dial.restore(kept)
        except (ValueError, TypeError, KeyError, OverflowError, ExpectedError) as error:
            log.error("%s: %s is as the settings have it (%s).", self._path, name, error)
            return
        self._touched[name] = kept  # also of a dial that is missing today, such as a loudspeaker that is not plugged in

    def _read(self) -> Mapping[str, Any]:
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            log.error("%s can't be read (%s): everything is as the settings have it.", self._path, error)
            return {}
        if isinstance(told, dict):
            return told
        log.error("%s can't be read (it is no JSON object): everything is as the settings have it.", self._path)
        return {}

    def _write(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(self._path, json.dumps(self._touched) + "\n")
        except OSError as error:
            log.error(
                "What was turned will not survive a restart: %s can't be written (%s).", self._path, error.strerror
            )
