"""Several calls from sound files at once, each `equerry call replay` of its own: python -m benchmarks.calls_at_once

Scripts are spoken by synthetic voices, then played by that many processes that begin together (`--calls 1 10`): the
wall time of all, processor time, the most memory of one, and how many were refused. Real time is kept where the wall
time is shorter than the calls are.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile

from benchmarks.calls_spoken import spoken
from device.calls.script import read_script
from device.configuration.places import ROOT
from firmware.frame import RATE

SCRIPTS = ROOT / "tests" / "calls" / "open"


@dataclass(frozen=True)
class Ended:
    """How one call ended."""

    status: int
    said: str
    """Its last line of complaint."""
    processor_s: float
    peak_mib: float


def _sounds(folder: Path, scripts: Sequence[Path]) -> list[tuple[Path, float]]:
    """A file for each, and how long it is, seconds."""
    written = []
    for script in scripts:
        sides = spoken(read_script(script))[1]
        path = folder / f"{script.stem}.wav"
        soundfile.write(path, sides, RATE)
        written.append((path, sides.shape[0] / RATE))
    return written


def _at_once(paths: Sequence[Path]) -> list[Ended]:
    command = [sys.executable, "-m", "device", "call", "replay", "--jsonl"]
    processes = [
        subprocess.Popen([*command, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for path in paths
    ]
    return [_ended(process) for process in processes]


def _ended(process: subprocess.Popen[str]) -> Ended:
    assert process.stderr
    complaint = process.stderr.read().strip().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(
        process.returncode, complaint[-1] if complaint else "", usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    )


def main() -> None:
    """Print a line for each number of calls."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 10], help="how many at once")
    options = parser.parse_args()
    scripts = sorted(SCRIPTS.glob("*.yaml"))
    with tempfile.TemporaryDirectory() as folder:
        sounds = _sounds(
            Path(folder), [scripts[at % len(scripts)] for at in range(min(len(scripts), max(options.calls)))]
        )
        for count in options.calls:
            chosen = [sounds[at % len(sounds)] for at in range(count)]
            began = time.perf_counter()
            ended = _at_once([path for path, _ in chosen])
            wall_s = time.perf_counter() - began
            done = [each for each in ended if each.status == 0]
            minutes = sum(length for _, length in chosen) / 60.0
            print(
                f"{count:3} at once, {minutes:5.1f} min of calls: wall {wall_s:6.1f} s,"
                f" processor {sum(each.processor_s for each in ended):6.1f} s,"
                f" at most {max(each.peak_mib for each in ended):4.0f} MiB each,"
                f" {len(done)} played, {count - len(done)} refused",
                flush=True,
            )
            for said in sorted({each.said for each in ended if each.status}):
                print(f"    {said}")


if __name__ == "__main__":
    main()
