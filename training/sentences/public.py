"""Public sentences with labels, as examples: commands.jsonl and rejections.jsonl of a folder that is not part of this
repository.

A label fixes the action and, in some sources, words of the sentence; the templates tell the slots where they read the
same action and do not contradict the label. Where they don't, only the action is learnt.

    python -m training.sentences.public FOLDER --held-out FOLDER

writes the records of both files that are kept out of training, to be scored on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.understanding import base
from services.understanding.parser import CommandParser
from services.understanding.sentences.spans import find_spans
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import marked, split_words
from training.sentences.examples import Example, Step
from training.sentences.frames import plain

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
_JOINERS = frozenset(("and", "plus", "&", "with", "of", "a", "an", "some", "the", "also"))
_PEOPLE: Mapping[str, str] = {
    "meeting": "attendees",
    "task": "assignees",
    "message": "recipients",
    "reminder": "people",
}
_SAME: Mapping[str, str] = {"alarm": "reminder"}


def public_examples(folder: Path, sentences: Path) -> Iterator[Example]:
    """All of a folder. `sentences`: those of the templates. Raises OSError, ValueError."""
    parser = CommandParser(sentences)
    for record in _records(folder / "commands.jsonl"):
        if example := _command(record, parser):
            yield example
    for record in _records(folder / "rejections.jsonl"):
        yield Example(marked(split_words(record["text"])), (), _source(record), _group(record, ()))


def held_out(path: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a file whose sentences are validated on. Raises OSError, ValueError."""
    for record in _records(path):
        gold: Mapping[str, Any] = record.get("slots") or {}
        if Example("", (), "", _group(record, _values_told(gold))).part == "validation":
            yield record


def _records(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (record for record in map(json.loads, file) if not record.get("suspect"))


def _source(record: Mapping[str, Any]) -> str:
    return str(record["id"]).partition("-")[0]


def _group(record: Mapping[str, Any], values: Sequence[str]) -> str:
    """The sentence without times, numbers and the words of its slots: those alike in the rest are learnt or validated
    on together.
    """
    text = str(record["text"])
    for span in reversed(find_spans(text, NOW)):
        text = f"{text[: span.start]} # {text[span.end :]}"
    bare = plain(text)
    for value in values:
        bare = f" {bare} ".replace(f" {value} ", " # ").strip()
    return f"{_source(record)}: {re.sub(r'[0-9]+', '#', bare)}"


def _values_told(gold: Mapping[str, Any]) -> Sequence[str]:
    return [plain(each) for each in [gold.get("title") or "", *gold.get("people", ())] if each]


def _command(record: Mapping[str, Any], parser: CommandParser) -> Example | None:
    text, accept = str(record["text"]), [str(each) for each in record["accept"]]
    sentence, written = plain(text), marked(split_words(text))
    gold: Mapping[str, Any] = record.get("slots") or {}
    values = _values_told(gold)
    read = parser.parse(text, now=NOW).steps
    alike = {accepted for each in accept for accepted in _same(each)}
    if accept[0] in ("control.confirm", "control.deny"):
        return (
            Example(written, (), _source(record), _group(record, values), accept=tuple(accept))
            if "none" in accept
            else None
        )
    if len(read) == 1 and read[0].action in alike:
        step, whole = _spans(sentence, read[0])
        whole = whole and _agrees(step, gold)
    else:
        action = _action(accept[0], sentence)
        step, whole = _labelled(action, sentence, text, gold)
    return Example(written, (step,), _source(record), _group(record, values), accept=tuple(accept), whole=whole)


def _same(action: str) -> list[str]:
    family, _, verb = action.partition(".")
    return [action, *(f"{other}.{verb}" for other, known in _SAME.items() if known == family)]


def _action(accepted: str, sentence: str) -> str:
    """The labels know no alarms."""
    family, _, verb = accepted.partition(".")
    words = set(sentence.split())
    return f"alarm.{verb}" if family == "reminder" and words & {"alarm", "alarms", "wake"} else accepted


def _spans(sentence: str, read: base.Step) -> tuple[Step, bool]:
    """The step with its slots as they stand in the sentence, in that order; and whether all were found."""
    words, placed = sentence.split(), list[tuple[int, str, str]]()
    for slot, told in read.slots.items():
        values = [told] if isinstance(told, str) else [value for each in told for value in _values(each)]
        if slot in ("when", "recurrence"):
            places = [(slot, _place(words, plain(value).split())) for value in values]
        else:
            places = [(slot, _covering(words, values))]
        for _, (start, end) in places:
            if end <= start:
                return Step(read.action), False
            placed.append((start, slot, " ".join(words[start:end])))
    return Step(read.action, tuple((slot, value) for _, slot, value in sorted(placed))), True


def _values(told: str | Mapping[str, str]) -> Iterable[str]:
    """What is told of one of several: a name, or an item with its quantity."""
    return (told,) if isinstance(told, str) else told.values()


def _place(words: Sequence[str], value: Sequence[str]) -> tuple[int, int]:
    """Where a value stands, its last word perhaps with a possessive: tomorrow's."""
    n = len(value)
    for i in range(len(words) - n + 1) if n else ():
        if list(words[i : i + n - 1]) == list(value[:-1]) and words[i + n - 1] in (value[-1], f"{value[-1]}'s"):
            return i, i + n
    return 0, 0


def _covering(words: Sequence[str], parts: Sequence[str]) -> tuple[int, int]:
    """From the first to the last of several values, where nothing but joining words stands between them."""
    places = [_place(words, plain(part).split()) for part in parts]
    if not places or any(end <= start for start, end in places):
        return 0, 0
    start, end = min(start for start, _ in places), max(end for _, end in places)
    inside = {i for first, last in places for i in range(first, last)}
    return (start, end) if all(words[i] in _JOINERS for i in range(start, end) if i not in inside) else (0, 0)


def _tokens(text: str) -> set[str]:
    return set(plain(text).split()) - {"a", "an", "the", "my", "to"}


def _agrees(step: Step, gold: Mapping[str, Any]) -> bool:
    """Whether the words of the label are those of the slots."""
    told = dict(step.slots)
    said = {word for _, value in step.slots for word in _tokens(value)}
    title = _tokens(gold.get("title") or "")
    found = _tokens(told.get("title", told.get("items", "")))
    if title and 2 * len(title & found) < 0.8 * (len(title) + len(found)):
        return False
    people = all(_tokens(each) <= said for each in gold.get("people", ()))
    return people and all(
        _tokens(each) - {"on", "at", "in", "for", "by", "this"} <= said for each in gold.get("when_text", ())
    )


def _labelled(action: str, sentence: str, text: str, gold: Mapping[str, Any]) -> tuple[Step, bool]:
    """A step made of the label alone; whole where the source marks slots and all of them are found."""
    slots = VOCABULARY[action].slots if action in VOCABULARY else {}
    if not gold or not slots:
        return Step(action), False
    words, placed = sentence.split(), list[tuple[int, str, str]]()
    wanted = [("title", str(gold["title"]))] if gold.get("title") else []
    people = _PEOPLE.get(action.partition(".")[0], "")
    if gold.get("people"):
        start, end = _covering(words, [str(each) for each in gold["people"]])
        if end <= start or people not in slots:
            return Step(action), False
        placed.append((start, people, " ".join(words[start:end])))
    spans = [(span.kind, text[span.start : span.end]) for span in find_spans(text, NOW) if span.kind in slots]
    for slot, value in [*wanted, *spans]:
        start, end = _place(words, plain(value).split())
        if end <= start or slot not in slots:
            return Step(action), False
        placed.append((start, slot, " ".join(words[start:end])))
    step = Step(action, tuple((slot, value) for _, slot, value in sorted(placed)))
    names = [slot for slot, _ in step.slots if slot not in ("when", "recurrence")]
    return step, len(names) == len(set(names)) and _agrees(step, gold) and len(split_words(text)) == len(words)


def main() -> None:
    """See above."""
    told = argparse.ArgumentParser(
        prog="python -m training.sentences.public",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told.add_argument("folder", type=Path)
    told.add_argument("--held-out", type=Path, required=True, metavar="FOLDER")
    asked = told.parse_args()
    asked.held_out.mkdir(parents=True, exist_ok=True)
    for name in ("commands.jsonl", "rejections.jsonl"):
        records = list(held_out(asked.folder / name))
        (asked.held_out / name).write_text(
            "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
        )
        print(f"{name}: {len(records)} held out")


if __name__ == "__main__":
    main()
