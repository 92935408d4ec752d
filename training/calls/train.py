"""Learns the meanings of calls, tells what they are worth, writes them.

    python -m training.calls.train [--folds 3] [--out config/calls/meanings/en/learnt.npz]

Each fold of the marked calls is judged by what was learnt without it; what is written is learnt from all of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from device.configuration.places import ROOT
from training.calls.learn import learn, save
from training.calls.material import MARKED, Example, all_exchanged, degraded, framed, marked, written

_SEED = 24
_FRAMED = 60
"""Of each meaning; more made the figures no better."""
_FRAMED_WEIGHT = 1.0
_HEARD_WEIGHT = 0.4
_CALLS_WEIGHT = 2.0
"""Of a turn of a whole call, most of which mean nothing: lines alone have too little of ordinary talk."""
_LEVELS = (0.3, 0.5, 0.7)


def material(calls: Sequence[Example]) -> list[Example]:
    """All that is learnt from, with some marked calls."""
    plain = [*written(), *all_exchanged(), *framed(_FRAMED, _SEED, _FRAMED_WEIGHT)]
    plain += [replace(each, weight=_CALLS_WEIGHT) for each in calls]
    return plain + degraded(plain, _SEED, _HEARD_WEIGHT)


def judged(calls: dict[str, list[Example]], folds: int) -> None:
    """Print precision and recall of each meaning, over all folds."""
    names = sorted(calls)
    likely, there = [], []
    for fold in range(folds):
        held = {name for index, name in enumerate(names) if index % folds == fold}
        learnt = learn(material([each for name in names if name not in held for each in calls[name]]))
        for example in (each for name in sorted(held) for each in calls[name]):
            found = learnt.likely(example.before, example.text)
            likely.append([found[name] for name in MARKED])
            there.append([name in example.meanings for name in MARKED])
    chances, truth = np.array(likely), np.array(there)
    for place, name in enumerate(MARKED):
        told = []
        for level in _LEVELS:
            told_so, right = chances[:, place] >= level, truth[:, place]
            hits = int((told_so & right).sum())
            told.append(f"{level}: {hits / max(1, told_so.sum()):.2f} {hits / max(1, right.sum()):.2f}")
        print(
            f"{name:<16} {int(truth[:, place].sum()):>4} there; from, precision, recall  {'   '.join(told)}", flush=True
        )


def main() -> None:
    """Judge and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=Path, default=ROOT / "tests" / "calls" / "open", help="marked calls")
    parser.add_argument("--folds", type=int, default=3, help="0: judge nothing")
    parser.add_argument("--out", type=Path, help="where the weights go")
    wanted = parser.parse_args()
    calls = marked(wanted.calls)
    if wanted.folds:
        judged(calls, wanted.folds)
    if wanted.out:
        save(learn(material([each for turns in calls.values() for each in turns])), wanted.out)


if __name__ == "__main__":
    main()
