"""The reactor: one inbox, one thread that decides, effects handed to the threads that carry them out."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from device.hearing.listener import Listener
from device.hearing.mute import MuteMarker
from device.jobs.job import FINAL, JobEvent, TooMany
from device.jobs.jobs import Jobs
from device.lights.projection import LightsProjection
from device.mqtt.base import Site
from device.process.priority import go_first
from device.process.systemd import unwatched
from device.speaking.mouth import Mouth
from device.turn import effects as do
from device.turn import events as on
from device.turn.due import Dues
from device.turn.due_store import StoreCalendar
from device.turn.held_back import HeldBack
from device.turn.machine import Deadlines, Session, step
from firmware.errors import ExpectedError
from services.actions.base import Due, Response, refusal
from services.actions.wording import sentence
from services.understanding.base import Command

log = logging.getLogger(__name__)

CLIENT = "microphone"
"""The client of spoken and typed commands."""

LOOKS_APART = 1.0
"""Least seconds between two looks at the calendar while documents keep changing."""

Inbox = queue.SimpleQueue[on.Event | on.Written | on.Crashed]
Watcher = Callable[[on.Event, Session], None]
"""Told of each event and the session after it: the console, the turn records. Must not block."""


class Beside(Protocol):
    """Work beside the turns on a thread of its own: backups, a bucket, the inbox."""

    @property
    def name(self) -> str:
        """Of its thread."""

    def run(self) -> None:
        """Until stopped. Expected failures are logged and retried; a bug is raised."""

    def stop(self) -> None:
        """End soon, from any thread."""


@dataclass
class Reactor:
    """Built by device/wiring; run once."""

    inbox: Inbox
    listener: Listener
    mouth: Mouth
    jobs: Jobs
    """Their bugs must be put into the inbox."""
    calendar: StoreCalendar
    lights: LightsProjection
    mute: MuteMarker
    now: Callable[[], datetime]
    deadlines: Deadlines = field(default_factory=Deadlines)
    watchers: Sequence[Watcher] = ()
    beside: Sequence[Beside] = ()
    warm_up: Sequence[Callable[[], None]] = ()
    """Done on a thread of its own once all is ready: speeds up later turns, but is not waited for."""
    clock: Callable[[], float] = time.monotonic
    site: Site = field(default_factory=Site)
    """Other devices that hear and know the same."""
    restore: Callable[[], str] = lambda: ""
    """Restores the factory settings; returns what to say of it. Raises ExpectedError."""
    on_call: Callable[[], bool] = lambda: False
    """Whether a call is followed; from main, it does not wait."""
    long_press_calls: bool = False
    """Holding the button in silence begins a call, or ends it."""
    heart: Callable[[], float] = unwatched
    """Called whenever main comes round; returns the seconds until it must come round again (device/process/systemd.py).
    """

    def __post_init__(self) -> None:
        self.jobs.watch(self._note_job)
        mute = self.mute
        self._session = Session(
            muted=mute.muted,
            silenced=mute.silenced,
            switched_off=mute.switched_off,
            long_press_calls=self.long_press_calls,
        )
        self._dues = Dues(self.calendar, self.site)
        self._held_back = HeldBack(lambda: self.calendar.quiet(self.now()))
        self._deadline: float | None = None
        self._looked, self._look_again = -LOOKS_APART, 0.0
        self._written = False
        """A `Written` is in the inbox already."""
        self._present = False
        """Somebody has just had an answer."""
        self._finished = False

    def run(self) -> None:
        """Run until stopped. A bug on any thread is raised here."""
        threads = [
            threading.Thread(target=self._first, args=(self.listener.run,), name="listen", daemon=True),
            threading.Thread(target=self._first, args=(self.mouth.run,), name="speak", daemon=True),
            *[
                threading.Thread(target=self._guarded, args=(each.run,), name=each.name, daemon=True)
                for each in self.beside
            ],
        ]
        for thread in threads:
            thread.start()
        self.lights.follow(self._session)
        self.jobs.start()
        self.inbox.put(on.Ready())
        threading.Thread(target=self._guarded, args=(self._warm_up,), name="warm-up", daemon=True).start()
        try:
            while not self._finished:
                self._turn_over()
        finally:
            self._close(threads)

    def written(self, _: object) -> None:
        """Watches the store, from any thread: what another client or device has set may be due before the next look."""
        if not self._written:
            self._written = True
            self.inbox.put(on.Written())

    def _first(self, work: Callable[[], None]) -> None:
        go_first()
        self._guarded(work)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - handed to main, which raises it: a bug is not hidden
            self.inbox.put(on.Crashed(error))

    def _warm_up(self) -> None:
        for work in self.warm_up:
            work()

    def _turn_over(self) -> None:
        """Wait for one event and do what it asks for."""
        try:
            event = self.inbox.get(timeout=min(self._patience(), self.heart()))
        except queue.Empty:
            self._due_and_deadlines()
            return
        if isinstance(event, on.Crashed):
            raise event.error
        if isinstance(event, on.Written):
            self._written = False
            self._look_again = min(self._look_again, self._looked + LOOKS_APART)
        elif self._held_back.holds(event):
            pass  # told when the quiet is over
        elif not isinstance(event, on.DueCame) or self._dues.won(event.due):
            self._take(event)
        self._due_and_deadlines()

    def _patience(self) -> float:
        until = min(self._look_again, self._deadline if self._deadline is not None else self._look_again)
        return max(0.0, until - self.clock())

    def _take(self, event: on.Event) -> None:
        before = replace(self._session, open_s=self.deadlines.open, on_call=self.on_call())
        self._session, effects = step(before, event)
        after = self._session
        self.listener.raise_turn(self._session.turn)
        self.listener.own_voice(after.phase in ("speaking", "ringing"), rings=after.phase == "ringing")
        if after.serial != before.serial:
            lasting = self.deadlines.of(after.phase)
            self._deadline = None if lasting is None else self.clock() + lasting
        self.lights.follow(after, event)
        self.mute.switched_off = after.switched_off
        if after.silenced != before.silenced:
            self.mute.remember(after.silenced)
        for watcher in self.watchers:
            watcher(event, self._session)
        for effect in effects:
            self._carry_out(effect)
        if isinstance(event, on.Replied):
            self._look_again, self._present = 0.0, True

    def _due_and_deadlines(self) -> None:
        moment = self.clock()
        if self._deadline is not None and moment >= self._deadline:
            self._deadline = None
            self._take(on.DeadlineCame(self._session.serial))
        if moment >= self._look_again and not self._finished:
            self._look_at_calendar(moment)

    def _look_at_calendar(self, moment: float) -> None:
        now, session = self.now(), self._session
        present, self._present = self._present, False
        here = (*((session.ringing,) if session.ringing else ()), *session.waiting)
        for due in self._dues.come(now, moment, present=present, here=here):
            if due.how == "run":
                self._begin(due)
            else:
                self._take(on.DueCame(due))
        for announced in self._held_back.over():
            self._take(announced)
        self._looked, self._look_again = moment, moment + self._dues.wait(now, moment)
        self.lights.follow(self._session)

    def _carry_out(self, effect: do.Effect) -> None:
        match effect:
            case do.Speak() | do.BreakOff() | do.Pause() | do.Duck() | do.Chime() | do.Hush() | do.Ring():
                self.mouth.take(effect)
            case do.Respond():
                self._respond(effect)
            case do.Rung(due, heard):
                self._note_rung(due, heard=heard)
            case do.Claim(asked=True):
                self.site.hold_turn()
            case do.Claim(turn):
                if not self.site.claim_turn(turn):
                    self._take(on.ClaimSettled(turn, won=True))
            case do.Answer(question, text, confidence):
                self._take(on.Answered(question, text, confidence))
            case do.Restore():
                self._restore()
            case do.Finish():
                self._finished = True
            case _:
                self.listener.take(effect)
                if isinstance(effect, do.OpenEar) and effect.heard:
                    self.mouth.take(do.Chime("heard"))

    def _note_rung(self, due: Due, *, heard: bool) -> None:
        try:
            self.calendar.rung(due, self.now(), heard=heard)
        except ExpectedError as error:
            # It does not ring again in this run; after a restart it may, which is better than never.
            log.error("%s", error)

    def _respond(self, to: do.Respond) -> None:
        """Somebody stands there and waits: goes before requests of machines and routines."""
        try:
            self.jobs.submit(
                to.text,
                client=CLIENT,
                confidence=to.confidence,
                turn=to.turn,
                priority="high",
                unasked=to.unasked,
                command=to.command,
                resumes=to.resumes,
                who=to.who,
            )
        except TooMany as error:
            refused = refusal(Command(to.text, (), 0.0, "none"), str(error), error.code)
            self.inbox.put(on.Replied(to.turn, refused))

    def _restore(self) -> None:
        try:
            if words := self.restore():
                self.inbox.put(on.Announced(words, waits=False))
        except ExpectedError as error:
            self.inbox.put(on.Announced(sentence(str(error)), waits=False))

    def _begin(self, due: Due) -> None:
        """Begins a scheduled routine, or one that can go on: a job like any other, whose reply is announced."""
        try:
            self.jobs.submit(due.words, client=due.client, done=partial(self._ended, due))
        except TooMany as error:
            log.error("Not begun: %s. %s", due.words, error)

    def _ended(self, due: Due, response: Response) -> None:
        """On the thread that ends the job."""
        if due.kind == "routine":
            self._note_rung(due, heard=True)
        if response.reply.text:
            self.inbox.put(on.Announced(response.reply.text, waits=False))  # its hour was chosen

    def _note_job(self, event: JobEvent) -> None:
        """On the job's thread: puts what happened into the inbox."""
        job = event.job
        self.inbox.put(on.JobChanged(event.what, job.client, event.running))
        if job.turn is None:
            return
        if event.what == "began" and event.command and event.command.steps:
            self.inbox.put(on.ActingBegan(job.turn, event.command))
        if job.state in FINAL and event.response:
            self.inbox.put(on.Replied(job.turn, event.response))

    def _close(self, threads: Sequence[threading.Thread]) -> None:
        """In reverse order: sound in, commands, sound out, lights. What was begun is committed or not at all."""
        self.listener.stop()
        for each in self.beside:
            each.stop()
        self.mouth.close()
        self.jobs.close(within=1.0)
        for thread in threads:
            thread.join(timeout=0.5)
        self.lights.close()
