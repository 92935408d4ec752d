"""What `equerry hear` does: files through the ear and, unless it is a dry run, on to the actions."""

from __future__ import annotations

import json
import queue
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from device.commands.directory import StoreDirectory
from device.configuration.load import load
from device.configuration.settings import Settings
from device.control.wire import command_fields, outcome_fields
from device.hearing.again import Same, never_the_same
from device.hearing.turn_end import Ending, no_ending
from device.hearing.vote import Whole, no_vote
from device.jobs.job import FINAL, JobEvent
from device.jobs.jobs import Jobs
from device.jobs.works import ConversationWorks
from device.turn import events as on
from device.wiring.basis import build_policy, clock_of, open_store
from device.wiring.body import array_of
from device.wiring.commands import build_jobs, build_parser, build_responder
from device.wiring.ear import Engines, build_ear, load_engines
from device.wiring.outside.home import passing_home
from firmware.errors import ExpectedError
from firmware.sound.audio_file import FileMicrophone
from services.speech.base import Final, Hints, no_hints
from services.understanding.completeness import completeness
from services.voiceprints.base import Who

FINAL_LIMIT = 60.0
"""Seconds to wait for a final after the sound is over."""
_PERHAPS = ". Where it has no wake word: --no-wake"

Print = Callable[..., None]
"""Prints an event by its name, with its fields by keyword; `at`: of the monotonic clock, where it was some time ago."""


Act = Callable[[Final, str, Print], None]
"""Carries out what was heard of a client, and prints what comes of it."""


class Knows(NamedTuple):
    """What is asked about what was heard."""

    hints: Hints
    """As in FinalRecognizer.transcribe."""
    whole: Whole
    """As in device.hearing.vote."""
    same: Same
    """As in device.hearing.again."""
    ending: Ending
    """As in device.hearing.turn_end."""


NOTHING = Knows(no_hints, no_vote, never_the_same, no_ending)
"""Without a store or sentences."""


def hear_files(files: Sequence[Path], *, jsonl: bool, realtime: bool, wake: bool, dry_run: bool) -> int:
    """Hear each file; engines are loaded once. 1 where one could not be read, or, unless `jsonl`, where no words were
    heard in any; else 0.
    """
    settings = load()
    engines = load_engines(settings, wake=wake, inline=not realtime)
    now = clock_of(settings)
    failed = heard = False
    with engines, ExitStack() as stack:
        act, hints = (None, no_hints) if dry_run else stack.enter_context(_acting(settings))
        parser = build_parser(settings) if dry_run else None
        quick = build_parser(settings, model=False)
        knows = Knows(
            hints,
            lambda text: quick.whole(text, now=now()),
            lambda one, other: quick.same(one, other, now=now()),
            lambda text, _, tell: tell(completeness(quick.parse(text, now=now()))),
        )
        for path in files:
            put = _printer(path, jsonl)
            try:
                silent = True
                for final in finals(path, settings, engines, put, knows=knows, realtime=realtime, wake=wake):
                    silent = False
                    if act:
                        act(final, f"file:{path}", put)
                    elif parser:
                        put("command", **command_fields(parser.parse(final.text, now=now())))
                if silent and not jsonl:
                    print(f"equerry: no words were heard in {path.name}{_PERHAPS if wake else ''}", file=sys.stderr)
                heard |= not silent
            except ExpectedError as error:
                failed = True
                put("error", code=error.code, text=str(error))
            put("end")
    return 1 if failed or not (heard or jsonl) else 0


def finals(
    path: Path, settings: Settings, engines: Engines, put: Print, *, knows: Knows = NOTHING, realtime: bool, wake: bool
) -> Iterator[Final]:
    """Hear one file, printing what is heard; the finals that hold words, as they come. No reply sounds here that
    somebody could go on into: what was ended early is told when nothing more can belong to it.
    """
    inbox: queue.SimpleQueue[on.Event | on.Crashed] = queue.SimpleQueue()
    ear = build_ear(settings, engines, inbox.put, **knows._asdict())
    microphone = FileMicrophone(path, array=array_of(settings), realtime=realtime)
    microphone.open()
    told, audio_s = _Told(put), 0.0
    if not wake:
        ear.open(0, preroll=0.0)
    try:
        while (frame := microphone.read()) is not None:
            audio_s = frame.end
            ear.hear(frame)
            while not inbox.empty():
                told.take(inbox.get(), audio_s)
            if not (ear.listening or ear.may_go_on or told.awaited):
                yield from told.finals()
                if not wake:
                    return
        told.awaited += ear.finish()
        while told.awaited or not inbox.empty():
            told.take(inbox.get(timeout=FINAL_LIMIT), audio_s)
        yield from told.finals()
    finally:
        microphone.close()
        ear.reset()


class _Told:
    """Prints what the ear tells of one file, each final once it is certain."""

    def __init__(self, put: Print) -> None:
        self._put = put
        self.awaited = 0
        """Turns that are over and whose final is still to come."""
        self._finals: dict[int, tuple[Final, float, float]] = {}
        """By their turn, with the audio time and the time of the clock at which they came."""
        self._held_by: dict[int, int] = {}
        """Turns that went on as another one, which holds all that was said in them."""

    def finals(self) -> Iterator[Final]:
        """What came since, now that nobody goes on; those that hold words."""
        finals, self._finals = self._finals, {}
        for final, at, came in finals.values():
            told = {"dropped": final.dropped, "first": final.first, "who": final.who and _who(final.who)}
            more = {name: value for name, value in told.items() if value is not None}
            sure = round(final.confidence, 3)
            self._put("final", at=came, audio_s=at, text=final.text, confidence=sure, passes=final.passes, **more)
            if final.text:
                yield final

    def take(self, event: on.Event | on.Crashed, audio_s: float) -> None:
        """Print one event, or keep it."""
        at, put = round(audio_s, 2), self._put
        match event:
            case on.Crashed(error):
                raise error
            case on.WakeHeard(_, detection):
                put("detection", audio_s=round(detection.at, 2), word=detection.word, score=round(detection.score, 3))
            case on.WentOn(turn, of):
                self._held_by[of] = turn
                if of in self._finals:
                    self._finals[turn] = self._finals.pop(of)
                put("went_on", audio_s=at, turn=of)
            case on.PartialHeard(_, partial):
                put("partial", audio_s=round(partial.at, 2), text=partial.text)
            case on.SpeechEnded(_, endpoint):
                put("endpoint", audio_s=round(endpoint.at, 2), text=endpoint.reason)
                self.awaited += endpoint.reason != "no_speech"
            case on.FinalHeard(turn, final):
                self.awaited -= 1
                turn = self._held_by.get(turn, turn)
                if final.text or turn not in self._finals:  # else nothing intelligible followed
                    self._finals[turn] = final, at, time.monotonic()


def _who(who: Who) -> dict[str, Any]:
    likely = {name: round(share, 3) for name, share in who.likely}
    return {"name": who.name, "sureness": round(who.sureness, 3), "likely": likely}


@contextmanager
def _acting(settings: Settings) -> Iterator[tuple[Act, Hints]]:
    """What carries out what was heard, as the appliance would: through its queue; and the names of its store."""
    events: queue.SimpleQueue[JobEvent | BaseException] = queue.SimpleQueue()
    now = clock_of(settings)
    with open_store(settings) as store, passing_home(settings) as controls:
        directory, policy = StoreDirectory(store, controls), build_policy(settings, store)
        parser = build_parser(settings, names=directory.names, controls=controls)
        works = ConversationWorks(owns=lambda client: policy.role(client).everything)
        responder = build_responder(settings, store, parser, directory, works=works, policy=policy, controls=controls)
        with build_jobs(settings, store, responder, works, policy, now=now, crashed=events.put) as jobs:
            jobs.watch(events.put)
            yield partial(_act, jobs, events), partial(directory.hints, known=parser.words())


def _act(
    jobs: Jobs, events: queue.SimpleQueue[JobEvent | BaseException], final: Final, client: str, put: Print
) -> None:
    """Carry a final out, to its end; print what comes of it. Raises TooMany."""
    job = jobs.submit(final.text, client=client, confidence=final.confidence, who=final.who)
    while True:
        event = events.get()
        if isinstance(event, BaseException):
            raise event
        if event.job.id != job.id:
            continue
        if event.what == "began" and event.command:
            put("command", **command_fields(event.command))
        if event.job.state in FINAL and event.response:
            for outcome in event.response.outcomes:
                put("outcome", **outcome_fields(outcome))
            put("reply", text=event.response.reply.text)
            return


def _printer(path: Path, jsonl: bool) -> Print:
    began = time.monotonic()

    def put(event: str, /, *, at: float | None = None, **fields: Any) -> None:
        wall_s = round((time.monotonic() if at is None else at) - began, 3)
        if jsonl:
            told = {"event": event, "file": str(path), **fields, "wall_s": wall_s}
            print(json.dumps(told, ensure_ascii=False), flush=True)
        else:
            words = fields.get("text") or fields.get("word") or fields.get("action") or ""
            print(f"{path.name}  {wall_s:7.2f} s  {event:<10} {words}", flush=True)

    return put
