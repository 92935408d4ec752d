"""Runs inside the virtual Pi, as root: carries out the shell commands that come through a virtio port, in their order.

Each is a line of JSON, {"command": …, "timeout_s": …}; the answer is one, too: {"status": …, "out": …}. It needs
nothing but Python's own library.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path


def carry_out(command: str, timeout_s: float) -> dict[str, object]:
    """Its exit status (124: it took longer, and was ended) and what it printed on both streams."""
    child = subprocess.Popen(
        ["/bin/sh", "-c", command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        out, _ = child.communicate(timeout=timeout_s)
        status = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, _ = child.communicate()
        status = 124
    return {"status": status, "out": out.decode("utf-8", "replace")}


def main(port: str) -> None:
    """Until the machine ends."""
    with Path(port).open("r+b", buffering=0) as wire:
        wire.write(b'{"hello": true}\n')
        pending = b""
        while True:
            pending += os.read(wire.fileno(), 65536)
            while b"\n" in pending:
                line, _, pending = pending.partition(b"\n")
                answer = (json.dumps(carry_out(**json.loads(line))) + "\n").encode()
                while answer:
                    answer = answer[wire.write(answer) or 0 :]


if __name__ == "__main__":
    main(sys.argv[1])
