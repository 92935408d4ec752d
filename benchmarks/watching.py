#!/usr/bin/env python3
"""What watching costs the appliance that is watched: processor time of its whole process while nothing is said, with
nobody, one and four who watch; what one of them is sent; and what the screen itself costs whoever looks at it.

    .venv/bin/python benchmarks/watching.py [seconds for each]
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from device.control.client import stream  # noqa: E402
from firmware.frame import RATE  # noqa: E402
from tests.whole_appliance import WholeAppliance  # noqa: E402

READER = """
import sys
from pathlib import Path
from device.control.client import stream
for line in stream(Path(sys.argv[1]), {"request": "watch"}):
    pass
"""


def used() -> float:
    """Seconds of processor time of this process."""
    told = resource.getrusage(resource.RUSAGE_SELF)
    return told.ru_utime + told.ru_stime


def watched(folder: Path, count: int, seconds: float) -> float:
    """Percent of one core with so many who watch, each a process of its own."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    readers = [subprocess.Popen([sys.executable, "-c", READER, str(folder)], env=environ) for _ in range(count)]
    time.sleep(2.0)
    before, began = used(), time.perf_counter()
    time.sleep(seconds)
    share = 100 * (used() - before) / (time.perf_counter() - began)
    for reader in readers:
        reader.kill()
        reader.wait()
    return share


def sent(folder: Path, seconds: float) -> tuple[float, float]:
    """Lines and bytes a second."""
    end = time.monotonic() + seconds
    lines = [
        len(line) + 1 for line in stream(folder, {"request": "watch"}, wanted=lambda: time.monotonic() < end) if line
    ][1:]
    return len(lines) / seconds, sum(lines) / seconds


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    with tempfile.TemporaryDirectory() as folder, WholeAppliance(Path(folder) / "desk", "desk", None) as desk:
        desk.ready()
        moments = np.arange(360 * RATE) / RATE
        swell = 10 ** (
            1.5 + np.sin(2 * np.pi * moments / 3)
        )  # from 10 to 300, again and again: the level never stands still
        room = (np.random.default_rng(7).normal(0, 1, moments.size) * swell).astype(np.int16)
        threading.Thread(target=desk.microphone.play, args=(room,), daemon=True).start()
        time.sleep(8.0)  # the language model is loaded meanwhile
        data = desk.settings.paths.data
        for count in (0, 1, 4, 0, 1, 4):
            print(
                json.dumps({"watch": count, "percent_of_one_core": round(watched(data, count, seconds), 2)}), flush=True
            )
        lines, size = sent(data, 5.0)
        print(json.dumps({"lines_per_s": round(lines, 1), "bytes_per_s": round(size)}))


if __name__ == "__main__":
    main()
