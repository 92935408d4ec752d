"""A wake word of one's own, learnt from ten real recordings and judged by all others.

    python -m benchmarks.own_word FOLDER [--words computer snowboy] [--seeds 0 1] [--recordings 10] [--cache CACHE]

FOLDER has index.jsonl with `file`, `group` and, in the group `phrases`, `text`. Learnt is as `equerry wake learn` does:
from the recordings, the installed voice and config/wake/ordinary.npz. Missed: of all other recordings of the word, as
they are, under noise 10 dB below, and in a room; at the threshold that lets speech which nobody learnt from wake it 0.5
times an hour, and at that of the head itself (score 0.5). That speech: recordings of the other groups that are not in
ordinary.npz, as they are and through rooms with noise, and the other phrases. Embeddings are kept in CACHE.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.acoustics.noises import NOISES
from benchmarks.acoustics.room import Room
from benchmarks.acoustics.scenes import SCENES, Scene
from device.wiring.word import BANK
from firmware.frame import FRAME_SECONDS, RATE, Samples
from services.speech.voice.varied import VariedPiper
from services.wake.features import FeatureModels, Floats
from services.wake.head import Head
from services.wake.openwakeword import feature_models
from services.wake.teaching.bank import load_bank
from services.wake.teaching.clips import WordTake
from services.wake.teaching.lesson import Material, teach
from services.wake.teaching.pool import windows_of
from services.wake.teaching.takes import take_of
from training.installed import MODELS
from training.wake.ordinary import chosen, sound_of

CONDITIONS = ("clean", "10 dB", "room")
ALARMS_PER_HOUR = 0.5
_EVENT = 25
"""Frames (2 s) in which an alarm counts once."""
_ROOMS = (Room((4.2, 3.4, 2.6), 0.3), Room((6.5, 4.6, 2.7), 0.55))
_LOUD = tuple(scene for scene in SCENES if not scene.own and scene.noise != "television")


@dataclass(frozen=True, slots=True)
class Rig:
    """What all words are judged with."""

    folder: Path
    cache: Path
    models: FeatureModels

    def embeddings(self, row: dict[str, Any], condition: str) -> Floats:
        """Of a recording as it is heard in a condition; kept."""
        name = f"{row['file']} {condition}"
        kept = self.cache / f"{zlib.crc32(name.encode()):08x}.npy"
        if not kept.exists():
            sound = np.concatenate((sound_of(self.folder / row["file"]), np.zeros(RATE // 2, np.int16)))
            heard = _heard(sound, condition, zlib.crc32(row["file"].encode()))
            np.save(kept, self.models.of(heard).astype(np.float16))
        found: Floats = np.load(kept)
        return found


def _heard(sound: Samples, condition: str, seed: int) -> Samples:
    random = np.random.default_rng(seed)
    if condition == "clean":
        return np.asarray(sound + random.normal(0, 3, len(sound)), np.int16)
    if condition == "room":
        return Scene("room", _ROOMS[seed % 2], (1.0, 2.0)[seed // 2 % 2]).heard(sound, 1, seed)
    if condition == "loud room":
        return _LOUD[seed % len(_LOUD)].heard(sound, 1, seed)
    noise = NOISES[("fan", "kitchen", "street", "music")[seed % 4]](len(sound), random)
    level = np.sqrt(np.mean(np.square(sound, dtype=np.float64))) * 10 ** (-10 / 20)
    mixed = sound + noise / np.sqrt(np.mean(noise**2)) * level
    return np.clip(mixed, -32768, 32767).astype(np.int16)


def learnt(rig: Rig, rows: Sequence[dict[str, Any]], word: str, seed: int) -> tuple[Head, float]:
    """A head from these recordings, and the seconds of processor time that it took."""
    takes = [take for row in rows if isinstance(take := take_of(sound_of(rig.folder / row["file"])), WordTake)]
    voice, bank = VariedPiper(MODELS / "piper-en-us-joe", threads=1), load_bank(BANK)
    began = time.process_time()
    head = teach(Material(word, word, takes, bank), rig.models, voice, told=lambda *_: None, seed=seed)
    return head, time.process_time() - began


def others(rig: Rig, rows: Sequence[dict[str, Any]], word: str) -> Iterator[Floats]:
    """Speech that nobody learnt from and in which nobody says the word."""
    for row in rows:
        if row["group"] == "phrases":
            if row["text"] != word:
                yield rig.embeddings(row, "clean")
        elif not chosen(row["file"], 0.5):
            yield rig.embeddings(row, "clean")
            yield rig.embeddings(row, "loud room")


def judged(rig: Rig, head: Head, rows: Sequence[dict[str, Any]], word: str, known: set[str]) -> str:
    """A line of a table."""
    streams = [head.logits(windows_of(each, head.steps)) for each in others(rig, rows, word)]
    hours = sum(map(len, streams)) * FRAME_SECONDS / 3600
    peaks = np.sort([each[at : at + _EVENT].max() for each in streams for at in range(0, len(each), _EVENT)])[::-1]
    least = float(peaks[int(hours * ALARMS_PER_HOUR)])
    cells = []
    for condition in CONDITIONS:
        said = [row for row in rows if row.get("text") == word and row["file"] not in known]
        best = np.array([head.logits(windows_of(rig.embeddings(row, condition), head.steps)).max() for row in said])
        cells.append(f"{np.mean(best <= least):.1%} ({np.mean(best <= 0):.1%})")
    return f"| {' | '.join(cells)} | {np.count_nonzero(peaks > 0) / hours:.2f} in {hours:.1f} h | {len(said)} |"


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", type=Path)
    told.add_argument("--words", nargs="+", default=["computer", "snowboy"])
    told.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    told.add_argument("--recordings", type=int, default=10)
    told.add_argument("--groups", nargs="+", default=["phrases", "coffee", "read"])
    told.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "equerry" / "own-word")
    asked = told.parse_args()
    asked.cache.mkdir(parents=True, exist_ok=True)
    lines = (asked.folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["group"] in asked.groups]
    rig = Rig(asked.folder, asked.cache, feature_models(MODELS / "openwakeword"))
    print(f"| word | seed | {' | '.join(CONDITIONS)} | alarms an hour at 0.5 | judged by | learnt in |")
    for word in asked.words:
        for seed in asked.seeds:
            said = [row for row in rows if row.get("text") == word]
            np.random.default_rng(seed).shuffle(said)
            head, seconds = learnt(rig, said[: asked.recordings], word, seed)
            known = {row["file"] for row in said[: asked.recordings]}
            print(f"| {word} | {seed} {judged(rig, head, rows, word, known)} {seconds:.0f} s |", flush=True)
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB of memory")


if __name__ == "__main__":
    main()
