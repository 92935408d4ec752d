"""Has sounds heard through rooms and noise, and keeps their embeddings and scores.

    python -m training.wake.gather FOLDER… --out FILE.npz [--passes 2] [--seed 7]

Each FOLDER has index.jsonl with at least a "file" a line, as training.wake.spoken writes and recordings have. Each pass
draws other rooms, noises and levels. Beside FILE.npz (Bank) stands FILE.jsonl: a row for each clip, with what its
folder says of it, `end` moved by the silence put before, and `held` where it must not be learnt from.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from firmware.frame import RATE
from services.wake.teaching.rooms import heard
from training.installed import MODELS
from training.wake.embedded import STEPS, Embedder, Floats
from training.wake.phrases import WORDS

HELD = 0.25
"""The share of recordings that are never learnt from; chosen by name."""
_BEFORE, _AFTER = (0.3, 2.5), 1.0
"""Seconds of room before and after what is said."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Clips as they were heard: float16 embeddings of all frames in a row, with scores of each shipped word."""

    raw: npt.NDArray[np.float16]
    quiet: npt.NDArray[np.float16]
    scores: npt.NDArray[np.float16]
    """Shape (2, words, frames): raw and with the noise suppressed, in the order of WORDS."""
    starts: npt.NDArray[np.int64]
    """First frame of each clip, and the end of all."""
    rows: list[Row]

    def windows(self, quiet: bool) -> npt.NDArray[np.float16]:
        """What a word looks at in each frame, shape (frames, 16, 96); at the start of a clip it still sees the clip
        before, as if one had been said after the other.
        """
        stream = self.quiet if quiet else self.raw
        padded = np.concatenate((np.zeros((STEPS - 1, stream.shape[1]), np.float16), stream))
        return np.lib.stride_tricks.sliding_window_view(padded, STEPS, axis=0).transpose(0, 2, 1)


def load_bank(path: Path) -> Bank:
    """Read what `main` wrote."""
    kept = np.load(path)
    rows = [json.loads(row) for row in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()]
    return Bank(kept["raw"], kept["quiet"], kept["scores"], kept["starts"], rows)


def is_held(row: Row) -> bool:
    """Whether a recording is never learnt from: said by a voice of the test, or chosen by its name."""
    number = int(hashlib.sha256(str(row["file"]).encode()).hexdigest()[:8], 16)
    return bool(row.get("test", number / 2**32 < HELD))


def clips(folder: Path) -> Iterator[tuple[Row, Floats]]:
    """Rows of the folder's index, each with its 16 kHz sound."""
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not (folder / row["file"]).is_file():
            continue
        sound, rate = soundfile.read(folder / row["file"], dtype="float32", always_2d=True)
        mono = sound[:, 0] if rate == RATE else soxr.resample(sound[:, 0], rate, RATE)
        yield {"group": folder.name, **row, "held": is_held(row)}, np.asarray(mono, np.float32)


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folders", type=Path, nargs="+")
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--kind", action="append", help="only rows of this kind")
    told.add_argument("--passes", type=int, default=1)
    told.add_argument("--seed", type=int, default=7)
    asked = told.parse_args()
    embedder, random = Embedder(MODELS / "openwakeword", tuple(WORDS)), np.random.default_rng(asked.seed)
    rows, raw, quiet, scores, starts = [], [], [], [], [0]
    for number in range(asked.passes):
        for row, sound in (each for folder in asked.folders for each in clips(folder)):
            if asked.kind and row.get("kind") not in asked.kind:
                continue
            before = random.uniform(*_BEFORE)
            padded = np.pad(sound, (round(before * RATE), round(_AFTER * RATE)))
            found = embedder.embed(heard(padded, random))
            rows.append({**row, "end": before + row.get("end", len(sound) / RATE), "pass": number})
            raw.append(found.raw.astype(np.float16))
            quiet.append(found.quiet.astype(np.float16))
            scores.append([[embedder.scores(word, each) for word in WORDS] for each in (found.raw, found.quiet)])
            starts.append(starts[-1] + len(found.raw))
    np.savez(
        asked.out,
        raw=np.concatenate(raw),
        quiet=np.concatenate(quiet),
        scores=np.concatenate([np.asarray(each, np.float16) for each in scores], axis=2),
        starts=np.asarray(starts),
    )
    asked.out.with_suffix(".jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} clips, {starts[-1] * 0.08 / 3600:.2f} h")


if __name__ == "__main__":
    main()
