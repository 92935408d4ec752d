"""The language a model may answer in: one action of the vocabulary, or none, with slots copied from the sentence at hand.

An answer reads `timer.start | name: pasta | duration: 8 minutes`. The GBNF grammar is made for each sentence, so that a slot can hold
nothing but words that stand side by side in it. Format: llama.cpp's grammars/README.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from services.understanding.amounts import amount_of, number_of
from services.understanding.base import Slot, Step
from services.understanding.items import split_items
from services.understanding.modifiers import split_names
from services.understanding.vocabulary import VOCABULARY, Action, SlotKind
from services.understanding.when import find
from services.understanding.words import Word, split_words, spoken

NONE = "none"
LONGEST_VALUE = 14
"""Words of one slot."""


def grammar_for(actions: Sequence[Action], words: Sequence[Word], *, or_none: bool = False) -> str:
    """GBNF for answers that name one of `actions` with slots made of `words`; with `or_none` the answer may be none too."""
    rows = [f"{_quoted(' ' + action.name)} {_slots(action)}".strip() for action in actions]
    lines = [f"root ::= ({' | '.join([*([_quoted(' ' + NONE)] if or_none else []), *rows])}) {_quoted(chr(10))}"]
    lines += [f"words ::= {' | '.join(f'w{i}' for i in range(len(words)))}"]
    for i, word in enumerate(words):
        more = f" ({_quoted(' ')} w{i + 1})?" if i + 1 < len(words) else ""
        lines.append(f"w{i} ::= {_quoted(word.text)}{more}")
    return "\n".join(lines)


def _slots(action: Action) -> str:
    """Required slots, then the others, each at most once and in order. Any may be left out: what is not said is asked for."""
    ordered = sorted(action.slots, key=lambda slot: slot not in action.required)
    return " ".join(f"({_quoted(f' | {slot}: ')} words)?" for slot in ordered)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def read_answer(answer: str, text: str, today: date) -> Step | None:
    """The step an answer stands for, its slots as spoken; None for none.

    A value that does not occur in the sentence, or can't be what its slot stands for, is dropped; so a required slot may be missing."""
    name, *fields = [part.strip() for part in answer.strip().split(" | ")]
    action = VOCABULARY.get(name)
    if action is None:
        return None
    words = split_words(text)
    slots: dict[str, Slot] = {}
    for part in fields:
        slot, _, value = part.partition(": ")
        found = _occurrence(value, words)
        if slot in action.slots and found and len(found) <= LONGEST_VALUE and _fits(action.slots[slot], spoken(text, found), today):
            slots[slot] = _value(action.slots[slot], found, text)
    return Step(action.name, slots)


def is_complete(step: Step) -> bool:
    """Whether no required slot is missing."""
    return VOCABULARY[step.action].required <= set(step.slots)


def _occurrence(value: str, words: Sequence[Word]) -> list[Word]:
    """The words of the sentence that a value repeats; empty where it does not occur."""
    said = [word.text for word in split_words(value)]
    if not said:
        return []
    return next((list(words[i : i + len(said)]) for i in range(len(words)) if [w.text for w in words[i : i + len(said)]] == said), [])


def _fits(kind: SlotKind, said: str, today: date) -> bool:
    """Whether words can be what a slot of this kind stands for."""
    match kind:
        case "when" | "duration":
            told = find(said, datetime.combine(today, time(12), tzinfo=UTC))
            return any(kind == "when" or found.kind == "duration" for found in told)
        case "number":
            return number_of(said) is not None
        case "amount":
            return amount_of(said) is not None
        case _:
            return True


def _value(kind: SlotKind, words: Sequence[Word], text: str) -> Slot:
    match kind:
        case "items":
            return split_items(words, text)
        case "people" | "names":
            return [spoken(text, name) for name in split_names(words)]
        case _:
            return spoken(text, words)
