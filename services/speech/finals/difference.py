"""A difference to the weights of a model: what was learnt beside them, small enough to come with the application.

A NumPy archive. Each of its arrays is named as one of the model's model.bin. One of int8 is added, every row times its
scale, which stands in "<name>:scale"; one of another type replaces what was there. Adding is a product and a sum in
float32, each rounded as IEEE 754 says, so that every processor makes the same bytes.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from services.speech.finals.weights import Array, NotWeights, array, places

SCALE = ":scale"


def read(path: Path) -> Mapping[str, Array]:
    """The arrays of a difference. Raises NotWeights, OSError."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise NotWeights(f"it is damaged: {error}") from error


def add(difference: Mapping[str, Array], weights: Path) -> None:
    """Change a model.bin. Raises NotWeights, OSError."""
    with weights.open("r+b") as file:
        known = places(file)
        for name, change in difference.items():
            if name.endswith(SCALE):
                continue
            place = known.get(name)
            if place is None or place.shape != change.shape:
                raise NotWeights(f"the model has no array {name} of that shape")
            new = changed(array(file, place), change, difference.get(name + SCALE)).astype(place.dtype)
            file.seek(place.offset)
            file.write(new.tobytes())


def changed(old: Array, change: Array, scale: Array | None) -> Array:
    """An array with its difference. Raises NotWeights."""
    if change.dtype != np.int8:
        return change
    if scale is None or scale.shape != change.shape[:1]:
        raise NotWeights("an array's scales are missing")
    steps = scale.astype(np.float32).reshape(-1, *[1] * (change.ndim - 1))
    return old.astype(np.float32) + change.astype(np.float32) * steps
