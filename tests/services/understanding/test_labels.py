"""Labels from the logits of a real model: of the command model, which says what a sentence asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.understanding.base import LanguageModelUnusable
from services.understanding.model.labels import LabelModel

WORDS = {"timer": " timer", "list": " list", "reminder": " rem"}
pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def model(model_folder: Callable[[str], Path]) -> LabelModel:
    return LabelModel(model_folder("smollm2-135m"), model_folder("equerry-commands"), WORDS, " none")


def test_the_label_that_fits_is_the_likeliest_whatever_was_read_before(model: LabelModel) -> None:
    asked = {
        "set a timer for ten minutes\nmonday 23 november\n": "timer",
        "add milk to the shopping list\nmonday 23 november\n": "list",
    }
    for _ in range(2):
        for text, label in asked.items():
            likely = model.likely(text)
            assert max(likely, key=lambda name: likely[name]) == label
            assert likely[label] > 0.5


def test_a_text_of_any_length_is_read(model: LabelModel) -> None:
    assert set(model.likely("word " * 5_000)) == set(WORDS)
    assert set(model.likely("\ud800 \0")) == set(WORDS)


def test_a_word_of_several_tokens_is_no_label(model_folder: Callable[[str], Path]) -> None:
    model = LabelModel(
        model_folder("smollm2-135m"), model_folder("equerry-commands"), {"x": " unpronounceable"}, " none"
    )
    with pytest.raises(LanguageModelUnusable, match="no single token"):
        model.likely("set a timer")


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(LanguageModelUnusable, match="no GGUF file"):
        LabelModel(tmp_path, tmp_path, WORDS, " none")
