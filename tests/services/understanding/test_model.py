"""The language model: what it may answer, what it is not asked, and the real one at work."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.understanding.base import LanguageModelUnusable, Step
from services.understanding.model.grammar import candidates, grammar_for, read_answer
from services.understanding.model.llama import LlamaModel
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words


def test_an_answer_is_read_with_words_as_spoken() -> None:
    text = "Could a timer run for 8 Minutes, for the Pasta?"
    assert read_answer(" timer.start | duration: 8 minutes | name: pasta", text) == Step(
        "timer.start", {"duration": "8 Minutes", "name": "Pasta"}
    )


def test_what_does_not_occur_is_dropped_and_a_missing_slot_is_no_answer() -> None:
    text = "set the timer for eggs"
    assert read_answer("timer.start | duration: 6 minutes", text) is None
    assert read_answer("timer.query | name: noodles", text) == Step("timer.query", {})
    assert read_answer("none", text) is None
    assert read_answer("task.delete | title: eggs", text) is None
    assert read_answer("", text) is None


def test_items_and_people_are_taken_apart() -> None:
    step = read_answer("list.add | items: eggs and two loaves of bread | list: party", "the party list lacks eggs and two loaves of bread")
    assert step is not None
    assert step.slots["items"] == [{"item": "eggs"}, {"item": "bread", "quantity": "two loaves"}]


def test_only_families_the_sentence_speaks_of_are_asked_about() -> None:
    assert {action.family for action in candidates(split_words("is the timer over"))} == {"timer"}
    assert candidates(split_words("how are you")) == []


def test_the_grammar_offers_words_of_the_sentence_only() -> None:
    grammar = grammar_for([VOCABULARY["timer.start"]], split_words('say "ten" minutes'))
    assert '" timer.start" " | duration: " words (" | name: " words)?' in grammar
    assert 'w1 ::= "ten" (" " w2)?' in grammar
    assert "none" not in grammar
    assert '" none"' in grammar_for([], split_words("a"), or_none=True)


@pytest.mark.parametrize("content", [None, b"", b"not a model at all"])
def test_a_missing_or_foreign_file_is_named_at_once(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LanguageModelUnusable, match="equerry models verify"):
        LlamaModel(path)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(LanguageModelUnusable, match="no GGUF file"):
        LlamaModel(tmp_path)


@pytest.mark.engine
def test_a_truncated_file_is_named(tmp_path: Path, model_folder: Callable[[str], Path], capfd: pytest.CaptureFixture[str]) -> None:
    whole = next(model_folder("smollm2-135m").glob("*.gguf"))
    part = tmp_path / "part.gguf"
    with whole.open("rb") as file:
        part.write_bytes(file.read(3_000_000))
    with pytest.raises(LanguageModelUnusable, match=r"part\.gguf"):
        LlamaModel(part).load()
    assert capfd.readouterr() == ("", "")


@pytest.mark.engine
def test_the_real_model_copies_words_and_is_quiet(model_folder: Callable[[str], Path], capfd: pytest.CaptureFixture[str]) -> None:
    model = LlamaModel(model_folder("smollm2-135m"), limit_s=60, sure_to_read=0.0, sure_to_write=0.0)
    for text in ("what would my shopping list involve", "sixty seconds is how long the timer shall run", "Remind: milk!"):
        guess = model.read(text)
        assert guess is not None
        for step in guess.steps:
            assert VOCABULARY[step.action].required <= set(step.slots)
            assert all(value in text for value in step.slots.values() if isinstance(value, str))
    assert model.read("how are you") is None
    assert capfd.readouterr() == ("", "")


@pytest.mark.engine
def test_by_default_the_untrained_model_writes_nothing(model_folder: Callable[[str], Path]) -> None:
    model = LlamaModel(model_folder("smollm2-135m"), limit_s=60)
    for text in ("I should have set a timer yesterday", "we spoke of the shopping list and of milk", "she said remind me to laugh"):
        guess = model.read(text)
        assert guess is None or not any(VOCABULARY[step.action].writes for step in guess.steps)


@pytest.mark.engine
def test_the_time_limit_holds(model_folder: Callable[[str], Path]) -> None:
    ticks = iter(float(n) for n in range(1_000))
    model = LlamaModel(model_folder("smollm2-135m"), limit_s=0.5, sure_to_read=0.0, clock=lambda: next(ticks))
    model.load()
    began = time.monotonic()
    assert model.read("what would my shopping list involve and whatever else is there to be told of it") is None
    assert time.monotonic() - began < 30
