"""What `equerry run` does with a microphone: the appliance itself."""

from __future__ import annotations

import logging
import os
import queue
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console as Terminal

from device.configuration.load import load
from device.configuration.owned.last_good import Lasting
from device.control.server import Control
from device.process.console import Console
from device.process.interrupt import unwinding
from device.process.lacks import Lacking
from device.process.log import log_to_stderr
from device.process.prompt import TypedPrompt, typed_at
from device.process.systemd import Ending, notifier_of
from device.turn import events as on
from device.turn.machine import Session
from device.turn.reactor import Inbox
from device.turn.stopwatch import Stopwatch
from device.wiring.appliance import build_daemon
from device.wiring.basis import check_usable, open_store
from device.wiring.body import (
    Hardware,
    build_buttons,
    build_microphone,
    build_other_channel,
    build_reference,
    build_speaker,
    build_switch,
    loading,
    mute_marker,
)
from device.wiring.commands import build_recorder
from device.wiring.lights import boarded, lit
from device.wiring.process import Process, stop_on_signals

log = logging.getLogger(__name__)

SERVICE = "INVOCATION_ID"
"""In the environment of what systemd runs, which starts it again (systemd.exec(5))."""

_MOST_TURNS = 16
"""Whose times are kept until they are shown."""


def log_turn(event: on.Event, session: Session) -> None:
    """A watcher: what happens, in the journal, without the words that were said."""
    match event:
        case on.Ready():
            log.info("ready")
        case on.WakeHeard(turn, detection):
            log.info("turn %d: %s, score %.2f", turn, detection.word, detection.score)
        case on.StopHeard(turn):
            log.info("turn %d: told to stop", turn)
        case on.Replied(turn, response):
            command = response.command
            told = [f"{outcome.action} {'done' if outcome.ok else outcome.code}" for outcome in response.outcomes]
            done = ", ".join(told) or "not a command"
            log.info("turn %d: %s (%s, %.2f)", turn, done, command.source, command.confidence)
        case on.Sounded(turn):
            log.info("turn %d: sounds", turn)
        case on.Played(turn, finished):
            log.info("turn %d: said%s", turn, " to the end" if finished else " in part")
        case on.DueCame(due):
            log.info("%s %s is due", due.kind, due.id)
        case on.MicrophoneFailed(reason):
            log.error("%s", reason)
        case on.MicrophoneMended():
            log.info("the microphone gives sound again")
        case on.DeadlineCame():
            log.warning("a phase lasted too long; now %s", session.phase)


def _console() -> Console | None:
    """On a terminal words and replies are shown, which no journal is told."""
    looked_at = SERVICE not in os.environ and sys.stderr.isatty()
    return Console(Terminal(stderr=True, highlight=False)) if looked_at else None


def _watchers(console: Console | None) -> list[Callable[[on.Event, Session], None]]:
    if console is None:
        return [log_turn]
    stopwatch = Stopwatch()

    def times(event: on.Event, _: Session) -> None:
        if isinstance(event, on.Played) and (record := stopwatch.records.pop(event.turn, None)) and record.total:
            console.times(record)
        for old in sorted(stopwatch.records)[:-_MOST_TURNS]:  # which were never answered
            del stopwatch.records[old]

    return [stopwatch.watch, console.watch, times]


@contextmanager
def _answering(folder: Path) -> Iterator[Control]:
    """The control socket beside the store, whose watchers are told of the log."""
    with Control(folder) as control:
        logging.getLogger().addHandler(control.feed)
        try:
            yield control
        finally:
            logging.getLogger().removeHandler(control.feed)


def live() -> int:
    """Run until SIGTERM, SIGINT or a restart is asked for; the code to exit with."""
    console = _console()
    log_to_stderr(console)  # in the lines of the console: else they would stand in what is being typed
    notifier = notifier_of(os.environ)
    # Where nobody looks on, it starts also with files that can't be used; at a terminal their faults are told instead.
    lasting = Lasting(os.environ) if notifier else None
    settings = lasting.settings(check_usable) if lasting else load()
    inbox: Inbox = queue.SimpleQueue()
    prompt = TypedPrompt(console, inbox.put) if console and typed_at() else None
    watchers = [*_watchers(console), *([prompt.watch] if prompt else [])]
    ending = Ending(inbox.put)
    if notifier:
        notifier.tell(STATUS="loading")
    lacking = Lacking()
    usable = boarded(settings, lacking)
    buttons = build_buttons(usable, inbox.put, lacking)
    reference = build_reference(settings)
    speaker, other = build_speaker(settings, reference), build_other_channel(settings)
    switch = build_switch(settings, inbox.put, lacking)
    mute = mute_marker(settings, switch)
    if mute.switched_off:
        log.warning(
            "Muted by the switch on the device."
            if switch
            else "The mute switch can't be read: the microphone stays closed."
        )
    if mute.silenced:
        log.warning("Muted: press the talk button, or remove %s and start again.", mute.path)
    unwinding()  # until there is a daemon that takes the wish to end
    with (
        lit(usable, inbox.put, lacking) as lights,
        open_store(settings) as store,
        _answering(store.path.parent) as control,  # while the models are loaded, too
        loading(settings) as (engines, voice),
    ):
        recorder = build_recorder(settings, store, put=inbox.put, wake=engines.wake)
        daemon = build_daemon(
            settings,
            store=store,
            engines=engines,
            voice=voice,
            hardware=Hardware(
                microphone=build_microphone(usable, reference, other),
                other=other,
                speaker=speaker,
                lights=lights,
                mute=mute,
                buttons=buttons,
                lacking=lacking,
            ),
            inbox=inbox,
            process=Process(
                restart=ending.again if SERVICE in os.environ else None,
                environ=os.environ,
                notifier=notifier,
                control=control,
                lasting=lasting,
            ),
            watchers=watchers,
            recorder=recorder,
        )
        stop_on_signals(inbox)
        log.info(
            "Say %s, then your command. Ctrl-C ends.",
            " or ".join(word.replace("_", " ") for word in settings.wake.words),
        )
        if prompt:
            daemon.beside = [*daemon.beside, prompt]
        try:
            daemon.run()
        finally:
            recorder.flush()
    speaker.close()
    for pin in (buttons, switch):
        if pin:
            pin.close()
    return ending.code
