"""Runs inside the virtual Pi, by the installed appliance's Python: holds the pins of a button and of three lights.

holding.py BUTTON RED GREEN BLUE     tells in /tmp/holding.txt when they are held, and what the button did
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from gpiozero import RGBLED

from firmware.gpio.button import GpioButton
from firmware.gpio.pins import claiming

TOLD = Path("/tmp/holding.txt")
LONGEST_S = 600


def main(button: int, *lights: int) -> None:
    """Until the button was let go: the lights at a half, at nothing and at full."""
    edges: list[str] = []
    let_go = threading.Event()
    held = GpioButton(button)
    held.watch(lambda: edges.append("pressed"), lambda: (edges.append("released"), let_go.set()))
    with claiming():
        led = RGBLED(*lights)
    led.color = (0.5, 0, 1)
    TOLD.write_text("ready\n", encoding="utf-8")
    let_go.wait(LONGEST_S)
    with TOLD.open("a", encoding="utf-8") as file:
        print(*edges, file=file)
    threading.Event().wait(60)  # the lights stay as they are while somebody looks


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
