"""Carries jobs out on the act threads: takes them, understands them in their turn, lets long ones run beside."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from math import inf

from device.commands.responder import Going, Responder
from device.control.wire import plain
from device.jobs.job import (
    FINAL,
    Job,
    JobEvent,
    Limits,
    Pace,
    Priority,
    QueueStats,
    State,
    TooMany,
    Watch,
    What,
    row_of,
)
from device.jobs.keys import Answers, Done, DoneBefore, WasDone, key_of
from device.jobs.queue import EXPRESS, Queue
from device.jobs.rates import Admission, bound
from device.jobs.wording import LAST, about_jobs, express, leans_on, matching, ordered
from device.records.writer import Keep, Rows
from firmware.readings import Sensors
from services.actions.base import Reply, Response, refusal
from services.actions.execution import doubt
from services.actions.execution.progress import Progress, Report
from services.store.base import Ids
from services.understanding.base import Command
from services.understanding.conversation.memory import same_talk
from services.understanding.stages.base import unread
from services.voiceprints.base import Who

log = logging.getLogger(__name__)

LOOK_S = 5.0
"""How often load and temperature are looked at, seconds."""
_WRITE_S = 2.0
"""How long an act thread without work waits before it writes down what has ended."""
_MOST_WAITING = 1_000
"""Jobs that ended and wait for a disk that can't be written."""
_ABOUT_JOBS = frozenset(("job.query", "job.cancel"))
_CANCELLED = "action.cancelled"
_ENDED: Mapping[State, What] = {"completed": "completed", "failed": "failed", "cancelled": "cancelled"}


class Jobs:
    """Safe to use from several threads. Nothing runs before `start`."""

    def __init__(
        self,
        responder: Responder,
        *,
        now: Callable[[], datetime],
        limits: Limits | None = None,
        pace: Pace | None = None,
        takes_long: Callable[[Command], bool] = lambda _: False,
        keep: Keep = lambda _: None,
        sensors: Sensors | None = None,
        watchers: Sequence[Watch] = (),
        crashed: Callable[[BaseException], None] | None = None,
        refused: Callable[[str, str, TooMany], None] = lambda _client, _text, _error: None,
        allowance: Callable[[str], float] = lambda _: inf,
        was_done: WasDone = lambda _: False,
        hide: Callable[[str, str], str] = lambda text, _: text,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`takes_long`: what runs beside its conversation; `keep` writes the history; `crashed` is handed a bug on an
        act thread; `refused` is told the client, the text and the error of what was too much; `allowance`: commands a
        minute that a client may give; `was_done`: whether a command with this key was committed, maybe long ago; `hide`
        takes a spoken code off a client's words, before anybody sees them.
        """
        limits, pace = limits or Limits(), pace or Pace()
        self._responder = responder
        self._now = now
        self._takes_long = takes_long
        self._history = Rows(keep, "jobs", most=_MOST_WAITING)
        self._sensors = sensors
        self._watchers = list(watchers)
        self._followers: tuple[Report, ...] = ()
        self._crashed = crashed
        self._refused = refused
        self.clock = clock
        self._queue = Queue(limits)
        self._admission = Admission(pace, allowance)
        self._ids = Ids()
        self._going: dict[str, Going] = {}
        """What runs beside, by the id of its job."""
        self._answers = Answers()
        self._was_done = was_done
        self._hide = hide
        self._cancelled: dict[str, str] = {}
        """What is said of a running job that was cancelled."""
        self._lock = threading.Condition()
        self._look_at = 0.0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"act-{number}", daemon=True)
            for number in range(limits.most + EXPRESS)
        ]

    def start(self) -> None:
        """Let the act threads run."""
        for thread in self._threads:
            thread.start()

    def close(self, within: float = 1.0) -> None:
        """No more jobs; what waits is cancelled, what runs has `within` seconds to commit, or comes to nothing."""
        until = self.clock() + within
        with self._lock:
            self._closed = True
            self._cancel(self._queue.view(ended=False), "")
            self._lock.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - self.clock()))
        self._history.flush()

    def __enter__(self) -> Jobs:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def watch(self, watcher: Watch) -> None:
        """Tell it of every job from now on."""
        with self._lock:
            self._watchers.append(watcher)

    def follow(self, follower: Report) -> None:
        """Tell it from now on what each running job tells of itself; `Progress.command` is the job's id. On the thread
        that runs it, without the lock of the jobs; it must not block.
        """
        with self._lock:
            self._followers = (*self._followers, follower)

    # --- in ---

    def submit(
        self,
        text: str,
        *,
        client: str,
        priority: Priority = "normal",
        confidence: float = 1.0,
        turn: int | None = None,
        after: Sequence[str] = (),
        id: str = "",
        command: Command | None = None,
        unasked: bool = False,
        resumes: bool = False,
        who: Who | None = None,
        done: Done | None = None,
    ) -> Job:
        """Put a command into the queue of its conversation. "After that, …" waits for the client's last open job.

        `command`: what is meant, told step by step (services.understanding.explicit); `text` is then only its name.
        `id`: the sender's own; a command brought again is not done again: its job is returned. `unasked`: heard by an
        ear that opened by itself; what is no clear command is passed over. `resumes`: it takes the place of the
        client's last command, whose words are its beginning. `who`: whose voice it was. `done` is called with what
        came of it, as watchers are; at once where it has ended. Raises TooMany; KeyTaken: another command had that id;
        DoneBefore: nothing is known any more but that it was done.
        """
        moment, text = self.clock(), self._hide(plain(text), client)
        key = key_of(client, id)
        if key and (known := self._known(key, text, client, command, done)):
            return known
        if key and self._was_done(key):
            raise DoneBefore
        urgent = express(text) if command is None else command.intent in _ABOUT_JOBS
        with self._lock:
            if key and (known := self._known(key, text, client, command, done)):  # somebody else was quicker
                return known
            if error := self._admission.refusal(client, moment, urgent=urgent):
                self._queue.refused += 1
            else:
                rest, before = self._ordered(text, client) if command is None else (text, ())
                job = Job(
                    id=self._ids.new(self._now()),
                    client=client,
                    text=rest,
                    submitted=moment,
                    priority=priority,
                    confidence=confidence,
                    turn=turn,
                    after=(*after, *before),
                    key=key,
                    command=command,
                    unasked=unasked,
                    resumes=resumes,
                    who=who,
                    express=urgent,
                )
                try:
                    return self._added(job, text, done)
                except TooMany as full:
                    error = full
        self._refused(client, text, error)
        raise error

    def _known(self, key: str, text: str, client: str, command: Command | None, done: Done | None) -> Job | None:
        """The job of a command brought before; whoever brings it is told of its end. Raises KeyTaken, TooMany."""
        with self._lock:
            job = self._queue.get(self._answers.job(key, client, text, command) or "")
            if job is None:
                return None
            if error := self._admission.refusal(client, self.clock(), again=True):
                raise error
            self._answers.again(job, done)
            return job

    def _ordered(self, text: str, client: str) -> tuple[str, tuple[str, ...]]:
        """A text without the words that say what it comes after, and the ids of that."""
        said = ordered(text)
        if said is None:
            return text, ()
        going = [
            job for job in self._queue.view(client, ended=False) if not job.express and not self._queue.stopping(job.id)
        ]
        meant = going[-1:] if said.after == LAST else matching(said.after, going)
        return (said.text, tuple(job.id for job in meant)) if meant or said.opens else (text, ())

    def _added(self, job: Job, said: str, done: Done | None) -> Job:
        ended = self._queue.add(job)
        self._answers.add(job, said, done)
        self._tell("queued", job)
        self._tell_ended(ended)
        if self._closed:
            self._cancel([job], "")
        self._lock.notify()
        return self._queue.get(job.id) or job

    # --- out ---

    def cancel(self, id_: str, words: str = "That was cancelled.") -> bool:
        """One that waits never starts; one that runs stops between steps and does nothing. False where it has ended."""
        with self._lock:
            job = self._queue.get(id_)
            if job is None or job.state in FINAL:
                return False
            self._cancel([job], words)
            return True

    def _cancel(self, jobs: Sequence[Job], words: str) -> None:
        moment = self.clock()
        for job in jobs:
            ended = self._queue.cancel(job.id, moment, words)
            if not ended:
                self._cancelled[job.id] = words
            self._tell_ended(ended)
        self._lock.notify_all()

    def get(self, id_: str) -> Job | None:
        """One that waits, runs, or ended a short while ago."""
        with self._lock:
            return self._queue.get(id_)

    def stopping(self, id_: str) -> bool:
        """Whether it runs and was cancelled: it ends as soon as it can."""
        with self._lock:
            return self._queue.stopping(id_)

    def view(self, client: str | None = None) -> tuple[Job, ...]:
        """All that wait, run, or ended within the last minutes, as they came; of one client or of all."""
        with self._lock:
            self._answers.forget(self._queue.forget(self.clock()))
            return self._queue.view(client)

    def stats(self) -> QueueStats:
        """The queue in figures."""
        with self._lock:
            return self._queue.stats()

    # --- the act threads ---

    def _run(self) -> None:
        try:
            while (job := self._next()) is not None:
                self._work(job)
        except Exception as error:
            if self._crashed is None:
                raise
            self._crashed(error)

    def _next(self) -> Job | None:
        """Wait for a job to run; None at the end."""
        while True:
            self._look()
            with self._lock:
                if self._closed:
                    return None
                moment = self.clock()
                if job := self._queue.take(moment):
                    self._lock.notify()  # there may be room for another one
                    return job
                self._answers.forget(self._queue.forget(moment))
                waited = self._lock.wait(_WRITE_S if self._history.pending else LOOK_S)
            if not waited:
                self._history.flush()

    @property
    def at_ease(self) -> bool:
        """Neither load nor heat keeps it from running as many jobs as it may: there is time for more."""
        return self._queue.bound >= self._queue.limits.most

    def _look(self) -> None:
        """Let the bound follow load and temperature."""
        moment = self.clock()
        if self._sensors is None or moment < self._look_at:
            return
        self._look_at = moment + LOOK_S
        temperature, load = self._sensors.temperature(), self._sensors.load()
        with self._lock:
            before = self._queue.bound
            self._queue.bound = bound(before, self._queue.limits.most, temperature, load)
            if self._queue.bound > before:
                self._lock.notify_all()

    def _work(self, job: Job) -> None:
        if job.long:
            with self._lock:
                going = self._going[job.id]
                self._tell("beside", job, command=going.command)
            self._end(job, self._carried_out(job, going))
            return
        response = self._in_turn(job)
        if isinstance(response, Going):
            if not self._set_beside(job, response):
                return
            response = self._carried_out(job, response)
        if response is not None:
            self._end(job, response)

    def _set_beside(self, job: Job, going: Going) -> bool:
        """Let it run on beside its conversation; False where it has to wait for a place among those that take long."""
        with self._lock:
            place = self._queue.place_for_long
            self._going[job.id] = going
            if place:
                self._tell("beside", self._queue.set_beside(job.id, self.clock()), command=going.command)
            else:
                self._waits(job, self._queue.wait_for_place(job.id, self.clock()))
            self._lock.notify()
        return place

    def _waits(self, job: Job, ended: Sequence[Job]) -> None:
        """It waits again, unless it was cancelled: then it ended by that, with those that build upon it."""
        for each in ended:
            self._going.pop(each.id, None)
            self._cancelled.pop(each.id, None)
        self._tell_ended(ended)
        if not ended:
            self._tell("waits", self._queue.get(job.id) or job)

    def _in_turn(self, job: Job) -> Response | Going | None:
        """What comes of it in the turn of its conversation; None where it has to wait for another one."""
        with self._responder.turn(job.client):
            said = self._responder.understand(
                job.text,
                client=job.client,
                confidence=job.confidence,
                late=job.late,
                resumes=job.resumes,
                command=job.command,
                who=job.who,
            )
            with self._lock:
                beside = {id_: going for id_, going in self._going.items() if going.client == job.client}
                last = any(same_talk(going.before, said.conversation) for going in beside.values())
                others = [each for each in self._queue.view(job.client) if each.id != job.id and not each.express]
                command = said.command if job.command else about_jobs(said.command, others, latest=last)
                going_on = job.text if said.goes_on and said.conversation.done else ""
                if job.unasked and not doubt.is_for_us(command, going_on=going_on):
                    self._queue.unsaid(job.id)
                    return Response(unread(""), (), Reply(""))
                if command is not said.command:
                    said = replace(said, command=command, doubtful=())
                elif behind := leans_on(said, beside):
                    self._waits(job, self._queue.put_back(job.id, behind, self.clock()))
                    self._lock.notify()
                    return None
                self._queue.labelled(job.id, ", ".join(step.action for step in command.steps))
                self._tell("began", job, command=command)
            with self._lock:
                error = self._admission.refusal_of(command, self.clock())
            if error:
                self._refused(job.client, job.text, error)
                return refusal(command, str(error), error.code)
            decided = self._responder.decided(said)
            if isinstance(decided, Response) or self._takes_long(command):
                return decided
            return self._carried_out(job, decided)

    def _carried_out(self, job: Job, going: Going) -> Response:
        stopping = partial(self._queue.stopping, job.id)
        return self._responder.executed(going, id=job.id, key=job.key, progress=self._progress, cancelled=stopping)

    def _progress(self, progress: Progress) -> None:
        for follower in self._followers:
            follower(progress)

    def _end(self, job: Job, response: Response) -> None:
        failed = [outcome.code for outcome in response.outcomes if not outcome.ok]
        done = any(outcome.ok for outcome in response.outcomes) and bool(response.command.steps)
        state: State = "cancelled" if _CANCELLED in failed else "completed" if done else "failed"
        with self._lock:
            self._going.pop(job.id, None)
            words = self._cancelled.pop(job.id, None)
            if state == "cancelled" and words is not None:
                response = replace(response, reply=Reply(words))
            ended = self._queue.end(job.id, state, self.clock(), response.reply.text, next(iter(failed), None))
            self._tell_ended(ended, response)
            self._lock.notify_all()

    def _tell_ended(self, ended: Sequence[Job], response: Response | None = None) -> None:
        """Tell of jobs that ended, and let the history know. The response belongs to the first."""
        for job in ended:
            assert job.ended is not None
            if job.text or not job.unasked:
                ago = timedelta(seconds=max(0.0, self.clock() - job.ended))
                self._history.put(self._now() - ago, row_of(job))
            told = response or refusal(unread(job.text), job.words, job.code or _CANCELLED)
            self._tell(_ENDED[job.state], job, response=told)
            self._answers.ended(job, told)
            response = None

    def _tell(self, what: What, job: Job, *, command: Command | None = None, response: Response | None = None) -> None:
        event = JobEvent(what, job, command, response, self._queue.running)
        for watcher in self._watchers:
            watcher(event)
