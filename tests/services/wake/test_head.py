"""A head and its file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.wake.base import WakeModelUnusable
from services.wake.features import NUMBERS
from services.wake.head import MOST_BYTES, Head, load_head

STEPS = 5


def head(**changes: Any) -> Head:
    random = np.random.default_rng(1)

    def some(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        return random.normal(0, 0.1, shape).astype(np.float32)

    layers = ((some(STEPS * NUMBERS, 6), some(6)), (some(6, 1), some(1)))
    told: dict[str, Any] = {
        "word": "hey_matilda",
        "mean": some(NUMBERS),
        "scale": np.ones(NUMBERS, np.float32),
        "layers": layers,
        "about": {"made": "2026-11-25", "recordings": 7},
    }
    return Head(**told | changes)


def windows(count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(2).normal(0, 3, (count, STEPS, NUMBERS)).astype(np.float32)


def test_what_was_kept_is_what_is_read(tmp_path: Path) -> None:
    kept, path = head(), tmp_path / "hey_matilda.npz"
    path.write_bytes(kept.packed())
    read = load_head(path)
    assert (read.word, read.about, read.steps) == ("hey_matilda", kept.about, STEPS)
    np.testing.assert_array_equal(read.scores(windows(9)), kept.scores(windows(9)))


def test_many_windows_score_as_each_alone_does_and_none_gives_none() -> None:
    of, some = head(), windows(2100)
    np.testing.assert_allclose(of.scores(some)[::300], [of.scores(one[None])[0] for one in some[::300]], atol=1e-5)
    assert of.scores(some[:0]).shape == (0,)


@given(at=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_damaged_file_is_read_as_it_was_or_refused_with_a_sentence(
    tmp_path_factory: Any, at: int, value: int
) -> None:
    content = bytearray(head().packed())
    content[at % len(content)] = value
    path = tmp_path_factory.mktemp("word") / "hey_matilda.npz"
    path.write_bytes(content)
    try:
        assert load_head(path).steps == STEPS
    except WakeModelUnusable as error:
        assert "equerry" in str(error)


@pytest.mark.parametrize("length", [0, 1, 100, 3000])
def test_half_a_file_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "hey_matilda.npz"
    path.write_bytes(head().packed()[:length])
    with pytest.raises(WakeModelUnusable, match="damaged"):
        load_head(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"word": "../../etc/passwd"},
        {"word": ""},
        {"mean": np.zeros(95, np.float32)},
        {"mean": np.full(NUMBERS, np.nan, np.float32)},
        {"scale": np.zeros(NUMBERS, np.float32)},
        {"layers": ()},
        {"layers": ((np.zeros((NUMBERS * 2, 2), np.float32), np.zeros(2, np.float32)),)},
        {"layers": ((np.zeros((100, 1), np.float32), np.zeros(1, np.float32)),)},
        {"layers": ((np.zeros((NUMBERS * 999, 1), np.float32), np.zeros(1, np.float32)),)},
    ],
)
def test_parts_that_do_not_belong_together_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = tmp_path / "hey_matilda.npz"
    path.write_bytes(head(**changes).packed())
    with pytest.raises(WakeModelUnusable):
        load_head(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path, file = tmp_path / "bank.npz", io.BytesIO()
    np.savez(file, format="another", word="hey")
    path.write_bytes(file.getvalue())
    with pytest.raises(WakeModelUnusable, match="no word that was learnt"):
        load_head(path)


def test_a_missing_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WakeModelUnusable, match="missing"):
        load_head(tmp_path / "none.npz")
    with (tmp_path / "huge.npz").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(WakeModelUnusable, match="too large"):
        load_head(tmp_path / "huge.npz")
