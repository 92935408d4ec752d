"""The appliance's state and how it enters a phase: frozen values, pure functions; machine.py says which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from device.turn.effects import Answer, Duck, Effect, OpenEar, Ring, Speak
from services.actions.base import Due

Phase = Literal[
    "starting", "idle", "listening", "thinking", "acting", "speaking", "asking", "ringing", "muted", "fault"
]
PHASES: tuple[Phase, ...] = get_args(Phase)
RESTING: frozenset[Phase] = frozenset({"idle", "muted", "fault"})
"""Phases without a deadline."""

Rank = Literal["urgent", "reply", "notice"]
RANKS: tuple[Rank, ...] = get_args(Rank)
"""Order in which waiting things are said. What is due rings before a notice."""

MOST_NOTICES = 100
"""Announcements that may wait; further ones are dropped, the least urgent first. Replies are never dropped."""
LONGEST = 600
"""Characters said in one go where several things wait: well within the deadline of speaking."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Something to be said."""

    text: str
    awaits: bool = False
    """It asks something: the ear opens after it."""
    volume: float | None = None
    """0 to 1; None: as loud as ever."""
    rank: Rank = "reply"
    whole: str = ""
    """The whole text, where `text` is what was left when somebody barged in."""
    in_vain: int = 0
    """How often it was broken off again at its first sentence."""


@dataclass(frozen=True, slots=True)
class OutsideQuestion:
    """A question of another program for whoever is here."""

    id: str
    text: str
    factory: bool = False
    """Our own question: whether to restore the factory settings."""


@dataclass(frozen=True, slots=True)
class Press:
    """The talk button is down."""

    phase: Phase
    """In which it went down."""
    turn: int
    """The turn it holds open, if that listens."""
    seconds: float = 0.0
    """Held for at least this long; 0: too short yet to be held."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Somebody is in conversation: when nothing else goes on, the ear opens again without a wake word."""

    unasked: bool = False
    """The ear opened by itself: nobody said the wake word, pressed the button or was asked."""
    voice: bool = False
    """Somebody has begun to speak in this turn."""
    missed: int = 0
    """Turns in a row that were not meant for us."""
    elsewhere: bool = False
    """Somebody has spoken to another device since: the ear does not open by itself again."""
    breaks: int = 0
    """Times in a row that something was told or rung into the open ear without anybody speaking."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Speech that somebody barged into."""

    turn: int
    words: Speech
    """What is left of it, once that is known."""
    question: OutsideQuestion | None = None
    """Another program's question that was being asked."""


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
    """By voice, button or a remote client. Survives restarts and turns of the switch."""
    switched_off: bool = False
    """By the switch on the device; nothing else lifts that."""
    fault: str | None = None
    saying: Speech | None = None
    """In phase speaking."""
    ducked: bool = False
    """What sounds is quieter: somebody may be saying the wake word."""
    answering: bool = False
    """What was said is an answer. In phase thinking."""
    broken: Broken | None = None
    """Resumed where nothing intelligible follows. In phases listening and thinking."""
    resumes: int | None = None
    """The turn that was ended early, which this one takes up again. In phases listening and thinking."""
    last_reply: str = ""
    ringing: Due | None = None
    """In phase ringing."""
    waiting: tuple[Due, ...] = field(default=())
    """Due, but held back by a turn."""
    untold: tuple[Speech, ...] = field(default=())
    """Announcements, and replies that came after another turn had begun, by rank; said as soon as nothing else goes on.
    """
    question: OutsideQuestion | None = None
    """Being put, or its answer listened for."""
    questions: tuple[OutsideQuestion, ...] = field(default=())
    """To be put when nothing else goes on."""
    talk: Talk | None = None
    """None: only the wake word or the button is listened for."""
    open_s: float = 0.0
    """Seconds for which the ear opens by itself; 0: it does not."""
    on_call: bool = False
    """A call is followed: the ear opens for the wake word and the button alone."""
    long_press_calls: bool = False
    """Holding the button in silence begins a call, or ends it, rather than muting."""
    claiming: bool = False
    """It is not settled yet which device answers this turn."""
    press: Press | None = None
    """While the talk button is down."""
    held_afar: int = 0
    """The turn that is held open remotely; 0: none."""
    tapped_in: Phase | None = None
    """The phase in which the first of several taps came."""
    stuck: bool = False
    """The talk button is."""
    spoke: int = 0
    """The latest turn in which somebody certainly spoke."""
    running: int = 0
    """Jobs that run, of all clients."""
    broker: Literal["unknown", "there", "away"] = "unknown"
    """Unknown: none is configured or tried yet."""
    broker_reason: str = ""
    """Why it is away, in words."""

    @property
    def deaf(self) -> bool:
        """The microphone is closed, or gives no sound."""
        return self.muted or bool(self.fault)

    @property
    def awaits(self) -> bool:
        """What is being said asks something."""
        return bool(self.saying and self.saying.awaits)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each phase may last, seconds."""

    starting: float = 120.0
    listening: float = 30.0
    thinking: float = 15.0
    acting: float = 10.0
    speaking: float = 120.0
    asking: float = 30.0
    ringing: float = 300.0
    open: float = 0.0
    """For which the ear opens by itself after a reply; 0: it does not."""

    def of(self, phase: Phase) -> float | None:
        """Seconds the phase may last; None: for ever."""
        return None if phase in RESTING else float(getattr(self, phase))


Result = tuple[Session, tuple[Effect, ...]]
Handler = Callable[[Session, Any], Result]
"""What the table calls with a session and an event of its row: each handler names the event that it takes."""


def next_turn(latest: int, *, ear: bool) -> int:
    """The next number of the ear's (odd) or the machine's own (even)."""
    return latest + 1 if (latest % 2 == 0) == ear else latest + 2


def enter(session: Session, phase: Phase, *effects: Effect, **kept: Any) -> Result:
    """Enter a phase. What belongs to the one before ends unless passed again; its question gets no answer."""
    fresh: dict[str, Any] = {"saying": None, "ringing": None, "question": None, "answering": False, "broken": None}
    fresh |= {"claiming": False, "ducked": False, "resumes": None}
    after = replace(session, phase=phase, serial=session.serial + 1, **(fresh | kept))
    still = _put(after)
    unanswered = [
        Answer(each.id) for each in _put(session) if not any(each is other for other in still)
    ]  # ids may come again
    return after, (*unanswered, *effects, *((Duck(on=False),) if session.ducked else ()))


def _put(session: Session) -> list[OutsideQuestion]:
    """What is being asked."""
    asked = (session.question, session.broken and session.broken.question)
    return [each for each in asked if each]


def fresh_turn(session: Session) -> Session:
    """Events of the turn that still come are stale from now on."""
    return replace(session, turn=next_turn(session.turn, ear=False))


def rest(session: Session, *effects: Effect) -> Result:
    """Back to rest: what was broken off or left untold is said, what became due rings, questions of other programs are
    asked. In a conversation, unless another device has it now, the ear opens again.
    """
    session = _mended(session)
    if session.untold and (session.untold[0].rank != "notice" or not session.waiting):
        words, untold = _together(session.untold)
        return say(replace(session, untold=untold), words, *effects)
    if session.waiting:
        due, *waiting = session.waiting
        return begin_ringing(replace(session, waiting=tuple(waiting)), due, *effects)
    if session.questions and not session.deaf:
        asked, *questions = session.questions
        words = Speech(asked.text, awaits=True)
        return say(replace(session, questions=tuple(questions)), words, *effects, question=asked)
    unheard = tuple(Answer(each.id) for each in session.questions)
    phase: Phase = "muted" if session.muted else "fault" if session.fault else "idle"
    opens = session.open_s and not session.on_call
    if session.talk and not session.talk.elsewhere and opens and phase == "idle":
        turn, talk = next_turn(session.turn, ear=False), replace(session.talk, unasked=True, voice=False)
        return enter(
            session, "listening", *effects, OpenEar(turn, heard=False, patience=session.open_s), turn=turn, talk=talk
        )
    return enter(replace(session, questions=(), talk=None), phase, *effects, *unheard)


def shut(session: Session) -> Session:
    """The ear does not open again by itself."""
    return replace(session, talk=None)


def say(session: Session, words: Speech, *effects: Effect, question: OutsideQuestion | None = None) -> Result:
    """Say it as a turn of its own."""
    turn = next_turn(session.turn, ear=False)
    speak = Speak(turn, words.text, words.volume)
    return enter(
        session,
        "speaking",
        *effects,
        speak,
        turn=turn,
        saying=words,
        question=question,
        last_reply=words.whole or words.text,
    )


def begin_ringing(session: Session, due: Due, *effects: Effect) -> Result:
    """Ring for it as a turn of its own."""
    turn = next_turn(session.turn, ear=False)
    return enter(session, "ringing", *effects, Ring(turn, due), turn=turn, ringing=due)


def untold(session: Session, words: Speech, *, first: bool = False) -> Session:
    """To be said later, after what has the same rank, or `first` of it."""
    ordered = (words, *session.untold) if first else (*session.untold, words)
    ranked = sorted(ordered, key=lambda each: RANKS.index(each.rank))
    announced = [each for each in ranked if each.rank != "reply"]
    if len(announced) > MOST_NOTICES:
        ranked.remove(announced[-1])
    return replace(session, untold=tuple(ranked))


def _together(waiting: Sequence[Speech]) -> tuple[Speech, tuple[Speech, ...]]:
    """What is said in one go, and the rest: a question must come last, and the volume must be the same."""
    first, *more = waiting
    text, count = first.text, 1
    for each in more:
        if (
            waiting[count - 1].awaits
            or (each.rank, each.volume) != (first.rank, first.volume)
            or len(text) + len(each.text) > LONGEST
        ):
            break
        text, count = f"{text} {each.text}", count + 1
    last = waiting[count - 1]
    return replace(last, text=text, whole=last.whole if count == 1 else ""), tuple(waiting[count:])


def _mended(session: Session) -> Session:
    """Puts what was broken off first among what is to be said; a question is asked again from its beginning."""
    broken = session.broken
    if not broken:
        return session
    session = replace(session, broken=None)
    if broken.question:
        return replace(session, questions=(broken.question, *session.questions))
    return untold(session, broken.words, first=True) if broken.words.text else session
