"""How long `equerry run` takes until it is ready: from the start of its process until it tells so, and the processor
time of that.

    python benchmarks/ready.py [--runs 7]

A new store each time; models in the page cache from the second run on, so the first is left out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

MODELS = os.environ.get("EQUERRY_PATHS__MODELS") or str(Path.home() / ".local/share/equerry/models")


class Start(NamedTuple):
    """Seconds."""

    wall: float
    processor: float


def start() -> Start:
    """One of them; it is ended as soon as it is ready."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "EQUERRY_PATHS__DATA": folder, "EQUERRY_PATHS__MODELS": MODELS}
        began = time.monotonic()
        command = [sys.executable, "-m", "device", "run", "--live"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            told = next((line for line in process.stderr if line.rstrip().endswith("INFO ready")), "")
            wall = time.monotonic() - began
            assert told, "it ended before it was ready"
            ticks = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[11:13]
            process.terminate()
            process.stderr.read()
    return Start(wall, sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"))


def main() -> None:
    """Print the spread."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    start()
    starts = [start() for _ in range(parser.parse_args().runs)]
    for name in Start._fields:
        values = sorted(getattr(each, name) for each in starts)
        print(f"{name:10} median {statistics.median(values):.1f} s, {values[0]:.1f} to {values[-1]:.1f} s")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
