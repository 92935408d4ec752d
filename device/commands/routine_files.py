"""Routines written in TOML: a file each in the folders `routines` of the configuration, read anew when it has changed.

    name = "Monday"
    say = ["start the week"]               # other words that run it
    at = "every weekday at 8"              # begins by itself then

    [[step]]
    id = "check"
    do = "list my tasks for today"         # a command as it would be spoken
    after = ["…"]                          # ids of the steps it waits for; without, it waits for none
    gate = "all tasks of the project Launch are done"
    critical = false                       # the others go on if it fails

What is written is kept in the store as a routine with its file's name in `source`.
"""

from __future__ import annotations

import logging
import re
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from device.configuration.places import OWNER_FILES, placed
from device.errors import ApplianceError
from firmware.errors import ExpectedError
from services.actions.base import FindWhen, PlanImpossible, ReadCommands
from services.actions.execution.planner import waves
from services.actions.routines.gates import WORDS, gates_of
from services.actions.routines.which import check
from services.actions.times import alarm, next_occurrence
from services.store.base import Routine, RoutineStep
from services.store.store import Store
from services.understanding.base import Step

log = logging.getLogger(__name__)

Stamp = tuple[tuple[str, int, int], ...]
_Name = Annotated[str, Field(min_length=1, max_length=100)]


class RoutineFileBroken(ApplianceError):
    """The routine file {path} is not in use: {reason}."""

    code = "routine.file"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepWritten(_Strict):
    """[[step]]"""

    id: _Name
    do: Annotated[str, Field(min_length=1, max_length=500)]
    after: list[_Name] = []
    gate: Annotated[str, Field(max_length=200)] = ""
    critical: bool = True


class RoutineWritten(_Strict):
    """A file."""

    name: _Name
    say: list[_Name] = []
    at: Annotated[str, Field(max_length=200)] = ""
    step: Annotated[list[StepWritten], Field(min_length=1, max_length=50)]


@dataclass(frozen=True, slots=True)
class StepReader:
    """What a file is understood with."""

    read_commands: ReadCommands
    find_when: FindWhen
    now: datetime
    """Where the device stands."""


def written(path: Path, reading: StepReader) -> Routine:
    """The routine of a file. Raises RoutineFileBroken with the first problem found."""
    try:
        told = RoutineWritten.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RoutineFileBroken(path=path, reason=_first_line(error)) from error
    except ValidationError as error:
        raise RoutineFileBroken(path=path, reason=_told(error.errors()[0])) from error
    problem = _order(told) or _gates(told, reading) or _commands(told, reading)
    if problem:
        raise RoutineFileBroken(path=path, reason=problem)
    due, rule = _begins(told, reading, path)
    steps = tuple(
        RoutineStep(id=each.id, do=each.do, after=tuple(each.after), gate=each.gate, critical=each.critical)
        for each in told.step
    )
    return Routine(
        name=told.name,
        steps=tuple(each.do for each in told.step),
        plan=steps,
        said=tuple(told.say),
        due=due,
        rrule=rule,
        first=due if rule else None,
        source=str(path),
        by="console",
    )


def routine_folders(environ: Mapping[str, str]) -> list[Path]:
    """Beside the owner's settings."""
    named = environ.get("EQUERRY_CONFIG")
    homes = [Path(named).expanduser().parent] if named else [placed(path, environ).parent for path in OWNER_FILES]
    return [home / "routines" for home in homes]


class RoutineFiles:
    """Keeps the store's routines as their files have them. Safe from several threads, outside of transactions."""

    def __init__(
        self,
        folders: Sequence[Path],
        store: Store,
        *,
        read_commands: ReadCommands,
        find_when: FindWhen,
        now: Callable[[], datetime],
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`tell` is told once of each file that can't be used; the routine of before stays in use."""
        self._folders = folders
        self._store = store
        self._read_commands = read_commands
        self._find_when = find_when
        self._now = now
        self._tell = tell
        self._seen: Stamp | None = None
        self._lock = threading.Lock()
        self.problems: tuple[RoutineFileBroken, ...] = ()
        """Files that are not in use as they are."""

    def refresh(self) -> None:
        """Look for files that came, changed or went. A store that can't be written is logged, and tried again."""
        if not self._lock.acquire(blocking=False):
            return  # another thread is at it
        try:
            stamp = self._stamp()
            if stamp != self._seen:
                self._read_anew([Path(each[0]) for each in stamp])
                self._seen = stamp
        except ExpectedError as error:
            log.error("Routines are not read. %s", error)
        finally:
            self._lock.release()

    def _stamp(self) -> Stamp:
        found = sorted(path for folder in self._folders for path in folder.glob("*.toml"))
        return tuple((str(path), status.st_mtime_ns, status.st_size) for path in found if (status := _status(path)))

    def _read_anew(self, paths: Sequence[Path]) -> None:
        reading = StepReader(self._read_commands, self._find_when, self._now())
        wanted, problems = [], []
        for path in paths:
            try:
                wanted.append(written(path, reading))
            except RoutineFileBroken as error:
                problems.append(error)
        problems += self._keep(wanted, {str(path) for path in paths}, reading.now)
        for problem in problems:
            if str(problem) not in map(str, self.problems):
                log.error("%s", problem)
                self._tell(str(problem))
        self.problems = tuple(problems)

    def _keep(self, wanted: Sequence[Routine], paths: set[str], now: datetime) -> list[RoutineFileBroken]:
        """All in one transaction; a name can be had but once."""
        refused: list[RoutineFileBroken] = []
        with self._store.transaction("routines read", now=now, undoable=False) as tx:
            for gone in tx.find(Routine, lambda row: bool(row.get("source")) and row["source"] not in paths):
                tx.remove(gone)
            for routine in wanted:
                there = tx.find(Routine)
                old = next((each for each in there if each.source == routine.source), None)
                if other := next((each for each in there if each is not old and _same(each, routine)), None):
                    where = f" in {other.source}" if other.source else ""
                    refused.append(
                        RoutineFileBroken(path=routine.source, reason=f"there is a {other.name} routine already{where}")
                    )
                elif old is None:
                    tx.add(routine)
                else:
                    kept = replace(routine, id=old.id, created=old.created, updated=old.updated)
                    same = old.rrule and old.rrule == routine.rrule
                    tx.put(replace(kept, due=old.due, first=old.first) if same else kept)
        return refused


def _same(one: Routine, other: Routine) -> bool:
    ways = {each.casefold() for each in (one.name, *one.said)}
    return any(each.casefold() in ways for each in (other.name, *other.said))


def _order(told: RoutineWritten) -> str:
    """What is wrong with ids and what they wait for."""
    ids = [each.id for each in told.step]
    if twice := next((each for each in ids if ids.count(each) > 1), None):
        return f"there are two steps with the id {twice}"
    for each in told.step:
        if unknown := next((before for before in each.after if before not in ids), None):
            return f"step {each.id} waits for {unknown}, which is no step; there are {', '.join(ids)}"
    try:
        waves([Step("", {}, after=tuple(ids.index(before) for before in each.after)) for each in told.step])
    except PlanImpossible:
        return "its steps wait for each other in a circle"
    return ""


def _gates(told: RoutineWritten, reading: StepReader) -> str:
    wrong = next(
        (each for each in told.step if each.gate and not gates_of(each.gate, reading.find_when, reading.now)), None
    )
    return f"I don't know the gate of step {wrong.id}: “{wrong.gate}”. Gates are: {WORDS}" if wrong else ""


def _commands(told: RoutineWritten, reading: StepReader) -> str:
    """What is wrong with the commands, and with the words that run it."""
    for each, command in zip(
        told.step, reading.read_commands([each.do for each in told.step], reading.now), strict=True
    ):
        try:
            check(command, told.name)
        except ExpectedError as error:
            return f"step {each.id}: {_small(str(error))}"
    for way, command in zip(told.say, reading.read_commands(told.say, reading.now), strict=True):
        if command.steps:
            return f"“{way}” in say means something already"
    return ""


def _begins(told: RoutineWritten, reading: StepReader, path: Path) -> tuple[datetime | None, str | None]:
    if not told.at:
        return None, None
    found = next((each for each in reading.find_when(told.at, reading.now) if each.kind == "recurrence"), None)
    at = alarm(found, reading.now) if found else None
    if found is None or at is None or found.rrule is None:
        raise RoutineFileBroken(
            path=path, reason=f"at = “{told.at}” is no time that comes again, such as “every weekday at 8”"
        )
    zone = reading.now.tzinfo
    if at <= reading.now and zone:
        at = next_occurrence(found.rrule, at, reading.now, zone)
    return (at, found.rrule) if at else (None, None)


def _told(problem: Mapping[str, Any]) -> str:
    where = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in problem["loc"])
    known = (
        "; known are name, say, at, and for each step id, do, after, gate, critical"
        if problem["type"] == "extra_forbidden"
        else ""
    )
    return f"{where}: {_small(str(problem['msg']))}{known}"


def _small(words: str) -> str:
    return words[:1].lower() + words[1:] if not re.match(r"I\b", words) else words


def _first_line(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error).partition("\n")[0]


def _status(path: Path) -> Any:
    try:
        return path.stat()
    except OSError:
        return None
