"""Spoken commands through the appliance and through the parts of Home Assistant, turn about, in one run.

    scripts/field [--rounds 2] [--voices piper,flite:rms] [--load N] [--cores N] [--show]

Their own servers over TCP (wyoming-faster-whisper with the same Whisper tiny.en in int8, once with the beam it chooses
and once with a beam of one; wyoming-piper with the same voice), microVAD with the segmenter's 0.7 s of silence, hassil
with home-assistant-intents: benchmarks/field. All hear the same clips in real time, in frames of 80 ms; the end of
speech is the true one. No phrase of a voice is kept on either side. Who is not at turn waits; the appliance goes on
listening.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.field.parts import LIMIT_S, PYTHON, HomeAssistant
from benchmarks.field.summary import TAKEN_UP, Measured, parted, table, until_answered
from benchmarks.finals import machine, plain
from device.turn import events as on
from firmware.frame import RATE
from tests.voices import WAKING, Take, take
from tests.whole_appliance import WholeAppliance, roles

COMMANDS = (
    "What time is it?",
    "Set a timer for ten minutes.",
    "Add milk to the shopping list.",
    "How much time is left on the timer?",
    "Add ten minutes to the timer.",
    "Pause the timer.",
    "Resume the timer.",
    "Cancel the timer.",
    "What is the date today?",
    "Add washing powder to the shopping list.",
    "Set a timer for one hour and thirty minutes.",
    "Put bread on the shopping list.",
    "Remove milk from the shopping list.",
    "Cancel all timers.",
)
"""What both understand, in an order in which no question is left open."""
WARMING = (COMMANDS[0], COMMANDS[8], COMMANDS[2], COMMANDS[12])
"""What is heard before anything is counted; it leaves nothing behind."""
TAIL_S = 2.0
"""Of the room, after the words."""
STAGE_OF = {
    on.WentOn: TAKEN_UP,
    on.SpeechEnded: "endpoint",
    on.FinalHeard: "recognition",
    on.Replied: "understanding",
    on.Sounded: "voice",
}


def through_appliance(one: WholeAppliance, spoken: Take, said: str) -> Measured:
    """One turn, to the end of its clip and of its reply."""
    one.forget()
    one.microphone.play(spoken.samples)
    limit = time.monotonic() + spoken.samples.size / RATE + LIMIT_S

    def over() -> bool:
        ended = one.microphone.clip_ended
        rests = one.phase == "idle" and "Played" in one.names and ended is not None and time.monotonic() > ended
        return rests or time.monotonic() > limit

    one.until(over, within=2 * LIMIT_S + spoken.samples.size / RATE)
    ended = one.microphone.clip_ended
    assert ended is not None
    turn = until_answered((STAGE_OF.get(type(each.event), ""), each.at, _text(each.event)) for each in list(one.seen))
    return parted(said, turn.heard, ended - (spoken.samples.size / RATE - spoken.command_end), turn.at, turn.taken_up)


def _text(event: on.Event) -> str:
    return event.final.text if isinstance(event, on.FinalHeard) else ""


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many niced processes that only count."""
    counting = [subprocess.Popen(["nice", "-n", "10", sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for each in counting:
            each.kill()
            each.wait()


def confine(count: int) -> int:
    """Run this process, all its threads and what it starts on the first `count` of its cores; 0: on all. How many."""
    cores = sorted(os.sched_getaffinity(0))[: count or None]
    for task in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(task.name), cores)
    return len(cores)


def given() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rounds", type=int, default=2, help="how often each hears each command, behind one that warms up"
    )
    parser.add_argument("--limit", type=int, help="only so many commands")
    parser.add_argument("--voices", default="piper,flite:rms", help=f"in turns; of {', '.join(WAKING)}")
    parser.add_argument("--load", type=int, default=0, metavar="N", help="N busy processes beside it, niced by 10")
    parser.add_argument("--cores", type=int, default=0, metavar="N", help="all of it on N cores")
    parser.add_argument(
        "--whisper", default="equerry-ears", help="the appliance's model; whisper-tiny.en is the published one"
    )
    parser.add_argument("--show", action="store_true", help="print each turn")
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    options = given()
    if not PYTHON.exists():
        sys.exit("The parts of Home Assistant are not installed. Run: scripts/field")
    cores = confine(options.cores)
    threads = str(min(2, cores))
    voices = options.voices.split(",")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        stack.enter_context(roles(Path(name), ""))
        settings = {
            "EQUERRY_LANGUAGE_MODEL__ENABLED": "true",
            "EQUERRY_FINALS__MODEL": options.whisper,
            "EQUERRY_FINALS__THREADS": threads,
            "EQUERRY_VOICE__THREADS": threads,
            "EQUERRY_VOICE__CACHE_MIB": "0",
        }
        one = stack.enter_context(WholeAppliance(Path(name) / "desk", "desk", None, environ=settings))
        one.ready()
        parts = HomeAssistant(stack, beams=(0, 1), threads=int(threads))
        stack.enter_context(busy(options.load))
        arms: dict[str, Callable[[Take, str], Measured]] = {
            "Equerry": lambda spoken, said: through_appliance(one, spoken, said),
            "Home Assistant's parts": lambda spoken, said: parts.hear(0, spoken, said),
            "the same, a beam of one": lambda spoken, said: parts.hear(1, spoken, said),
        }
        turns: dict[str, list[Measured]] = {arm: [] for arm in arms}
        begun = os.getloadavg()[0]
        for number in range(-1, options.rounds):
            for place, said in enumerate(COMMANDS[: options.limit] if number >= 0 else WARMING):
                spoken = take(said, voice=voices[(place + number) % len(voices)], seed=place, tail=TAIL_S)
                order = list(arms)[place % len(arms) :] + list(arms)[: place % len(arms)]
                for arm in order:
                    turn = arms[arm](spoken, said)
                    if number >= 0:  # what came before warmed all up
                        turns[arm].append(turn)
                    if options.show:
                        print(f"{arm}: {turn.said} → {turn.heard} {'CUT ' * turn.cut}{turn.seconds}", file=sys.stderr)
        ended = os.getloadavg()[0]
    each = len(turns["Equerry"])
    print(
        f"{each} spoken commands each, p50 / p95, seconds; {cores} of the cores of {machine()}; {options.load} busy"
        f" processes, load {begun:.1f} before and {ended:.1f} after\n"
    )
    print("\n".join(table(turns, lambda said, heard: plain(said) == plain(heard))))


if __name__ == "__main__":
    main()
