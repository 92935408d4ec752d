#!/usr/bin/env python3
"""What an array of microphones costs: processor time for a frame of 80 ms while somebody speaks, which is when its
direction is looked for; and, before a final, for taking the room out of a turn with three seconds before it.

.venv/bin/python benchmarks/microphones.py [seconds of sound]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from firmware.boards import boards  # noqa: E402
from firmware.frame import FRAME_SECONDS, RATE  # noqa: E402
from firmware.sound.array import ArrayFramer  # noqa: E402
from services.speech.dereverberation import dereverberated  # noqa: E402


def main(seconds: float) -> None:
    frame_costs(seconds)
    turn_costs()


def turn_costs() -> None:
    for microphones in (2, 4, 6):
        for turn_s in (3, 6, 15):
            chance = np.random.default_rng(0)
            sound = (chance.standard_normal(((turn_s + 3) * RATE, microphones)) * 1000).astype(np.int16)
            spent = []
            for _ in range(5):
                began, cpu = time.perf_counter(), time.process_time()
                dereverberated(sound, 3 * RATE)
                spent.append((time.perf_counter() - began, time.process_time() - cpu))
            took, cost = np.median(spent, axis=0)
            print(
                f"{microphones} microphones, turn of {turn_s:>2} s: {took * 1e3:.0f} ms, {cost * 1e3:.0f} ms of a core"
            )


def frame_costs(seconds: float) -> None:
    for name, board in boards().items():
        shape = board.microphone.shape
        for rate in (16_000, 48_000):
            size, chance, array = round(rate * FRAME_SECONDS), np.random.default_rng(0), ArrayFramer(shape, rate)
            one = chance.standard_normal((size, 1)) * 3000
            array.process((one * 0.01).astype(np.int16).repeat(shape.channels, axis=1))
            blocks = [(one + chance.standard_normal((size, shape.channels)) * 300).astype(np.int16) for _ in range(10)]
            count = round(seconds / FRAME_SECONDS)
            began = time.thread_time()
            for index in range(count):
                array.process(blocks[index % 10])
            spent = (time.thread_time() - began) / count
            print(f"{name:<22} {rate:>6} Hz  {spent * 1e3:.2f} ms a frame, {spent / FRAME_SECONDS:.2%} of one core")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
