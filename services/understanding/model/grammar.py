"""The language a model may answer in: one action of the vocabulary, or none, with slots copied from the sentence at hand.

An answer reads `timer.start | name: pasta | duration: 8 minutes`. The GBNF grammar is made for each sentence, so that a slot can hold
nothing but words that stand side by side in it. Format: llama.cpp's grammars/README.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.understanding.base import Slot, Step
from services.understanding.items import split_items
from services.understanding.modifiers import split_names
from services.understanding.vocabulary import VOCABULARY, Action
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
    """Required slots, then the others, each at most once and in order."""
    ordered = sorted(action.slots, key=lambda slot: slot not in action.required)
    parts = [f"{_quoted(f' | {slot}: ')} words" for slot in ordered]
    return " ".join(part if slot in action.required else f"({part})?" for slot, part in zip(ordered, parts, strict=True))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def read_answer(answer: str, text: str) -> Step | None:
    """The step an answer stands for, its slots as spoken; None for none, or where a required slot does not occur in the sentence."""
    name, *fields = [part.strip() for part in answer.strip().split(" | ")]
    action = VOCABULARY.get(name)
    if action is None:
        return None
    words = split_words(text)
    slots: dict[str, Slot] = {}
    for part in fields:
        slot, _, value = part.partition(": ")
        found = _occurrence(value, words)
        if slot in action.slots and found and len(found) <= LONGEST_VALUE:
            slots[slot] = _value(action.slots[slot], found, text)
    return Step(action.name, slots) if action.required <= set(slots) else None


def _occurrence(value: str, words: Sequence[Word]) -> list[Word]:
    """The words of the sentence that a value repeats; empty where it does not occur."""
    said = [word.text for word in split_words(value)]
    if not said:
        return []
    return next((list(words[i : i + len(said)]) for i in range(len(words)) if [w.text for w in words[i : i + len(said)]] == said), [])


def _value(kind: str, words: Sequence[Word], text: str) -> Slot:
    if kind == "items":
        return split_items(words, text)
    if kind == "people":
        return [spoken(text, person) for person in split_names(words)]
    return spoken(text, words)


CUES: Mapping[str, frozenset[str]] = {
    "task": frozenset(("task", "tasks", "todo", "to-do", "todos", "chore", "chores", "due", "overdue")),
    "list": frozenset(("list", "lists", "groceries", "shopping")),
    "reminder": frozenset(("remind", "reminder", "reminders", "alarm", "alarms", "forget", "wake")),
    "timer": frozenset(("timer", "timers", "countdown")),
    "datetime": frozenset(("time", "date", "day", "clock", "year", "month")),
}
"""A model that was not trained for this is only asked about families of which the sentence has a word."""


def candidates(words: Sequence[Word]) -> list[Action]:
    """The actions a sentence may ask for, by its cue words."""
    said = {word.text for word in words}
    families = {family for family, cues in CUES.items() if cues & said}
    return [action for action in VOCABULARY.values() if action.family in families]
