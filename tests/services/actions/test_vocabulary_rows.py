"""The rows of the vocabulary, and what fits together with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.actions.registry import ACTIONS, mismatches, unaskable
from services.understanding.base import VOCABULARY
from services.understanding.retarget import alike, ending
from services.understanding.sentences.files import load
from services.understanding.vocabulary import action

SENTENCES = Path(__file__).parents[3] / "config" / "sentences"
ANSWERS = {"control.confirm", "control.deny"}
"""Read as answers, not by sentences."""


def test_ours_fit_together() -> None:
    assert [*mismatches(VOCABULARY.values(), ACTIONS)] == []
    assert [*unaskable("services")] == []


def test_every_action_can_be_said() -> None:
    at_home = {name for name in VOCABULARY if name.startswith("home.")}
    """Said in the sentences of tests/services/home/said.yaml."""
    assert VOCABULARY.keys() - ANSWERS - at_home == load(SENTENCES / "en").intents.intents.keys()


@pytest.mark.parametrize("more", [{"adds": "people"}, {"removes": "people"}, {"asks": "credit {money}"}])
def test_a_row_names_only_slots_that_it_has(more: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="has no slot"):
        action("plant.water", "name!*", **more)  # type: ignore[arg-type]


def test_what_is_asked_alike_is_asked_of_each_kind_once() -> None:
    for row in VOCABULARY.values():
        for way in alike(row.name):
            assert row.kind in way
    assert ending("meeting") == "meeting.cancel"
    assert ending("list") == "list.delete"
    assert ending("message") == ""
