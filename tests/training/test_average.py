"""The mean of several LoRAs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.lora.average import averaged, main

if TYPE_CHECKING:
    from training.lora.export import Pairs

NAMES = ("attn_q", "ffn_down")
LAYERS, INTO, OUT = 2, 24, 16


def some(seed: int, rank: int) -> Pairs:
    draw = np.random.default_rng(seed)
    return {
        name: (
            draw.normal(size=(LAYERS, rank, INTO)).astype(np.single),
            draw.normal(size=(LAYERS, OUT, rank)).astype(np.single),
        )
        for name in NAMES
    }


def product(pairs: Pairs, alpha: float, name: str) -> npt.NDArray[np.single]:
    a, b = pairs[name]
    found: npt.NDArray[np.single] = np.matmul(b, a) * np.single(alpha / a.shape[1])
    return found


@given(
    st.lists(st.tuples(st.integers(1, 5), st.floats(0.1, 9), st.floats(0.1, 90)), min_size=1, max_size=3),
    st.integers(0, 99),
)
@settings(max_examples=30, deadline=None)
def test_the_mean_is_that_of_the_products(given: list[tuple[int, float, float]], seed: int) -> None:
    loras = [(some(seed + at, rank), alpha) for at, (rank, _, alpha) in enumerate(given)]
    weights = [weight for _, weight, _ in given]
    mean, alpha = averaged(loras, weights, 16)
    for name in NAMES:
        expected = sum(
            weight / sum(weights) * product(*lora, name) for lora, weight in zip(loras, weights, strict=True)
        )
        assert np.allclose(product(mean, alpha, name), expected, atol=1e-3 * np.abs(expected).max())


def test_what_does_not_fit_into_the_rank_is_what_matters_least() -> None:
    pairs = some(1, 8)
    mean, alpha = averaged([(pairs, 16.0)], [1.0], 4)
    for name in NAMES:
        exact, cut = product(pairs, 16.0, name)[0], product(mean, alpha, name)[0]
        smallest = np.linalg.svd(exact, compute_uv=False)[4:8]
        assert np.isclose(np.linalg.norm(exact - cut), np.linalg.norm(smallest), rtol=1e-3)


def test_one_file_of_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = pytest.importorskip(
        "training.lora.export", reason="needs gguf, which the appliance does not have", exc_type=ImportError
    )
    given = [{name: some(seed, 4)[NAMES[0]] for name in files.MATRICES} for seed in (1, 2)]
    for at, pairs in enumerate(given):
        files.export(pairs, 8.0, tmp_path / f"{at}.gguf")
    main([f"{tmp_path}/0.gguf=3", f"{tmp_path}/1.gguf=1", "--to", str(tmp_path / "mean.gguf"), "--rank", "8"])
    mean, alpha = files.pairs_of(tmp_path / "mean.gguf")
    assert alpha == 16 and "SHA-256" in capsys.readouterr().out
    expected = 0.75 * product(given[0], 8.0, NAMES[0]) + 0.25 * product(given[1], 8.0, NAMES[0])
    assert np.allclose(product(mean, alpha, NAMES[0]), expected, atol=0.05)
    with pytest.raises(SystemExit, match=r"training\.average"):
        main([f"{tmp_path}/absent.gguf=1", "--to", str(tmp_path / "mean.gguf")])


def test_what_can_not_be_averaged_is_told() -> None:
    other = {name: (a[:1], b[:1]) for name, (a, b) in some(1, 4).items()}
    with pytest.raises(ValueError, match="different base models"):
        averaged([(some(1, 4), 8.0), (other, 8.0)], [1, 1], 4)
    with pytest.raises(ValueError, match="positive"):
        averaged([(some(1, 4), 8.0)], [0], 4)
