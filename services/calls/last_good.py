"""Rules from files that may be edited while they are in use: read anew when a file has changed, the last good ones kept
where the new ones have mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from services.calls.base import CallRulesBroken

R = TypeVar("R")
_Stamp = tuple[tuple[str, int, int], ...]


class LastGood(Generic[R]):
    """What `read` makes of the files that `look` finds. Raises CallRulesBroken where there never were good ones."""

    def __init__(self, look: Callable[[], Sequence[Path]], read: Callable[[Sequence[Path]], R]) -> None:
        self._look, self._read = look, read
        self._stamp = self._stamped()
        self._good = read(look())
        self.problem = ""
        """What is wrong with the files as they are; empty: nothing."""

    def __call__(self) -> R:
        """Those in force."""
        return self._good

    def refresh(self) -> str:
        """Read anew where a file has changed. What is wrong with them, told once; else empty."""
        if (stamp := self._stamped()) == self._stamp:
            return ""
        self._stamp, self.problem = stamp, ""
        try:
            self._good = self._read(self._look())
        except CallRulesBroken as error:
            self.problem = str(error)
        return self.problem

    def _stamped(self) -> _Stamp:
        stats = [(path, path.stat()) for path in self._look() if path.exists()]
        return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)
