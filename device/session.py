"""The state of the appliance, and how it gets into a phase: frozen values, pure functions. What leads where stands in device/machine.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from device import events as on
from device.effects import Answer, Effect, Ring, Speak
from services.actions.base import Due

Phase = Literal["starting", "idle", "listening", "thinking", "acting", "speaking", "asking", "ringing", "muted", "fault"]
PHASES: tuple[Phase, ...] = get_args(Phase)
RESTING: frozenset[Phase] = frozenset({"idle", "muted", "fault"})
"""The phases one may stay in for ever. Every other has a deadline."""

Rank = Literal["urgent", "reply", "notice"]
RANKS: tuple[Rank, ...] = get_args(Rank)
"""What is said first where several things are to be said. What is due rings before a mere notice."""

MOST_NOTICES = 100
"""Announcements that wait to be said; further ones are dropped, the least urgent first. Replies are never dropped."""
LONGEST = 600
"""Characters said in one go where several things wait: well within the deadline of speaking."""


@dataclass(frozen=True, slots=True)
class Words:
    """Something to be said."""

    text: str
    awaits: bool = False
    """It asks something: the ear opens after it."""
    volume: float | None = None
    """0 to 1; None: as loud as ever."""
    rank: Rank = "reply"


@dataclass(frozen=True, slots=True)
class Question:
    """What another program wants to know of whoever is here."""

    id: str
    text: str
    factory: bool = False
    """Whether the settings it was made with shall hold again: asked by itself."""


@dataclass(frozen=True, slots=True)
class Press:
    """The talk button is down."""

    phase: Phase
    """In which it went down."""
    turn: int
    """Which it holds open, where that is listened to."""
    seconds: float = 0.0
    """For so long at least; 0: too short yet to be held."""


@dataclass(frozen=True, slots=True)
class Session:
    """The state of the appliance; replaced, never changed."""

    phase: Phase = "starting"
    turn: int = 0
    serial: int = 0
    """Grows with each entry into a phase; a deadline belongs to one serial."""
    muted: bool = False
    """The microphone is closed on purpose: silenced, or switched off."""
    silenced: bool = False
    """By word, by the button or from afar. Survives restarts, and the switch being turned to and fro."""
    switched_off: bool = False
    """By the switch on the device; nothing else lifts that."""
    fault: str | None = None
    saying: Words | None = None
    """In phase speaking."""
    last_reply: str = ""
    ringing: Due | None = None
    """In phase ringing."""
    waiting: tuple[Due, ...] = field(default=())
    """Due, but the appliance was in the middle of a turn."""
    untold: tuple[Words, ...] = field(default=())
    """Replies of commands that ended while another turn had begun, and announcements, by rank; said as soon as nothing else goes on."""
    question: Question | None = None
    """Being put, or its answer listened for."""
    questions: tuple[Question, ...] = field(default=())
    """To be put when nothing else goes on."""
    claiming: bool = False
    """Which of several devices answers this turn is not settled yet."""
    press: Press | None = None
    """While the talk button is down."""
    tapped_in: Phase | None = None
    """In which the first of several short presses came."""
    stuck: bool = False
    """The talk button is."""
    spoke: int = 0
    """The latest turn in which somebody surely spoke."""
    running: int = 0
    """Jobs that run, of all clients."""
    broker: Literal["unknown", "there", "away"] = "unknown"
    """Unknown: none is configured, or none was tried yet."""
    broker_reason: str = ""
    """Why it is away, in words."""

    @property
    def awaits(self) -> bool:
        """What is being said asks something."""
        return bool(self.saying and self.saying.awaits)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each provisional phase may last, seconds."""

    starting: float = 120.0
    listening: float = 30.0
    thinking: float = 15.0
    acting: float = 10.0
    speaking: float = 120.0
    asking: float = 30.0
    ringing: float = 300.0

    def of(self, phase: Phase) -> float | None:
        """Seconds the phase may last; None for one that may last for ever."""
        return None if phase in RESTING else float(getattr(self, phase))


Result = tuple[Session, tuple[Effect, ...]]
Handler = Callable[[Session, on.Event], Result]


def next_turn(latest: int, *, ear: bool) -> int:
    """The next number of the ear's (odd) or the machine's own (even)."""
    return latest + 1 if (latest % 2 == 0) == ear else latest + 2


def enter(session: Session, phase: Phase, *effects: Effect, **kept: Any) -> Result:
    """Into a phase. What belongs to a stay in one (what is said, rings, is asked or claimed) ends unless it is told again;
    a question that ends so has got no answer."""
    unanswered = None if session.question is kept.get("question") else session.question
    fresh: dict[str, Any] = {"saying": None, "ringing": None, "question": None, "claiming": False}
    after = replace(session, phase=phase, serial=session.serial + 1, **(fresh | kept))
    return after, (*((Answer(unanswered.id),) if unanswered else ()), *effects)


def fresh_turn(session: Session) -> Session:
    """Whatever still comes of the turn is stale from now on."""
    return replace(session, turn=next_turn(session.turn, ear=False))


def rest(session: Session, *effects: Effect) -> Result:
    """Back to where nothing goes on; what was left untold is said, what became due rings, what another program asks is put."""
    if session.untold and (session.untold[0].rank != "notice" or not session.waiting):
        words, untold = _together(session.untold)
        return say(replace(session, untold=untold), words, *effects)
    if session.waiting:
        due, *waiting = session.waiting
        return begin_ringing(replace(session, waiting=tuple(waiting)), due, *effects)
    if session.questions and not (session.muted or session.fault):
        asked, *questions = session.questions
        words = Words(asked.text, awaits=True)
        return say(replace(session, questions=tuple(questions)), words, *effects, question=asked)
    unheard = tuple(Answer(each.id) for each in session.questions)
    phase: Phase = "muted" if session.muted else "fault" if session.fault else "idle"
    return enter(replace(session, questions=()), phase, *effects, *unheard)


def say(session: Session, words: Words, *effects: Effect, question: Question | None = None) -> Result:
    """Say it as a turn of its own."""
    turn = next_turn(session.turn, ear=False)
    speak = Speak(turn, words.text, words.volume)
    return enter(session, "speaking", *effects, speak, turn=turn, saying=words, question=question, last_reply=words.text)


def begin_ringing(session: Session, due: Due, *effects: Effect) -> Result:
    """Ring for it as a turn of its own."""
    turn = next_turn(session.turn, ear=False)
    return enter(session, "ringing", *effects, Ring(turn, due), turn=turn, ringing=due)


def untold(session: Session, words: Words, *, first: bool = False) -> Session:
    """To be said later, behind what is of the same rank, or `first` of it."""
    ordered = (words, *session.untold) if first else (*session.untold, words)
    ranked = sorted(ordered, key=lambda each: RANKS.index(each.rank))
    announced = [each for each in ranked if each.rank != "reply"]
    if len(announced) > MOST_NOTICES:
        ranked.remove(announced[-1])
    return replace(session, untold=tuple(ranked))


def _together(waiting: Sequence[Words]) -> tuple[Words, tuple[Words, ...]]:
    """What is said in one go, and what is left: a question is the last of what one hears, and all is equally loud."""
    first, *more = waiting
    text, count = first.text, 1
    for each in more:
        if waiting[count - 1].awaits or (each.rank, each.volume) != (first.rank, first.volume) or len(text) + len(each.text) > LONGEST:
            break
        text, count = f"{text} {each.text}", count + 1
    return replace(waiting[count - 1], text=text), tuple(waiting[count:])
