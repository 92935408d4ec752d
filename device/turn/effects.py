"""What the machine wants done. The daemon alone carries it out."""

from __future__ import annotations

from dataclasses import dataclass

from services.actions.base import Due
from services.understanding.base import Command


@dataclass(frozen=True, slots=True)
class OpenEar:
    """Listen for a command now, without a wake word."""

    turn: int
    heard: bool = True
    """Sound the earcon for heard."""
    patience: float | None = None
    """Seconds in which speech must begin where the ear opened by itself; None: somebody asked for it, and the usual
    holds.
    """
    held: bool = False
    """The talk button is down: as HoldEar."""
    preroll: float | None = None
    """Seconds before now that belong to it; None: as many as one begins to speak before the button is down."""


@dataclass(frozen=True, slots=True)
class HoldEar:
    """The talk button is down: neither silence nor that nobody speaks ends this turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class LetGo:
    """The talk button is up again: what was said until now is the command, or the turn ends as any other."""

    turn: int
    ends: bool


@dataclass(frozen=True, slots=True)
class CloseEar:
    """Stop listening for a command; the wake word is still heard."""


@dataclass(frozen=True, slots=True)
class CloseMicrophone:
    """Muted: close the audio stream itself."""


@dataclass(frozen=True, slots=True)
class OpenMicrophone:
    """No longer muted."""


@dataclass(frozen=True, slots=True)
class Respond:
    """Parse, plan and carry out this text."""

    turn: int
    text: str
    confidence: float
    unasked: bool = False
    """It was heard by an ear that had opened by itself: it may not be meant for us."""
    command: Command | None = None
    """What is meant, where that is not read from the text."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Say this; Played follows."""

    turn: int
    text: str
    volume: float | None = None
    """0 to 1, of this alone; None: as loud as ever."""


@dataclass(frozen=True, slots=True)
class BreakOff:
    """End what is being said for this turn after the sentence it is at; Played tells what was left."""

    turn: int


@dataclass(frozen=True, slots=True)
class Pause:
    """End what is being said for this turn at once; Played tells what was left, from the sentence it was at."""

    turn: int


@dataclass(frozen=True, slots=True)
class Duck:
    """What sounds is much quieter, or as loud as before again."""

    on: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody speaks to us: ask the other devices which of us answers; ClaimSettled follows."""

    turn: int
    asked: bool = False
    """Asked for by hand at this very ear: there is nothing to settle, but the others shall know. Nothing follows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Tell what was said to the question of another program."""

    id: str
    text: str | None = None
    """None: nobody said anything, or it could not be asked."""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Chime:
    """Play an earcon: heard, done, failed, closed."""

    name: str


@dataclass(frozen=True, slots=True)
class Hush:
    """Silence the speaker at once."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring for what is due and say it, again and again; Played follows each time."""

    turn: int
    due: Due


@dataclass(frozen=True, slots=True)
class Rung:
    """This was rung for, or was stopped: it shall not ring again."""

    due: Due
    heard: bool = True
    """Somebody stopped it, or it was told; else it is told later."""


@dataclass(frozen=True, slots=True)
class Restore:
    """Somebody wants the settings back that it was made with, and said yes to it."""


@dataclass(frozen=True, slots=True)
class Finish:
    """End the program with everything committed."""


Microphone = OpenEar | HoldEar | LetGo | CloseEar | CloseMicrophone | OpenMicrophone
Loudspeaker = Speak | BreakOff | Pause | Duck | Chime | Hush | Ring
Effect = Microphone | Loudspeaker | Respond | Rung | Claim | Answer | Restore | Finish
