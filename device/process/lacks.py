"""What the settings ask for and this machine can't give: the appliance goes on without it, and says so."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

Part = Literal["board", "button", "mute switch", "lights"]
Built = TypeVar("Built")


class Lacking:
    """`told` may be read by any thread; the rest belongs to the main thread."""

    def __init__(self) -> None:
        self.told: Mapping[Part, str] = {}
        """What is done without, and why, in words. Replaced as a whole."""

    def built(self, part: Part, build: Callable[[], Built]) -> Built | None:
        """What `build` makes, or None where it raises an ExpectedError: then it is done without."""
        try:
            return build()
        except ExpectedError as error:
            self.told = {**self.told, part: str(error)}
            log.error("Going on without the %s: %s", part, error)
            return None


class Plugged:
    """Asked now and then by one thread. What was pulled out is a fault, and not something that the device never had."""

    def __init__(self, name: str, names: Callable[[], Sequence[str]]) -> None:
        """`name`: as in the settings; empty: whichever there is. `names`: of all that are found now."""
        self._there = bool(name)
        self._names = names

    def __call__(self) -> bool:
        """Once true, always true."""
        self._there = self._there or bool(self._names())
        return self._there
