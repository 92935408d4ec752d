"""Hearing in scenes made from seeds: near, across the room, a kitchen, a street, a television, its own voice and music;
with one, two and four microphones.

    .venv/bin/python -m benchmarks.rooms [--quick] [--scene WORDS] [--microphones 1,2,4] [--keep FILE] [--against FILE]
                                         [--picture FILE]

Synthetic voices say the wake word and a command; all is heard as the appliance hears it, from the microphone to the
action that the templates read: its own loudspeaker is taken out, and before the final the room where there are several
microphones. `--keep` writes what came of each sentence, `--against` compares with that of an earlier run of the same
sentences: worse by more than chance (a sign test over the sentences whose outcome changed, p < 0.05) is said, and the
exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from math import comb
from pathlib import Path
from textwrap import fill

import jiwer
import numpy as np
from matplotlib.figure import Figure

from benchmarks.acoustics.scenes import SCENES, Scene
from benchmarks.finals import plain
from device.commands.families import SENTENCES
from device.hearing.heard import HeardTurn
from firmware.frame import FRAME_SECONDS, Frame
from services.speech.finals.whisper import WhisperFinals
from services.understanding.parser import CommandParser
from services.wake.base import WakeSettings
from services.wake.openwakeword import OpenWakeWord
from tests.voices import WAKING, Take, take

MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SENTENCES_SAID = (
    "set a timer for ten minutes",
    "add milk and eggs to the shopping list",
    "what time is it",
    "create a task to call the bank by friday",
    "schedule a meeting with sarah tomorrow at ten",
    "remind me to water the plants at six",
    "wake me up at seven",
    "what are my tasks for today",
)
VOICES = tuple(voice for voice in WAKING if voice != "flite:rms")
"""One reads the news on the television."""
CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sentence."""

    woke: bool
    said: str
    heard: str
    right: bool


class Listening:
    """The engines, and what they make of a sound."""

    def __init__(self) -> None:
        self._wake = OpenWakeWord(MODELS / "openwakeword", {"hey_jarvis": WakeSettings()}, second_look=0.2)
        self._finals = WhisperFinals(MODELS / "equerry-ears")
        self._parser = CommandParser(SENTENCES, None)

    def hear(self, frames: Sequence[Frame], spoken: Take, command: str) -> Outcome:
        """Whether it woke up, and what it heard of the command: the ends of the words are known here."""
        self._wake.reset()
        woke = [frame.index for frame in frames if self._wake.process(frame)]
        first, last = (round(at / FRAME_SECONDS) for at in (spoken.command_start - 0.2, spoken.command_end + 0.5))
        words = frames[first:last]
        heard = self._finals.transcribe(HeardTurn(words, [True] * len(words), frames[:first]).cleared()).text
        wanted, read = (
            [
                (step.action, {slot: plain(str(value)) for slot, value in step.slots.items()})
                for step in self._parser.parse(text.lower(), now=NOW).steps
            ]
            for text in (command, heard)
        )
        return Outcome(bool(woke), command, heard, wanted == read)


def rows(scene: Scene, microphones: int, listening: Listening, *, quick: bool) -> dict[str, Outcome]:
    """What came of each sentence, by its name."""
    found = {}
    said = [(voice, command) for command in SENTENCES_SAID for voice in VOICES]
    for number, (voice, command) in enumerate(islice(said, 0, None, 7 if quick else 2)):
        spoken = take(command, voice=voice, lead=2.5 if scene.own else 0.6)
        frames = scene.heard(spoken.samples, microphones, seed=number)
        found[f"{scene.name}, {microphones}: {voice}: {command}"] = listening.hear(frames, spoken, command)
    return found


def worse(before: dict[str, bool], now: dict[str, bool]) -> float:
    """How likely so many sentences are lost against those won, if nothing had changed (one-sided sign test)."""
    lost = sum(before[name] and not now[name] for name in now if name in before)
    won = sum(now[name] and not before[name] for name in now if name in before)
    changed = lost + won
    return sum(comb(changed, count) for count in range(lost, changed + 1)) / 2**changed


def picture(table: dict[str, dict[int, float]], to: Path) -> None:
    """Right actions as bars, by scene and number of microphones."""
    counts = sorted({count for row in table.values() for count in row})
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    axes = figure.subplots()
    for number, count in enumerate(counts):
        places = np.arange(len(table)) + 0.8 * (number - (len(counts) - 1) / 2) / len(counts)
        heights = [100 * row.get(count, 0.0) for row in table.values()]
        axes.bar(places, heights, 0.8 / len(counts), label=f"{count} microphone{'s' * (count > 1)}")
    axes.set_xticks(range(len(table)), [fill(name, 12) for name in table], fontsize=8)
    axes.set_ylabel("right action, %")
    axes.set_ylim(0, 100)
    axes.legend()
    figure.savefig(to)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="seven sentences instead of 24")
    parser.add_argument("--scene", default="", help="only those whose name has this in it")
    parser.add_argument("--microphones", default="1,2,4")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--picture", type=Path)
    asked = parser.parse_args()
    listening, all_rows = Listening(), {}
    table: dict[str, dict[int, float]] = defaultdict(dict)
    print("| scene | microphones | woke | word errors | right action |\n|---|---|---|---|---|")
    for scene in (each for each in SCENES if asked.scene in each.name):
        for count in map(int, asked.microphones.split(",")):
            found = rows(scene, count, listening, quick=asked.quick)
            all_rows |= found
            outcomes = list(found.values())
            errors = jiwer.wer([plain(each.said) for each in outcomes], [plain(each.heard) for each in outcomes])
            woke, right = (sum(getattr(each, what) for each in outcomes) for what in ("woke", "right"))
            table[scene.name][count] = right / len(outcomes)
            told = f"{woke} of {len(outcomes)} | {100 * errors:.1f} % | {right} of {len(outcomes)}"
            print(f"| {scene.name} | {count} | {told} |", flush=True)
    if asked.picture:
        picture(table, asked.picture)
    if asked.keep:
        kept = {name: [each.woke, each.right] for name, each in all_rows.items()}
        asked.keep.write_text(json.dumps(kept, indent=0) + "\n", encoding="utf-8")
    if asked.against:
        before = json.loads(asked.against.read_text(encoding="utf-8"))
        for number, what in enumerate(("woke", "right")):
            now = {name: getattr(each, what) for name, each in all_rows.items()}
            likely = worse({name: row[number] for name, row in before.items()}, now)
            print(f"{what}: {'worse than' if likely < CHANCE else 'no worse than'} before (p = {likely:.3f})")
            if likely < CHANCE:
                sys.exit(1)


if __name__ == "__main__":
    main()
