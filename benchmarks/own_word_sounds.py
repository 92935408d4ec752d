"""What benchmarks/own_word.py judges by: words as they are heard, hours of other speech, and who said a word."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from benchmarks.acoustics.noises import NOISES
from benchmarks.acoustics.room import Room
from benchmarks.acoustics.scenes import Scene
from benchmarks.wake_sounds import Replayed
from firmware.frame import FRAME_SECONDS, RATE, Samples
from services.voiceprints.spoken import voiced_in
from services.voiceprints.wespeaker import WespeakerEncoder
from services.wake.base import Ears
from services.wake.teaching.pool import Windows
from training.installed import MODELS
from training.wake.embedded import Embedder
from training.wake.ordinary import chosen, sound_of

Row = dict[str, Any]
CONDITIONS = ("clean", "10 dB", "room")
_ROOMS = (Room((4.2, 3.4, 2.6), 0.3), Room((6.5, 4.6, 2.7), 0.55))
_BEHIND = RATE // 2
"""Samples of silence after each recording."""
_FARTHEST = 0.5
"""Mean cosine distance of the clips of two groups up to which they are put together. Of the two words every group of
this kind has ten clips, or twice or three times as many: each speaker was asked for ten.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """What a microphone heard."""

    embeddings: Windows
    """Shape (n, 96), for each 80 ms of it."""
    sound: Samples


@dataclass(frozen=True, slots=True)
class Rig:
    """What all words are judged with; what was worked out once is kept in `cache`."""

    folder: Path
    cache: Path
    embedder: Embedder
    ears: Ears

    def said(self, row: Row, condition: str) -> Stream:
        """A recording as it is heard in a condition."""
        name = f"{row['file']} {condition}"
        kept = self.cache / f"{zlib.crc32(name.encode()):08x}.npy"
        sound = np.pad(sound_of(self.folder / row["file"]), (0, _BEHIND))
        heard = _heard(sound, condition, zlib.crc32(row["file"].encode()))
        if not kept.exists():
            np.save(kept, self.embedder.first(heard).astype(np.float16))
        return Stream(np.load(kept), heard)

    def others(self, rows: Sequence[Row], word: str, hours: float) -> Iterator[Stream]:
        """Speech that nobody learnt from and in which nobody says the word, until there are so many hours of it: as it
        is, then again and again through rooms and noises.
        """
        unknown = [row for row in rows if row["group"] == "phrases" or not chosen(row["file"], 0.5)]
        number, frames = 0, 0
        while frames * FRAME_SECONDS < hours * 3600:
            for row, stream in zip(unknown, self._replay(unknown, number), strict=True):
                if row.get("text") != word:
                    frames += len(stream.embeddings)
                    yield stream
            number += 1

    def _replay(self, rows: Sequence[Row], number: int) -> Iterator[Stream]:
        path = self.cache / f"others{number}.npz"
        if not path.exists():
            streams = [self.embedder.first(sound).astype(np.float16) for sound in self._sounds(rows, number)]
            np.savez(path, embeddings=np.concatenate(streams), lengths=list(map(len, streams)), of=_of(rows))
        with np.load(path) as kept:
            if str(kept["of"]) != _of(rows):
                raise SystemExit(f"{path} is of other recordings: delete it, or name another --cache")
            parts = np.split(kept["embeddings"], np.cumsum(kept["lengths"])[:-1])
        yield from map(Stream, parts, self._sounds(rows, number))

    def _sounds(self, rows: Sequence[Row], number: int) -> Iterator[Samples]:
        scenes = Replayed(number)
        for row in rows:
            sound = np.pad(sound_of(self.folder / row["file"]), (0, _BEHIND))
            yield scenes.heard(np.asarray(sound / 32768, np.float32)) if number else sound


def _of(rows: Sequence[Row]) -> str:
    return json.dumps([row["file"] for row in rows])


def _heard(sound: Samples, condition: str, seed: int) -> Samples:
    random = np.random.default_rng(seed)
    if condition == "clean":
        return np.asarray(sound + random.normal(0, 3, len(sound)), np.int16)
    if condition == "room":
        return Scene("room", _ROOMS[seed % 2], (1.0, 2.0)[seed // 2 % 2]).heard(sound, 1, seed)
    noise = NOISES[("fan", "kitchen", "street", "music")[seed % 4]](len(sound), random)
    level = np.sqrt(np.mean(np.square(sound, dtype=np.float64))) * 10 ** (-10 / 20)
    mixed = sound + noise / np.sqrt(np.mean(noise**2)) * level
    return np.clip(mixed, -32768, 32767).astype(np.int16)


def speakers(folder: Path, rows: Sequence[Row]) -> list[list[Row]]:
    """Recordings of a word by who said them, as far as voices tell, whoever said most first.

    Nobody wrote down who spoke. The voices are compared as the appliance compares them, and put together by average
    linkage. Each recording is in one group; those without voice in one together.
    """
    encoder = WespeakerEncoder(MODELS / "wespeaker-resnet34", threads=1)
    voices = [voiced_in(sound_of(folder / row["file"])).samples for row in rows]
    heard = [at for at, voice in enumerate(voices) if voice.size]
    prints = np.stack([encoder.embed(voices[at]) for at in heard])
    which = np.zeros(len(rows), np.int64)
    which[heard] = fcluster(linkage(prints, "average", "cosine"), _FARTHEST, "distance")
    groups = [[rows[at] for at in np.flatnonzero(which == one)] for one in np.unique(which)]
    return sorted(groups, key=len, reverse=True)
