"""Runs inside the virtual Pi, by the appliance's own Python: shows a picture on a strip, at the SPI of the header.

striping.py PIXELS SECONDS     over and over
"""

from __future__ import annotations

import sys
import time

from firmware.base import Picture
from firmware.gpio.strips import APA102_HERTZ, Spi, Strip, apa102


def main(pixels: int, seconds: float) -> None:
    """Then it is dark."""
    strip = Strip(Spi(APA102_HERTZ, fixed=False), pixels, apa102)
    due = time.monotonic() + seconds
    while time.monotonic() < due:
        strip.show(Picture("", ((1.0, 0.5, 0.0),) * pixels))
    strip.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
