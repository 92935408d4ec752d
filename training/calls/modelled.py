"""Teaches the language model what turns of calls mean and what is promised in them, by a LoRA.

    python -m training.calls.modelled --out FOLDER [--start LORA] [--epochs 2] [--rate 5e-4] [--threads 1]

The logit of a meaning's word behind a turn, less that of the word for nothing, is learnt as the log odds of the
meaning: all meanings at once, from one reading of the turn. Where something is promised, what follows the word for a
commitment is learnt word by word beside that; on a call it is not written out, since templates find more. FOLDER gets
checkpoint.pt, as training.lora.export reads it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch.nn import functional

from device.configuration.places import ROOT
from services.calls.meanings.asked import MEANINGS, NOTHING, asked
from training.calls.material import Example, Promise, all_exchanged, degraded, framed, marked, written
from training.installed import gguf_of
from training.lora.base import Base, load_base
from training.lora.batches import Tokenise, padded, tokeniser
from training.lora.learning import Settings, Trainer, rate_at

_KEEP_S = 300.0
_LONGEST = 320
"""Tokens."""
_FRAMED = 40
_HEARD = 0.3
"""Share of an epoch's turns that are written as ears may write them."""
_WORDS_COUNT = 1.0
"""What the loss of a promise's words counts beside that of the meanings."""
_COMMITMENT = "commitment"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A turn as tokens. `there`, `counts`: of each of MEANINGS whether it has it, and how much that counts."""

    ids: tuple[int, ...]
    place: int
    """Of the token behind which the meanings are told."""
    there: tuple[float, ...]
    counts: tuple[float, ...]


class MeaningTrainer(Trainer):
    """Learns MEANINGS."""

    def __init__(self, base: Base, settings: Settings, words: Sequence[int]) -> None:
        """`words`: the token of each meaning, then that of nothing."""
        super().__init__(base, settings, ())
        self._heads = base.embedding[torch.tensor(words)]

    def learn(self, lessons: Sequence[Lesson], rate: float) -> tuple[float, float]:
        """One step; the losses of the meanings and of the words."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        odds, states = self.odds(lessons)
        there, counts = (
            torch.tensor(each, device=self.device)
            for each in zip(*((one.there, one.counts) for one in lessons), strict=True)
        )
        meant = functional.binary_cross_entropy_with_logits(odds, there, counts, reduction="sum") / len(lessons)
        words = self._words(lessons, states)
        (meant + _WORDS_COUNT * words).backward()
        torch.nn.utils.clip_grad_norm_(self.lora.parameters(), self.settings.clip)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return float(meant.item()), float(words.item())

    def odds(self, lessons: Sequence[Lesson]) -> tuple[torch.Tensor, torch.Tensor]:
        """Log odds of the meanings, (lessons, MEANINGS), and all states, (lessons, length, width)."""
        own = np.zeros((len(lessons), padded(max(len(each.ids) for each in lessons), 4)), dtype=np.int64)
        for at, each in enumerate(lessons):
            own[at, : len(each.ids)] = each.ids
        factors = self.lora.factors(self.base.embedding.dtype)
        states = self.base.hidden(self._shared, torch.from_numpy(own).to(self.device), factors, self._run)
        last = states[torch.arange(len(lessons)), torch.tensor([each.place for each in lessons])]
        scores = functional.linear(last, self._heads).float()
        return scores[:, :-1] - scores[:, -1:], states

    def _words(self, lessons: Sequence[Lesson], states: torch.Tensor) -> torch.Tensor:
        """Mean loss of the words that follow the word for a commitment."""
        rows = [(at, place) for at, each in enumerate(lessons) for place in range(each.place + 1, len(each.ids) - 1)]
        if not rows:
            return states.new_zeros(())
        of, places = torch.tensor(rows).T
        targets = torch.tensor([lessons[at].ids[place + 1] for at, place in rows], device=self.device)
        return functional.cross_entropy(self.base.scores(states[of, places]).float(), targets)


def one_token(tokenise: Tokenise, word: str) -> int:
    """Raises ValueError where it is more than one."""
    (token,) = tokenise(word, False)
    return token


def lesson(example: Example, tokenise: Tokenise) -> Lesson:
    """An example as tokens."""
    ids = tokenise(asked(example.turns, example.text), True)[-_LONGEST:]
    place = len(ids) - 1
    if example.promised:
        ids = [*ids, *tokenise(MEANINGS[_COMMITMENT], False), *tokenise(answer_of(example.promised), False)]
    there = example.meanings | ({_COMMITMENT} if example.promised else set())
    known = {*example.known, *(() if example.promised is None else (_COMMITMENT,))}
    return Lesson(
        tuple(ids),
        place,
        tuple(float(name in there) for name in MEANINGS),
        tuple((name in known) * example.weight for name in MEANINGS),
    )


def answer_of(promised: Sequence[Promise]) -> str:
    """What follows the word for a commitment: " me|send the quote|by Friday; you|ring back|\\n"."""
    return ";".join(f" {'me' if each.own else 'you'}|{each.what}|{each.when}" for each in promised) + "\n"


def epoch(examples: Sequence[Example], seed: int) -> list[Example]:
    """All of them once, a share as ears may write them down: of what is promised there only that it is."""
    random = Random(seed)
    heard = [random.random() < _HEARD and not each.promised for each in examples]
    worse = iter(degraded([each for each, so in zip(examples, heard, strict=True) if so], seed, 1.0))
    return [next(worse) if so else each for each, so in zip(examples, heard, strict=True)]


def groups_of(lessons: Sequence[Lesson], size: int, seed: int) -> list[list[Lesson]]:
    """An epoch in groups of about equal length."""
    draw = np.random.default_rng(seed)
    order = sorted(draw.permutation(len(lessons)).tolist(), key=lambda at: len(lessons[at].ids) // 4)
    groups = [[lessons[each] for each in order[at : at + size]] for at in range(0, len(order), size)]
    return [groups[at] for at in draw.permutation(len(groups))]


def material(calls: Sequence[Example]) -> list[Example]:
    """All that is learnt from, with some marked calls."""
    return [
        *written(),
        *framed(_FRAMED, 24, 1.0),
        *all_exchanged(),
        *calls,
    ]


def teach(
    examples: Sequence[Example],
    settings: Settings,
    out: Path,
    start: Path | None,
    told: Callable[[str], None],
    *,
    device: str = "cpu",
) -> None:
    """Learn from all examples, and write the checkpoint."""
    out.mkdir(parents=True, exist_ok=True)
    weights = gguf_of("smollm2-135m")
    tokenise = tokeniser(weights)
    words = [one_token(tokenise, word) for word in (*MEANINGS.values(), NOTHING)]
    trainer = MeaningTrainer(load_base(weights, device=device), settings, words)
    if start:
        trainer.start_from(start)
    groups: list[list[Lesson]] = []
    for at in range(settings.epochs):
        lessons = [lesson(each, tokenise) for each in epoch(examples, settings.seed * 1_000 + at)]
        groups += groups_of(lessons, settings.batch, settings.seed * 1_000 + at)
    begun = saved = time.monotonic()
    losses: list[tuple[float, float]] = []
    for at, group in enumerate(groups):
        losses.append(trainer.learn(group, rate_at(at, len(groups), settings)))
        last = at + 1 == len(groups)
        if last or time.monotonic() - saved > _KEEP_S:
            saved = time.monotonic()
            trainer.save(out, step=at + 1, steps=len(groups), elapsed=saved - begun)
        if last or (at + 1) % 50 == 0:
            meant, words_lost = np.mean(losses[-50:], axis=0)
            spent = time.monotonic() - begun
            told(f"{at + 1} of {len(groups)}, {spent:.0f} s, meanings {meant:.4f}, words {words_lost:.4f}")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="begin with another LoRA, of rank 32")
    parser.add_argument("--calls", type=Path, default=ROOT / "tests" / "calls" / "open", help="marked calls")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=0, help="0: all")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--most", type=int, default=0, help="turns, drawn by chance; 0: all")
    wanted = parser.parse_args()
    if wanted.threads:
        torch.set_num_threads(wanted.threads)
    examples = material([each for turns in marked(wanted.calls).values() for each in turns])
    Random(wanted.seed).shuffle(examples)
    settings = Settings(
        epochs=wanted.epochs, batch=wanted.batch, rate=wanted.rate, rank=32, alpha=64.0, seed=wanted.seed
    )
    told = partial(print, flush=True)
    teach(examples[: wanted.most or None], settings, wanted.out, wanted.start, told, device=wanted.device)


if __name__ == "__main__":
    main()
