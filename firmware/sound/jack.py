"""What libjack leaves behind. ALSA has a plug-in of it, so PortAudio opens it while looking for devices, whether there
is JACK or not.

All processes of a user that do so share a Berkeley DB in /dev/shm/jack_db-UID, with locks in shared memory. One that is
killed in the middle of it never lets go of its lock, and every later one waits for that, for ever
(jack-audio-connection-kit 0.126, metadata.c; libdb, "Handling failure in data store applications"). An appliance that
its watchdog had killed there would never start again.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_SHARED = Path("/dev/shm")  # noqa: S108 - named so by libjack


def forget_the_dead(shared: Path = _SHARED, processes: Path = Path("/proc")) -> bool:
    """Remove the database where no process has it open any more; libjack makes another one. True: removed."""
    folder = shared / f"jack_db-{os.getuid()}"
    if not folder.is_dir() or _is_open(folder, processes):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


def _is_open(folder: Path, processes: Path) -> bool:
    for maps in processes.glob("[0-9]*/maps"):
        try:
            if f"{folder}/" in maps.read_text(encoding="utf-8", errors="replace"):
                return True
        except OSError:  # it has ended, or is another user's, who can't have it open
            continue
    return False
