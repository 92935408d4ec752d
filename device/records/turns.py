"""Keeps a record of every turn (told by main) and command (told by act threads), and says so when a reply came late."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from device.jobs.job import JobEvent
from device.records.writer import Keep, Rows
from device.turn import events as on
from device.turn.machine import Session
from device.turn.stopwatch import Stopwatch, TurnRecord
from services.actions.base import Response
from services.actions.policy.roles import identity_of
from services.insight.base import CLOSED, DISOWNED, OVERHEARD, Result, Targets, TurnEntry
from services.insight.entries import fields_of
from services.speech.base import Final
from services.understanding.reserved import disowns
from services.voiceprints.base import Who

log = logging.getLogger(__name__)

CLIENT = "microphone"
Opened = Literal["wake", "itself", "hand"]
"""By the wake word; after a reply; by the button, a question or from afar."""
_GATHER_S = 0.5
"""Seconds in which what follows the first is written with it: several at once cost one commit."""
_MOST_WAITING = 1000
"""Records that wait for a disk that can't be written."""
_MOST_OPEN = 16


class Recorder(Rows):
    """`watch` is for main, `job` and `answered` for any thread; `run` is the thread `record`."""

    name = "record"

    def __init__(
        self,
        keep: Keep,
        *,
        now: Callable[[], datetime],
        targets: Targets,
        transcripts: bool = True,
        alert: Callable[[on.Slow], None] = lambda _: None,
        near_misses: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`transcripts`: whether what was said is kept; `alert` is told of each late reply, on the thread that met it;
        `near_misses` counts since the start.
        """
        super().__init__(keep, "turns", most=_MOST_WAITING, gather_s=_GATHER_S)
        self._now = now
        self._targets = targets
        self._transcripts = transcripts
        self._alert = alert
        self._near_misses = near_misses
        self._nearly_heard = 0
        self._clock = clock
        self._stopwatch = Stopwatch(clock)
        self._given: dict[int, float] = {}
        """When the text of a typed turn came."""
        self._sure: dict[int, float] = {}
        """How sure the final of a turn is."""
        self._first: dict[int, str] = {}
        """What was heard before a second look or a vote put other words."""
        self._who: dict[int, Who] = {}
        """Whose voice it was."""
        self._opened: dict[int, Opened] = {}
        """How the ear was opened for a turn."""
        self._answered: dict[int, Response] = {}
        self._began: dict[str, float] = {}
        """When a job was understood, by its id."""
        self._followers: tuple[Callable[[TurnEntry], None], ...] = ()
        self._counting = threading.Lock()

    def follow(self, follower: Callable[[TurnEntry], None]) -> None:
        """Tell it of each record from now on; it must not block. Words are in it only where they are kept."""
        self._followers = (*self._followers, follower)

    # --- turns of the microphone ---

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        self._stopwatch.watch(event, session)
        if session.phase in ("listening", "asking"):
            by_itself = session.talk is not None and session.talk.unasked
            opened: Opened = "itself" if by_itself else "hand"
            woken = isinstance(event, on.WakeHeard) or self._opened.get(session.turn) == "wake"
            self._opened[session.turn] = "wake" if woken else opened
        match event:
            case on.TextGiven():
                self._given[session.turn] = self._clock()
            case on.SpeechEnded(turn, endpoint) if endpoint.reason == "no_speech":
                self._silent(turn, "no_speech")
            case on.FinalHeard(turn, final):
                self._heard(turn, final)
            case on.Replied(turn, response) if not response.command.text:
                self._silent(turn, OVERHEARD)
            case on.Replied(turn, response) if disowns(response.command.text) and turn not in self._given:
                pass  # recorded as it was heard: an ear that was open has no reply to it
            case on.Replied(turn, response):
                self._answered[turn] = response
                if turn != session.turn or not response.reply.text:
                    self._close(turn, told=bool(response.reply.text))  # later, or not at all
            case on.Sounded(turn):
                self._close(turn)
            case on.Played(turn):
                self._close(turn)  # hushed before its first sample

    def _heard(self, turn: int, final: Final) -> None:
        if not final.text:
            self._silent(turn, final.dropped or "silence")
        elif disowns(final.text):
            self._put(TurnEntry(self._now(), CLIENT, "silent", code=DISOWNED))
            self._forget(turn)
        else:
            self._sure[turn] = final.confidence
            if final.who is not None:
                self._who[turn] = final.who
            if final.first is not None and self._transcripts:
                self._first[turn] = final.first

    def _silent(self, turn: int, code: str) -> None:
        """Nothing to be done was said; no false wake where it was not the wake word that opened the ear."""
        opened = self._opened.get(turn, "wake")
        if opened != "wake" and code == "no_speech":
            code = CLOSED
        elif opened == "itself":
            code = OVERHEARD
        timed = self._stopwatch.records.get(turn)
        self._put(TurnEntry(self._now(), CLIENT, "silent", code=code, stages=timed.stages() if timed else {}))
        self._forget(turn)

    def _close(self, turn: int, *, told: bool = False) -> None:
        """Record an answered turn, once. `told`: its reply still waits, so it took at least that long."""
        answered = self._answered.pop(turn, None)
        if answered is None:
            return
        timed = self._stopwatch.records.pop(turn, None) or TurnRecord(turn)
        given = self._given.get(turn)
        began = timed.speech_end if given is None else given
        over = timed.acted if told else timed.sounded
        stages = timed.stages()
        if given is not None and timed.command is not None:
            stages["command"] = timed.command - given
        total = None if began is None or over is None else over - began
        who = self._who.get(turn)
        self._judge(
            replace(
                self._entry(answered, CLIENT),
                heard=self._sure.get(turn),
                first=self._first.get(turn),
                stages=stages,
                total=total,
                who=who.name if who else None,
                sureness=who.sureness if who else None,
            ),
            turn,
        )
        self._forget(turn)

    def _forget(self, turn: int) -> None:
        """This turn, and old ones that never came to an end."""
        for each in (
            self._stopwatch.records,
            self._given,
            self._sure,
            self._first,
            self._who,
            self._opened,
            self._answered,
        ):
            each.pop(turn, None)
            for old in sorted(each)[:-_MOST_OPEN]:
                del each[old]

    # --- commands of all others ---

    def job(self, event: JobEvent) -> None:
        """A watcher of the jobs; those of turns are told by `watch`."""
        job = event.job
        if job.turn is not None:
            return
        if event.what == "began":
            self._began[job.id] = self._clock()
        elif event.response is not None:
            began = self._began.pop(job.id, None)
            ended = self._clock() if job.ended is None else job.ended
            entry = self._entry(event.response, job.client)
            stages = {"queued": job.waited}
            if job.started is not None and began is not None:
                stages |= {"command": began - job.started, "acted": ended - began}
            self._judge(replace(entry, stages=stages, total=ended - job.submitted), None)

    def answered(self, response: Response, *, client: str, understood_s: float, acted_s: float) -> None:
        """A command that went neither through a turn nor the queue."""
        stages = {"command": understood_s, "acted": acted_s}
        self._judge(replace(self._entry(response, client), stages=stages, total=understood_s + acted_s), None)

    # --- to the journal ---

    def _entry(self, answered: Response, client: str) -> TurnEntry:
        command = answered.command
        codes = [outcome.code for outcome in answered.outcomes if not outcome.ok]
        result = _result(answered)
        return TurnEntry(
            self._now(),
            identity_of(client),
            result,
            command.source,
            command.text if self._transcripts else None,
            understood=command.confidence,
            actions=tuple(step.action for step in command.steps),
            code=next(iter(codes), None) if result in ("failed", "asked") else None,
        )

    def _judge(self, entry: TurnEntry, turn: int | None) -> None:
        self._put(entry)
        if self._targets.missed(entry):
            slow = on.Slow(turn, entry.client, entry.actions, entry.total or 0.0, self._targets.of(len(entry.actions)))
            log.warning(
                "slow: %s took %.1f s, more than %.1f s",
                ", ".join(slow.actions) or "no command",
                slow.seconds,
                slow.target,
            )
            self._alert(slow)

    def _put(self, entry: TurnEntry) -> None:
        with self._counting:
            heard = self._near_misses()
            entry = replace(entry, near_misses=max(0, heard - self._nearly_heard))
            self._nearly_heard = heard
        self.put(entry.at, fields_of(entry))
        for follower in self._followers:
            follower(entry)


def _result(answered: Response) -> Result:
    if answered.reply.awaits and not any(outcome.ok for outcome in answered.outcomes):
        return "asked"
    if not answered.command.steps:
        return "unclear"
    return "done" if all(outcome.ok for outcome in answered.outcomes) else "failed"
