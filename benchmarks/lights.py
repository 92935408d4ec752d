#!/usr/bin/env python3
"""What the lights cost: processor time of their thread with a ring of twelve, and pictures a second, in each state.
What is sent to the ring is encoded and thrown away; on a Pi the kernel sends it (57 bytes, 0.11 ms at 4 MHz).

    .venv/bin/python benchmarks/lights.py [seconds for each state]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from device.lights.ladder import LADDER  # noqa: E402
from device.lights.thread import Lighting  # noqa: E402
from device.lights.view import TimerSpan, View  # noqa: E402
from firmware.base import Picture  # noqa: E402
from firmware.gpio.strips import apa102, ws2812  # noqa: E402


class Ring:
    """Twelve pixels that nobody sees."""

    count, rate = 12, 30.0

    def __init__(self) -> None:
        self.pictures = 0

    def show(self, picture: Picture) -> None:
        apa102(picture.pixels)
        self.pictures += 1

    def close(self) -> None:
        """Nothing."""


def crashed(error: Exception) -> None:
    raise error


def measure(view: View, seconds: float) -> tuple[float, float]:
    """Percent of one core, pictures a second."""
    ring = Ring()
    with Lighting(ring, crashed=crashed) as lighting:
        lighting.voice = lighting.sound = lambda: -40.0 + 20.0 * (time.monotonic() % 1.0)
        lighting.show(view)
        time.sleep(0.5)
        pictures, used, began = ring.pictures, time.process_time(), time.perf_counter()
        time.sleep(seconds)
        took = time.perf_counter() - began
        return 100 * (time.process_time() - used) / took, (ring.pictures - pictures) / took


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    print("| state | of one core | pictures a second |\n|---|---|---|")
    timer = TimerSpan(time.monotonic(), time.monotonic() + 600)
    for rung in LADDER:
        if "volume" in rung.when:
            continue
        now = {name: timer if name == "timer" else wanted for name, wanted in rung.when.items()}
        percent, rate = measure(View(**{"phase": "idle", "running": 2, **now}), seconds)  # type: ignore[arg-type]
        print(f"| {rung.name} | {percent:.2f} % | {rate:.1f} |")
    pixels = LADDER[7].pattern.draw(0.3, View(), 12)
    for encode in (apa102, ws2812):
        began = time.perf_counter()
        for _ in range(2000):
            encode(pixels)
        print(f"{encode.__name__}: {(time.perf_counter() - began) / 2000 * 1e6:.0f} µs a picture of twelve")


if __name__ == "__main__":
    main()
