"""`python -m device.card take`, before the network and the appliance; `… say`, once the appliance is ready."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from device.card.taking import PROBLEMS, take
from device.configuration.load import load_usable
from device.control.client import accepted, request
from firmware.errors import ExpectedError

CARD = Path("/boot/config")
"""Where the card's first partition is mounted (fstab of the image)."""


def main(arguments: list[str]) -> int:
    """Exit status 1 where something is wrong that the journal tells; the device starts all the same."""
    try:
        if arguments == ["take"]:
            problems = take(CARD, Path("/"))
            os.sync()
            sys.stderr.writelines(f"{each}\n" for each in problems)
            return bool(problems)
        if arguments == ["say"]:
            say((CARD / PROBLEMS).read_text(encoding="utf-8"))
            return 0
    except (ExpectedError, OSError) as error:
        sys.stderr.write(f"equerry: {error}\n")
        return 1
    sys.stderr.write("equerry: say take or say\n")
    return 2


def say(problems: str) -> None:
    """Have the running appliance say them. Raises what the control socket does."""
    first = problems.splitlines()[0]
    text = f"I could not use what is written on my card. {first} The file {PROBLEMS} on the card says so, too."
    accepted(request(load_usable()[0].paths.data, {"request": "say", "text": text}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
