"""The same held-out sentences as they are said and as a recogniser gets them wrong (training.sentences.errors), to see
what its errors cost.

    python -m training.sentences.variants --said SAID.jsonl --misheard MISHEARD.jsonl [--count 300] [--seed 7]

Each second sentence has one or two words heard wrong, lost or put in; slots hold what was heard; both are
without commas. The n-th of both files belong together.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from training.lora.prompts import context_for, flaw
from training.sentences.compose import around
from training.sentences.errors import misheard
from training.sentences.examples import Example, write_examples
from training.sentences.frames import FOLDER, Named, read_frames
from training.sentences.pools import Pools


def variants(frames: list[Named], random: Random) -> Iterator[tuple[Example, Example]]:
    """A sentence of each frame that is not learnt from, in an order of their own, and the same misheard, where that
    changes a word.
    """
    pools = Pools()
    held = [named for named in frames if Example("", (), "", named.group).part == "validation"]
    for named in random.sample(held, len(held)):
        said = around(named.said(pools, random), pools, random)
        heard, context = misheard(said, random), context_for(said, pools, random)
        both = [Example(sentence.words, sentence.told(), "frames", named.group, context) for sentence in (said, heard)]
        if said.words != heard.words and not any(map(flaw, both)):
            yield both[0], both[1]


def main() -> None:
    """See above."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--said", type=Path, required=True)
    told.add_argument("--misheard", type=Path, required=True)
    told.add_argument("--count", type=int, default=300)
    told.add_argument("--seed", type=int, default=7)
    asked = told.parse_args()
    frames = [named for path in sorted(FOLDER.glob("*.yaml")) for named in read_frames(path)]
    pairs = list(islice(variants(frames, Random(asked.seed)), asked.count))
    for path, examples in ((asked.said, [said for said, _ in pairs]), (asked.misheard, [heard for _, heard in pairs])):
        print(path, write_examples(path, examples))
    for said, heard in pairs[:3]:
        print(f"{said.sentence}  →  {heard.sentence}")


if __name__ == "__main__":
    main()
