"""Turns that end early and are taken up again, in any order in which ear, jobs and mouth may tell of them.

Only what can't happen is left out: a final before the ear ended its turn, two finals or two replies for one turn,
somebody who is through before the mouth, told to pause, has told what was left.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import given, note, settings
from hypothesis import strategies as st

from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import RESTING, Session, next_turn, step
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Endpoint, Final
from services.understanding.base import Command, Step
from services.wake.base import Detection

SILENCE = Endpoint(3.0, "silence", 1.0, 2.7)
DONE = Command("text", (Step("timer.start"),), 1.0, "template")
NOTHING = Command("and the cat", (), 0.0, "none")
LISTENS = ("listening", "asking")


def words_of(turn: int) -> str:
    """The reply to a turn, unlike any other."""
    return f"Reply {turn}."


@dataclass
class World:
    """An appliance around the machine: what its threads still have to tell."""

    session: Session
    ear: int = 0
    """The turn that the ear listens to; 0: none."""
    early: int = 0
    """The turn that was ended last, while it may go on."""
    finals: list[int] = field(default_factory=list)
    """Turns whose final is to come."""
    jobs: list[int] = field(default_factory=list)
    """Turns whose reply is to come."""
    mouth: list[int] = field(default_factory=list)
    """Turns whose speech is to be over."""
    paused: int = 0
    """The turn whose speech is to be over at once; 0: none."""
    ended: set[int] = field(default_factory=set)
    """Turns that the ear has ended."""
    heard: set[int] = field(default_factory=set)
    """Turns whose final has come."""
    responded: list[int] = field(default_factory=list)
    """Turns that were handed to the jobs, in order."""
    taken_up: dict[int, int] = field(default_factory=dict)
    """Turns by the turns of which they are the beginning."""
    made_up: set[int] = field(default_factory=set)
    """Turns that went on, and what they became was answered: nothing is to be said of them any more."""
    wholly_said: set[str] = field(default_factory=set)
    """Replies that were said to their end."""
    speaks: dict[int, str] = field(default_factory=dict)
    """What is said in a turn."""

    def tell(self, event: on.Event) -> None:
        """Let the machine know, and look at what it makes of it."""
        note(f"{self.session.phase} {self.session.turn}: {event}")
        before = self.session
        self.session, effects = step(before, event)
        for effect in effects:
            self._carry_out(effect, before, event)
        listens = self.session.phase in LISTENS and self.session.turn == self.ear
        assert listens or self.session.phase not in LISTENS, "it waits for what the ear listens to"

    def _carry_out(self, effect: do.Effect, before: Session, event: on.Event) -> None:
        note(f"    {effect}")
        match effect:
            case do.OpenEar(turn):
                self.ear, self.early = turn, 0
            case do.CloseEar() | do.CloseMicrophone():
                self.ear = 0
            case do.Respond(turn, resumes=resumes):
                assert turn not in self.responded, "no turn is carried out twice"
                typed = isinstance(event, on.TextGiven)
                assert typed or (isinstance(event, on.FinalHeard) and turn == event.turn and turn in self.heard)
                assert typed or turn in self.ended, "and none before its end"
                assert resumes == (turn in self.taken_up), "what goes on takes the place of its beginning"
                self.responded.append(turn)
                self.jobs.append(turn)
            case do.Speak(turn, text):
                said = [each for each in self.responded if words_of(each) in text]
                assert not self.made_up & set(said), "a beginning is not answered behind the whole"
                assert not {each for each in said if words_of(each) in self.wholly_said}, "and nothing is said twice"
                self.speaks[turn] = text
                self.mouth.append(turn)
            case do.Pause(turn):
                self.paused = turn if turn in self.mouth else 0
        if isinstance(effect, do.Pause) and isinstance(event, on.WentOn):
            assert before.phase == "speaking" and before.turn == event.of

    def moves(self) -> list[str]:
        """What may happen next."""
        of = self.session
        if self.paused:
            return ["played", "broken off", "broken off", *(["acting", "replied"] if self.jobs else [])]
        can = ["wake", "typed", "deadline", "mute"] if not of.muted else ["unmute", "deadline"]
        can += ["began", *["ends"] * 6, "ends with nothing"] if self.ear else []
        can += [*["final"] * 6, "no words"] if self.finals else []
        can += ["went on"] * 8 if self.early and not self.ear and not of.deaf else []
        can += ["acting", *["replied"] * 4, "nothing", "silent"] if self.jobs else []
        can += ["played", "played", "broken off"] if self.mouth else []
        return can

    def move(self, name: str, which: int) -> None:
        """Let it happen, to one of those that it may happen to."""
        turn = next_turn(max(self.session.turn, self.ear), ear=True)
        match name:
            case "wake":
                self.ear, self.early = turn, 0
                self.tell(on.WakeHeard(turn, Detection("hey_jarvis", 0.9, 1.0)))
            case "typed":
                self.early = 0
                self.tell(on.TextGiven("what time is it"))
            case "deadline":
                self.tell(on.DeadlineCame(self.session.serial))
            case "mute" | "unmute":
                self.early = 0
                self.tell(on.MuteAsked(name == "mute"))
            case "began":
                self.tell(on.SpeechBegan(self.ear))
            case "ends" | "ends with nothing":
                of, self.ear = self.ear, 0
                if name == "ends":
                    self.early = of
                    self.finals.append(of)
                    self.ended.add(of)
                self.tell(on.SpeechEnded(of, SILENCE if name == "ends" else Endpoint(3.0, "no_speech")))
            case "final" | "no words":
                of = self.finals.pop(which % len(self.finals))
                self.heard.add(of)
                text = f"words {of}" if name == "final" else ""
                self.tell(on.FinalHeard(of, Final(text, 0.9, 0.0, dropped=None if text else "silence")))
            case "went on":
                of, self.early, self.ear = self.early, 0, turn
                if of == self.session.turn and self.session.phase not in LISTENS:
                    self.taken_up[turn] = of
                self.tell(on.WentOn(turn, of))
            case "acting":
                # Commands of one conversation are carried out one after the other.
                self.tell(on.ActingBegan(self.jobs[0], DONE))
            case "replied" | "nothing" | "silent":
                self._replied(self.jobs.pop(0), name)
            case "played" | "broken off":
                of = self.mouth.pop(self.mouth.index(self.paused) if self.paused else 0)
                self.paused, finished = 0, name == "played"
                if finished:
                    self.wholly_said |= {each for each in map(words_of, self.responded) if each in self.speaks[of]}
                self.tell(on.Played(of, finished, "" if finished else self.speaks[of]))

    def _replied(self, turn: int, name: str) -> None:
        command = NOTHING if name == "nothing" else DONE
        text = "" if name == "silent" else words_of(turn)
        ok = name != "nothing"
        outcomes = (Outcome("timer.start", ok, text),)
        current = turn == self.session.turn and self.session.phase in ("thinking", "acting")
        if current and ok and turn in self.taken_up:
            self.made_up.add(self.taken_up[turn])
        self.tell(on.Replied(turn, Response(command, outcomes, Reply(text))))


MOVES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 3)), min_size=8, max_size=60)


def lived(moves: list[tuple[int, int]], open_s: float) -> World:
    world = World(replace(step(Session(), on.Ready())[0], open_s=open_s))
    for name in ("wake", "ends", "final"):
        world.move(name, 0)
    for choice, which in moves:
        can = world.moves()
        world.move(can[choice % len(can)], which)
    return world


@settings(max_examples=500)
@given(MOVES, st.sampled_from([0.0, 8.0]))
def test_nothing_is_done_before_the_end_nor_answered_twice(moves: list[tuple[int, int]], open_s: float) -> None:
    lived(moves, open_s)


@settings(max_examples=200)
@given(MOVES, st.sampled_from([0.0, 8.0]))
def test_in_the_end_it_rests_or_listens(moves: list[tuple[int, int]], open_s: float) -> None:
    world = lived(moves, open_s)
    while leads_on := [each for each in ("final", "replied", "played", "ends with nothing") if each in world.moves()]:
        world.move(leads_on[0], 0)
    of = world.session
    assert of.phase in RESTING and not (of.untold or of.broken or of.resumes)
