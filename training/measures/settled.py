"""How often precise templates are right about short commands with free words: what `agreement.SETTLED` is fitted on.

    python -m training.measures.settled FILE.jsonl … [--half 0]

Files hold labelled sentences: `text` and `accept` (every action that counts as right), or `must_not` where nothing may
be written. `--half` takes those of one half only, which a hash of the text decides; what is fitted on one is to be
looked at on the other. Prints a Markdown table by action: sentences, right, and whether the model is asked about such a
sentence.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from services.understanding.agreement import SETTLED, SHORT
from services.understanding.base import VOCABULARY
from services.understanding.parser import CommandParser
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.sentences.split import Effort, SentenceReader
from services.understanding.sentences.templates import sentences_of
from training.measures.scoring import score

SENTENCES = Path(__file__).parents[2] / "config" / "sentences"
NOW = datetime.fromisoformat("2026-11-23T09:30:00+00:00")


def half_of(text: str) -> int:
    """0 or 1, always the same for a text."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2


def read(paths: list[Path], half: int | None) -> Iterator[Mapping[str, Any]]:
    """The records of all files, or those of one half."""
    for path in paths:
        records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        yield from (record for record in records if half is None or half_of(record["text"]) == half)


def counted(records: Iterator[Mapping[str, Any]], parser: CommandParser) -> Counter[tuple[str, bool]]:
    """(action, whether it is right) → how many, of one step that writes and takes free words, in few words that a
    precise template fits.
    """
    counts: Counter[tuple[str, bool]] = Counter()
    for record in records:
        said = list(sentences_of(mask(record["text"], find_spans(record["text"], NOW))))
        found = SentenceReader(parser.languages[0], record["text"], Effort()).sentences(said)
        short = len(found.steps) == 1 and sum(map(len, said)) <= SHORT
        if short and found.precise and found.has_free_words and VOCABULARY[found.steps[0].action].writes:
            action = found.steps[0].action
            example = {"steps": [], "accept": record.get("accept", []), "whole": False}
            counts[action, score(example, [{"action": action}]).right] += 1
    return counts


def main() -> None:
    """See above."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("files", nargs="+", type=Path, metavar="FILE")
    told.add_argument("--half", type=int, choices=(0, 1))
    asked = told.parse_args()
    counts = counted(read(asked.files, asked.half), CommandParser(SENTENCES))
    print("| action | sentences | right | the model is |\n|---|---|---|---|")
    for action in sorted({action for action, _ in counts}):
        right, count = counts[action, True], counts[action, True] + counts[action, False]
        print(
            f"| {action} | {count} | {100 * right / count:.0f} % | {'left alone' if action in SETTLED else 'asked'} |"
        )


if __name__ == "__main__":
    main()
