"""What is learnt from: lines of a meaning each, frames that lines are made from, exchanges and calls that are marked.

A line is what is said, or "what the other side said before > what is said". The lines of lines/NAME.txt mean NAME;
those of none.txt and none_behind.txt nothing that is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import yaml

from device.calls.script import CallScript, ScriptTurn, read_script
from services.calls.meanings.asked import Turn
from training.calls.exchanges import read_exchanges

HERE = Path(__file__).parent
LEFT_OUT = HERE / "left_out"
"""A quarter of the later lines and exchanges, which nothing is learnt from."""
_NOTHING = "none"
_BEHIND = " > "
_OPTIONAL = 0.5
_EARLIER = 6
MARKED = (
    "price_asked",
    "discount_asked",
    "deadline_asked",
    "objection",
    "dissatisfaction",
    "agreement",
    "goodbye",
    "promise",
    "passed_over",
)
"""Meanings that the turns of marked calls are marked with; of the others they say nothing."""
UNMARKED = ("request", "offer", "consent", "refusal")
NAMES = (*MARKED, *UNMARKED)


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised in a turn."""

    own: bool
    """Whether by the side whose turn it is."""
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Example:
    """What is said behind what, and means what."""

    before: str
    text: str
    meanings: frozenset[str]
    known: tuple[str, ...] = NAMES
    """Of which meanings it is known whether it has them."""
    weight: float = 1.0
    earlier: tuple[Turn, ...] = ()
    """Of whole calls and exchanges: the turns before, the latest last."""
    promised: tuple[Promise, ...] | None = ()
    """What is promised in it; None: it is not known."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns before."""
        return self.earlier or ((Turn(own=False, text=self.before),) if self.before else ())


def written(folder: Path = HERE / "lines") -> list[Example]:
    """Those of the files of lines. Raises OSError."""
    examples = []
    for path in sorted(folder.glob("*.txt")):
        meaning = path.stem.removesuffix("_behind")
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                examples.append(_example(line.strip(), meaning))
    return examples


def framed(each: int, seed: int, weight: float, path: Path = HERE / "frames.yaml") -> list[Example]:
    """So many of each meaning, made from its frames in turn."""
    root = yaml.safe_load(path.read_text(encoding="utf-8"))
    slots, random = root["slots"], Random(seed)
    examples = []
    for meaning, frames in root["frames"].items():
        for index in range(each):
            line = re.sub(r"\s+([,.?])", r"\1", " ".join(_made(frames[index % len(frames)], slots, random).split()))
            examples.append(_example(line, meaning, weight))
    return examples


def marked(folder: Path) -> dict[str, list[Example]]:
    """The turns of each call of a folder, by its file's name. Raises ScriptUnusable."""
    return {path.name: turns_of(read_script(path)) for path in sorted(folder.glob("*.yaml"))}


def exchanged(path: Path = HERE / "exchanges.txt", known: tuple[str, ...] = MARKED) -> list[Example]:
    """The turns of the exchanges of a file, marked with the meanings `known`. Raises OSError, ValueError."""
    return [example for script in read_exchanges(path) for example in turns_of(script, known)]


def all_exchanged() -> list[Example]:
    """Those of exchanges.txt, and of the folder beside it, which are marked with all NAMES."""
    return exchanged() + [
        each for path in sorted((HERE / "exchanges").glob("*.txt")) for each in exchanged(path, NAMES)
    ]


def turns_of(script: CallScript, known: tuple[str, ...] = MARKED) -> list[Example]:
    """Those of a call that is marked with the meanings `known`; "passed_over" is the turn behind a question that is
    marked as unanswered.
    """
    examples = []
    before: ScriptTurn | None = None
    for at, turn in enumerate(script.turns):
        asked = before if before and before.side != turn.side else None
        meant = {meaning for meaning in turn.meanings if meaning in known}
        meant |= {"promise"} if any(promise.by == turn.side for promise in turn.promise) else set()
        meant |= {"passed_over"} if asked and "question_unanswered" in asked.meanings else set()
        earlier = tuple(Turn(each.side == turn.side, each.say) for each in script.turns[max(0, at - _EARLIER) : at])
        promised = tuple(Promise(each.by == turn.side, each.what, each.when) for each in turn.promise)
        behind = asked.say if asked else ""
        examples.append(Example(behind, turn.say, frozenset(meant), known, earlier=earlier, promised=promised))
        before = turn
    return examples


def _example(line: str, meaning: str, weight: float = 1.0) -> Example:
    before, _, text = line.rpartition(_BEHIND)
    promised = () if meaning == _NOTHING else None
    return Example(before.strip(), text.strip(), frozenset({meaning} - {_NOTHING}), NAMES, weight, promised=promised)


def _made(frame: str, slots: Mapping[str, Any], random: Random) -> str:
    made, at = "", 0
    while at < len(frame):
        if frame[at] in "([":
            after = _closing(frame, at)
            if frame[at] == "(" or random.random() < _OPTIONAL:
                made += _made(random.choice(list(_choices(frame[at + 1 : after]))), slots, random)
        elif frame[at] == "{":
            after = frame.index("}", at)
            made += _made(random.choice(slots[frame[at + 1 : after]]), slots, random)
        else:
            made, after = made + frame[at], at
        at = after + 1
    return made


def _closing(frame: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(frame)):
        depth += (frame[at] in "([") - (frame[at] in ")]")
        if depth == 0:
            return at
    raise ValueError(f"a bracket stays open in “{frame}”")


def _choices(inside: str) -> Iterator[str]:
    depth, first = 0, 0
    for at, sign in enumerate(inside):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            yield inside[first:at]
            first = at + 1
    yield inside[first:]


def degraded(examples: Sequence[Example], seed: int, weight: float) -> list[Example]:
    """The same as ears may write them down: small words lost, words of the same sound, no signs, no question mark, one
    sentence of two.
    """
    random = Random(seed)
    return [
        replace(
            each,
            before=_heard(each.before, random),
            text=_heard(each.text, random),
            weight=weight * each.weight,
            earlier=tuple(Turn(turn.own, _heard(turn.text, random)) for turn in each.earlier),
        )
        for each in examples
    ]


_LOST = frozenset(["the", "a", "an", "to", "of", "is", "are", "it", "i", "at", "on", "in", "by", "and", "you", "do"])
_LOSES = 0.12
_CHANGES = 0.5
_KEEPS_SIGN = 0.6
_RUNS_ON = 0.5
"""Of the signs that are kept within, so many become commas."""
_SAME_SOUND = {
    "bye": "by", "by": "buy", "buy": "by", "their": "there", "there": "their", "your": "you're", "you're": "your",
    "two": "to", "to": "two", "for": "four", "four": "for", "quote": "coat", "price": "prize", "i'll": "all",
    "we'll": "will", "he'll": "hill", "send": "sent", "sent": "send", "week": "weak", "deal": "dill", "fee": "fi",
    "cost": "costs", "can": "can't", "it's": "its", "that's": "that", "then": "than", "than": "then", "are": "our",
    "would": "wood", "right": "write", "write": "right", "mail": "male", "cheers": "chairs", "done": "don",
    "eight": "ate", "quid": "quit", "quite": "quiet", "aye": "i", "fine": "find", "ring": "bring", "post": "posed",
    "charge": "charged",
}  # fmt: skip


def _heard(text: str, random: Random) -> str:
    words = []
    for word in text.split():
        bare = word.lower().strip(".,?!")
        if bare in _LOST and random.random() < _LOSES:
            continue
        sign = word[-1] if word[-1] in ".,?!" and random.random() < _KEEPS_SIGN else ""
        other = _SAME_SOUND.get(bare, "") if random.random() < _CHANGES else ""
        words.append((other or word.rstrip(".,?!")) + sign)
    within = (
        each[:-1] + "," if each[-1:] in (".", "?", "!") and random.random() < _RUNS_ON else each for each in words[:-1]
    )
    return " ".join([*within, *words[-1:]])
