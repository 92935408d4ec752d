"""How often the shipped wake words are missed, with one stage and with two.

    python -m benchmarks.wake_missed FOLDER… [--words hey_mycroft hey_rhasspy] [--passes 4] [--verifiers FOLDER]

FOLDERs have index.jsonl: of training.wake.spoken, of which only what voices say that nobody learnt from counts, or
recordings whose `group` is the word. Each is heard as it is in a quiet room, and so many times through other rooms,
noises and levels, as in benchmarks/wake_hours.py. One stage: openWakeWord with a second look at near misses. Both are
asked where the first stage scores 0.02 or more; a second stage that is not there is none.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.wake_hours import Hearing, alarms
from benchmarks.wake_sounds import Clip, Replayed, Sound
from firmware.frame import FRAME_SAMPLES, RATE, Samples
from services.speech.finals.whisper import WhisperFinals
from services.wake.verifier import load_verifier
from training.installed import MODELS
from training.wake.embedded import Embedder
from training.wake.gather import clips
from training.wake.phrases import WORDS

_BEFORE, _AFTER = 1.5, 1.0
"""Seconds of silence about each."""
_QUIET_DB = 70
"""Of hiss below full scale in a quiet room."""


def says(row: dict[str, Any], word: str) -> bool:
    """Whether a row is a wake word by a voice that nobody learnt from."""
    return (row.get("word") == word and bool(row.get("test"))) or row["group"] == word


def said(folders: Sequence[Path], word: str) -> list[Clip]:
    """All of them, with silence about each."""
    padding = round(_BEFORE * RATE), round(_AFTER * RATE)
    found = ((row, sound) for folder in folders for row, sound in clips(folder))
    return [Clip(str(row["file"]), word, np.pad(sound, padding)) for row, sound in found if says(row, word)]


def quiet(sound: Sound) -> Samples:
    """As it is, in a little hiss."""
    hiss = np.random.default_rng(0).standard_normal(len(sound), np.float32) * 10 ** (-_QUIET_DB / 20)
    return np.asarray(np.clip((sound + hiss) * 32767, -32768, 32767), np.int16)


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folders", type=Path, nargs="+")
    told.add_argument("--words", nargs="+", default=list(WORDS), choices=list(WORDS))
    told.add_argument("--passes", type=int, default=4)
    told.add_argument("--verifiers", type=Path, default=Path("config/wake/verifiers"))
    asked = told.parse_args()
    embedder = Embedder(MODELS / "openwakeword", asked.words)
    ears = WhisperFinals(MODELS / "equerry-ears", threads=1)
    print("| word | heard | said | missed, one stage | two |\n|---|---|---|---|---|")
    for word in asked.words:
        verifier = load_verifier(asked.verifiers / f"{word}.npz")
        every = said(asked.folders, word)
        for how, passes in (("in quiet", 1), ("in rooms and noise", asked.passes)):
            missed = np.zeros(2, np.int64)
            for number in range(passes):
                scenes = Replayed(1000 + number)
                for clip in every:
                    sound = quiet(clip.sound) if how == "in quiet" else scenes.heard(clip.sound)
                    sound = sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES]
                    heard = Hearing(embedder, clip.name, sound, ears).of(word)
                    missed += [not heard or not any(alarms(word, heard, each)) for each in (None, verifier)]
            print(f"| {word} | {how} | {passes * len(every)} | {missed[0]} | {missed[1]} |", flush=True)


if __name__ == "__main__":
    main()
