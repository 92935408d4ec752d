"""The sentence frames of frames/*.yaml, checked against the vocabulary, and sentences made of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words
from training.sentences.examples import Step
from training.sentences.notation import Frame, FrameBroken, Mark, Slot, Text, chosen, parts_of, read_frame, read_table
from training.sentences.pieces import Piece, tidied
from training.sentences.pools import Pools

FOLDER = Path(__file__).parent / "frames"
NONE = "none"
SEVERAL = "several"
"""The name under which frames stand that mark their steps themselves."""
FOLLOW = "follow"
"""The name under which those stand that are said after another sentence: what is before " // " was said and done."""
_UNMARKED = (NONE, SEVERAL, FOLLOW)
_BEHIND = " // "


@dataclass(frozen=True, slots=True)
class Sentence:
    """Pieces in order, and what each step does."""

    pieces: tuple[Piece, ...]
    steps: tuple[Mark, ...]

    @property
    def words(self) -> str:
        """As a parser sees them: lower case, without punctuation at their edges."""
        return plain(" ".join(piece.words for piece in self.pieces))

    def told(self) -> tuple[Step, ...]:
        """The steps with their slots in the order in which they are spoken."""
        told = [(piece.step, piece.slot, plain(piece.words)) for piece in self.pieces if piece.slot]
        return tuple(
            Step(mark.action, tuple((slot, value) for step, slot, value in told if step == number), mark.after)
            for number, mark in enumerate(self.steps)
        )


BOUNDARY = "; "
"""Stands in the pieces of a sentence where a step ends and another begins; training.sentences.marks makes a comma, a
full stop or nothing of it.
"""


def plain(text: str) -> str:
    """The words of a text as services.understanding.words has them."""
    return " ".join(word.text for word in split_words(text))


@dataclass(frozen=True, slots=True)
class Named:
    """A frame, the action it stands under, and the line it was written as."""

    action: str
    line: str
    frame: Frame
    first: Frame = ()
    """What was said before it, where it goes on from that."""

    @property
    def group(self) -> str:
        """Its sentences are learnt from or validated on as a whole."""
        return f"{self.action}: {self.line}"

    def said(self, pools: Pools, random: Random) -> Sentence:
        """One sentence of it."""
        return self._filled(self.frame, pools, random, {})

    def goes_on(self, pools: Pools, random: Random) -> tuple[Sentence, Sentence]:
        """What was said before, and a sentence that goes on from it."""
        before = self._filled(self.first, pools, random, {})
        said = {piece.slot: piece.words for piece in reversed(before.pieces) if piece.slot}
        return before, self._filled(self.frame, pools, random, said)

    def _filled(self, frame: Frame, pools: Pools, random: Random, before: Mapping[str, str]) -> Sentence:
        pieces: list[Piece] = []
        marks = [] if self.action in _UNMARKED else [Mark(self.action)]
        for part in chosen(frame, random):
            match part:
                case Mark():
                    pieces += [Piece(BOUNDARY)] if marks else []
                    marks.append(part)
                case Text(words=words):
                    pieces.append(Piece(words))
                case Slot(slot=slot, again=again) if again:
                    earlier = before.get(again.rstrip("~"), "it").split()
                    told = " ".join(earlier[-1:] if again.endswith("~") else earlier)
                    pieces.append(Piece(told, len(marks) - 1, slot))
                case Slot(slot=slot, words=words):
                    action = marks[-1].action if marks else NONE
                    pool = "" if words else pools.pool_of(action, part)
                    said = random.choice(words) if words else pools.say(pool, random)
                    pieces.append(Piece(said, len(marks) - 1, slot if marks else "", pool))
        return Sentence(tidied(pieces), tuple(marks))


def read_frames(path: Path) -> Iterator[Named]:
    """The frames of one file. Raises FrameBroken, which says where."""
    for action, lines in read_table(path).items():
        for line in lines:
            try:
                first, _, second = line.rpartition(_BEHIND) if action == FOLLOW else ("", "", line)
                if bool(first) != (action == FOLLOW):
                    raise FrameBroken(f"{line!r}: {_BEHIND.strip()} parts what was said before from what goes on")
                yield Named(action, line, read_frame(second), read_frame(first) if first else ())
            except FrameBroken as error:
                raise FrameBroken(f"{path}: {action}: {error}") from None


def problems(named: Named, pools: Pools) -> Iterator[str]:
    """What is wrong with a frame: actions, slots and pools that there are not."""
    for frame in (named.first, named.frame):
        yield from _problems(named, frame, pools)


def _problems(named: Named, frame: Frame, pools: Pools) -> Iterator[str]:
    action = named.action
    for part in parts_of(frame):
        if isinstance(part, Mark):
            action = part.action
        if action not in _UNMARKED and action not in VOCABULARY:
            yield f"{action}: there is no such action"
            return
        if not isinstance(part, Slot):
            continue
        if part.slot and action not in _UNMARKED and part.slot not in VOCABULARY[action].slots:
            yield f"{action}: {named.line!r}: it has no slot {part.slot}"
        if not part.words and not part.again and pools.pool_of(action, part) not in pools:
            yield f"{action}: {named.line!r}: there is no pool {pools.pool_of(action, part)}"


def main() -> None:
    """`python -m training.sentences.frames [FILE…]`: an example of every tenth frame, how many an action has, and
    what is wrong.
    """
    pools = Pools()
    wrong = [f"there is no pool {pool}" for pool in dict.fromkeys(pools.missing())]
    random, counts = Random(1), Counter[str]()
    for path in map(Path, sys.argv[1:]) if len(sys.argv) > 1 else sorted(FOLDER.glob("*.yaml")):
        for named in read_frames(path):
            counts[named.action] += 1
            bad = [f"{path.name}: {each}" for each in problems(named, pools)]
            wrong += bad
            if not bad and counts[named.action] % 10 == 1:
                before, said = named.goes_on(pools, random)
                print(f"{before.words} // {said.words}".removeprefix(" // "), f" →  {said.told()}")
    print("\n".join([*(f"{action} {count}" for action, count in counts.items()), *wrong]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
