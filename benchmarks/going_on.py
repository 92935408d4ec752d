"""Who goes on behind an early end, into the reply to what was said so far: whether it is heard, by how loud its own
voice comes back; and whether its own voice is ever taken for somebody who goes on.

    .venv/bin/python -m benchmarks.going_on [--quick] [--uncancelled]

Synthetic voices, the room and the talker of benchmarks.barge. The appliance has spoken for some seconds before, as it
has on any day; the reply begins 0.1 s behind the end of the turn, and falls silent 0.2 s after somebody goes on.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

from benchmarks.barge import DRAINED_S, LATE, LEVELS, REPLIES, Bench, Heard, in_room
from device.hearing.turn_end import Tell
from device.turn import events as on
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples
from firmware.sound.echo_canceller import EchoCanceller
from firmware.sound.resample import to_float
from services.speech.echo import words
from tests.voices import WAKING, pink_noise, speak

ORDERS = (
    ("set a timer for ten minutes", "and thirty seconds", "Timer set for ten minutes."),
    ("add milk to the shopping list", "and two loaves of bread", "Added milk to shopping. It has seven things on it."),
    ("create a marketing channel", "and add Sarah and Mike", "I created the channel marketing."),
    (
        "remind me to call the bank tomorrow",
        "at half past nine",
        "I will remind you tomorrow at noon: call the bank.",
    ),
)
"""What is said, what follows behind a pause, and what is replied to the first."""
PAUSES = (0.45, 0.6, 0.75, 0.9, 1.05)
"""Seconds between the two."""
BEFORE_S = 8.0
"""Seconds in which the appliance has given two replies before."""
REPLY_S = 0.1
"""Seconds from the end of the turn to the first sample of the reply."""
SILENT_S = 0.2
"""Seconds until it is silent when it is to be."""


def ordered(_: str, __: float, tell: Tell) -> None:
    """What the words tell of each of these orders."""
    tell("ordered")


def played(bench: Bench, voice: str, order: tuple[str, str, str], pause: float | None, echo_db: float) -> Heard:
    """One order, and its rest behind this pause; None: nobody goes on."""
    first, rest, reply = order
    heard = Heard()
    before = [speak(told)[: round((BEFORE_S - 1.0) / 2 * RATE)] for told in REPLIES[:2]]
    asked = speak(f"hey jarvis, {first}", voice)
    talk = np.zeros(round((BEFORE_S + 14.0) * RATE), np.float64)
    at = round((BEFORE_S + 1.5) * RATE)
    talk[at : at + asked.size] += asked
    if pause is not None:
        more = speak(rest, voice)
        then = at + asked.size + round(pause * RATE)
        talk[then : then + more.size] += more
    own = np.zeros(talk.size, np.int16)
    echo = np.zeros(talk.size, np.float64)
    late = round(LATE * RATE)

    def say(sound: Samples, start: int) -> int:
        own[start : start + sound.size] = sound
        echo[start + late : start + late + sound.size] += in_room(sound) * 10 ** (echo_db / 20)
        return start + sound.size

    until = say(before[0], 0)
    breaks = (until + round((LATE + DRAINED_S) * RATE), until + RATE)
    until = say(before[1], breaks[1])
    talk += pink_noise(talk.size, -66.0, 1)
    ear = bench.ear(heard, own, f"{REPLIES[0]} {reply}", f"{REPLIES[0]} {reply}", ordered)
    canceller = EchoCanceller()
    ear.reset()
    replied = went_on = False
    for index in range(talk.size // FRAME_SAMPLES):
        heard.now = (index + 1) * FRAME_SECONDS
        now = slice(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES)
        speaks = now.stop <= until + round((LATE + DRAINED_S) * RATE)
        ear.over.own_voice = speaks and not breaks[0] < now.stop <= breaks[1]
        mixed = np.clip(np.rint(talk[now] + echo[now]), -32768, 32767).astype(np.int16)
        ear.hear(Frame(canceller.process(mixed, to_float(own[now])) if bench.cancels else mixed, index))
        if not replied and heard.times(on.SpeechEnded):
            replied, until = True, say(speak(reply), now.stop + round(REPLY_S * RATE))
        if not went_on and heard.times(on.WentOn):
            went_on, until = True, now.stop + round(SILENT_S * RATE)
            own[until:], echo[until + late :] = 0, 0.0
    return heard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer voices, pauses and levels")
    parser.add_argument("--uncancelled", action="store_true", help="as if nothing took its voice out")
    asked = parser.parse_args()
    bench = Bench(cancels=not asked.uncancelled)
    voices = WAKING[1:4:2] if asked.quick else WAKING
    pauses = PAUSES[::2] if asked.quick else PAUSES
    print("heard to go on of so many, and words of it that were heard, by the pause; and of so many where nobody does")
    print("echo    " + "".join(f"{pause:>10.2f} s" for pause in pauses) + "          nobody")
    for level in (-20.0, -6.0, 0.0) if asked.quick else LEVELS:
        row = ""
        for pause in (*pauses, None):
            taken = right = told = of = 0
            for voice in voices:
                for order in ORDERS:
                    heard = played(bench, voice, order, pause, level)
                    of += 1
                    taken += bool(heard.times(on.WentOn))
                    last = Counter(words(" ".join(heard.finals()[-1:])))
                    rest = Counter(words(order[1]))
                    right += (last & rest).total()
                    told += rest.total()
            row += f"{taken:>5}/{of}" + (f" {right / told:4.0%}" if pause else "")
        print(f"{level:4.0f} dB {row}", flush=True)


if __name__ == "__main__":
    main()
