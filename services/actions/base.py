"""What a step does and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, TypeVar

from firmware.errors import FacultyError
from services.files.base import FileError
from services.home.base import HomeError
from services.store.base import BackupError, StoreError
from services.understanding.base import Amount, Command, Found

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice:
    """Several things fit: the answer to "which one?" names one of them."""

    slot: str
    words: str
    """As they stand in the slot."""
    things: tuple[tuple[str, str, str], ...]
    """(kind, id, name) of each, in the order of the question."""


class ActionRefused(FacultyError):
    """{words}"""

    code = "action.refused"


class Refused(ActionRefused):
    """{words}"""

    def __init__(self, reason: str, words: str, *, awaits: bool = False, choice: Choice | None = None) -> None:
        super().__init__(words=words)
        self.reason = reason
        """Stable code of this refusal, e.g. list.unknown."""
        self.awaits = awaits
        """Whether the words are a question whose answer may complete the command."""
        self.choice = choice
        """What the question lets one choose from."""


class Unanswered(Refused):
    """{words}"""

    def __init__(self, reason: str, words: str, *, choice: Choice | None = None) -> None:
        super().__init__(reason, words, awaits=True, choice=choice)


class Unconfirmed(Unanswered):
    """{words}"""

    def __init__(self, words: str) -> None:
        super().__init__("confirm", words)


def required(value: T | None, reason: str, ask: str) -> T:
    """The value. Raises Unanswered where it is missing or empty."""
    if not value:
        raise Unanswered(reason, ask)
    return value


class PlanImpossible(FacultyError):
    """I can't do that in any order."""

    code = "plan.impossible"


EXPECTED = (ActionRefused, PlanImpossible, StoreError, BackupError, FileError, HomeError)
"""What a step may raise. All else is a bug."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step did: words for the reply, documents changed, or an error with a code."""

    action: str
    ok: bool
    words: str
    code: str | None = None
    changed: tuple[tuple[str, str], ...] = ()
    """(kind, id) of each document written."""
    about: tuple[tuple[str, str, str], ...] = ()
    """(kind, id, name) of each document written or told of, in the order said: "the second one" is the second."""
    choice: Choice | None = None
    """What the words ask to choose from."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, and whether an answer is awaited. Worded from outcomes, after the commit."""

    text: str
    awaits: bool = False
    language: str = "en"
    """It is worded in, ISO 639-1: for the voice that says it."""


@dataclass(frozen=True, slots=True)
class Response:
    """A command, what each of its steps did, and what is said: one value from the executor to whoever tells it."""

    command: Command
    outcomes: tuple[Outcome, ...]
    reply: Reply


def refusal(command: Command, words: str, code: str) -> Response:
    """The response to a command of which nothing was done, and why."""
    outcomes = tuple(Outcome(step.action, ok=False, words=words, code=code) for step in command.steps)
    return Response(command, outcomes or (Outcome("none", False, words, code),), Reply(words))


@dataclass(frozen=True, slots=True)
class Due:
    """Something that has come or will come: it rings, is told, or begins by itself."""

    kind: str
    """reminder, alarm, timer; meeting or task, ahead of one; routine; run, of one that can go on; missed, of several.
    """
    id: str
    at: datetime
    words: str
    """What is said when it rings."""
    how: Literal["ring", "tell", "chime", "run"] = "ring"
    """Until stopped; once, in words; with a short sound; not at all: `words` are the command that is carried out."""
    missed: str = ""
    """Told where nobody was there, without its time: call Anna."""
    urgent: bool = False
    """Rings in quiet hours, too."""
    client: str = ""
    """With run: as whom."""
    parts: tuple[Due, ...] = ()
    """With missed: what it tells of."""


FindWhen = Callable[[str, datetime], Sequence[Found]]
"""Finds the time expressions of a text, in their order; the second is now, in the device's zone."""

ReadCommands = Callable[[Sequence[str], datetime], Sequence[Command]]
"""Parses spoken sentences, names resolved, for what is kept as words, such as a routine: one command a sentence,
without steps where it is none. The second is now, in the device's zone.
"""

ReadAmount = Callable[[str], Amount | None]
"""Reads the amount of money that a text is; None for anything else."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much there is of something, bytes."""

    free: int
    total: int


Sound = Literal["speech", "alarms", "earcons"]
"""What has a volume of its own."""


class Loudness(NamedTuple):
    """Percent of the loudest."""

    volume: int
    floor: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup was made."""

    twice: bool = False
    """In the second folder, too."""
    trouble: str = ""
    """Why not, where there is to be one; a sentence."""


class Voices(Protocol):
    """Whom the appliance knows by voice."""

    def names(self) -> Sequence[str]:
        """In the order they were learnt."""

    def hindrance(self) -> str:
        """Why no voice can be learnt now, as a sentence that says what to do; empty: nothing hinders it."""

    def learn(self, name: str) -> None:
        """Ask whoever is there for a few sentences, and keep the voice in place of an earlier one; not waited for."""

    def forget(self, name: str) -> None:
        """For good. Raises an ExpectedError."""


class CallFollower(Protocol):
    """Follows calls as they go on, one at a time. From any thread; none of it waits."""

    @property
    def who(self) -> str:
        """With whom one goes on, or begins; empty: none does."""

    def lacking(self) -> str:
        """Why none can be followed now, in words; empty where one can."""

    def begin(self, who: str) -> None:
        """Follow a call with somebody from now on."""

    def end(self) -> None:
        """The call is over."""


class Appliance(Protocol):
    """The device itself, as actions ask and turn it. A missing sensor gives None or nothing."""

    @property
    def version(self) -> str:
        """Of this program."""

    @property
    def clock_set(self) -> bool:
        """Whether its clock can be believed: after a start without a network it may be wrong."""

    @property
    def switched_off(self) -> bool:
        """Whether a switch on the device keeps the microphone closed; no command opens it."""

    @property
    def calls(self) -> CallFollower | None:
        """Follows calls; None where nothing here hears another side."""

    @property
    def volume(self) -> int | None:
        """Of speech, percent of the loudest; None without a loudspeaker."""

    def loudness(self, sound: Sound) -> Loudness | None:
        """Of one kind of sound; None without a loudspeaker."""

    def turn(self, volume: int, sound: Sound = "speech") -> None:
        """Sound with this volume from now on, also after a restart."""

    def temperature(self) -> float | None:
        """Of the processor, °C."""

    def memory(self) -> Room | None:
        """Free is what can still be taken."""

    def disk(self) -> Room | None:
        """The one that holds the store."""

    def uptime(self) -> float | None:
        """Seconds since the device was started."""

    def load(self) -> float | None:
        """Share of the processors in use over the last minute; above 1 work waits."""

    def battery(self) -> int | None:
        """Percent."""

    def address(self) -> str | None:
        """By which it is reached in the network."""

    def microphone(self) -> str:
        """What it hears with."""

    def back_up(self) -> BackedUp | None:
        """Back the store up, now; None where no backups are made here. Raises BackupError and StoreError."""

    def backed_up(self) -> datetime | None:
        """When that was done last, by whomever; None: never, as far as is known."""

    @property
    def voices(self) -> Voices | None:
        """Whom it knows by voice; None where nobody can speak to it."""

    def mute(self, muted: bool) -> None:
        """Close the microphone, or open it again."""

    def hush(self) -> None:
        """Stop what is said and rung."""

    def guide(self, way: str) -> None:
        """Begin the setup by voice, go on with it or end it: start, continue, skip, pause."""


@dataclass(frozen=True, slots=True)
class Work:
    """A command that waits, runs, or ended a short while ago."""

    id: str
    said: str
    """The command as it was spoken."""
    state: Literal["queued", "running", "completed", "failed", "cancelled"]
    since: float
    """Seconds it has been waiting or running, or since it ended."""
    words: str = ""
    """What was said of it in the end."""


class Works(Protocol):
    """Safe to use within a transaction."""

    def of(self, client: str, words: str = "everything", *, to_stop: bool = False) -> Sequence[Work]:
        """The works of a client that are meant by such words ("the report", "everything"), as they came, without what
        is about works.

        `to_stop`: those that have not ended; where the owner says everything, the works of everybody.
        """

    def stop(self, ids: Sequence[str]) -> None:
        """What waits never starts; what runs stops between its steps, and nothing of it is done."""
