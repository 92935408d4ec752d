"""`python -m device.updating`: what scripts/update and the units equerry-slots and equerry-slot-check call.

    accept FILE [--unsigned]     whether an archive may be installed, by its signature FILE.sig
    install FILE [--unsigned]    an update file into the other slot, and reboot on trial
    settle                       at boot, before the appliance starts
    judge                        once it starts; exit status 1: this slot is not well, and the other has to boot

Exit status 1 with a sentence where it is refused.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from device import __version__
from device.configuration.load import load
from device.updating import autoboot
from device.updating.archive import accept
from device.updating.health import judge, settle
from device.updating.install import install
from device.updating.system import SystemdSystem
from device.updating.this_device import SlotDevice, this_device
from firmware.errors import ExpectedError


def main() -> int:
    """Do it; the exit status."""
    logging.basicConfig(format="%(message)s")
    wanted = _arguments()
    try:
        match wanted.what:
            case "accept":
                accept(wanted.file, signed=load().update.signed, unsigned=wanted.unsigned, tell=_tell)
            case "install":
                device = this_device(__version__)
                system = SystemdSystem(device.data)
                install(wanted.file, device, system, signed=not wanted.unsigned, tell=_tell)
            case "settle":
                settle(this_device(__version__), datetime.now(UTC))
            case "judge":
                return int(not _well(this_device(__version__)))
    except ExpectedError as error:
        _tell(str(error))
        return 1
    except OSError as error:
        _tell(f"{error.filename or 'The disk'}: {os.strerror(error.errno) if error.errno else error}")
        return 1
    return 0


def _well(device: SlotDevice) -> bool:
    """Whether this slot may go on. The one that stands may, whatever its disk says: else it would boot for ever."""
    try:
        return judge(device, SystemdSystem(device.data))
    except (ExpectedError, OSError) as error:
        _tell(str(error))
        return autoboot.standing(device.config) == device.runs


def _tell(words: str) -> None:
    print(f"update: {words}", file=sys.stderr, flush=True)  # noqa: T201 - scripts/update passes it on


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m device.updating", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_subparsers(dest="what", required=True)
    for name in ("accept", "install"):
        of = what.add_parser(name)
        of.add_argument("file", type=Path)
        of.add_argument("--unsigned", action="store_true")
    what.add_parser("settle")
    what.add_parser("judge")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
