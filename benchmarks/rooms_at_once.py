"""Ten satellites at once: how long from the end of speech to the first sound of the reply, and whose reply it is.

    python -m benchmarks.rooms_at_once [--rooms 10] [--rounds 4] [--within 5] [--there]

A whole appliance on real engines and, in a process of its own, satellites that stream all the time: files spoken by
Piper, slower or faster, lower or higher for each room, played in real time in pieces of 64 ms, each beginning at a
moment of its own within `--within` seconds. Each room first makes a task of its own, then leans on it (“move it to
Friday”), and the reply must be about that task: so none hears another's context. `--there`: the wake word is heard at
the satellite, which streams only then.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from wyoming.event import Event

from device.hearing.again import at_speed
from firmware.frame import RATE, Samples
from tests.satellite_desk import OPENED, WOKEN, Satellite, pieces
from tests.voices import Take, pink_noise, take
from tests.whole_appliance import Shared, WholeAppliance, roles

TASKS = (
    ("call the bank", "bank"), ("water the plants", "plants"), ("write the report", "report"),
    ("order new chairs", "chairs"), ("book the flight", "flight"), ("fix the printer", "printer"),
    ("clean the garage", "garage"), ("pay the rent", "rent"), ("buy a birthday present", "present"),
    ("wash the car", "car"),
)  # fmt: skip
MAKING = ("create a task to {}", "add a task to {}", "make a task to {}", "I need a task to {}")
BEHIND = (
    "move it to Friday", "make it high priority", "set it to low priority", "move that to Monday",
    "it is due on Tuesday", "assign it to Sarah", "move it to tomorrow", "make that urgent", "give it to Ben",
    "it is due on Thursday",
)  # fmt: skip
"""No two rooms say the same at once."""
_PIECE = 1024
_ROUND_S = 16.0
_LATE_S = 2.0
_ROOM_DBFS = -65.0


@dataclass(frozen=True)
class Turn:
    """One that was spoken."""

    room: int
    said: str
    reply: str
    own: bool
    """The reply is about what this room spoke of."""
    seconds: float | None
    """None: none came."""
    told: tuple[str, ...]
    """What the satellite was told, and when after the end of speech."""


@dataclass
class Room:
    """One satellite: what it plays, and what comes back."""

    number: int
    satellite: Satellite
    events: list[tuple[float, Event]] = field(default_factory=list)

    def listen(self) -> None:
        """Until the appliance hangs up."""
        try:
            while True:
                event = self.satellite.hear()
                self.events.append((time.monotonic(), event))
        except (OSError, AssertionError):
            return

    def play(self, sound: Samples, begin: float, spans: list[tuple[int, int]] | None) -> None:
        """In real time, each piece when its last sample would have been heard; `spans`: only these, in samples, each
        opened by the satellite's own wake word.
        """
        opened = -1
        for number, piece in enumerate(pieces(sound)):
            at = number * _PIECE
            time.sleep(max(0.0, begin + (at + _PIECE) / RATE - time.monotonic()))
            span = next((n for n, (first, last) in enumerate(spans or []) if first <= at < last), None)
            if spans is None:
                self.satellite.say(piece)
            elif span is not None:
                self.satellite.say(*([OPENED] if span != opened else []), piece)
                opened = span

    def turn(self, said: str, own: str, end: float, until: float) -> Turn:
        """What came of words that ended at this moment."""
        there = [(at, each) for at, each in self.events if end - 5.0 <= at < until]
        text = " ".join(str(each.data["text"]) for _, each in there if each.type == "synthesize")
        first = next((at for at, each in there if each.type == "audio-chunk"), None)
        told: dict[str, str] = {}
        for at, each in there:
            told.setdefault(each.type, f"{each.type} {at - end:.2f}")
        return Turn(self.number, said, text, own in text, None if first is None else first - end, (*told.values(),))


def spoken(rooms: int, rounds: int, within: float, *, there: bool) -> list[list[tuple[str, Take, float]]]:
    """By room: what is said in each round, its sound, and when in the round it begins."""
    chance = np.random.default_rng(23)
    found = []
    for room in range(rooms):
        texts = [
            MAKING[room % len(MAKING)].format(TASKS[room][0]),
            *(BEHIND[(room + each) % len(BEHIND)] for each in range(rounds - 1)),
        ]
        turn = room * 7 % 10  # ten talkers, of whom no two next to each other speak alike
        sounds = [
            voiced(
                take(each, wake="" if there else "hey jarvis", gap=0.2, lead=0.3, tail=0.2, speed=0.82 + 0.03 * turn),
                0.94 + 0.013 * room,
            )
            for each in texts
        ]
        found.append([(*each, float(chance.uniform(0.0, within))) for each in zip(texts, sounds, strict=True)])
    return found


def voiced(said: Take, higher: float) -> Take:
    """In another voice: so many times as high, and as fast."""
    samples = at_speed(said.samples, higher)
    return Take(samples, said.wake_end / higher, said.command_start / higher, said.command_end / higher)


def satellites(pipe: Connection, rooms: int, rounds: int, within: float, there: bool) -> None:
    """The other process."""
    said = spoken(rooms, rounds, within, there=there)
    all_ = [Room(number, Satellite(f"room{number}", patience_s=60.0)) for number in range(rooms)]
    pipe.send([each.satellite.place.port for each in all_])
    for each in all_:
        each.satellite.reached()
        if not there:
            each.satellite.say(WOKEN)
        threading.Thread(target=each.listen, daemon=True).start()
    pipe.recv()
    begin = time.monotonic() + 3.0
    threads = []
    for each, turns in zip(all_, said, strict=True):
        sound = pink_noise(round((rounds * _ROUND_S + 4) * RATE), _ROOM_DBFS, each.number)
        spans = []
        for number, (_, one, at) in enumerate(turns):
            first = round((number * _ROUND_S + at) * RATE)
            sound[first : first + one.samples.size] = one.samples
            spans.append((first, first + one.samples.size + 2 * RATE))
        heard = np.clip(sound, -32768, 32767).astype(np.int16)
        threads.append(threading.Thread(target=each.play, args=(heard, begin, spans if there else None)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [
        each.turn(
            text,
            TASKS[each.number][1],
            begin + number * _ROUND_S + at + one.command_end,
            begin + (number + 1) * _ROUND_S,
        )
        for each, turns in zip(all_, said, strict=True)
        for number, (text, one, at) in enumerate(turns)
    ]
    pipe.send(found)
    pipe.recv()


def main() -> None:
    """Print the figures; status 1 where a reply was late, missing or another's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--within", type=float, default=5.0)
    parser.add_argument("--there", action="store_true")
    options = parser.parse_args()
    Shared.loaded()
    here, other = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=satellites, args=(other, options.rooms, options.rounds, options.within, options.there)
    )
    process.start()
    other.close()  # so that its end is noticed here
    places = [f"room{number} at 127.0.0.1:{port}" for number, port in enumerate(here.recv())]
    with tempfile.TemporaryDirectory() as folder, roles(Path(folder), ""):
        environ = {"EQUERRY_SATELLITES__AT": str(places).replace("'", '"')}
        with WholeAppliance(Path(folder) / "desk", "desk", None, shared=Shared.loaded(), environ=environ) as one:
            one.ready()
            one.until(lambda: all(each["connected"] for each in one.status()["satellites"].values()))
            before = os.times()
            here.send("begin")
            found: list[Turn] = here.recv()
            after = os.times()
        here.send("end")
    process.join(10)
    _print(found, (after.user + after.system - before.user - before.system) / (after.elapsed - before.elapsed))


def _print(found: list[Turn], cores: float) -> None:
    times = sorted(each.seconds for each in found if each.seconds is not None)
    slow = [each for each in found if each.seconds and each.seconds > _LATE_S]
    wrong = [each for each in found if each.seconds is None or not each.own]
    for each in (*wrong, *slow):
        print(each)
    p50, p95 = np.percentile(times, [50, 95])
    print(f"{len(found)} turns, {len(times)} answered, {len(found) - len(wrong)} about what their room spoke of")
    print(f"end of speech → reply: p50 {p50:.2f} s, p95 {p95:.2f} s, most {times[-1]:.2f} s; {cores:.2f} cores busy")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    sys.exit(1 if p95 > _LATE_S or wrong else 0)


if __name__ == "__main__":
    main()
