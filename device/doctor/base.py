"""Values of the doctor: what a check may read, what it tells, and how it is listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

State = Literal["ok", "warn", "fail", "unknown", "skip"]
"""As it should be; somebody should know; it does not work; it can't be known here; it does not apply here."""
STATES: Sequence[State] = ("ok", "warn", "fail", "unknown", "skip")

Facts = Mapping[str, Any]
"""Figures and codes for programs: never words that somebody said or wrote, no names of people, no addresses."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check found."""

    state: State
    words: str
    remedy: str = ""
    """What helps; empty: what the list of checks says."""
    facts: Facts = field(default_factory=dict)
    private: bool = False
    """The words quote what the owner wrote: they stay on this device."""


def ok(words: str, **facts: Any) -> Verdict:
    """As it should be."""
    return Verdict("ok", words, facts=facts)


def warn(words: str, remedy: str = "", **facts: Any) -> Verdict:
    """Somebody should know of it."""
    return Verdict("warn", words, remedy, facts)


def fail(words: str, remedy: str = "", **facts: Any) -> Verdict:
    """It does not work."""
    return Verdict("fail", words, remedy, facts)


def unknown(words: str, remedy: str = "", **facts: Any) -> Verdict:
    """It can't be known: a right is missing, or nobody tells."""
    return Verdict("unknown", words, remedy, facts)


def skip(words: str, **facts: Any) -> Verdict:
    """It does not apply here, or was left out on purpose."""
    return Verdict("skip", words, facts=facts)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at. The docstring of `examine` says what that is."""

    code: str
    """area.name, for programs; never changed."""
    name: str
    """For people."""
    examine: Callable[[Any], Verdict]
    """Given device/doctor/sources.py's Sources."""
    remedy: str
    """What helps where it is not as it should be, unless the finding knows better."""
    limit_s: float = 5.0
    """Longer is a fault of its own."""
    after: str = ""
    """The code of a check without which this one tells nothing: it is looked at only where that is ok or warn."""

    @property
    def area(self) -> str:
        """What it belongs to."""
        return self.code.partition(".")[0]

    @property
    def about(self) -> str:
        """What is looked at, a sentence or two."""
        return " ".join((self.examine.__doc__ or "").split())


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check came to."""

    code: str
    name: str
    state: State
    words: str
    remedy: str = ""
    """Empty where nothing is to be done."""
    facts: Facts = field(default_factory=dict)
    seconds: float = 0.0
    """How long it took."""
    private: bool = False
    """As of Verdict."""

    @property
    def area(self) -> str:
        """What it belongs to."""
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command."""

    code: int | None
    """Its exit status; None where there is no such command, or it did not end in time."""
    out: str = ""
    error: str = ""

    @property
    def good(self) -> bool:
        """Whether it ran, and ended well."""
        return self.code == 0


Run = Callable[[Sequence[str]], Ran]
Now = Callable[[], datetime]
