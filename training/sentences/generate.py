"""Make the examples: of our own frames, alone and several in one breath, of what templates are tested with, and of
public sentences.

    python -m training.sentences.generate --out FOLDER [--public FOLDER] [--own FILE] [--heard FILE]
    [--leave-out SOURCE] [--frames FOLDER] [--seed 7]

Writes train.jsonl and validation.jsonl, one {"prompt", "answer", …} a line. A frame, and a public wording, is in one of
them only. What was heard of sentences of an earlier train.jsonl (training.sentences.spoken) belongs to their groups.
The owner's own (equerry teach export FILE) are learnt from, several times with other contexts, and never held out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from random import Random

from services.understanding.model.adapter import Adapter, load_adapter
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import marked, split_words
from training.lora.prompts import answer_of, context_for, flaw, prompt_of
from training.sentences.compose import around, is_one_of_several, rethought, together
from training.sentences.errors import misheard
from training.sentences.examples import Example, Part, read_examples
from training.sentences.frames import FOLDER, FOLLOW, NONE, SEVERAL, Named, Sentence, plain, read_frames
from training.sentences.marks import written
from training.sentences.notation import FrameBroken
from training.sentences.pools import Pools
from training.sentences.public import public_examples
from training.sentences.said import said_examples

ROOT = Path(__file__).parents[2]
ADAPTER = ROOT / "config/language_models/equerry-commands.toml"
SAID = ROOT / "tests/utterances"
PER_FRAME, PER_NONE, PER_SEVERAL, PER_FOLLOW = 1, 6, 4, 3
"""Sentences that are made of one frame."""
AFTERWARDS = 6_000
"""Sentences that follow another one and have nothing to do with it, a third of them not for us."""
TOGETHER = 12_000
"""Sentences of two to eight actions that have nothing to do with each other."""
_TRIES = 1_000
"""Frames that are looked at for one sentence of several."""
OWN_TIMES = 20
"""How often each of the owner's own is learnt from."""
MISHEARD, RETHOUGHT = 0.25, 0.03
"""Shares of our own sentences."""
NONE_SHARE = 1 / 3
"""Of all examples."""


class Generator:
    """Makes sentences; the same for the same seed."""

    def __init__(self, seed: int, frames: Path = FOLDER) -> None:
        """Raises FrameBroken."""
        self._random, self._pools = Random(seed), Pools()
        self._frames = [named for path in sorted(frames.glob("*.yaml")) for named in read_frames(path)]

    def alone(self) -> Iterator[Example]:
        """Each frame by itself."""
        for named in self._frames:
            if named.action == FOLLOW:
                continue
            for _ in range({NONE: PER_NONE, SEVERAL: PER_SEVERAL}.get(named.action, PER_FRAME)):
                yield self._example(self._varied(named.said(self._pools, self._random)), named)

    def in_one_breath(self, count: int = TOGETHER) -> Iterator[Example]:
        """So many sentences that ask for several things, all of them of frames of the same part."""
        parts: dict[str, list[Named]] = {}
        for named in self._frames:
            if named.action not in (NONE, SEVERAL, FOLLOW) and not named.action.startswith("control."):
                parts.setdefault(Example("", (), "", named.group).part, []).append(named)
        for _ in range(count):
            part = self._random.choices(list(parts), [len(frames) for frames in parts.values()])[0]
            chosen = self._orders(parts[part], self._random.choices((2, 3, 4, 5, 6, 7, 8), (50, 22, 12, 6, 4, 3, 3))[0])
            yield self._example(
                self._varied(together([said for _, said in chosen], self._pools, self._random)), chosen[0][0]
            )

    def afterwards(self, count: int = AFTERWARDS) -> Iterator[Example]:
        """What goes on from another sentence; and so many of any two frames of the same part."""
        for named in self._frames:
            if named.action == FOLLOW:
                for _ in range(PER_FOLLOW):
                    yield self._behind(*named.goes_on(self._pools, self._random), named)
        orders: dict[str, list[Named]] = {}
        others: dict[str, list[Named]] = {}
        for named in self._frames:
            if named.action not in (SEVERAL, FOLLOW) and not named.action.startswith("control."):
                of = others if named.action == NONE else orders
                of.setdefault(Example("", (), "", named.group).part, []).append(named)
        for at in range(count):
            part = self._random.choices(list(orders), [len(frames) for frames in orders.values()])[0]
            first = self._random.choice(orders[part])
            named = self._random.choice((others if at % 3 == 0 and part in others else orders)[part])
            said = first.said(self._pools, self._random), named.said(self._pools, self._random)
            yield self._behind(*said, named)

    def _behind(self, before: Sentence, said: Sentence, named: Named) -> Example:
        example = self._example(self._varied(said), named)
        return replace(example, before=written(before, self._random), done=before.told())

    def _orders(self, frames: Sequence[Named], count: int) -> list[tuple[Named, Sentence]]:
        chosen: list[tuple[Named, Sentence]] = []
        for _ in range(_TRIES):
            named = self._random.choice(frames)
            said = named.said(self._pools, self._random)
            if is_one_of_several(named, said, chosen[-1][1] if chosen else None):
                chosen.append((named, said))
            if len(chosen) == count:
                return chosen
        raise FrameBroken("too few frames may follow each other")

    def _varied(self, sentence: Sentence) -> Sentence:
        if self._random.random() < RETHOUGHT:
            sentence = rethought(sentence, self._pools, self._random)
        sentence = around(sentence, self._pools, self._random)
        return misheard(sentence, self._random) if sentence.pieces and self._random.random() < MISHEARD else sentence

    def _example(self, sentence: Sentence, named: Named) -> Example:
        context = context_for(sentence, self._pools, self._random)
        return Example(written(sentence, self._random), sentence.told(), "frames", named.group, context)

    def with_context(self, examples: Iterable[Example]) -> Iterator[Example]:
        """Each with a context of its own."""
        for example in examples:
            yield replace(example, context=context_for(None, self._pools, self._random))


def _sound(examples: Iterable[Example], flaws: Counter[str]) -> Iterator[Example]:
    """Those that can be learnt, each sentence once; flaws are counted."""
    seen: set[str] = set()
    for example in examples:
        words = plain(f"{example.before} {example.sentence}")
        found = flaw(example) or ("twice" if words in seen else "")
        flaws[found] += 1
        if not found:
            seen.add(words)
            yield example


def _balanced(examples: Sequence[Example], random: Random, always: Sequence[Example] = ()) -> list[Example]:
    """With so many `none` as their share says, our own before those of others; and `always`."""
    steps = [each for each in examples if each.steps]
    none = sorted((each for each in examples if not each.steps), key=lambda each: each.source != "frames")
    wanted = round(len(steps) * NONE_SHARE / (1 - NONE_SHARE))
    own = [each for each in none if each.source == "frames"]
    rest = none[len(own) :]
    random.shuffle(rest)
    kept = [*steps, *(own + rest)[: max(wanted, len(own))], *always]
    random.shuffle(kept)
    return kept


def write_part(path: Path, examples: Iterable[Example], adapter: Adapter) -> None:
    """One JSON object an example a line, with the prompt and the answer that a model is taught."""
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            row = {"prompt": prompt_of(example, adapter), "answer": answer_of(example), **asdict(example)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _parts(
    examples: Sequence[Example], own: Sequence[Example], left_out: str, random: Random
) -> Mapping[Part, Sequence[Example]]:
    """What is learnt, balanced, and what is validated on: also all of the source that is left out, and nothing that the
    owner has said.
    """
    parts: dict[Part, list[Example]] = {"train": [], "validation": []}
    mine = {plain(example.sentence) for example in own}
    for example in examples:
        if plain(example.sentence) not in mine:
            parts["validation" if example.source == left_out else example.part].append(example)
    return {**parts, "train": _balanced(parts["train"], random, own)}


def _summary(part: str, examples: Sequence[Example]) -> str:
    sources = dict(Counter(example.source for example in examples))
    none, partial = sum(not example.steps for example in examples), sum(not example.whole for example in examples)
    return f"{part}: {len(examples)} {sources}, {none} none, {partial} partial"


def own_examples(path: Path, generator: Generator, flaws: Counter[str]) -> list[Example]:
    """The owner's, so often that they count beside all others. Raises OSError, ValueError."""
    own = (replace(each, sentence=marked(split_words(each.sentence))) for each in read_examples(path))
    return [again for each in _sound(own, flaws) for again in generator.with_context([each] * OWN_TIMES)]


def main(arguments: Sequence[str] | None = None) -> None:
    """See above."""
    told = argparse.ArgumentParser(
        prog="python -m training.sentences.generate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--public", type=Path, help="folder with commands.jsonl and rejections.jsonl")
    told.add_argument("--own", type=Path, metavar="FILE.jsonl", help="the owner's examples, from equerry teach export")
    told.add_argument(
        "--heard",
        type=Path,
        metavar="FILE.jsonl",
        help="sentences that were spoken and heard, from training.sentences.spoken",
    )
    told.add_argument(
        "--leave-out", default="", metavar="SOURCE", help="learn nothing from this source; all of it is validated on"
    )
    told.add_argument("--frames", type=Path, default=FOLDER, help="folder with the sentence frames (%(default)s)")
    told.add_argument("--said", type=Path, default=SAID, help="folder with sentences and what they mean (%(default)s)")
    told.add_argument(
        "--together",
        type=int,
        default=TOGETHER,
        metavar="N",
        help="sentences of several unrelated things (%(default)s)",
    )
    told.add_argument(
        "--afterwards",
        type=int,
        default=AFTERWARDS,
        metavar="N",
        help="sentences that follow an unrelated one (%(default)s)",
    )
    told.add_argument("--seed", type=int, default=7)
    asked = told.parse_args(arguments)
    generator, adapter, flaws = Generator(asked.seed, asked.frames), load_adapter(ADAPTER), Counter[str]()
    public = generator.with_context(public_examples(asked.public, ROOT / "config/sentences")) if asked.public else ()
    said = generator.with_context(said_examples(asked.said))
    heard = read_examples(asked.heard) if asked.heard else ()
    examples = list(
        _sound(
            chain(
                generator.alone(),
                generator.in_one_breath(asked.together),
                generator.afterwards(asked.afterwards),
                public,
                said,
                heard,
            ),
            flaws,
        )
    )
    own = own_examples(asked.own, generator, flaws) if asked.own else []
    asked.out.mkdir(parents=True, exist_ok=True)
    for part, chosen in _parts(examples, own, asked.leave_out, Random(asked.seed)).items():
        write_part(asked.out / f"{part}.jsonl", chosen, adapter)
        print(_summary(part, chosen))
    actions = Counter(step.action for example in examples for step in example.steps)
    print("flaws", dict(flaws), "actions never asked for:", sorted(VOCABULARY.keys() - actions.keys()))


if __name__ == "__main__":
    main()
