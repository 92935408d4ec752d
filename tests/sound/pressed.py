"""`equerry run` with a talk button on a mock pin, for a test in another process: a line "down" or "up" on standard
input turns it.
"""

from __future__ import annotations

import sys
import threading

from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from device.process.live import live

PIN = 17


def main() -> int:
    """As `equerry run --live`."""
    Device.pin_factory = factory = MockFactory()
    pin = factory.pin(PIN)

    def obey() -> None:
        for line in sys.stdin:
            if line.strip() == "down":
                pin.drive_low()
            else:
                pin.drive_high()

    threading.Thread(target=obey, name="finger", daemon=True).start()
    return live()


if __name__ == "__main__":
    sys.exit(main())
