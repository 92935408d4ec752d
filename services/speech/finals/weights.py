"""Where each array lies in a CTranslate2 `model.bin`.

The file: version, specification, revision, count; then for each array its name, shape, type and bytes; then names that
are others' aliases. Everything little-endian. Source: CTranslate2's model specification, versions 4 to 6 of the format.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]

VERSIONS = (4, 5, 6)
_TYPES: Mapping[int, type[np.generic]] = {
    0: np.float32,
    1: np.int8,
    2: np.int16,
    3: np.int32,
    4: np.float16,
}


class NotWeights(ValueError):
    """The file is no model.bin that we can read."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an array lies in the file."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    offset: int
    bytes: int


def places(file: BinaryIO) -> dict[str, Stored]:
    """All arrays by name, in the order of the file. Raises NotWeights."""
    try:
        (version,) = _read(file, "I")
        if version not in VERSIONS:
            raise NotWeights(f"version {version} of the format is not known")
        _text(file)
        _, count = _read(file, "II")
        return dict(_place(file) for _ in range(count))
    except (struct.error, UnicodeDecodeError, KeyError) as error:
        raise NotWeights(f"no weights of CTranslate2: {error}") from None


def array(file: BinaryIO, place: Stored) -> Array:
    """The array that lies there."""
    file.seek(place.offset)
    return np.frombuffer(file.read(place.bytes), place.dtype).reshape(place.shape)


def _place(file: BinaryIO) -> tuple[str, Stored]:
    name = _text(file)
    (rank,) = _read(file, "B")
    shape = _read(file, f"{rank}I")
    kind, size = _read(file, "BI")
    offset = file.tell()
    file.seek(size, 1)
    return name, Stored(shape, np.dtype(_TYPES[kind]), offset, size)


def _text(file: BinaryIO) -> str:
    (length,) = _read(file, "H")
    return file.read(length).rstrip(b"\0").decode()


def _read(file: BinaryIO, layout: str) -> tuple[int, ...]:
    layout = f"<{layout}"
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
