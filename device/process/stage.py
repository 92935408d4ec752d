"""`equerry run` without a microphone, and `equerry bench`: the daemon on played clips, on a store of its own."""

from __future__ import annotations

import json
import queue
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console as Terminal

from device.configuration.load import load
from device.configuration.settings import Settings
from device.hearing.mute import MuteMarker
from device.lights.thread import Dark
from device.process.console import Console, spread_table
from device.process.interrupt import unwinding
from device.process.rehearsal import SAMPLES, Rehearsal
from device.turn import events as on
from device.turn.reactor import Inbox, Reactor
from device.turn.stopwatch import Stopwatch
from device.wiring.appliance import build_daemon
from device.wiring.basis import open_store
from device.wiring.body import Hardware, loading
from device.wiring.process import stop_on_signals
from firmware.readings import resident_mb, started
from firmware.sound.audio_file import FileSpeaker
from firmware.sound.playback import PlaybackMicrophone
from services.insight.summary import latencies
from services.store.base import StoreReadOnly

REPLIES_S = 120.0
"""Seconds of what is spoken that are written down for whoever wants to hear it; an alarm may ring for long."""


@dataclass(slots=True)
class RehearsalStage:
    """A daemon, and what rehearses with it."""

    daemon: Reactor
    rehearsal: Rehearsal
    stopwatch: Stopwatch
    console: Console
    replies: Path
    """The WAV file into which it speaks."""

    def play(self, samples: Sequence[str], *, prompt: bool | None) -> None:
        """Rehearse these while the daemon runs, on this thread, to its end."""

        def rehearse() -> None:
            try:
                self.rehearsal.run(samples, prompt=prompt)
            except Exception as error:  # noqa: BLE001 - handed to main, which raises it: a bug is not hidden
                self.daemon.inbox.put(on.Crashed(error))

        threading.Thread(target=rehearse, name="rehearsal", daemon=True).start()
        self.daemon.run()


@contextmanager
def staged(settings: Settings, terminal: Terminal) -> Iterator[RehearsalStage]:
    """Build it all on a store that is thrown away: a rehearsal leaves no tasks behind."""
    settings = settings.model_copy(update={"guide": settings.guide.model_copy(update={"enabled": False})})
    inbox: Inbox = queue.SimpleQueue()
    console, stopwatch, microphone = Console(terminal), Stopwatch(), PlaybackMicrophone()
    replies = settings.paths.data / "rehearsal.wav"
    try:
        replies.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreReadOnly(path=replies.parent, reason=error.strerror) from error
    unwinding()  # until there is a daemon that takes the wish to end
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(settings, Path(folder) / "rehearsal.db") as store,
        loading(settings) as (engines, voice),
    ):
        speaker = FileSpeaker(replies, most_s=REPLIES_S)
        rehearsal = Rehearsal(
            microphone, voice, console, stopwatch, inbox.put, wake_word=settings.wake.words[0].replace("_", " ")
        )
        daemon = build_daemon(
            settings,
            store=store,
            engines=engines,
            voice=voice,
            hardware=Hardware(
                microphone=microphone, speaker=speaker, lights=Dark(), mute=MuteMarker(Path(folder) / "muted")
            ),
            inbox=inbox,
            watchers=[stopwatch.watch, console.watch, rehearsal.watch],
        )
        stop_on_signals(inbox)
        try:
            yield RehearsalStage(daemon, rehearsal, stopwatch, console, replies)
        finally:
            speaker.close()


def rehearse(*, prompt: bool | None = None, terminal: Terminal | None = None) -> int:
    """Play the samples, then leave a prompt if there is a terminal. 0 when every sample was answered, else 1."""
    settings = load()
    terminal = terminal or Terminal(highlight=False)
    terminal.print(
        "No microphone: a rehearsal. Spoken samples go through the pipeline of the appliance; nothing is kept but the"
        f" first {REPLIES_S / 60:.0f} minutes of what it says, until the next rehearsal.",
        style="dim",
    )
    terminal.print("Loading the engines …", style="dim")
    with staged(settings, terminal) as stage:
        stage.play(SAMPLES, prompt=prompt)
        stage.console.say(f"\nWhat was spoken is in {_short(stage.replies)}", style="dim")
        return 1 if stage.rehearsal.missed else 0


def _short(path: Path) -> str:
    """The path as one would type it."""
    return f"~/{path.relative_to(Path.home())}" if path.is_relative_to(Path.home()) else str(path)


def time_turns(turns: int, *, jsonl: bool) -> int:
    """Play `turns` samples in real time and print the spread of each stage."""
    settings = load()
    terminal = Terminal(file=sys.stderr, quiet=jsonl, highlight=False)
    with staged(settings, terminal) as stage:
        samples = [SAMPLES[index % len(SAMPLES)] for index in range(turns)]
        stage.play(samples, prompt=False)
        spreads = latencies((record.stages(), record.total) for record in stage.stopwatch.records.values())
        usage = {"ready_s": round(stage.stopwatch.ready - started(), 2), "memory_mb": resident_mb()}
    if jsonl:
        for name, row in spreads.items():
            print(json.dumps({"stage": name, "p50_s": round(row.p50, 3), "p95_s": round(row.p95, 3), "turns": row.n}))
        print(json.dumps(usage))
    else:
        Terminal().print(spread_table(spreads, f"{turns} spoken commands, in real time"))
        print(f"ready {usage['ready_s']} s after the process began; {usage['memory_mb']} MB of memory")
    return 1 if stage.rehearsal.missed else 0
