"""Values of the guide: its state, its steps, what can happen to it, what it wants done. All frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# --- its state ---


@dataclass(frozen=True, slots=True)
class State:
    """How far it is; replaced, never changed. Only what a restart needs is kept (device/guide/progress.py)."""

    step: str = "name"
    """The id of the step that is gone through; empty: all are."""
    waiting: bool = False
    """Until somebody asks for it, or the next start."""
    starts: int = 0
    """How often it began by itself."""
    owner: str = ""
    """Whom the appliance serves, as told."""
    run: str = ""
    """Which time it is gone through: no other has this."""
    at: str = ""
    """The question of the step that is put; empty: none yet."""
    told: str = ""
    """The name that was understood, or the words that are asked about."""
    tries: int = 0
    """How often what was said to this question was of no use."""
    silent: int = 0
    """How often in a row nobody answered."""
    scores: tuple[float, ...] = ()
    """Of the wake words that were heard, 0 to 1."""
    missed: int = 0
    """How often the wake word was waited for in vain."""
    near: int = 0
    """How often it was nearly heard."""

    @property
    def done(self) -> bool:
        """All steps were gone through."""
        return not self.step


@dataclass(frozen=True, slots=True)
class Here:
    """What the guide knows of the appliance that it sets up."""

    device: str = "equerry"
    wake_words: tuple[str, ...] = ()
    """As they are spoken; none: there is no wake word."""
    threshold: float = 0.5
    """The score that a wake word must reach."""
    typed: bool = False
    """In a terminal: what is told is told as meant."""
    transcripts_days: float = 30.0
    """How long what was said is kept as text; 0: it is not."""
    shared: bool = False
    """Documents go to a broker or a bucket."""
    at_home: bool = False
    """What is not understood goes to Home Assistant's conversation."""
    keeps_sound: bool = False
    """The sound of wrong wakes is kept."""
    asks_zone: bool = False
    """Nobody has told in which time zone it stands."""
    teaches_word: bool = False
    """A wake word of one's own can be learnt here and now: in a terminal, with the microphone free."""
    teaches_voice: bool = False
    """A voice can be learnt here and now, and nobody's is known yet."""
    now: str = ""
    """What its clock says, as it is said."""


# --- its steps ---


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One of the things that the guide goes through."""

    id: str
    title: str
    first: str
    """The question that it begins with."""


STEPS: Sequence[GuideStep] = (
    GuideStep("name", "your name", "name"),
    GuideStep("wake", "the wake word", "wake"),
    GuideStep("level", "the microphone", "level"),
    GuideStep("word", "a wake word of your own", "word"),
    GuideStep("voice", "your voice", "voice"),
    GuideStep("project", "a first project", "project"),
    GuideStep("zone", "where you are", "zone"),
    GuideStep("privacy", "privacy", "privacy"),
    GuideStep("further", "where to go on", "further"),
)


def fits(step: str, state: State, here: Here) -> bool:
    """Whether it makes sense to go through this step here."""
    match step:
        case "wake":
            return bool(here.wake_words)
        case "word":
            return here.teaches_word
        case "voice":
            return here.teaches_voice and bool(state.owner)
        case "zone":
            return here.asks_zone
    return True


# --- what happens ---


@dataclass(frozen=True, slots=True)
class Began:
    """It begins, or goes on after a pause."""


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What was said to a question."""

    text: str


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody said anything."""


@dataclass(frozen=True, slots=True)
class Woken:
    """The wake word was heard."""

    score: float


@dataclass(frozen=True, slots=True)
class Missed:
    """The wake word was waited for in vain."""

    near: bool = False
    """It was nearly heard."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How loud somebody spoke. Levels are root mean squares in dB of full scale."""

    speech: float
    room: float
    """While nobody spoke."""
    clipped: bool = False
    """The sound reached full scale."""
    said: str = ""
    """What was understood, if anything was."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """The microphone can't be tried now."""

    why: str


@dataclass(frozen=True, slots=True)
class TellEnded:
    """What was to be told was told."""


@dataclass(frozen=True, slots=True)
class Did:
    """What came of a command, or of a setting."""

    ok: bool
    words: str = ""
    asks: bool = False
    """The words are a question: somebody has to say yes."""


THERE = frozenset(("contact.exists",))
"""Codes of what was not done since it was there already, as it was wanted."""

GuideEvent = Began | AnswerGiven | Nobody | Woken | Missed | Measured | Unheard | TellEnded | Did

# --- what it wants ---


@dataclass(frozen=True, slots=True)
class Say:
    """Say this; it goes on at once."""

    text: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Say this to its end; Told follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Ask this; Said or Nobody follows."""

    text: str


@dataclass(frozen=True, slots=True)
class AwaitWake:
    """Say this, and wait for the wake word; Woken, Missed, Unheard or Said follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Ask for a sentence, and measure it; Measured, Nobody, Unheard or Said follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Do:
    """Carry out these steps (action, slots) as one command of the owner, with one undo; Did follows."""

    steps: tuple[tuple[str, Mapping[str, Any]], ...]
    id: str = ""
    """Of the command: with the same one it is done once, though the power fails before that is kept."""


@dataclass(frozen=True, slots=True)
class Tune:
    """From now on the wake word must reach this score; Did follows."""

    threshold: float


@dataclass(frozen=True, slots=True)
class Settle:
    """From now on it stands in this time zone; Did follows."""

    zone: str


@dataclass(frozen=True, slots=True)
class TeachWord:
    """Learn this phrase as a wake word, from recordings that are made now; Did or Unheard follows."""

    phrase: str


@dataclass(frozen=True, slots=True)
class TeachVoice:
    """Learn the voice of whoever has this name, from sentences that are said now; Did or Unheard follows."""

    name: str


Awaiting = Tell | Prompt | AwaitWake | Measure | Do | Tune | Settle | TeachWord | TeachVoice
Move = Say | Awaiting
Result = tuple[State, tuple[Move, ...]]
"""Its last move is the one that something follows; there is none where the guide is done or waits."""
