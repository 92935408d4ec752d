#!/usr/bin/env python3
"""Spoken commands without MQTT, with it, and with another device of the site that is asked which one answers: side by
side in one run.

.venv/bin/python benchmarks/turns.py [--rounds 2]

Whole appliances in one process, on real engines and one Mosquitto, hear the samples of the rehearsal in turns, in real
time; no phrases of the voice are kept. The end of speech is the true one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from device.process.rehearsal import SAMPLES  # noqa: E402
from device.turn import events as on  # noqa: E402
from tests.broker import Broker  # noqa: E402
from tests.voices import turn  # noqa: E402
from tests.whole_appliance import Shared, WholeAppliance, roles  # noqa: E402

Times = dict[str, list[float]]
TITLES = {"off": "MQTT off", "on": "MQTT on", "asking": "MQTT on, and another device"}
STAGES = ("wake word → who answers", "end of speech → final", "final → reply committed", "end of speech → first sample")


def hear(one: WholeAppliance, text: str, times: dict[str, Times]) -> None:
    """One turn to its end."""
    one.forget()
    clip = turn(text, lead=0.3, tail=0.0)
    one.microphone.play(clip)
    one.until(lambda: "Played" in one.names and one.phase == "idle", within=60.0)
    ended, final, sounded = one.microphone.clip_ended, one.when(on.FinalHeard), one.when(on.Sounded)
    assert ended is not None
    found = (
        one.when(on.ClaimSettled) - one.when(on.WakeHeard),
        final - ended,
        one.when(on.Replied) - final,
        sounded - ended,
    )
    for stage, seconds in zip(STAGES, found, strict=True):
        times[stage][one.name].append(seconds)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2, help="how often each hears each sample")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, shared = Path(name), Shared.loaded()
        stack.enter_context(roles(folder, ""))
        broker = stack.enter_context(Broker(folder / "broker", more="set_tcp_nodelay true"))
        at = (broker.host, broker.port)
        places = {"off": (None, ""), "on": (at, "alone"), "asking": (at, "home"), "other": (at, "home")}
        ones: dict[str, WholeAppliance] = {}
        for each, (where, site) in places.items():
            settings = {
                "EQUERRY_SESSION__OPEN_S": "0",
                **({"EQUERRY_MQTT__SITE": site} if site else {}),
            }  # the next clip waits for rest
            ones[each] = stack.enter_context(
                WholeAppliance(folder / each, each, where, shared=shared, environ=settings)
            )
        ones["asking"].ready("other")
        ones.pop("other").ready("asking")
        times: dict[str, Times] = {stage: defaultdict(list) for stage in STAGES}
        for number in range(rounds + 1):
            if number == 1:  # the first round warms everything up
                times = {stage: defaultdict(list) for stage in STAGES}
            for text in SAMPLES:
                for one in ones.values():
                    hear(one, text, times)
    print(f"{rounds * len(SAMPLES)} spoken commands each, p50 and p95, milliseconds\n")
    print("| |", " | ".join(TITLES[each] for each in ones), "|")
    print("|---|" + "---|" * len(ones))
    for stage in STAGES:
        cells = [
            f"{1000 * median(taken):.0f}, {1000 * quantiles(taken, n=20)[-1]:.0f}" for taken in times[stage].values()
        ]
        print(f"| {stage} |", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
