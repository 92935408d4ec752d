"""Pairs of a held-out sentence and the same misheard."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from training.lora.prompts import flaw
from training.sentences.examples import read_examples
from training.sentences.frames import FOLDER, plain, read_frames
from training.sentences.variants import main, variants

FRAMES = [named for name in ("task", "ledger", "breath_office") for named in read_frames(FOLDER / f"{name}.yaml")]


def test_a_pair_asks_for_the_same_in_other_words() -> None:
    pairs = list(variants(FRAMES, Random(7)))
    assert len(pairs) > 20
    for said, heard in pairs:
        assert said.part == heard.part == "validation" and not flaw(said) and not flaw(heard)
        assert (said.group, said.context) == (heard.group, heard.context)
        assert [(step.action, step.after) for step in said.steps] == [(step.action, step.after) for step in heard.steps]
        assert plain(said.sentence) != plain(heard.sentence)


def test_the_same_seed_gives_the_same_pairs() -> None:
    first, again, other = (list(islice(variants(FRAMES, Random(seed)), 5)) for seed in (7, 7, 8))
    assert first == again != other


def test_both_files_are_written_in_one_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [tmp_path / "said.jsonl", tmp_path / "misheard.jsonl"]
    monkeypatch.setattr(
        sys, "argv", ["variants", "--said", str(files[0]), "--misheard", str(files[1]), "--count", "12"]
    )
    main()
    said, heard = (list(read_examples(file)) for file in files)
    assert [each.group for each in said] == [each.group for each in heard] and len(said) == 12
