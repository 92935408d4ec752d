"""The index leaves out only templates that could not have fitted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hassil import Intents, SlotList, TextSlotList, recognize_all

from services.understanding.sentences.files import TYPED, load
from services.understanding.sentences.index import Index
from tests.tables import table

ROOT = Path(__file__).parents[3]
SAID = sorted(
    {
        row["say"].lower().rstrip(".?!").replace(",", "")
        for path in (ROOT / "tests" / "utterances").glob("*.yaml")
        for row in table(path)["rows"]
    }
)[::7]


@pytest.mark.parametrize(
    "language", sorted(path.name for path in (ROOT / "config" / "sentences").iterdir() if any(path.glob("*.yaml")))
)
def test_what_is_left_gives_the_same_matches(language: str) -> None:
    sentences = load(ROOT / "config" / "sentences" / language)
    index = Index(sentences.intents, TYPED)
    lists: dict[str, SlotList] = {
        kind: TextSlotList.from_strings([f"x{kind}x1x"], allow_template=False, name=kind) for kind in TYPED
    }
    for line in [*SAID, "remind me xwhenx1x to sing", "xwhenx1x alarm", "wake me up xwhenx1x"]:
        every = [
            (each.intent.name, each.intent_sentence)
            for each in recognize_all(line, sentences.intents, slot_lists=lists)
        ]
        left = [
            (each.intent.name, each.intent_sentence)
            for each in recognize_all(line, index.fitting(line), slot_lists=lists)
        ]
        assert left == every


def test_most_are_left_out() -> None:
    sentences = load(ROOT / "config" / "sentences" / "en")
    index = Index(sentences.intents, TYPED)

    def count(intents: Intents) -> int:
        return sum(len(data.sentences) for intent in intents.intents.values() for data in intent.data)

    assert count(index.fitting("remind me to call mum")) < count(sentences.intents) / 3
