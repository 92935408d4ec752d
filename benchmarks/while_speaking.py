#!/usr/bin/env python3
"""While somebody speaks: how old the text is at a pause, and what partials and reading ahead cost.

    taskset -c 0 .venv/bin/python -m benchmarks.while_speaking [--every 0.6 0.24] [--vosk FOLDER] [--korean]
                                                                  [--commands 20] [--no-model] [--at-leisure]

A synthetic voice (Piper) says commands in real time, a third of them with a pause of 0.5 s, to the ear with a decode
thread, partials and the thread `ahead` as the appliance has them. `--vosk`: the same with the Vosk model in this
folder; `--korean`: espeak-ng says Korean sentences instead, for the Vosk model that there is without its site.

Once 0.2 s are silent, a pause is known and the early decode begins. Printed are, p50 and p95:

- how much speech before the pause the newest decode has not heard, and how much is missing from the text that is shown
  (of which two decodes agree; of Vosk, by the times of its words);
- until the early decode, which begins then, is there;
- processor time while somebody speaks, in percent of one core: of `ahead`, and of the whole process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import soundfile
import soxr

from device.commands.directory import StoreDirectory
from device.configuration.load import load
from device.hearing.read_ahead import Foreseen, ReadingAhead, Stale
from device.speaking.reply import Speaking
from device.turn import events as on
from device.turn.reactor import CLIENT
from device.turn.session import Session
from device.wiring.basis import clock_of
from device.wiring.commands import build_parser, build_responder
from device.wiring.ear import Engines, Inline, build_ear, load_vad
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples
from firmware.sound.audio_file import FileSpeaker
from services.speech.base import Final, Hints, Partial, PartialRecognizer, no_hints
from services.speech.finals.whisper import WhisperFinals
from services.speech.partials.rolling import RollingPartials
from services.speech.partials.vosk import VoskModel, VoskPartials
from services.speech.voice.piper import Piper
from services.store.store import Store
from services.understanding.completeness import completeness
from services.understanding.model.patience import ahead
from services.understanding.parser import CommandParser
from tests.voices import ROOM_DBFS, pink_noise, speak

COMMANDS = (
    ("set a timer for ten minutes",),
    ("add milk, eggs and two loaves of bread to the shopping list",),
    ("what are my tasks for today",),
    ("create a task to send the quarterly report", "to Sarah by Friday afternoon"),
    ("remind me to call the bank tomorrow at nine",),
    ("schedule a meeting with Anna and Ben", "on Thursday at half past two"),
    ("note that the gate code changed to four seven one one",),
    ("wake me up at seven every weekday",),
    ("send a message to Mike that I am late",),
    ("we could do with some milk", "and something for the cat"),
    ("how long is left on the pasta timer",),
    ("put the launch on Friday", "and tell the team about it"),
    ("assign the website task to Deniz",),
    ("give me a report of last week",),
    ("what's on the packing list", "and who is bringing the tent"),
    ("move the meeting with Anna to Monday",),
    ("the invoice for Henderson is paid",),
    ("complete the task about the boiler",),
    ("create a marketing channel and add Sarah", "and tell them the launch is on Friday"),
    ("cancel the reminder about the dentist",),
)
"""Some that only the language model reads."""
KOREAN = (
    "내일 아침 아홉 시에 은행에 전화하라고 알려 줘",
    "쇼핑 목록에 우유와 달걀을 넣어 줘",
    "회의를 월요일로 옮겨 줘",
)
PAUSE_S = 0.5
LEAD_S, TAIL_S = 0.6, 1.2


class Noted:
    """Partials, and how old they are once a pause is known."""

    def __init__(self, partials: PartialRecognizer) -> None:
        self._partials = partials
        self._held = False
        self.now = self.shown = self.decoded = 0.0
        """Audio time; until when what is shown and what was decoded last has heard."""
        self.ages: list[tuple[float, float]] = []
        self.voice_ends = lambda: 0.0
        """Audio time at which the last voice ended."""

    def reset(self) -> None:
        self.shown = self.decoded = self.now
        self._partials.reset()

    def process(self, frame: Frame) -> Partial | None:
        self.now = frame.end
        return self._partials.process(frame)

    def hold(self, hold: bool) -> None:
        if hold and not self._held:
            ends = self.voice_ends()
            self.ages.append((max(0.0, ends - self.decoded), max(0.0, ends - self.shown)))
        self._held = hold
        self._partials.hold(hold)

    def close(self) -> None:
        self._partials.close()

    def over(self) -> None:
        """The sentence is over."""


class Rolling(Noted):
    """What a decode has heard is known once it is there; what is shown, two decodes heard."""

    def __init__(self, decode: Callable[[Samples], str], every: float, *, inline: bool) -> None:
        super().__init__(RollingPartials(self._decode, inline=inline, every=every))
        self._plain, self._since = decode, 0.0
        self._began = 0.0

    def reset(self) -> None:
        super().reset()
        self._began = -1.0

    def process(self, frame: Frame) -> Partial | None:
        if self._began < 0.0:
            self._began = frame.start
            self.shown = self.decoded = frame.start
        return super().process(frame)

    def _decode(self, samples: Samples) -> str:
        text = self._plain(samples)
        self.shown, self.decoded = self.decoded, self._began + samples.size / RATE
        return text


class Words(Noted):
    """Of Vosk; when its words were said is asked of another recogniser, once the sentence is over."""

    def __init__(self, folder: Path) -> None:
        super().__init__(VoskPartials(folder))
        self._model = VoskModel(folder)
        self._at_pause: list[tuple[float, int]] = []
        self._heard: list[Frame] = []
        self._count = 0

    def reset(self) -> None:
        super().reset()
        self._at_pause, self._heard, self._count = [], [], 0

    def process(self, frame: Frame) -> Partial | None:
        self._heard.append(frame)
        shown = super().process(frame)
        self._count = len(shown.text.split()) if shown else self._count
        return shown

    def hold(self, hold: bool) -> None:
        if hold and not self._held:
            self._at_pause.append((self.voice_ends(), self._count))
        self._held = hold

    def over(self) -> None:
        recogniser, ends = self._model.recogniser(), list[float]()
        recogniser.SetWords(True)
        for frame in self._heard:
            if recogniser.AcceptWaveform(frame.samples.tobytes()):
                ends += [word["end"] for word in json.loads(recogniser.Result()).get("result", [])]
        ends += [word["end"] for word in json.loads(recogniser.FinalResult()).get("result", [])]
        began = self._heard[0].start if self._heard else 0.0
        for pause, count in self._at_pause:
            spoken = [began + end for end in ends if began + end <= pause + 0.3]
            known = spoken[count - 1] if 0 < count < len(spoken) else pause if count else began
            self.ages.append((max(0.0, pause - known),) * 2)
        self._at_pause = []


class Timed:
    """The finals, with how long each took."""

    def __init__(self, finals: WhisperFinals) -> None:
        self._finals = finals
        self.expecting, self.partial, self.warm_up = finals.expecting, finals.partial, finals.warm_up
        self.took: list[float] = []

    def transcribe(self, samples: Samples, *, hints: Hints = no_hints, said: str = "", hurry: bool = False) -> Final:
        began = time.monotonic()
        final = self._finals.transcribe(samples, hints=hints, said=said, hurry=hurry)
        self.took.append(time.monotonic() - began)
        return final


class AtLeisure(ReadingAhead):
    """Reads all that it is left, at once, however busy the machine is: what it costs at most."""

    seconds = 0.0
    """Processor time so far."""

    def _leave(self, work: Callable[[], None] | None) -> None:
        began = time.thread_time()
        if work:
            work()
        self.seconds += time.thread_time() - began


@dataclass
class Spent:
    """Processor seconds of one thread, or of the process."""

    clock: Callable[[], float]
    seconds: float = 0.0
    _since: float | None = field(default=None)

    def begin(self) -> None:
        """Somebody speaks."""
        self._since = self.clock()

    def end(self) -> None:
        """And no more."""
        if self._since is not None:
            self.seconds, self._since = self.seconds + self.clock() - self._since, None


def of_thread(thread: threading.Thread) -> Spent:
    """Of a thread that runs."""
    assert thread.ident
    return Spent(partial(time.clock_gettime, time.pthread_getcpuclockid(thread.ident)))


def english(pieces: Sequence[str]) -> Samples:
    """A command with its pause."""
    parts = [np.zeros(round(LEAD_S * RATE), np.int16)]
    for piece in pieces:
        parts += [speak(piece), np.zeros(round(PAUSE_S * RATE), np.int16)]
    return np.concatenate([*parts, np.zeros(round(TAIL_S * RATE), np.int16)])


def korean(text: str) -> Samples:
    """A sentence."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["espeak-ng", "-v", "ko", "-s", "140", "-w", file.name, text], check=True)
        sound, rate = soundfile.read(file.name, dtype="float32")
    said = (soxr.resample(sound, rate, RATE) * 16_000).astype(np.int16)
    return np.concatenate([np.zeros(round(LEAD_S * RATE), np.int16), said, np.zeros(round(TAIL_S * RATE), np.int16)])


def read_ahead(kind: type[ReadingAhead], parser: CommandParser, store: Store, speaking: Speaking) -> ReadingAhead:
    """As device/wiring has it."""
    responder = build_responder(load(), store, parser, StoreDirectory(store))

    def foreseen(text: str, confidence: float, stale: Stale) -> Foreseen:
        with ahead(stale):
            said = responder.understand(text, client=CLIENT, confidence=confidence)
        return Foreseen(said.command, partial(responder.foreseen, said))

    return kind(parser.prepare, foreseen, speaking.make_ready)


def measured(
    clips: Sequence[Samples],
    partials: Noted,
    finals: WhisperFinals,
    store: Store,
    speaking: Speaking,
    *,
    model: bool,
    leisure: bool,
) -> str:
    """The cells of a row, of all clips in real time."""
    settings = load()
    parser, quick = build_parser(settings, model=model), build_parser(settings, model=False)
    parser.warm_up()
    now, ahead = clock_of(settings), read_ahead(AtLeisure if leisure else ReadingAhead, parser, store, speaking)
    thread = threading.Thread(target=ahead.run, name="ahead", daemon=True)
    thread.start()
    spent = Spent(lambda: ahead.seconds) if isinstance(ahead, AtLeisure) else of_thread(thread)
    whole, spoken = Spent(time.process_time), 0.0
    frame = Frame(np.zeros(FRAME_SAMPLES, np.int16), 0)
    began = 0.0

    def took(event: on.Event | on.Crashed) -> None:
        nonlocal spoken, began
        if isinstance(event, on.Crashed):
            raise event.error
        match event:
            case on.SpeechBegan():
                began = frame.end
                spent.begin()
                whole.begin()
            case on.SpeechEnded():
                spoken += frame.end - began
                spent.end()
                whole.end()
        ahead.watch(event, Session(turn=getattr(event, "turn", 0)))

    def ending(text: str, confidence: float, tell: Any) -> None:
        found = completeness(quick.parse(text, now=now()))
        tell(found)
        ahead.foresee(text, confidence, tell if found == "unsure" else lambda _: None)

    timed = Timed(finals)
    with Engines(None, load_vad(settings), partials, timed, Inline() if leisure else ThreadPoolExecutor(2)) as engines:
        ear = build_ear(settings, engines, took, hints=lambda _: (), ending=ending)
        partials.voice_ends = lambda: frame.end - ear._endpoint.pause
        number = 0
        for clip in clips:
            heard = np.clip(clip + pink_noise(len(clip), ROOM_DBFS), -32768, 32767).astype(np.int16)
            parts = heard[: heard.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
            start = time.monotonic()
            for index, part in enumerate(parts):
                frame = Frame(part, number)
                number += 1
                if index == round(LEAD_S / 2 / FRAME_SECONDS):
                    ear.open(ear.turn + 2)
                if not leisure:
                    time.sleep(max(0.0, start + (index + 1) * FRAME_SECONDS - time.monotonic()))
                ear.hear(frame)
            ear.close()
            partials.over()
    ahead.stop()
    decoded, shown = zip(*partials.ages, strict=True)
    shares = " | ".join(f"{100 * each.seconds / spoken:.0f} %" for each in (spent, whole))
    return f"{len(decoded)} | {spread(decoded)} | {spread(shown)} | {spread(timed.took)} | {shares}"


def spread(values: Sequence[float]) -> str:
    """p50, p95."""
    return f"{median(values):.2f}, {quantiles(values, n=20, method='inclusive')[-1]:.2f} s"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=float, nargs="*", default=[load().partials.every_s])
    parser.add_argument("--vosk", type=Path, help="folder of a Vosk model")
    parser.add_argument("--korean", action="store_true")
    parser.add_argument("--commands", type=int, default=20)
    parser.add_argument("--no-model", action="store_true", help="nothing is read ahead")
    parser.add_argument("--at-leisure", action="store_true", help="not in real time: whatever else the machine does")
    options = parser.parse_args()
    models = load().paths.models
    said = [korean(text) for text in KOREAN] if options.korean else [english(each) for each in COMMANDS]
    clips = [said[at % len(said)] for at in range(options.commands)]
    finals = WhisperFinals(models / "equerry-ears", threads=1)
    finals.warm_up()
    print("| partials | pauses | not decoded yet | not shown yet | early decode | `ahead` | all |")
    print("|---|---|---|---|---|---|---|")
    rows: list[tuple[str, Callable[[], Noted]]] = [
        (f"rolling, every {every:.2f} s", partial(Rolling, finals.partial, every, inline=options.at_leisure))
        for every in options.every
    ]
    if options.vosk:
        rows.append((f"Vosk ({options.vosk.name})", partial(Words, options.vosk)))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "equerry.db") as store:
        speaking = Speaking(Piper(models / "piper-en-us-joe"), FileSpeaker(Path(folder) / "said.wav"))
        for title, make in rows:
            cells = measured(
                clips, make(), finals, store, speaking, model=not options.no_model, leisure=options.at_leisure
            )
            print(f"| {title} | {cells} |", flush=True)
    print(f"\n{len(clips)} sentences, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
