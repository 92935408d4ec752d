"""Makes config/wake/ordinary.npz: ordinary speech and noise that wake words of one's own are learnt against.

    python -m training.wake.ordinary FOLDER --groups read coffee --out FILE.npz [--share 0.5] [--most 48000]

FOLDER has index.jsonl with a row for each recording: `file` and `group`. Of each group every recording whose name falls
into the share is taken, as it is; what is left is for benchmarks/own_word.py to be judged by. No sound goes into the
file, only openWakeWord's embeddings, coarsely.
"""

from __future__ import annotations

import argparse
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from firmware.frame import RATE, Samples
from services.wake.models import feature_models
from services.wake.teaching.bank import packed
from services.wake.teaching.noises import noise
from services.wake.teaching.pool import Windows
from training.installed import MODELS

NOISE_STREAMS, NOISE_S = 24, 8
"""How much of no voice at all is put beside it."""


def chosen(file: str, share: float) -> bool:
    """Whether a recording is learnt from; by its name alone, so that nobody is judged by what was learnt from."""
    return zlib.crc32(f"ordinary {file}".encode()) % 1000 < share * 1000


def sound_of(path: Path) -> Samples:
    """16 kHz mono."""
    sound, rate = soundfile.read(path, dtype="int16", always_2d=True)
    return np.asarray(sound[:, 0] if rate == RATE else soxr.resample(sound[:, 0], rate, RATE), np.int16)


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", type=Path)
    told.add_argument("--groups", nargs="+", required=True)
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--share", type=float, default=0.5)
    told.add_argument("--most", type=int, default=48_000, help="embeddings, of 80 ms each")
    asked = told.parse_args()
    models = feature_models(MODELS / "openwakeword")
    random = np.random.default_rng(7)
    streams: list[Windows] = []
    for _ in range(NOISE_STREAMS):
        level = 10 ** (random.uniform(-60, -20) / 20)
        made = np.clip(noise(NOISE_S * RATE, random) * level * 32768, -32768, 32767)
        streams.append(models.of(np.asarray(made, np.int16)))
    for row in _rows(asked.folder, asked.groups):
        if chosen(row["file"], asked.share) and sum(map(len, streams)) < asked.most:
            streams.append(models.of(sound_of(asked.folder / row["file"])))
    with asked.out.open("wb") as file:
        np.savez_compressed(file, **packed(streams))
    print(f"{len(streams)} streams, {sum(map(len, streams))} embeddings, {asked.out.stat().st_size} bytes")


def _rows(folder: Path, groups: list[str]) -> list[dict[str, Any]]:
    """Of each group in turn, so that none fills the file alone."""
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    of_group = [[row for row in rows if row["group"] == group] for group in groups]
    longest = max(map(len, of_group), default=0)
    return [each[at] for at in range(longest) for each in of_group if at < len(each)]


if __name__ == "__main__":
    main()
