"""The sentence frames of frames/*.yaml, checked against the vocabulary, and sentences made of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from yaml import YAMLError, safe_load

from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words
from training.examples import Step
from training.notation import Frame, FrameBroken, Mark, Slot, Text, chosen, parts_of, read_frame
from training.pools import Pools

FOLDER = Path(__file__).parent / "frames"
NONE = "none"
SEVERAL = "several"
"""The name under which frames stand that mark their steps themselves."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence that is being made. `step` counts from 0, -1 where they belong to none; `slot` is empty for plain words."""

    words: str
    step: int = -1
    slot: str = ""
    pool: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Pieces in order, and what each step does."""

    pieces: tuple[Piece, ...]
    steps: tuple[Mark, ...]

    @property
    def words(self) -> str:
        """As a parser sees them: lower case, without punctuation at their edges."""
        return plain(" ".join(_glued(self.pieces)))

    def told(self) -> tuple[Step, ...]:
        """The steps with their slots in the order in which they are spoken."""
        words = [plain(each) for each in _glued(self.pieces)]
        told = [(piece.step, piece.slot, " ".join(words[at].split())) for at, piece in enumerate(self.pieces) if piece.slot]
        return tuple(
            Step(mark.action, tuple((slot, value) for step, slot, value in told if step == number), mark.after)
            for number, mark in enumerate(self.steps)
        )


def _glued(pieces: Sequence[Piece]) -> list[str]:
    """The words of each piece, "'s" and the like moved to the word that they belong to: Anna's, which is also what a slot then holds."""
    said = [piece.words for piece in pieces]
    for at in range(1, len(said)):
        if said[at].startswith("'"):
            ending, _, said[at] = said[at].partition(" ")
            said[at - 1] += ending
    return said


def plain(text: str) -> str:
    """The words of a text as services.understanding.words has them."""
    return " ".join(word.text for word in split_words(text))


@dataclass(frozen=True, slots=True)
class Named:
    """A frame, the action it stands under, and the line it was written as."""

    action: str
    line: str
    frame: Frame

    def said(self, pools: Pools, random: Random) -> Sentence:
        """One sentence of it."""
        pieces: list[Piece] = []
        marks = [] if self.action in (NONE, SEVERAL) else [Mark(self.action)]
        for part in chosen(self.frame, random):
            match part:
                case Mark():
                    marks.append(part)
                case Text(words=words):
                    pieces.append(Piece(words.strip()))
                case Slot(slot=slot, words=words):
                    action = marks[-1].action if marks else NONE
                    pool = "" if words else pools.pool_of(action, part)
                    said = random.choice(words) if words else pools.say(pool, random)
                    pieces.append(Piece(said, len(marks) - 1, slot if marks else "", pool))
        return Sentence(tuple(piece for piece in pieces if piece.words), tuple(marks))


def read_frames(path: Path) -> Iterator[Named]:
    """The frames of one file. Raises FrameBroken, which says where."""
    try:
        table: Mapping[str, Sequence[str]] = safe_load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise FrameBroken(f"{path}: {error}") from None
    for action, lines in table.items():
        for line in lines:
            try:
                yield Named(action, str(line), read_frame(str(line)))
            except FrameBroken as error:
                raise FrameBroken(f"{path}: {action}: {error}") from None


def problems(named: Named, pools: Pools) -> Iterator[str]:
    """What is wrong with a frame: actions, slots and pools that there are not."""
    action = named.action
    for part in parts_of(named.frame):
        if isinstance(part, Mark):
            action = part.action
        if action not in (NONE, SEVERAL) and action not in VOCABULARY:
            yield f"{action}: there is no such action"
            return
        if not isinstance(part, Slot):
            continue
        if part.slot and action not in (NONE, SEVERAL) and part.slot not in VOCABULARY[action].slots:
            yield f"{action}: {named.line!r}: it has no slot {part.slot}"
        if not part.words and pools.pool_of(action, part) not in pools:
            yield f"{action}: {named.line!r}: there is no pool {pools.pool_of(action, part)}"


def main() -> None:
    """`python -m training.frames FILE…`: what is wrong with these files, or an example of each action."""
    pools = Pools()
    wrong = [f"there is no pool {pool}" for pool in dict.fromkeys(pools.missing())]
    random, counts = Random(1), dict[str, int]()
    for path in map(Path, sys.argv[1:]) if len(sys.argv) > 1 else sorted(FOLDER.glob("*.yaml")):
        for named in read_frames(path):
            counts[named.action] = counts.get(named.action, 0) + 1
            bad = [f"{path.name}: {each}" for each in problems(named, pools)]
            wrong += bad
            if not bad and counts[named.action] % 10 == 1:
                said = named.said(pools, random)
                print(f"{said.words}  →  {said.told()}")
    print("\n".join([*(f"{action} {count}" for action, count in counts.items()), *wrong]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
