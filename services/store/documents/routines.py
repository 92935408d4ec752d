"""Commands under one name, and each time that they were carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from services.store.documents.fields import Instant, Name, Rule, Short, Text, Title
from services.store.kinds import Document, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineStep:
    """One command of a routine; a value, no document of its own."""

    id: Short
    do: Title
    """The command as spoken."""
    after: tuple[Short, ...] = ()
    """Ids of the steps that must be done before it."""
    gate: Short = ""
    """What must hold before it (services/actions/routines/gates.py); empty: nothing."""
    critical: bool = True
    """Whether the others fail with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine(Document):
    """Commands under one name."""

    about: ClassVar[Kind] = Kind(
        "routine",
        nouns=("routine",),
        plural="routines",
        title="name",
        searched=("steps",),
        shared=False,  # it runs where it is
        spoken="name",
    )

    name: Name
    steps: tuple[Title, ...]
    """Commands as spoken."""
    plan: tuple[RoutineStep, ...] = ()
    """The same with what they wait for; empty: one after the other, all of them or none."""
    said: tuple[Name, ...] = ()
    """Other words that run it."""
    due: Instant | None = None
    """When it begins by itself next."""
    rrule: Rule | None = None
    """RFC 5545 rule, in the wall-clock time of the device: it begins by itself again and again."""
    first: Instant | None = None
    """With a rule: where it counts from (its DTSTART)."""
    source: Short = ""
    """The file it is written in; empty where it was told."""
    by: Short = ""
    """Who had it begin by itself: as whom it runs then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep(RoutineStep):
    """What became of a step; a value, no document of its own."""

    status: Literal["todo", "done", "failed", "skipped"] = "todo"
    words: Text = ""
    """What it did, or why it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineRun(Document):
    """One time that a routine was carried out: no task of anybody's."""

    about: ClassVar[Kind] = Kind(
        "run",
        nouns=("run of a routine",),
        plural="runs of routines",
        title="name",
        searched=None,
        shared=False,
        spoken="",
        refers={"routine_id": ()},  # it keeps the name beside the id
        counted=False,
    )

    routine_id: str
    name: Name
    """Of the routine, at that time."""
    steps: tuple[RunStep, ...]
    """As they were when it began."""
    by: Short = ""
    """Who started it: as whom it goes on."""
    status: Literal["waiting", "done", "failed", "cancelled"] = "waiting"
    started: Instant
    ended: Instant | None = None
