"""Commands beside a television through the whole ear: whether it ends with the talker, and what it writes.

    .venv/bin/python -m benchmarks.television [--levels 20,15,10,5] [--step 2] [--tell]

Synthetic voices say the wake word and a command six seconds into the news, which another synthetic voice reads so many
dB below. Templates alone tell when words are a whole command; no language model. Synthetic voices pause less and sink
less than people do: what is measured on real ones is in docs/performance.md.
"""

from __future__ import annotations

import argparse
import queue
from dataclasses import dataclass
from itertools import islice

import jiwer
import numpy as np

from benchmarks.acoustics.noises import television
from benchmarks.finals import plain
from benchmarks.rooms import SENTENCES_SAID, VOICES
from device.configuration.load import load
from device.turn import events as on
from device.wiring.basis import clock_of
from device.wiring.commands import build_parser
from device.wiring.ear import build_ear, load_engines
from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from services.speech.base import no_hints
from services.understanding.completeness import completeness
from tests.voices import Take, take

LEAD = 6.0
TAIL = 6.0
EARLY = 0.1
"""Seconds before the end of the words at which a turn is cut off."""
ALONE = 99.0
"""dB of the words over a television that is off."""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What came of one command."""

    woke: bool
    waited: float | None
    """Seconds from the end of the words to that of the turn; None: it did not end."""
    said: str
    heard: str


class WholeEar:
    """The engines, and what an ear makes of a sound."""

    def __init__(self) -> None:
        self._settings = load()
        self._engines = load_engines(self._settings, inline=True)
        self._parser = build_parser(self._settings, model=False)
        self._now = clock_of(self._settings)

    def hear(self, sound: Samples, spoken: Take, command: str) -> TurnOutcome:
        """From the wake word to the final."""
        inbox: queue.SimpleQueue[on.Event | on.Crashed] = queue.SimpleQueue()
        ear = build_ear(
            self._settings,
            self._engines,
            inbox.put,
            hints=no_hints,
            ending=lambda text, _, tell: tell(completeness(self._parser.parse(text, now=self._now()))),
        )
        for index in range(sound.size // FRAME_SAMPLES):
            ear.hear(Frame(sound[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES], index))
        ear.finish()
        emitted = [inbox.get() for _ in range(inbox.qsize())]
        ends = [event.endpoint.at for event in emitted if isinstance(event, on.SpeechEnded)]
        heard = " ".join(event.final.text for event in emitted if isinstance(event, on.FinalHeard))
        woke = any(isinstance(event, on.WakeHeard) for event in emitted)
        return TurnOutcome(woke, ends[0] - spoken.command_end if ends else None, plain(command), plain(heard))


def outcomes(over_db: float, ear: WholeEar, *, step: int) -> list[TurnOutcome]:
    """Of every so many sentences of all voices."""
    found = []
    said = [(voice, command) for command in SENTENCES_SAID for voice in VOICES]
    for seed, (voice, command) in enumerate(islice(said, 0, None, step)):
        spoken = take(command, voice=voice, lead=LEAD, tail=TAIL, seed=seed)
        words = spoken.samples[round(LEAD * RATE) : -round(TAIL * RATE)].astype(np.float64)
        news = television(spoken.samples.size, np.random.default_rng(seed))
        gain = 10 ** (-over_db / 20) * np.sqrt(np.mean(words**2) / np.mean(news**2))
        mixed = np.clip(np.rint(spoken.samples + gain * news), -32768, 32767).astype(np.int16)
        found.append(ear.hear(mixed, spoken, command))
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", default=f"{ALONE:.0f},15,10,5", help="dB of the words over the television; 99: off")
    parser.add_argument("--step", type=int, default=2, help="every so many of 48 sentences")
    parser.add_argument("--tell", action="store_true", help="what was said and heard")
    asked = parser.parse_args()
    ear = WholeEar()
    print("| television | woke | rightly | word errors | cut off | never ended | wait, median / 90th |\n|" + "---|" * 7)
    for over_db in map(float, asked.levels.split(",")):
        found = outcomes(over_db, ear, step=asked.step)
        woken = [each for each in found if each.woke]
        waits = [each.waited for each in woken if each.waited is not None and each.waited >= -EARLY]
        never = sum(each.waited is None for each in woken)
        right = sum(each.said == each.heard for each in woken)
        errors = jiwer.wer([each.said for each in woken], [each.heard for each in woken])
        wait = f"{np.median(waits):.2f} / {np.percentile(waits, 90):.2f} s" if waits else "–"
        told = "off" if over_db >= ALONE else f"{over_db:.0f} dB below"
        cut = len(woken) - never - len(waits)
        row = f"{len(woken)} of {len(found)} | {right} | {100 * errors:.0f} % | {cut} | {never} | {wait}"
        print(f"| {told} | {row} |", flush=True)
        for each in woken if asked.tell else []:
            print(f"    {each.waited} | {each.said} | {each.heard}")


if __name__ == "__main__":
    main()
