"""What the settings say of the service's bounds: drop-ins for systemd, written by scripts/bounds whenever /etc/equerry
changes.

The units grant what every appliance needs. This takes the network away where neither a broker, a bucket, a Home
Assistant nor a satellite is set, and neither CalDAV nor Wyoming is served, opens folders that lie elsewhere than
/var/lib/equerry, and gives the watchdog more patience where the microphone may be silent for long.

    python -m device.process.bounds UNIT    # prints the drop-in of that unit
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from device.configuration.load import load
from device.configuration.settings import Settings
from firmware.errors import ExpectedError

UNITS = ("equerry.service", "equerry-backup.service")
"""Those that have such a drop-in."""
WATCHDOG_S = 20.0
"""As systemd/equerry.service has it."""
_MARGIN_S = 15.0
"""Between a microphone counting as lost and the watchdog: to close it and to open it again."""
_HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ProtectHome=tmpfs hides."""


def drop_in(settings: Settings, unit: str) -> str:
    """The text of the drop-in of one of `UNITS`."""
    lines = [*_network(settings), *_watchdog(settings)] if unit == "equerry.service" else []
    head = "# Made from the settings by equerry-bounds.service; an edit does not last.\n[Service]\n"
    return head + "".join(f"{line}\n" for line in (*lines, *_folders(settings)))


def needs_network(settings: Settings) -> bool:
    """Whether anything beyond this machine is spoken to."""
    speaks_to = settings.mqtt.host or settings.bucket.name or settings.home_assistant.url or settings.satellites.at
    return bool(speaks_to or settings.caldav.enabled or settings.wyoming.enabled)


def _network(settings: Settings) -> Iterator[str]:
    if not needs_network(settings):
        yield "PrivateNetwork=yes"


def _watchdog(settings: Settings) -> Iterator[str]:
    if settings.microphone.silent_s + _MARGIN_S > WATCHDOG_S:
        yield f"WatchdogSec={settings.microphone.silent_s + _MARGIN_S:.0f}"


def _folders(settings: Settings) -> Iterator[str]:
    """A folder that is not there yet hinders nothing (-): the disk that is plugged in later brings it."""
    wanted = (settings.files.inbox, settings.backup.folder, settings.backup.second)
    for folder in dict.fromkeys(each for each in wanted if each and not each.is_relative_to(settings.paths.data)):
        opens = "BindPaths" if any(folder.is_relative_to(hidden) for hidden in _HIDDEN) else "ReadWritePaths"
        yield f'{opens}="-{_quoted(folder)}"'


def _quoted(path: Path) -> str:
    """As systemd.syntax(7) wants it between quotation marks; a colon parts source and destination of BindPaths."""
    text = str(path)
    for letter, instead in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), (":", "\\:")):
        text = text.replace(letter, instead)
    return text


def main(arguments: list[str]) -> int:
    """Print one; 1 where the settings are wrong, and then whatever held before goes on holding."""
    try:
        sys.stdout.write(drop_in(load(), arguments[0]))
    except ExpectedError as error:
        sys.stderr.write(f"equerry: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
