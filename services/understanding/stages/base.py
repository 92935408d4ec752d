"""An utterance on its way to a command, and what its stages may know of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from services.understanding.base import Command
from services.understanding.conversation.known_lists import KnownList
from services.understanding.conversation.memory import Conversation
from services.understanding.names.base import Ambiguous, Unknown
from services.understanding.names.names import Names
from services.understanding.vocabulary import EntityKind
from services.understanding.when import House

Leaning = Literal["", "question", "command", "talk"]
"""On what an utterance leans: on nothing; on our question, which it answers; on the last command, which it puts right
or repeats; or it goes on from that in words of its own.
"""
Connected = Literal["no", "away", "yes"]
"""Whether a house is: where it is away, one should be."""
Titles = Mapping[str, Mapping[tuple[str, ...], Sequence[str]]]
"""Titles of what is open, in words, by their first word, with the kinds of what is called so, the likeliest first."""


@dataclass(frozen=True, slots=True)
class NamedRoutine:
    """A routine, and all that it is called."""

    id: str
    name: str
    said: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """Something of the store that has words which were looked for."""

    kind: str
    id: str
    text: str
    """What it is called; all of a note."""
    has: frozenset[str]
    """Which of the words stand in it, as they were looked for."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """A timer that runs, an alarm or a reminder that is to ring."""

    kind: str
    id: str
    name: str
    """What it is called, or of what it reminds; may be empty."""
    due: datetime


@dataclass(frozen=True, slots=True)
class KnownMeeting:
    """A meeting that is on or comes, the next time it takes place."""

    id: str
    title: str
    start: datetime
    end: datetime
    people: tuple[str, ...] = ()
    place: str = ""


class Directory:
    """What the store knows by name, as far as whoever speaks may know of it. This one knows nothing."""

    def names(self) -> Names:
        """Of people, channels, projects, customers and lists."""
        return Names()

    def titles(self) -> Titles:
        """Of tasks, meetings, reminders and projects."""
        return {}

    def lists(self) -> Sequence[KnownList]:
        """With what stands on them."""
        return ()

    def routines(self) -> Iterable[NamedRoutine]:
        """In the order they were made."""
        return ()

    def kept(self, words: Sequence[str]) -> Sequence[Kept]:  # noqa: ARG002 - this one knows nothing
        """What has these words or some of them, the likeliest first."""
        return ()

    def when_of(self, kind: str, id_: str) -> datetime | None:  # noqa: ARG002 (this one knows nothing)
        """When a thing begins, is due or rings; None where it has no time, or is gone."""
        return None

    def end_of(self, meeting: str) -> datetime | None:  # noqa: ARG002 (this one knows nothing)
        """When a meeting is over; None where it is gone."""
        return None

    def meetings(self, now: datetime) -> Sequence[KnownMeeting]:  # noqa: ARG002 (this one knows nothing)
        """What is on or comes, the next first."""
        return ()

    def ringing(self) -> Sequence[Ringing]:
        """What runs or is to ring, the next first."""
        return ()

    def has_home(self) -> bool:
        """Whether a house is connected."""
        return self.connected() == "yes"

    def connected(self) -> Connected:
        """Whether a house is, and where not, whether one should be."""
        return "no"

    def home_talks(self) -> bool:
        """Whether Home Assistant's conversation is to be asked, and can be."""
        return False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Words of a step that several fit, or nothing."""

    step: int
    slot: str
    words: str
    kinds: tuple[EntityKind, ...]
    resolved: Ambiguous | Unknown


def unread(text: str) -> Command:
    """A command that asks for nothing."""
    return Command(text, (), 0.0, "none")


@dataclass(frozen=True, slots=True)
class Understanding:
    """Something said to the appliance, and what is understood of it so far; replaced by the stages, never changed."""

    text: str
    now: datetime
    conversation: Conversation = field(default_factory=Conversation)
    """As it was when it was said; for what is `late` without the question that was asked since."""
    client: str = ""
    by: str = ""
    """Whose voice it is at that client (services.actions.policy.voices); empty: voices are not told apart there."""
    maybe: tuple[str, ...] = ()
    """Where the voice is not sure: whose it may be, the likeliest first; the empty name is nobody who is enrolled."""
    proven: bool = False
    """The spoken code was said for it."""
    confidence: float = 1.0
    """The recogniser's, 0 to 1."""
    late: bool = False
    """Others were said since."""
    told: Command | None = None
    """What a program told step by step, in place of words."""
    names: Names = field(default_factory=Names)
    directory: Directory = field(default_factory=Directory)
    house: House = field(default_factory=House)
    read: Callable[[str], Command] = unread
    """What a text means by itself, by sentences and model: each text is read once."""
    read_plainly: Callable[[str], Command] = unread
    """The same by sentences alone, without the language model: of parts of a text there may be many."""
    read_behind: Callable[[str], Command] = unread
    """What a text means as what goes on from the last command, by the model alone; nothing where there is none."""

    command: Command = field(default_factory=lambda: unread(""))
    stage: str = ""
    """Which found the command; empty: none did."""
    leans: Leaning = ""
    kinds: frozenset[str] = frozenset()
    """Of what its pronouns may stand for."""
    doubtful: tuple[Doubtful, ...] = ()
    """Its names that are not clear."""

    def found(self, command: Command | None, leans: Leaning = "") -> Understanding | None:
        """With its command; None where there is none."""
        return None if command is None else replace(self, command=command, leans=leans)

    @property
    def caller(self) -> str:
        """As whom it is carried out: whoever speaks at the client, else the client."""
        return self.by or self.client

    @property
    def goes_on(self) -> bool:
        """It is about the last command: "no, on Tuesday", "and for Anna, too", "undo"."""
        return self.leans in ("command", "talk") or self.command.intent == "control.undo"


Stage = Callable[[Understanding], Understanding | None]
"""Finds the command of an utterance; None where that is for a later stage."""


def first(stages: Sequence[Stage], said: Understanding) -> Understanding | None:
    """What the first stage finds that finds a command; None where none does."""
    for stage in stages:
        if (found := stage(said)) is not None:
            return replace(found, stage=found.stage or stage.__name__)
    return None
