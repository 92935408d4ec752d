"""The curves of trainings, one behind the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.lora.curves import main, smoothed


def test_draws_trainings_behind_each_other(tmp_path: Path) -> None:
    logs = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    lines = [
        {"step": 1, "examples": 32, "loss": 2.0},
        {"step": 1, "examples": 32, "validation_loss": 1.5, "exact": 0.1, "first_action": 0.4},
    ]
    for log in logs:
        log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    main([*map(str, logs), "--to", str(tmp_path / "curve.png")])
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_mean_of_equal_values_is_that_value() -> None:
    assert smoothed([3.0] * 5) == pytest.approx([3.0] * 5)
