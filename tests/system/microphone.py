"""A microphone for a container: hiss of -50 dBFS into a named pipe, at its pace. ALSA's file plug-in reads it
(asound.conf beside this).

SIGUSR1 kills the capsule, so to speak: nothing but zeros, until the next one.
"""

from __future__ import annotations

import os
import random
import signal
import struct
import sys
import time

FRAME_S = 0.08
SAMPLES = 1280


def main(pipe: str) -> None:
    """Until ended. The pipe is held open for reading, too: without a listener writing goes on all the same."""
    rng = random.Random(1)
    descriptor = os.open(pipe, os.O_RDWR)
    frames = [struct.pack(f"<{SAMPLES}h", *(round(rng.gauss(0, 100)) for _ in range(SAMPLES))) for _ in range(25)]
    dead = False

    def turn(*_: object) -> None:
        nonlocal dead
        dead = not dead

    signal.signal(signal.SIGUSR1, turn)
    due = time.monotonic()
    while True:
        for frame in frames:
            os.write(descriptor, bytes(len(frame)) if dead else frame)
            due += FRAME_S
            time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main(sys.argv[1])
