"""What an answer probably goes on with: it changes how long the model takes, never what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.base import Step
from services.understanding.model.adapter import load_adapter
from services.understanding.model.base import Context
from services.understanding.model.draft import AnswerDraft
from services.understanding.model.llama import LlamaModel

ROOT = Path(__file__).resolve().parents[3]
CONTEXT = Context(date(2026, 11, 23))
SAID = "create a task to send the quarterly report to sarah by friday afternoon"


@pytest.mark.parametrize(
    ("likely", "answer", "following"),
    [
        ([*range(20)], [], [*range(7)]),
        ([*range(20)], [0], [1, 2, 3]),
        ([*range(20)], [0, 1, 2], [*range(3, 10)]),
        ([], [], []),
        ([], [1, 2], []),
        ([1, 2, 3], [], [1, 2, 3]),
        ([1, 2, 3], [1], [2, 3]),
        ([1, 2, 3], [1, 2, 3], []),
        ([1, 2, 3, 4], [1, 9, 3], [4]),  # went another way, and came back
        ([1, 2, 3, 2, 4], [7, 3, 2], [4]),  # by as many tokens as are alike
        ([1, 2, 3], [9], []),
    ],
)
def test_it_goes_on_where_the_answer_stands(likely: list[int], answer: list[int], following: list[int]) -> None:
    assert AnswerDraft(likely).following(answer) == following


@given(likely=st.lists(st.integers(0, 5)), answer=st.lists(st.integers(0, 5)))
def test_whatever_was_said_a_draft_is_a_short_piece_of_what_is_likely(likely: list[int], answer: list[int]) -> None:
    found = AnswerDraft(likely).following(answer)
    assert len(found) <= 7
    assert not found or any(likely[at : at + len(found)] == found for at in range(len(likely)))


@pytest.fixture(scope="module")
def model(model_folder: Callable[[str], Path]) -> LlamaModel:
    """The command model that is shipped."""
    adapter = load_adapter(ROOT / "config/language_models/equerry-commands.toml")
    return LlamaModel(adapter, model_folder(adapter.weights), lora=model_folder(adapter.lora), limit_s=60)


@pytest.mark.engine
def test_the_model_says_the_same_whatever_it_is_taken_for(model: LlamaModel) -> None:
    plain = model.answered(SAID, CONTEXT)
    assert plain is not None
    (step,) = plain.steps
    for likely in (
        plain.steps,
        (*plain.steps, Step("timer.start", {"duration": "ten minutes"})),
        (replace(step, slots={"title": "send the quarterly report"}),),
        (replace(step, slots={**step.slots, "when": "by friday"}),),
        (Step("meeting.create", {"title": "the quarterly report", "when": "friday afternoon"}),),
        (Step("list.add", {"items": [{"item": "milk", "quantity": "two litres"}]}),),
    ):
        guess = model.answered(SAID, replace(CONTEXT, likely=likely))
        assert guess is not None
        assert (guess.steps, guess.confidence) == (plain.steps, pytest.approx(plain.confidence, abs=0.01))


@pytest.mark.engine
def test_what_is_foreseen_is_evaluated_in_fewer_goes(model: LlamaModel, monkeypatch: pytest.MonkeyPatch) -> None:
    goes: list[int] = []
    model.load()
    decode = model._llama._ctx.decode

    def counted(batch: Sequence[int]) -> None:
        goes.append(1)
        decode(batch)

    plain = model.answered(SAID, CONTEXT)
    assert plain is not None
    monkeypatch.setattr(model._llama._ctx, "decode", counted)
    model.answered(SAID, CONTEXT)
    alone = len(goes)
    goes.clear()
    model.answered(SAID, replace(CONTEXT, likely=plain.steps))
    assert len(goes) * 3 < alone
