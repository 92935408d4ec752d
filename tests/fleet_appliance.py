"""What stands for an installed appliance in tests of a fleet, and no more: python fleet_appliance.py serve | update …

Its control socket, its status and all of `equerry` but `update` are the real ones; it loads no models, and its version
is what ~/version says. `update` takes what `equerry update` takes, and does what ~/behaves says:

well        stops the old appliance, and starts one of the version that was asked for
fails       says why, as scripts/update does, and ends with 1
old         ends well, and the old one still runs
deaf        the new one runs, and its microphone is broken
dead        ends well, and none runs any more
slow        as well, after five seconds
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HOME = Path(os.environ["HOME"])
DATA = HOME / "data"


def serve() -> None:
    """Until it is killed."""
    from device.control import server  # noqa: PLC0415 - `update` needs none of it
    from device.control.facts import Facts  # noqa: PLC0415
    from device.jobs.jobs import Jobs  # noqa: PLC0415
    from device.turn import events as on  # noqa: PLC0415
    from device.turn.session import Session  # noqa: PLC0415

    server.__version__ = (HOME / "version").read_text().strip()
    fault = (HOME / "fault").read_text() if (HOME / "fault").exists() else ""
    facts = Facts(datetime.now(UTC), {"settings": settings})
    facts.watch(on.Ready(), Session(phase="fault" if fault else "idle", fault=fault or None))
    with Jobs(None, now=lambda: datetime.now(UTC)) as jobs:  # type: ignore[arg-type] # nobody commands anything
        control = server.Control(DATA)
        control.attend(jobs, facts, lambda _: None)
        with control:  # it answers from here on
            (HOME / "pid").write_text(str(os.getpid()))
            control.run()


def settings() -> dict[str, Any]:
    """What it says of them: ~/waiting, a key that waits for a new start; ~/refused, why they can't be used, once there
    are any.
    """
    waiting, refused = (HOME / name for name in ("waiting", "refused"))
    any_set = bool((HOME / "equerry.toml").read_text())
    return {
        "since": None,
        "settings_refused": [refused.read_text()] if any_set and refused.exists() else [],
        "settings_refused_at": None,
        "waiting": [waiting.read_text()] if waiting.exists() else [],
        "restarts": True,
    }


def stop() -> None:
    """The one that runs."""
    if (HOME / "pid").exists():
        os.kill(int((HOME / "pid").read_text()), signal.SIGTERM)
        (HOME / "pid").unlink()


def start() -> None:
    """Until its socket answers."""
    with (HOME / "appliance.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, __file__, "serve"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    end = time.monotonic() + 30
    while not (HOME / "pid").exists():
        assert time.monotonic() < end, (HOME / "appliance.log").read_text()
        time.sleep(0.05)


def wanted(words: list[str]) -> str:
    """The version that is asked for."""
    if words[0] == "--version":
        return words[1]
    with tarfile.open(words[0]) as archive:
        name = next(each for each in archive.getnames() if each.endswith("pyproject.toml"))
        file = archive.extractfile(name)
        assert file
        return str(tomllib.loads(file.read().decode())["project"]["version"])


def update(words: list[str]) -> None:
    """As ~/behaves says."""
    behaves = (HOME / "behaves").read_text().strip() if (HOME / "behaves").exists() else "well"
    version = wanted(words)
    with (HOME / "updates").open("a") as file:
        file.write(f"{version}\n")
    print("Building it")
    if behaves == "fails":
        print("update: the new release does not read your settings\nWhat helps: equerry config check")
        raise SystemExit(1)
    if behaves == "slow":
        time.sleep(5)
    if behaves == "old":
        return
    stop()
    (HOME / "version").write_text(version)
    if behaves == "deaf":
        (HOME / "fault").write_text("The microphone USB gives no sound.")
    if behaves != "dead":
        start()


if __name__ == "__main__":
    match sys.argv[1]:
        case "serve":
            serve()
        case "update":
            update(sys.argv[2:])
