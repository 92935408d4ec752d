"""How well meanings and commitments are found in what was not learnt from: python -m benchmarks.calls_left_out

Plays the lines and exchanges of training/calls/left_out, each as a call of its own, and the open calls, each third by
what was learnt without it. `--misses` shows each that was missed or made up.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.calls import Played, Score, count, play, play_script, reader_of, show, ways_of
from device.calls.script import CallScript
from device.configuration.places import ROOT
from services.calls.base import Meant
from services.calls.meanings.finder import TurnReader
from training.calls.exchanges import read_exchanges
from training.calls.learn import learn
from training.calls.material import LEFT_OUT, Example, marked, written
from training.calls.train import material

OPEN = ROOT / "tests" / "calls" / "open"


def count_line(line: Example, learnt: TurnReader | None, score: Score) -> None:
    """Play a line behind what was said before it, and compare what it means; of what comes before nothing counts."""
    before = [{"side": "owner", "say": line.before}] if line.before else []
    turns = [*before, {"side": "other", "say": line.text}]
    call = play_script(line.text, CallScript.model_validate({"turns": turns}), learnt=learnt)
    passed = "passed_over" in line.meanings
    wanted = {"question_unanswered"} if passed else set(line.meanings)
    found = {each.meaning for each in _of_the_last(call)}
    for meaning in wanted | (found & wanted if passed else found):
        tally, right = score.meanings[meaning], meaning in wanted and meaning in found
        tally.right += right
        tally.wrong += not right and meaning in found
        tally.missed += not right and meaning in wanted
        tally.told += [] if right else [f"  {'+' if meaning in found else '-'} {meaning}: {line.before} > {line.text}"]


def _of_the_last(call: Played) -> Iterator[Meant]:
    last = max(call.turns)
    for event in call.events:
        if isinstance(event, Meant) and (event.at_s == last or event.meaning == "question_unanswered"):
            yield event


def by_folds(folder: Path, folds: int) -> Score:
    """The calls of a folder, each fold by what was learnt without it."""
    calls, score = marked(folder), Score()
    names = sorted(calls)
    for fold in range(folds):
        held = {name for index, name in enumerate(names) if index % folds == fold}
        learnt = learn(material([each for name in names if name not in held for each in calls[name]]))
        for name in sorted(held):
            count(play(folder / name, learnt=learnt), score)
    return score


def left_out(learnt: TurnReader | None) -> tuple[Score, Score]:
    """Of the lines, of the exchanges."""
    lines, exchanges = Score(), Score()
    for line in written(LEFT_OUT / "lines"):
        count_line(line, learnt, lines)
    for path in sorted((LEFT_OUT / "exchanges").glob("*.txt")):
        for index, script in enumerate(read_exchanges(path)):
            count(play_script(f"{path.stem} {index}", script, learnt=learnt), exchanges)
    return lines, exchanges


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways_of(parser)
    parser.add_argument("--folds", type=int, default=0, help="of the open calls; 0: leave them out")
    parser.add_argument("--misses", action="store_true", help="show each thing that was missed or made up")
    wanted = parser.parse_args()
    lines, exchanges = left_out(reader_of(wanted))
    parts: list[tuple[str, Callable[[], Score]]] = [("lines", lambda: lines), ("exchanges", lambda: exchanges)]
    if wanted.folds and not wanted.templates:
        parts.append(("open calls, by folds", lambda: by_folds(OPEN, wanted.folds)))
    for title, score in parts:
        print(f"== {title}")
        show(score(), misses=wanted.misses)


if __name__ == "__main__":
    main()
