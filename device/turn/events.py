"""Everything that can happen. Threads put these in the inbox; the machine alone decides what they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.actions.base import Due, Response
from services.speech.base import Endpoint, Final, Partial, Quality
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
class SignalHeard:
    """The ear heard a wake word that does not open it but stands for something."""

    detection: Detection
    says: str
    """A command; empty: silence is wanted."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """Whoever spoke in a turn that was ended early goes on: the ear listens already, to all of it as this turn."""

    turn: int
    of: int
    """The turn that ended."""


@dataclass(frozen=True, slots=True)
class BargeBegan:
    """Somebody may be saying the wake word over our voice; `BargeFaded` or `WakeHeard` follows within a few frames."""


@dataclass(frozen=True, slots=True)
class BargeFaded:
    """It was not the wake word."""


@dataclass(frozen=True, slots=True)
class StopHeard:
    """Somebody said "stop" over the speech of this turn, without the wake word."""

    turn: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """The talk button went down."""


@dataclass(frozen=True, slots=True)
class Held:
    """The talk button has been held this long: 0.4 seconds, then 3, 4 … 10 (device/buttons/gestures.py)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Released:
    """The talk button went up, after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Tapped:
    """The talk button was tapped this many times, and the sequence is over."""

    times: int


@dataclass(frozen=True, slots=True)
class ButtonStuck:
    """The talk button has been down too long for a press. It counts as up until it comes up, told too."""

    stuck: bool


@dataclass(frozen=True, slots=True)
class FactoryAsked:
    """Somebody may want the factory settings: ask them aloud."""


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """Words shown while one speaks."""

    turn: int
    partial: Partial


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The ear is sure that somebody speaks. At most once a turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The endpoint was found; the final is on its way unless nothing was said."""

    turn: int
    endpoint: Endpoint
    quality: Quality | None = None
    """How it sounded."""


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
    """The command is done or refused, and committed."""

    turn: int
    response: Response


@dataclass(frozen=True, slots=True)
class Sounded:
    """The first sample of the reply went to the speaker."""

    turn: int


@dataclass(frozen=True, slots=True)
class Played:
    """The speech of this turn ended or was stopped."""

    turn: int
    finished: bool
    left: str = ""
    """The rest, where it was interrupted by something urgent or by somebody barging in."""


@dataclass(frozen=True, slots=True)
class DueCame:
    """The time of a reminder or timer has come."""

    due: Due


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job was queued, began, goes on in the background, waits for another, or was completed, failed or cancelled."""

    what: str
    client: str
    running: int
    """Jobs that run now, of all clients."""


@dataclass(frozen=True, slots=True)
class Announced:
    """Something to tell the owner unasked: at once where nothing goes on, else as soon as that is over."""

    text: str
    urgent: bool = False
    """Interrupts a reply, and is said even when nothing else would be."""
    volume: float | None = None
    """0 to 1, for this alone; None: the usual."""
    waits: bool = True
    """For the end of quiet hours and do-not-disturb, unless urgent. Not where somebody is there and waits for it."""


@dataclass(frozen=True, slots=True)
class ListenAsked:
    """A remote client wants the ear open, as if the button were pressed. Never opens a muted microphone."""

    held: bool = False
    """As if held: until `ReleaseAsked`, whatever the pauses."""


@dataclass(frozen=True, slots=True)
class ReleaseAsked:
    """What was said into the ear held open remotely is the command."""


@dataclass(frozen=True, slots=True)
class StopAsked:
    """A remote client wants silence: speech, ringing and listening end. Running commands go on."""


@dataclass(frozen=True, slots=True)
class MuteAsked:
    """Somebody mutes or unmutes the microphone remotely. What the switch on the device has closed stays closed."""

    muted: bool


@dataclass(frozen=True, slots=True)
class SwitchTurned:
    """The mute switch was turned; nothing else lifts what it closes."""

    closed: bool


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """Another program wants a question asked aloud; `Answered` follows."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a question; it is only passed on."""

    id: str
    text: str | None
    """None: nobody answered, or it could not be asked."""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class ClaimSettled:
    """Which of the devices that heard the wake word answers."""

    turn: int
    won: bool


@dataclass(frozen=True, slots=True)
class ClaimHeard:
    """Another device of the site heard the wake word or was asked to listen: somebody is speaking with that one now."""


@dataclass(frozen=True, slots=True)
class BrokerChanged:
    """The connection to the broker came or went; it is only shown."""

    connected: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FilesArrived:
    """New files lie in the inbox, whole."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slow:
    """A reply came later than its target; it is only reported."""

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
    """No sound, or only one constant value: the listener keeps trying to recover."""

    reason: str


@dataclass(frozen=True, slots=True)
class MicrophoneMended:
    """Sound comes again."""


@dataclass(frozen=True, slots=True)
class DeadlineCame:
    """A phase lasted too long. `serial` tells which stay in it was meant."""

    serial: int


@dataclass(frozen=True, slots=True)
class Stopping:
    """SIGTERM, SIGINT, or the end of the sound of a file."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """A thread met a bug. Never reaches the machine: the daemon ends with it, and systemd starts it again."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class Written:
    """Documents changed, so what is due may have, too. Never reaches the machine: the daemon looks at its calendar."""


TurnEvent = SpeechBegan | PartialHeard | SpeechEnded | FinalHeard | ActingBegan | Replied | Sounded | Played | StopHeard
BargeEvent = BargeBegan | BargeFaded
TimelyEvent = (
    DueCame
    | JobChanged
    | Announced
    | FilesArrived
    | Slow
    | MicrophoneFailed
    | MicrophoneMended
    | DeadlineCame
    | Stopping
)
RemoteEvent = (
    ListenAsked
    | ReleaseAsked
    | StopAsked
    | MuteAsked
    | SwitchTurned
    | QuestionAsked
    | Answered
    | ClaimSettled
    | ClaimHeard
    | BrokerChanged
)
ButtonEvent = Pressed | Held | Released | Tapped | ButtonStuck | FactoryAsked
HeardEvent = WakeHeard | SignalHeard | WentOn
Event = Ready | HeardEvent | ButtonEvent | TextGiven | TimelyEvent | RemoteEvent | TurnEvent | BargeEvent
Emit = Callable[[Event | Crashed], None]
"""Puts it into the inbox, from any thread; never waits."""
