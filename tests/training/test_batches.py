"""Examples become token ids and batches in which nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.lora.batches import Sample, batch, epoch, padded, read_samples, shared_prefix

SAMPLES = st.lists(
    st.builds(
        lambda prompt, answer: Sample((1, 2, *prompt), tuple(answer), 1),
        st.lists(st.integers(3, 99), min_size=1, max_size=30),
        st.lists(st.integers(3, 99), min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=60,
)


def characters(text: str, begins: bool) -> list[int]:
    return [1] * begins + [ord(each) for each in text]


def written(folder: Path, *lines: object) -> Path:
    path = folder / "examples.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


@given(SAMPLES, st.integers(1, 16), st.integers(0, 3))
def test_every_answer_is_foretold_from_the_token_before_it(samples: list[Sample], size: int, seed: int) -> None:
    shared = len(shared_prefix(samples))
    found = []
    for group in epoch(samples, size, shared, seed=seed):
        made = batch(group, shared)
        assert made.own.shape == (len(group), padded(max(map(len, group)) - shared, 4)) and len(group) <= size
        flat = made.own.reshape(-1)
        assert (flat[made.rows + 1] == made.targets).all() and (made.rows // made.own.shape[1] == made.sample).all()
        assert made.head.sum() == len(group)
        found += [tuple(made.targets[made.sample == at].tolist()) for at in range(len(group))]
    assert sorted(found) == sorted(sample.answer for sample in samples)


@given(SAMPLES)
def test_each_prompt_keeps_a_token_of_its_own(samples: list[Sample]) -> None:
    prefix = shared_prefix(samples)
    assert all(sample.prompt[: len(prefix)] == prefix and len(sample.prompt) > len(prefix) for sample in samples)


def test_the_seed_decides_the_order() -> None:
    samples = [Sample((1, at), (at,), 1) for at in range(2, 99)]
    assert epoch(samples, 8, 1, seed=1) == epoch(samples, 8, 1, seed=1) != epoch(samples, 8, 1, seed=2)


def test_prompt_and_answer_are_tokenised_apart_and_kept(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"prompt": "ab\n", "answer": " task.create|title x\n", "source": "ours"},
        {"prompt": "c\n", "answer": " none\n"},
    )
    read = read_samples([path], characters, tmp_path / "ids")
    assert (
        read[0].prompt == (1, *map(ord, "ab\n"))
        and read[0].head == len(" task.create")
        and read[1].head == len(" none")
    )

    def refuse(_text: str, _begins: bool) -> list[int]:
        raise AssertionError("tokenised again")

    assert read_samples([path], refuse, tmp_path / "ids") == read
    path.write_text(path.read_text().replace("ab", "ba"))
    assert read_samples([path], characters, tmp_path / "ids")[0].prompt == (1, *map(ord, "ba\n"))


@pytest.mark.parametrize(
    "line", ["{", "[]", {"prompt": "a"}, {"prompt": "", "answer": "b"}, {"prompt": "a", "answer": ""}]
)
def test_a_line_that_is_no_example_is_named(tmp_path: Path, line: object) -> None:
    with pytest.raises(ValueError, match=r"examples\.jsonl:2"):
        read_samples([written(tmp_path, {"prompt": "a", "answer": "b"}, line)], characters)


def test_padding_is_zero_and_at_the_right() -> None:
    made = batch([Sample((1, 2), (3,), 1), Sample((1, 2, 4, 5), (6, 7), 1)], 1, multiple=4)
    assert made.own.tolist() == [[2, 3, 0, 0, 0, 0, 0, 0], [2, 4, 5, 6, 7, 0, 0, 0]]
    assert made.rows.tolist() == [0, 10, 11] and made.own.dtype == np.int64
