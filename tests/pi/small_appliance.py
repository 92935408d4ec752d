"""Stands for the appliance in the small image: it opens the store, is ready, and runs. What it does instead stands on
the kernel's command line.
"""

from __future__ import annotations

import os
import re
import socket
import time
from pathlib import Path

from services.store.base import Task
from services.store.store import Store

STORE = Path("/var/lib/equerry/equerry.db")


def main() -> None:
    """Until it is ended."""
    found = re.search(r"does=(\w+)", Path("/proc/cmdline").read_text())
    does = found[1].replace("_", " ") if found else "good"
    with Store(STORE) as store:
        if not store.find(Task):
            with store.transaction("made") as tx:
                tx.add(Task(title="water the plants"))
        print(f"{len(store.find(Task))} tasks, and I am {does}", flush=True)
    if does == "spoils the store":
        STORE.write_bytes(b"\xff" * STORE.stat().st_size)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
