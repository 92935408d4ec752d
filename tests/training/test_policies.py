"""What readings, probabilities and policies are worth, on rows made by hand."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.model.certainty import Certainty
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words
from training.measures.calibration import bins, calibration_error, draw, fitted, loss
from training.measures.evaluate import MEASURES, TEMPERATURES
from training.measures.models import common, models_table
from training.measures.policies import (
    Row,
    Weights,
    agreement,
    bounded,
    confusions,
    model_only,
    row_of,
    templates_then_model,
)
from training.measures.scoring import score
from training.sentences.written import read_written

ROOT = Path(__file__).resolve().parents[2]
AS_IT_IS = TEMPERATURES.index(1.0)


def step(action: str, after: tuple[int, ...] = (), **slots: object) -> dict[str, Any]:
    return {"action": action, "slots": slots, "after": list(after)}


def example(
    sentence: str, *steps: tuple[str, dict[str, str]], accept: tuple[str, ...] = (), whole: bool = True
) -> dict[str, Any]:
    told = [{"action": action, "slots": list(slots.items()), "after": 0} for action, slots in steps]
    return {"sentence": sentence, "steps": told, "accept": list(accept), "whole": whole}


def row(
    asked: dict[str, Any], templates: list[dict[str, Any]], model: list[dict[str, Any]], sure: float, guessed: float
) -> Row:
    logs = [math.log(guessed)] * len(TEMPERATURES)
    return row_of(
        {
            **asked,
            "templates": {"steps": templates, "sure": sure, "seconds": 0.01},
            "model": {"steps": model, "sure": guessed, "seconds": 0.5, "logs": dict.fromkeys(MEASURES, logs)},
            "parser": {"steps": templates or model, "sure": sure, "seconds": 0.5},
        }
    )


MILK = example("add milk to the shopping list", ("list.add", {"items": "milk", "list": "shopping"}))
ADDED = step("list.add", items=[{"item": "milk"}], list="shopping")


# --- scores
# ----------------------------------------------------------------------------------------------------------------------


def test_what_is_asked_and_no_other_write_is_right() -> None:
    assert score(MILK, [ADDED]).exact
    more = score(MILK, [ADDED, step("datetime.query")])
    assert more.right and not more.actions and not more.wrong_write
    wrong = score(MILK, [ADDED, step("task.create", title="milk")])
    assert wrong.wrong_write and not wrong.right
    assert score(MILK, []).declined and not score(MILK, []).right


def test_nothing_is_right_where_nothing_is_asked() -> None:
    chat = example("i once made a list of milk")
    assert score(chat, []).exact and score(chat, [step("list.query")]).right is False
    assert score(chat, [ADDED]).wrong_write
    assert score(example("what is on", ("list.query", {}), accept=("none",)), []).right


def test_slots_count_word_for_word_but_for_small_ones() -> None:
    call = example(
        "book a call with anna by friday",
        ("meeting.create", {"title": "call", "attendees": "anna", "when": "by friday"}),
    )
    assert score(call, [step("meeting.create", title="a call", attendees=["anna"], when="friday")]).exact
    assert not score(call, [step("meeting.create", title="call", attendees=["anna"])]).exact
    assert not score(call, [step("meeting.create", title="book call", attendees=["anna"], when="by friday")]).exact
    assert score(
        call, [step("meeting.create", title="call", attendees=["anna"], when="by friday", direction="to")]
    ).exact


def test_it_may_be_what_was_named_before() -> None:
    asked = example(
        "make a task clean the attic and give it to tom",
        ("task.create", {"title": "clean the attic"}),
        ("task.assign", {"title": "it", "assignees": "tom"}),
    )
    made = step("task.create", title="clean the attic")
    for title in ("it", "clean the attic"):
        assert score(asked, [made, step("task.assign", title=title, assignees=["tom"])]).exact
    assert not score(asked, [made, step("task.assign", title="attic", assignees=["tom"])]).exact


def test_one_action_that_is_as_good_is_right_but_not_exact() -> None:
    found = score(
        example("wake me at six", ("alarm.create", {"when": "at six"})), [step("reminder.create", when="at six")]
    )
    assert found.right and not found.actions


# --- probabilities
# ----------------------------------------------------------------------------------------------------------------------


def test_the_error_is_the_distance_between_sure_and_right() -> None:
    assert calibration_error([0.9] * 10, [True] * 9 + [False], 1) == pytest.approx(0.0)
    assert calibration_error([1.0] * 10, [False] * 10) == pytest.approx(1.0)
    assert calibration_error([0.2] * 5 + [0.8] * 5, [False] * 5 + [True] * 5, 2) == pytest.approx(0.2)
    assert calibration_error([], []) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80), st.integers(1, 20))
def test_each_answer_is_in_one_bin_of_about_as_many(answers: list[tuple[float, bool]], count: int) -> None:
    found = bins([sure for sure, _ in answers], [right for _, right in answers], count)
    assert sum(each.count for each in found) == len(answers)
    assert max(each.count for each in found) - min(each.count for each in found) <= 1
    assert [each.sure for each in found] == pytest.approx(sorted(each.sure for each in found))
    assert 0 <= calibration_error([sure for sure, _ in answers], [right for _, right in answers], count) <= 1


def test_a_temperature_that_was_hidden_is_found_again() -> None:
    """Answers that are too sure by a factor of two in their logits."""
    random = Random(5)
    logits = [random.uniform(-2, 4) for _ in range(4000)]
    right = [random.random() < 1 / (1 + math.exp(-logit)) for logit in logits]
    temperatures = (0.5, 1.0, 2.0, 4.0)
    logs = [[-math.log1p(math.exp(-2 * logit / at)) for at in temperatures] for logit in logits]
    assert fitted(logs, right, temperatures)[0] == 2.0


def test_one_mistake_of_an_answer_that_was_certain_is_bounded() -> None:
    assert loss([1.0], [False]) == pytest.approx(-math.log(1e-4))
    assert loss([0.5, 0.5], [True, False]) == pytest.approx(math.log(2))


def test_the_plot_is_a_picture(tmp_path: Path) -> None:
    draw({"before": bins([0.2, 0.9], [False, True])}, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_certainty_tells_names_from_what_follows_them() -> None:
    certainty = Certainty()
    for piece, log in (
        (b" task", -1.0),
        (b".create", -2.0),
        (b"|title", -4.0),
        (b" a", -8.0),
        (b";", -16.0),
        (b" list", -32.0),
        (b"^", -64.0),
        (b"1", -128.0),
        (b"\n", -256.0),
    ):
        certainty.add(piece, log)
    assert (certainty.logs()["names"], certainty.logs()["weakest"]) == (-35, -32) and certainty.logs()["all"] == -511
    assert certainty.of("mean") == pytest.approx(math.exp(-511 / 9))


# --- policies
# ----------------------------------------------------------------------------------------------------------------------

TASK = step("task.create", title="milk")
SURE = Weights("all", AS_IT_IS, {(0.95, False): 0.97, (0.85, False): 0.6}, sure_to_read=0.3, sure_to_write=0.7)


def test_the_model_is_heard_where_it_is_sure() -> None:
    assert model_only(row(MILK, [], [ADDED], 0.0, 0.8), SURE) == "model"
    assert model_only(row(MILK, [], [ADDED], 0.0, 0.6), SURE) == "nobody"
    assert model_only(row(MILK, [], [step("list.query")], 0.0, 0.6), SURE) == "model"
    assert model_only(row(MILK, [], [], 0.0, 0.99), SURE) == "nobody"


def test_templates_go_first() -> None:
    assert templates_then_model(row(MILK, [TASK], [ADDED], 0.85, 0.99), SURE) == "templates"
    assert templates_then_model(row(MILK, [], [ADDED], 0.0, 0.99), SURE) == "model"


def test_the_surer_one_decides_or_nobody() -> None:
    assert agreement(row(MILK, [TASK], [ADDED], 0.85, 0.8), SURE) == "model"
    assert agreement(row(MILK, [TASK], [ADDED], 0.95, 0.8), SURE) == "templates"
    assert agreement(row(MILK, [TASK], [ADDED], 0.85, 0.65), SURE) == "nobody"
    assert agreement(row(MILK, [TASK], [], 0.85, 0.9), SURE) == "nobody"
    assert agreement(row(MILK, [ADDED], [ADDED], 0.85, 0.1), SURE) == "templates"


def test_bounds_keep_wrong_writes_out() -> None:
    wrong = [row(example(f"chat {at}"), [], [ADDED], 0.0, 0.62) for at in range(5)]
    right = [row(MILK, [], [ADDED], 0.0, 0.9) for _ in range(20)]
    found = bounded([*wrong, *right], model_only, Weights("all", AS_IT_IS))
    assert 0.62 < found.sure_to_write <= 0.9


def test_what_was_taken_for_what_is_counted() -> None:
    rows = [row(MILK, [], [TASK], 0.0, 0.9), row(MILK, [], [ADDED], 0.0, 0.9), row(MILK, [], [], 0.0, 0.9)]
    assert confusions(rows, "model") == {("list.add", "task.create"): 1, ("list.add", "—"): 1}


# --- what is written by hand
# ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "least"), [("several", 300), ("unseen", 250)])
def test_the_written_sentences_hold_what_is_said_of_them(name: str, least: int) -> None:
    examples = read_written(ROOT / "training" / f"{name}.yaml")
    assert len(examples) >= least and len({each.sentence for each in examples}) == len(examples)
    for each in examples:
        said = f" {' '.join(word.text for word in split_words(each.sentence))} "
        assert name == "unseen" or 2 <= len(each.steps) <= 8
        for at, told in enumerate(each.steps):
            assert told.after <= at and {slot for slot, _ in told.slots} <= set(VOCABULARY[told.action].slots), (
                each.sentence
            )
            assert all(f" {' '.join(word.text for word in split_words(words))}" in said for _, words in told.slots), (
                each.sentence
            )


def test_models_are_compared_on_what_all_were_asked() -> None:
    one, other = row(MILK, [], [ADDED], 0.0, 0.9), row(example("chat"), [], [ADDED], 0.0, 0.9)
    found = common({"first": [one, other], "second": [row(MILK, [], [], 0.0, 0.9)]})
    assert found["first"] == [one]
    assert "| first | 1 | 100.0 % |" in models_table(found) and "| second | 1 | 0.0 % |" in models_table(found)
