#!/usr/bin/env python3
"""Somebody talks for ten minutes, hardly with a breath, before a whole appliance as it is shipped: after the wake word,
or into the ear that opened by itself. What it makes of that, what memory and processor time it takes, and whether the
next command works. In real time.

    .venv/bin/python benchmarks/monologue.py [--into wake|open] [--minutes 10]
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from device.turn import events as on  # noqa: E402
from device.turn.machine import Session  # noqa: E402
from firmware.frame import RATE, Samples  # noqa: E402
from services.store.documents import Task  # noqa: E402
from tests.voices import pink_noise, speak, turn  # noqa: E402
from tests.whole_appliance import WholeAppliance  # noqa: E402

SENTENCES = (
    (
        "When my grandmother was young they carried the water up from the well, two buckets at a time, and nobody"
        " thought anything of it."
    ),
    (
        "The road over the hill was never paved, so in winter the bus stopped at the mill and we walked the rest of the"
        " way in the dark."
    ),
    (
        "I remember a neighbour who kept bees, and every summer he lost a hive to the wasps and said that it was the"
        " last one he would buy."
    ),
    (
        "You could hear the trains at night when the wind came from the river, and I used to count the wagons until I"
        " fell asleep."
    ),
    (
        "Then the school was closed, and the children went to the town, and the shop followed a year later because"
        " nobody passed it any more."
    ),
    (
        "My uncle repaired clocks in a shed behind the house, and he would never tell you when yours was going to be"
        " finished."
    ),
    (
        "It rained for most of that spring and the potatoes rotted, but the apples were better than anybody had ever"
        " seen them."
    ),
    (
        "What I liked most was the smell of the bakery at five in the morning, when the streets were empty and the"
        " lamps still burned."
    ),
    (
        "There was a man with a violin who played at every wedding, always the same three songs, and always a little"
        " too fast."
    ),
    "We had one telephone for the whole street, and whoever answered had to run and fetch the person who was called.",
    "Of course people quarrelled, mostly about fences, and about a walnut tree that stood exactly between two gardens.",
    "Later I moved to the city for work, and for the first year I could not get used to how late everybody had supper.",
    (
        "The room that I rented looked out on a brick wall, and in the afternoon for ten minutes the sun came down"
        " between the roofs."
    ),
    "I learned to cook there, on a single ring, mostly soup, and to this day I make far too much of it at once.",
    (
        "And if you ask me whether it was better then, I would say that it was slower, and that slow is not the same as"
        " good."
    ),
)
SPEEDS = (0.9, 1.0, 1.1, 1.2)
LONGEST_BREATH = 0.35
"""Seconds between two sentences at most: less than what ends a command."""
EVERY_S = 20.0
"""Seconds between two looks at the memory."""


def talk(minutes: float) -> Samples:
    """So much talk, the sentences in other orders and at other speeds each time, with a quiet room behind it: 16 kHz
    mono int16.
    """
    chance = random.Random(5)
    pieces: list[Samples] = []
    left = round(minutes * 60 * RATE)
    for text in itertools.chain.from_iterable(chance.sample(SENTENCES, len(SENTENCES)) for _ in itertools.count()):
        pieces += [
            speak(text, speed=chance.choice(SPEEDS)),
            np.zeros(round(chance.uniform(0.1, LONGEST_BREATH) * RATE), np.int16),
        ]
        left -= pieces[-1].size + pieces[-2].size
        if left <= 0:
            break
    words = np.concatenate(pieces)
    room = np.resize(np.rint(pink_noise(7 * RATE, -66.0)).astype(np.int16), words.size)
    together: Samples = np.clip(words.astype(np.int32) + room, -32768, 32767).astype(np.int16)
    return together


def resident_mb() -> float:
    """What this process holds now, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def processor_s() -> float:
    """Seconds of processor time of this process."""
    told = resource.getrusage(resource.RUSAGE_SELF)
    return told.ru_utime + told.ru_stime


class Log:
    """What happened while somebody talked; a watcher of the appliance."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.ends: list[tuple[float, str, float]] = []
        """Turns that ended: when, why, how long they were (sound), seconds."""
        self.counts: Counter[str] = Counter()
        self.phases: list[tuple[float, str]] = []
        self.carried_out: list[str] = []
        self.replies: list[str] = []
        self._opened = 0.0

    def watch(self, event: on.Event, session: Session) -> None:
        """On main."""
        now = round(time.monotonic() - self.began, 1)
        self.counts[type(event).__name__] += 1
        if not self.phases or self.phases[-1][1] != session.phase:
            self.phases.append((now, session.phase))
            self._opened = now if session.phase in ("listening", "asking") else self._opened
        if isinstance(event, on.SpeechEnded):
            self.ends.append((now, event.endpoint.reason, round(now - self._opened, 1)))
        if isinstance(event, on.Replied):
            self.carried_out += [outcome.action for outcome in event.response.outcomes if outcome.ok]
            self.replies.append(event.response.reply.text)


def watched(appliance: WholeAppliance, until: float) -> Iterator[float]:
    """The memory, now and then, until this time."""
    while (left := until - time.monotonic()) > 0:
        yield resident_mb()
        time.sleep(min(EVERY_S, left))
        appliance.forget()  # the test's own notes


def main() -> None:
    """Print a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", choices=("wake", "open"), default="wake")
    parser.add_argument("--minutes", type=float, default=10.0)
    wanted = parser.parse_args()
    monologue = talk(wanted.minutes)
    shipped = {"EQUERRY_SESSION__OPEN_S": "8", "EQUERRY_LANGUAGE_MODEL__ENABLED": "true"}
    with (
        tempfile.TemporaryDirectory() as folder,
        WholeAppliance(Path(folder) / "desk", "desk", None, environ=shipped, paced=True) as desk,
    ):
        desk.ready()
        desk.microphone.play(
            turn("What time is it?", lead=1.0, tail=0.1)
        )  # everything was used once before the memory is taken
        desk.until(lambda: desk.of(on.Replied) and desk.phase == "listening", within=60)
        if wanted.into != "open":
            desk.until(lambda: desk.phase == "idle")
        time.sleep(1.0)
        log, before = Log(), resident_mb()
        desk.forget()
        desk.hook = log.watch
        used, began = processor_s(), time.monotonic()
        if wanted.into == "wake":
            desk.microphone.play(speak("hey jarvis"))
        desk.microphone.play(monologue)
        memory = list(watched(desk, began + monologue.size / RATE + 1.0))
        share = 100 * (processor_s() - used) / (time.monotonic() - began)
        after = desk.phase
        desk.until(lambda: desk.phase in ("idle", "listening"), within=60)
        desk.until(lambda: desk.phase == "idle", within=60)
        desk.forget()
        desk.hook = lambda _event, _session: None
        asked = time.monotonic()
        desk.microphone.play(turn("Create a task to call the bank.", lead=0.5, tail=0.1))
        desk.until(lambda: desk.of(on.Played), within=60)
        told = {
            "into": wanted.into,
            "minutes": round(monologue.size / RATE / 60, 2),
            "memory_mb": {
                "before": round(before),
                "each": [round(each) for each in memory],
                "after": round(resident_mb()),
            },
            "percent_of_one_core": round(share),
            "turns_ended": log.ends,
            "phases": log.phases,
            "after": after,
            "events": dict(log.counts),
            "carried_out": log.carried_out,
            "replies": log.replies,
            "next_command": {
                "tasks": [task.title for task in desk.documents(Task)],
                "seconds": round(time.monotonic() - asked, 1),
            },
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
