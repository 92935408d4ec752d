"""What the machine wants done. The daemon alone carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from services.actions.base import Due
from services.understanding.base import Command
from services.voiceprints.base import Who


@dataclass(frozen=True, slots=True)
class OpenEar:
    """Listen for a command now, without a wake word."""

    turn: int
    heard: bool = True
    """Sound the earcon for heard."""
    patience: float | None = None
    """Seconds in which speech must begin where the ear opened by itself; None: the usual."""
    held: bool = False
    """The talk button is down: as HoldEar."""
    preroll: float | None = None
    """Seconds before now that belong to it; None: as many as people start speaking before the button is down."""
    answer: bool = False
    """What somebody said into the question belongs to it."""


@dataclass(frozen=True, slots=True)
class HoldEar:
    """The talk button is down: silence does not end this turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class LetGo:
    """The talk button is up: what was said so far is the command, or the turn ends as usual."""

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
    """Heard by an ear that opened by itself: it may not be meant for us."""
    command: Command | None = None
    """The command, where it is not read from the text."""
    resumes: bool = False
    """The text is that of the turn before, which was ended early, and more: it takes the place of that one."""
    who: Who | None = None
    """Whose voice it was."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Say this; Played follows."""

    turn: int
    text: str
    volume: float | None = None
    """0 to 1, for this alone; None: the usual."""


@dataclass(frozen=True, slots=True)
class BreakOff:
    """End the speech of this turn after its current sentence; Played tells what was left."""

    turn: int


@dataclass(frozen=True, slots=True)
class Pause:
    """End the speech of this turn at once; Played tells what was left, from the current sentence on."""

    turn: int


@dataclass(frozen=True, slots=True)
class Duck:
    """Play much quieter, or at full volume again."""

    on: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody speaks to us: settle with the other devices which one answers; ClaimSettled follows."""

    turn: int
    asked: bool = False
    """Asked for by hand at this very ear: there is nothing to settle, but the others shall know. Nothing follows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Pass on the answer to another program's question."""

    id: str
    text: str | None = None
    """None: nobody answered, or it could not be asked."""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Chime:
    """Play an earcon: heard, done, failed, closed."""

    name: str


@dataclass(frozen=True, slots=True)
class Hush:
    """Silence the speaker at once."""


@dataclass(frozen=True, slots=True)
class SpeakAside:
    """Words beside the turns, of a call (device/calls/live): the machine does not know of them."""

    words: str
    to: Literal["ear", "line"]
    """The owner's ear, and nobody else's; or the other side."""
    said: Callable[[str], None]
    """Told why it was not said, in words; empty: it was. From the thread that speaks."""
    wanted: Callable[[], bool] = lambda: True
    """Asked once more just before it sounds; it must not wait."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring and say what is due, again and again; Played follows each time."""

    turn: int
    due: Due


@dataclass(frozen=True, slots=True)
class Rung:
    """This has rung or was stopped; it shall not ring again."""

    due: Due
    heard: bool = True
    """Somebody stopped it, or it was told; else it is told later."""


@dataclass(frozen=True, slots=True)
class Restore:
    """Restore the factory settings: somebody asked for it and said yes."""


@dataclass(frozen=True, slots=True)
class Finish:
    """End the program with everything committed."""


Microphone = OpenEar | HoldEar | LetGo | CloseEar | CloseMicrophone | OpenMicrophone
Loudspeaker = Speak | BreakOff | Pause | Duck | Chime | Hush | Ring
Effect = Microphone | Loudspeaker | Respond | Rung | Claim | Answer | Restore | Finish
