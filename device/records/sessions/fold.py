"""From events to records of sessions. Pure but for what it remembers of the one that is open; time is an argument."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from device.jobs.job import What
from device.records.sessions.record import SessionRecord, Sound, SpokenLine, State
from device.turn import events as on
from device.turn.machine import Session
from services.speech.base import Endpoint

_CLOSED_BY: dict[type[on.Event], State] = {
    on.SpeechEnded: "silence",
    on.ClaimSettled: "elsewhere",
    on.ClaimHeard: "elsewhere",
    on.Pressed: "button",
    on.Released: "button",
    on.Tapped: "button",
    on.ButtonStuck: "button",
    on.StopAsked: "button",
    on.TextGiven: "typed",
    on.DeadlineCame: "time",
    on.Stopping: "stopped",
    on.MicrophoneFailed: "fault",
    on.FinalHeard: "passed",
    on.Announced: "passed",
    on.DueCame: "passed",
    on.QuestionAsked: "passed",
}
_BESIDE: What = "beside"


class Folding:
    """Takes each event with the session after it; gives the record of a session that has just ended."""

    def __init__(self, *, client: str) -> None:
        """`client`: whose conversation spoken commands belong to."""
        self._client = client
        self._before = Session()
        self._turns: set[int] = set()
        self._said: dict[int, SpokenLine] = {}
        """What was said in turns that are not answered yet."""
        self._speech: dict[int, tuple[datetime | None, datetime | None]] = {}
        """When the speech of a turn began and ended."""
        self.open: SessionRecord | None = None
        """The one that goes on."""

    def take(self, event: on.Event, session: Session, at: datetime) -> SessionRecord | None:
        """`at` is zone-aware. Sessions in which nobody spoke are none."""
        before, self._before = self._before, session
        if session.talk and self.open is None:
            self._turns.clear()
            self._said.clear()
            self._speech.clear()
            self.open = SessionRecord(f"{at.astimezone(UTC):%Y%m%d-%H%M%S}", at, at)
        if self.open is None:
            return None
        self._note(event, before, session, at)
        self.open = replace(self.open, ended=max(at, self.open.began))
        if session.talk and not isinstance(event, on.Stopping):
            return None
        record, self.open = replace(self.open, state=_closed_by(event, session)), None
        return record if record.turns else None

    def _note(self, event: on.Event, before: Session, after: Session, at: datetime) -> None:
        assert self.open
        record, current = self.open, isinstance(event, on.TurnEvent) and event.turn == before.turn
        match event:
            case on.WakeHeard() if before.phase == "speaking" and after.phase == "listening":
                self.open = replace(record, barge_ins=record.barge_ins + 1)
            case on.SpeechEnded(turn, endpoint) if current and endpoint.reason != "no_speech":
                self._turns.add(turn)
                self._speech[turn] = _spoken(endpoint, at)
                sound = (Sound(self._after(at), event.quality),) if event.quality else ()
                self.open = replace(record, turns=record.turns + 1, sounds=record.sounds + sound)
            case on.FinalHeard(turn, final) if current and final.text:
                began, ended = self._speech.get(turn, (None, None))
                line = SpokenLine("you", final.text, self._after(began or at), self._after(ended) if ended else None)
                self._said[turn] = line
                if after.phase != "thinking":  # an answer to another program, or thanks
                    self._say(line)
            case on.FinalHeard() if current:
                self.open = replace(record, passed=record.passed + 1)
            case on.Replied(turn) if turn in self._turns:
                self._reply(event)
            case on.JobChanged(what, client=client) if what == _BESIDE and client == self._client:
                self.open = replace(record, jobs=record.jobs + 1)
            case on.Played(turn) if current:
                self._fall_silent(at)
        self._speak(before, after, at)

    def _reply(self, event: on.Replied) -> None:
        assert self.open
        record, said, response = self.open, self._said.pop(event.turn, None), event.response
        command, outcomes = response.command, response.outcomes
        if not command.steps and not response.reply.text:
            self.open = replace(record, passed=record.passed + 1)
            return
        if said:
            self._say(said)
            record = self.open
        done = sum(outcome.ok for outcome in outcomes) if command.steps else 0
        failed = sum(not outcome.ok and outcome.code != "asked" for outcome in outcomes) if command.steps else 0
        known = bool(command.steps)
        self.open = replace(
            record,
            commands=record.commands + known,
            unclear=record.unclear + (not known),
            done=record.done + done,
            failed=record.failed + failed,
        )

    def _speak(self, before: Session, after: Session, at: datetime) -> None:
        """What the appliance begins to say, or to ring for."""
        if after.saying and after.saying is not before.saying:
            self._say(SpokenLine("equerry", after.saying.text, self._after(at)))
        if after.ringing and after.ringing is not before.ringing:
            self._say(SpokenLine("equerry", after.ringing.words, self._after(at)))

    def _fall_silent(self, at: datetime) -> None:
        assert self.open
        lines = self.open.lines
        if lines and lines[-1].who == "equerry":
            self.open = replace(self.open, lines=(*lines[:-1], replace(lines[-1], until=self._after(at))))

    def _say(self, line: SpokenLine) -> None:
        assert self.open
        self.open = replace(self.open, lines=(*self.open.lines, line))

    def _after(self, at: datetime) -> float:
        """Seconds after the session began; what was said before the button was quite down began with it."""
        assert self.open
        return max(0.0, (at - self.open.began) / timedelta(seconds=1))


def _spoken(endpoint: Endpoint, at: datetime) -> tuple[datetime | None, datetime | None]:
    """When the speech began and ended, as far as that is known."""

    def wall(audio: float | None) -> datetime | None:
        return None if audio is None else at - timedelta(seconds=max(0.0, endpoint.at - audio))

    return wall(endpoint.speech_start), wall(endpoint.speech_end)


def _closed_by(event: on.Event, session: Session) -> State:
    if isinstance(event, on.Stopping):
        return "stopped"
    if session.muted:
        return "mute"
    if session.fault:
        return "fault"
    if isinstance(event, on.Replied):
        return "words" if event.response.command.text else "passed"
    if isinstance(event, on.FinalHeard) and event.final.text:
        return "words"
    return _CLOSED_BY.get(type(event), "over")
