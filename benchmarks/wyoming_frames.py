"""Mutated frames against the Wyoming server, on real sockets, while others ask what they always ask.

    .venv/bin/python -m benchmarks.wyoming_frames [--frames 100000] [--seed 0]

Engines are scripted (tests/wyoming_desk.py). Each conversation of tests/mutations.py has a connection of its own, four
at once; beside them four clients have sound written down and commands carried out, each with words of its own. It fails
where the server crashes, a thread is left, or one of the four is told another's.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import threading
import time
from collections import Counter

from wyoming.asr import Transcript
from wyoming.ping import Ping

from tests.mutations import mutated
from tests.wyoming_desk import Client, Device, serving, spoken

AT_ONCE = 4


class Barrage:
    """Threads that send, and threads that ask."""

    def __init__(self, port: int, frames: int, seed: int) -> None:
        self.port, self.wanted, self.seed = port, frames, seed
        self.sent = 0
        self.answers: Counter[str] = Counter()
        self.asked = 0
        self.wrong: list[str] = []
        self._lock = threading.Lock()

    def run(self) -> None:
        """Until so many frames were sent. Seconds pass."""
        senders = [threading.Thread(target=self._send, args=(each,)) for each in range(AT_ONCE)]
        askers = [threading.Thread(target=self._ask, args=(each + 1,)) for each in range(AT_ONCE)]
        for thread in (*senders, *askers):
            thread.start()
        for thread in (*senders, *askers):
            thread.join()

    @property
    def over(self) -> bool:
        """All were sent, or something went wrong."""
        return self.sent >= self.wanted or bool(self.wrong)

    def _send(self, number: int) -> None:
        chance = random.Random(f"{self.seed} {number}")
        while not self.over:
            frames = mutated(chance)
            with Client(self.port) as client, contextlib.suppress(OSError):
                with contextlib.suppress(OSError):
                    client.line.sendall(b"".join(frames))
                    client.line.shutdown(1)
                while (event := client.hear()) is not None:
                    if "mine" in str(event.data):
                        self.wrong.append(f"a mutated conversation was told {event.data}")
                    self._count(event.data.get("code") or event.type)
            with self._lock:
                self.sent += len(frames)

    def _count(self, what: str) -> None:
        with self._lock:
            self.answers[what] += 1

    def _ask(self, number: int) -> None:
        turn = 0
        while not self.over:
            turn += 1
            word = number * 1000 + turn % 1000
            try:
                with Client(self.port) as client:
                    told = [
                        client.ask(*spoken(word, 0.08)).data["text"] == f"number {word}",
                        client.ask(Transcript(f"mine {word}", {"conversation_id": f"mine{number}"})).data["text"]
                        == f"Done: mine {word} for wyoming:127.0.0.1#mine{number}.",
                        client.ask(Ping(f"mine {word}")).data["text"] == f"mine {word}",
                    ]
            except (OSError, AssertionError, KeyError) as error:
                told = [False]
                self.wrong.append(repr(error))
            if not all(told):
                self.wrong.append(f"asker {number} was told {told}")
            with self._lock:
                self.asked += len(told)
            time.sleep(0.005)


def main() -> None:
    """Print what came of it; status 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    device, begun = Device(), time.monotonic()
    with serving(device) as port:
        barrage = Barrage(port, options.frames, options.seed)
        barrage.run()
    seconds = time.monotonic() - begun
    threads = [each for each in threading.enumerate() if each.name.startswith("wyoming")]
    for thread in threads:
        thread.join(5)
    left = [each.name for each in threads if each.is_alive()]
    print(f"{barrage.sent:,} frames in {seconds:.0f} s; {barrage.asked:,} questions of others, each answered right")
    print(", ".join(f"{what} {count:,}" for what, count in barrage.answers.most_common()))
    if barrage.wrong or left or device.crashes:
        sys.exit(f"wrong: {barrage.wrong[:5]}, left: {left}, crashes: {device.crashes}")


if __name__ == "__main__":
    main()
