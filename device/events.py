"""Everything that can happen. Threads put these in the inbox; the machine alone decides what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from services.actions.base import Due, Outcome, Reply
from services.speech.base import Endpoint, Final, Partial
from services.understanding.base import Command
from services.wake.base import Detection


@dataclass(frozen=True, slots=True)
class Ready:
    """All engines are loaded and the ear is open to the wake word."""


@dataclass(frozen=True, slots=True)
class WakeHeard:
    """The ear heard the wake word and listens already, as this turn."""

    turn: int
    detection: Detection


@dataclass(frozen=True, slots=True)
class Pressed:
    """The talk button went down."""


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """Words shown while one speaks."""

    turn: int
    partial: Partial


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The endpoint was found; the final is on its way unless nothing was said."""

    turn: int
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class FinalHeard:
    """The final transcript, without the wake phrase."""

    turn: int
    final: Final


@dataclass(frozen=True, slots=True)
class TextGiven:
    """Somebody typed a command."""

    text: str


@dataclass(frozen=True, slots=True)
class ActingBegan:
    """The command is understood and being carried out."""

    turn: int
    command: Command


@dataclass(frozen=True, slots=True)
class Replied:
    """The command is done, or refused; what was to be committed is committed."""

    turn: int
    command: Command
    outcomes: tuple[Outcome, ...]
    reply: Reply


@dataclass(frozen=True, slots=True)
class Sounded:
    """The first sample of the reply went to the speaker."""

    turn: int


@dataclass(frozen=True, slots=True)
class Played:
    """What was to be said for this turn was said, or stopped."""

    turn: int
    finished: bool


@dataclass(frozen=True, slots=True)
class DueCame:
    """The time of a reminder or timer has come."""

    due: Due


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job was queued, began, goes on beside its conversation, waits for another one, or was completed, failed or cancelled."""

    what: str
    id: str
    client: str
    text: str
    label: str
    """The actions it asks for, as far as it is understood: family.verb, family.verb."""
    running: int
    """Jobs that run now, of all clients."""


@dataclass(frozen=True, slots=True)
class Announced:
    """Something that the owner shall hear, though nobody asked: at once where nothing goes on, else as soon as that is over."""

    text: str


@dataclass(frozen=True, slots=True)
class FilesArrived:
    """New files lie in the inbox, whole."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slow:
    """A reply came later than it should; nothing follows but that it is told of."""

    turn: int | None
    """None for what was not asked by a turn."""
    client: str
    actions: tuple[str, ...]
    seconds: float
    """End of speech → first sample; typed: given → answered."""
    target: float
    """Seconds it should have come in."""


@dataclass(frozen=True, slots=True)
class MicrophoneFailed:
    """No sound, or nothing but one value: the listener keeps trying to mend it."""

    reason: str


@dataclass(frozen=True, slots=True)
class MicrophoneMended:
    """Sound comes again."""


@dataclass(frozen=True, slots=True)
class DeadlineCame:
    """A phase lasted too long. `serial` tells which stay in a phase was meant."""

    serial: int


@dataclass(frozen=True, slots=True)
class Stopping:
    """SIGTERM, SIGINT, or the end of the sound of a file."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """A thread met a bug. Never reaches the machine: the daemon ends with it, and systemd starts it again."""

    error: BaseException


TurnEvent = PartialHeard | SpeechEnded | FinalHeard | ActingBegan | Replied | Sounded | Played
TimelyEvent = DueCame | JobChanged | Announced | FilesArrived | Slow | MicrophoneFailed | MicrophoneMended | DeadlineCame | Stopping
Event = Ready | WakeHeard | Pressed | TextGiven | TimelyEvent | TurnEvent
