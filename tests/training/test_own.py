"""The owner's examples: learnt from often, each time with another context, and never held out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from training.sentences.examples import Example, Step, write_examples
from training.sentences.generate import OWN_TIMES, Generator, _balanced, own_examples


def test_own_examples_are_all_learnt_from(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    steps = (Step("list.add", (("items", "bread"),)),)
    own = [Example(f"chuck bread on pile {at}", steps if at % 2 else (), "owner", f"owner: {at}") for at in range(30)]
    broken = Example("chuck bread", (Step("list.add", (("items", "butter"),)),), "owner", "owner: x")
    write_examples(file, [*own, broken])
    flaws = Counter[str]()
    learnt = own_examples(file, Generator(7), flaws)
    assert flaws == {"": 30, "value": 1}
    assert Counter(each.sentence for each in learnt) == {each.sentence: OWN_TIMES for each in own}
    assert len({each.context for each in learnt}) > 10 * OWN_TIMES
    assert {each.part for each in own} == {"train", "validation"}, "by chance some would have been held out"
    kept = _balanced([Example("x", (), "frames", "g")] * 9, Random(1), learnt)
    assert len([each for each in kept if each.source == "owner"]) == len(learnt)
