"""A difference put onto weights: exact, and nothing but what it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.speech.finals.difference import add, read
from services.speech.finals.weights import NotWeights, array, places
from tests.services.speech.small_weights import model_bin

MATRIX = np.array([[1.0, -2.0], [0.5, 0.25], [3.0, 0.0]], np.float16)
BIAS = np.array([1.0, 2.0, 3.0], np.float16)
ARRAYS: dict[str, Any] = {"encoder/weight": MATRIX, "heads": np.int16(6).reshape(()), "encoder/bias": BIAS}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "model.bin"
    path.write_bytes(model_bin(ARRAYS))
    return path


def read_back(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {name: array(file, place) for name, place in places(file).items()}


def test_all_arrays_are_found_with_shape_and_type(weights: Path) -> None:
    for name, found in read_back(weights).items():
        assert found.dtype == ARRAYS[name].dtype
        np.testing.assert_array_equal(found, ARRAYS[name])


def test_whole_numbers_are_added_by_the_scale_of_their_row_and_others_replace(weights: Path) -> None:
    before = weights.read_bytes()
    change = np.array([[1, -1], [0, 2], [31, -31]], np.int8)
    scale = np.array([0.5, 0.25, 0.001], np.float32)
    add({"encoder/weight": change, "encoder/weight:scale": scale, "encoder/bias": BIAS * np.float16(2)}, weights)
    found = read_back(weights)
    wanted = MATRIX.astype(np.float32) + change.astype(np.float32) * scale[:, None]
    np.testing.assert_array_equal(found["encoder/weight"], wanted.astype(np.float16))
    np.testing.assert_array_equal(found["encoder/bias"], BIAS * 2)
    assert found["heads"] == 6
    assert len(weights.read_bytes()) == len(before)


def test_nothing_added_changes_no_byte(weights: Path) -> None:
    before = weights.read_bytes()
    add({"encoder/weight": np.zeros((3, 2), np.int8), "encoder/weight:scale": np.ones(3, np.float32)}, weights)
    assert weights.read_bytes() == before


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        ({"encoder/other": BIAS}, "no array encoder/other"),
        ({"encoder/bias": BIAS[:2]}, "no array encoder/bias of that shape"),
        ({"encoder/weight": np.zeros((3, 2), np.int8)}, "scales are missing"),
    ],
)
def test_a_difference_for_another_model_says_so(weights: Path, difference: dict[str, Any], told: str) -> None:
    with pytest.raises(NotWeights, match=told):
        add(difference, weights)


@pytest.mark.parametrize("spoilt", [b"", b"\0\0", b"GGUF" + bytes(60), model_bin(ARRAYS)[:70]])
def test_what_is_no_weights_says_so(tmp_path: Path, spoilt: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(spoilt)
    with pytest.raises(NotWeights):
        add({"encoder/bias": BIAS}, path)


def test_a_damaged_archive_says_so(tmp_path: Path) -> None:
    path = tmp_path / "difference.npz"
    np.savez_compressed(path, bias=BIAS)
    assert set(read(path)) == {"bias"}
    whole = path.read_bytes()
    for spoilt in (b"", whole[: len(whole) // 2], whole.replace(whole[60:64], bytes(4))):
        path.write_bytes(spoilt)
        with pytest.raises(NotWeights, match="damaged"):
            read(path)
