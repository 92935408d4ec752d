"""How late what is said on a call is written down as it goes on, and what that costs: python -m benchmarks.call_live

Plays scripted calls of a folder in real time, synthetic voices on two channels, the other side through a telephone
line, into a call that is followed as the appliance does it; prints how long after its end each segment was there, what
was late or left out, the processor time of both sides together as a share of one core, and the memory.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.calls_spoken import spoken
from device.calls.known import empty_store, fill
from device.calls.live.base import LiveEvent
from device.calls.live.calls import LiveCalls
from device.calls.live.following import IN_TIME_S, CallParts, LiveCall
from device.calls.live.line import LineListener
from device.calls.live.services import CallServices, Tap
from device.calls.live.sides import SideSound
from device.calls.live.words import CallWords, named_as
from device.calls.record import Opening, Recording
from device.calls.script import CallScript, read_script
from device.configuration.load import load
from device.configuration.settings import Settings
from device.wiring.basis import model_folder
from device.wiring.calls.rules import build_call_rules, build_call_setup, call_hints
from device.wiring.ear import final_engine, load_vad
from device.wyoming.turns import EngineTurns
from firmware.frame import RATE
from firmware.sound.playback import PlaybackMicrophone
from firmware.sound.resample import to_int16
from services.calls.base import SIDES, CallEnded, Side
from services.calls.call import FollowedCall
from services.speech.base import FinalRecognizer
from services.store.store import Store


@dataclass
class PlayedSounds:
    """Both sides as they are played (device.calls.live.services.CallSounds)."""

    sound: npt.NDArray[np.float32]
    """Shape (n, 2), full scale 1.0."""
    sides: tuple[Side, ...] = SIDES
    private: bool = False
    _owner: LineListener | None = None

    def lacking(self) -> str:
        return ""

    def listen(self, owner: Tap, other: Tap) -> PlaybackMicrophone:
        del other  # the call reads that side itself
        microphones = PlaybackMicrophone(), PlaybackMicrophone()
        for microphone, channel in zip(microphones, self.sound.T, strict=True):
            microphone.play(to_int16(channel))
        self._owner = LineListener(microphones[0], owner, lambda *_: None)
        self._owner.start()
        return microphones[1]

    def leave(self) -> None:
        if self._owner:
            self._owner.stop()

    def to_ear(self, private: bool) -> None:
        """There is none."""


@dataclass
class Figures:
    """Of the calls that were played."""

    late_s: list[float] = field(default_factory=list)
    lost_s: float = 0.0
    played_s: float = 0.0
    cpu_s: float = 0.0

    def lines(self) -> list[str]:
        late = np.array(self.late_s or [0.0])
        p50, p95, worst = np.percentile(late, 50), np.percentile(late, 95), late.max()
        share = np.mean(late <= IN_TIME_S)
        return [
            f"{late.size} segments; from their end: median {p50:.2f} s, 95 of 100 {p95:.2f} s, all {worst:.2f} s",
            f"within {IN_TIME_S} s: {100 * share:.1f} %; left out: {self.lost_s:.1f} s",
            f"processor: {self.cpu_s:.1f} s in {self.played_s:.1f} s, {self.cpu_s / self.played_s:.3f} of a core",
            f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most",
        ]


def follow(script: CallScript, settings: Settings, finals: FinalRecognizer, figures: Figures) -> None:
    """One call from its beginning to its end, in real time."""
    _, sound = spoken(script)
    ended = threading.Event()

    def told(event: LiveEvent) -> None:
        if isinstance(event, CallEnded):
            ended.set()

    with tempfile.TemporaryDirectory() as folder, empty_store(Path(folder)) as store:
        now = datetime.now(UTC)
        fill(store, script, now)
        make = Making(script, settings, finals, store)
        calls = LiveCalls(CallServices(sounds=PlayedSounds(sound), make=make, aside=print, announce=False, put=print))
        calls.follow(told)
        thread = threading.Thread(target=calls.run, name=calls.name, daemon=True)
        thread.start()
        began_s, cpu_s = time.monotonic(), time.process_time()
        calls.begin(script.other)
        time.sleep(sound.shape[0] / RATE + 1.0)
        calls.end()
        ended.wait(10)
        figures.cpu_s += time.process_time() - cpu_s
        figures.played_s += time.monotonic() - began_s
        figures.late_s += make.made[0].lateness
        figures.lost_s += make.made[0].parts.words.lost_s
        calls.stop()
        thread.join(5)


@dataclass
class Making:
    """Makes what a scripted call is followed with."""

    script: CallScript
    settings: Settings
    finals: FinalRecognizer
    store: Store
    made: list[LiveCall] = field(default_factory=list)

    def __call__(self, who: str, live: LiveCalls, clock: Callable[[], float]) -> LiveCall:
        """As device.wiring.calls.live does."""
        settings, store = self.settings, self.store
        names: dict[Side, str] = {"owner": self.script.owner, "other": who}
        rules, now = build_call_rules(settings, self.script.kind), datetime.now(UTC)
        hints = call_hints(settings, store, self.script.competitors)
        parts = CallParts(
            who=who,
            followed=FollowedCall(build_call_setup(settings, rules, store, began=now, names=names)),
            sides={side: SideSound(load_vad(settings)) for side in SIDES},
            words=CallWords(self.finals, hints, EngineTurns(), named_as(names), live.heard, crashed=print),
            refresh=rules.refresh,
            tell=live.tell,
            whisper=live.whisper,
            open_record=partial(Recording, store, Opening(who, now)),
        )
        self.made.append(LiveCall(parts, clock))
        return self.made[-1]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of scripts, such as tests/calls/open")
    parser.add_argument("--calls", type=int, default=3, help="how many of them are played")
    wanted = parser.parse_args()
    settings, figures = load(), Figures()
    engine = final_engine(settings.finals.engine)
    finals = engine.load(model_folder(settings, settings.finals.model), settings.finals.threads)
    finals.warm_up()
    for path in sorted(wanted.folder.glob("*.yaml"))[: wanted.calls]:
        follow(read_script(path), settings, finals, figures)
        print(f"{path.name} played", flush=True)
    print(*figures.lines(), sep="\n")


if __name__ == "__main__":
    main()
