"""Ordinary speech and noise, kept as embeddings, that a word is learnt against (config/wake/ordinary.npz).

The file is an .npz without pickles: `format`, `embeddings` int8 (n, 96), `scale` (96,) and `lengths` of the streams.
It is made by `python -m training.wake.ordinary`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from services.wake.base import WakeModelUnusable
from services.wake.features import NUMBERS
from services.wake.teaching.pool import Windows

FORMAT = "equerry wake bank 1"
_LEVELS = 24
"""Steps to either side of nothing: one is a seventh of a number's spread, less than the noise that is put on it while
a word is learnt, and six bits pack well.
"""


def load_bank(path: Path) -> list[Windows]:
    """Streams of embeddings, each (n, 96) float16. Raises WakeModelUnusable where it is missing or damaged."""
    if not path.is_file():
        raise WakeModelUnusable(path=path, reason="the file is missing")
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["format"]) != FORMAT:
                raise ValueError("of another kind")
            embeddings, scale, lengths = kept["embeddings"], kept["scale"], kept["lengths"]
        if embeddings.dtype != np.int8 or embeddings.shape != (lengths.sum(), NUMBERS) or scale.shape != (NUMBERS,):
            raise ValueError("its parts do not belong together")
    except Exception as error:  # what zipfile, zlib and NumPy raise on a damaged file has no common root
        raise WakeModelUnusable(path=path, reason="the file is damaged") from error
    whole = embeddings.astype(np.float16) * scale.astype(np.float16)
    return np.split(whole, np.cumsum(lengths)[:-1])


def packed(streams: list[Windows]) -> dict[str, Any]:
    """The arrays of a file that holds these streams."""
    whole = np.concatenate(streams).astype(np.float32)
    # All but one in a thousand numbers fit; those are rare enough to be cut off.
    scale = np.percentile(np.abs(whole), 99.9, axis=0) / _LEVELS
    return {
        "format": FORMAT,
        "embeddings": np.clip(np.rint(whole / scale), -_LEVELS, _LEVELS).astype(np.int8),
        "scale": scale.astype(np.float32),
        "lengths": np.array([len(stream) for stream in streams], np.int64),
    }
