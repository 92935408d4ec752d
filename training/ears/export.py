"""Writes what was learnt as a difference to the original weights, as services/speech/finals/difference.py reads it.

    python -m training.ears.export --from FOLDER… --to FILE.npz [--share 1.0] [--levels 31] [--weights model.bin]

Of several trainings, and of the students in their folders, the mean is taken; `--share` of the way from the original to
it. A matrix is written as whole numbers of -LEVELS to LEVELS and a scale for each row, which weighs an eighth of the
matrix; what is small is written as it is. `--weights` is also written: the model's file with the difference in it. Its
size and SHA-256 belong into config/models.toml.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from services.speech.finals.difference import SCALE, add
from services.speech.finals.weights import Array
from training.ears.learning import CHECKPOINT
from training.ears.network import Encoder, read_weights
from training.installed import MODELS


def learnt(folders: Sequence[Path], model: Path) -> dict[str, Tensor]:
    """The mean of the averages of some trainings, by CTranslate2's names. Raises FileNotFoundError where none is."""
    encoder = Encoder(read_weights(model / "model.bin"))
    checkpoints = [path for folder in folders for path in sorted(folder.rglob(CHECKPOINT))]
    if not checkpoints:
        raise FileNotFoundError(f"there is no {CHECKPOINT} in {', '.join(map(str, folders))}: nothing was taught there")
    states = [torch.load(path, map_location="cpu", weights_only=True)["average"] for path in checkpoints]
    encoder.load_state_dict({key: sum(state[key] for state in states) / len(states) for key in states[0]})
    return {name: value.detach() for name, value in encoder.named_arrays().items()}


def difference(new: dict[str, Tensor], model: Path, share: float, levels: int) -> dict[str, Array]:
    """The arrays of the file."""
    old, made = read_weights(model / "model.bin"), dict[str, Array]()
    for name, value in new.items():
        change = share * (value - old[name]).numpy()
        if change.ndim == 1:
            made[name] = (old[name].numpy() + change).astype(np.float16)
        else:
            scale = np.abs(change).reshape(len(change), -1).max(axis=1).clip(1e-8) / levels
            steps = scale.astype(np.float32).reshape(-1, *[1] * (change.ndim - 1))
            made[name], made[name + SCALE] = np.rint(change / steps).astype(np.int8), scale.astype(np.float32)
    return made


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--from", dest="folders", type=Path, nargs="+", required=True, metavar="FOLDER")
    told.add_argument("--to", type=Path, required=True, metavar="FILE.npz")
    told.add_argument("--weights", type=Path, metavar="model.bin")
    told.add_argument("--share", type=float, default=1.0)
    told.add_argument("--levels", type=int, default=31)
    told.add_argument("--model", type=Path, default=MODELS / "whisper-tiny.en", metavar="FOLDER", help="%(default)s")
    asked = told.parse_args()
    try:
        made = difference(learnt(asked.folders, asked.model), asked.model, asked.share, asked.levels)
    except OSError as error:
        sys.exit(f"training.ears.export: {error}")
    asked.to.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(asked.to, allow_pickle=False, **made)
    print(f"{asked.to}: {asked.to.stat().st_size} bytes")
    if asked.weights:
        shutil.copyfile(asked.model / "model.bin", asked.weights)
        add(made, asked.weights)
        content = asked.weights.read_bytes()
        print(f"{asked.weights}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
