"""Runs inside the virtual Pi: the fingers on its pins and the eyes on its lights, by what gpio-sim has in /sys.

pins.py pull LINE up|down      let go of a button between the line and ground, or press it
pins.py hold LINE SECONDS      press it for so long
pins.py watch SECONDS LINE…    for each line how often it changed, and which part of the time it was high, as JSON
Nothing but Python's own library.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from pathlib import Path

SYS = Path("/sys/devices/platform")


def line(number: str) -> Path:
    """The folder of a line."""
    found = next(SYS.glob(f"**/sim_gpio{number}"), None)
    if found is None:
        raise SystemExit(f"there is no line {number}: this kernel has no gpio-sim, or its tree no pins")
    return found


def pull(number: str, way: str) -> None:
    """Connect it to ground (down), or not (up)."""
    (line(number) / "pull").write_text(f"pull-{way}", encoding="ascii")


def watch(seconds: float, numbers: list[str]) -> dict[str, dict[str, float]]:
    """Look at lines as often as goes."""
    files = {number: (line(number) / "value").open("rb", buffering=0) for number in numbers}
    seen: dict[str, list[int]] = {number: [] for number in numbers}
    due = time.monotonic() + seconds
    while time.monotonic() < due:
        for number, file in files.items():
            file.seek(0)
            seen[number].append(int(file.read(2)))
        time.sleep(0.001)
    return {
        number: {
            "changes": sum(a != b for a, b in itertools.pairwise(values)),
            "high": round(sum(values) / max(1, len(values)), 3),
        }
        for number, values in seen.items()
    }


def main(arguments: list[str]) -> None:
    """One of the three."""
    match arguments:
        case ["pull", number, "up" | "down" as way]:
            pull(number, way)
        case ["hold", number, seconds]:
            pull(number, "down")
            time.sleep(float(seconds))
            pull(number, "up")
        case ["watch", seconds, *numbers]:
            print(json.dumps(watch(float(seconds), numbers)))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
