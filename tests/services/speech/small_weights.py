"""A model.bin as CTranslate2 writes it, of a few arrays."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

_TYPES = {"float32": 0, "int8": 1, "int16": 2, "int32": 3, "float16": 4}


def model_bin(arrays: Mapping[str, npt.NDArray[np.generic]], version: int = 6) -> bytes:
    """The file."""
    parts = [struct.pack("<I", version), _text("WhisperSpec"), struct.pack("<II", 3, len(arrays))]
    for name, array in arrays.items():
        shape = struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
        parts += [_text(name), shape, struct.pack("<BI", _TYPES[str(array.dtype)], array.nbytes), array.tobytes()]
    return b"".join([*parts, struct.pack("<I", 1), _text("decoder/projection"), _text("decoder/embeddings")])


def _text(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"
