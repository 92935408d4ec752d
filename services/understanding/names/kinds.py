"""The names of one kind of entity, and how well spoken words fit them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.store.base import row_of
from services.understanding.names.base import Entity, How
from services.understanding.names.fold import LONGEST, content, degrees, fold
from services.understanding.names.nearest import Likeness, NameWords
from services.understanding.names.sounds import sound
from services.understanding.vocabulary import EntityKind
from services.understanding.words import word_set

_SURE: Mapping[bool, float] = {True: 0.80, False: 0.72}
_ALONE = 0.02
"""How much better a single word must fit a person, having no other to bear it out."""
_ASK: Mapping[bool, float] = {True: 0.72, False: 0.64}
"""From which score a fit is taken, or asked about; for people and for other kinds. Halves of likeness in letters and in
sound: 0.7 by letters alone, as for channels, is about 0.72.
"""
_EACH = 0.68
"""How well each word must fit by itself, so that a right family name does not carry a wrong first name."""
_JOINED = 0.80
"""How well pieces put together must fit."""
_HOMOPHONE = 0.92
"""From here a word sounds the same; where the rest of a whole name is right, there is nobody else it may be."""
_PART = 0.03
"""Taken off where only a part of the name was said."""
_PARTICLES = word_set("al bin da de del den der di dos du el ibn la le mac of st ter the van von")
"""Parts of names that name nobody alone."""
_SPLIT = 4
"""Spoken words up to which they may be misheard, and names cut in pieces; more are too many ways to look at."""
_SLACK = 0.75
"""Share of the spoken words of a description that must be there, where there are at least four."""
_ENOUGH = 0.8
"""A description of which less is there is asked about: a monthly report is no quarterly one."""
_MISHEARD = 3
"""Words of one description that may be misheard."""


@dataclass(frozen=True, slots=True)
class Form:
    """One name of an entity."""

    entity: Entity
    words: tuple[str, ...]
    is_alias: bool
    degrees: frozenset[str] = frozenset()

    @property
    def whole(self) -> int:
        """A bit for each word."""
        return (1 << len(self.words)) - 1


@dataclass(frozen=True, slots=True)
class NameFit:
    """How well words fit an entity."""

    entity: Entity
    score: float
    how: How
    sure: bool


@dataclass(frozen=True, slots=True)
class _Partial:
    """A name of which some words were found: bits of these, letters spoken, and their scores."""

    words: int
    letters: int
    total: float
    worst: float
    how: How
    sure: bool

    def with_part(self, likeness: Likeness, words: int, letters: int) -> _Partial:
        return _Partial(
            self.words | words,
            self.letters + letters,
            self.total + letters * likeness.score,
            min(self.worst, likeness.score),
            max(self.how, likeness.how, key=_RANK.__getitem__),
            self.sure and likeness.sure,
        )


_RANK: Mapping[How, int] = {"exact": 0, "alias": 1, "sound": 2, "close": 3, "role": 4, "group": 5}
_NOTHING = _Partial(0, 0, 0.0, 1.0, "exact", True)


class NamesOfKind:
    """The names of the entities of one kind. Immutable."""

    def __init__(self, kind: EntityKind, entities: Sequence[Entity]) -> None:
        self._kind = kind
        self._people = row_of(kind).spoken == "person"
        self._titled = row_of(kind).spoken == "title"
        self._exact: dict[tuple[str, ...], list[NameFit]] = {}
        self._forms: list[Form] = []
        self._where: dict[str, list[tuple[int, int]]] = {}
        """Word → (index of a form, bits of the words in it that this is)."""
        for entity in entities:
            for number, name in enumerate((entity.name, *entity.aliases)):
                self._add(entity, name, number > 0)
        self._single = frozenset(self._where)
        self.words = NameWords({word: sound(word) for word in self._where}, given=self._people)
        pairs: dict[str, str] = {}
        for index, form in enumerate(self._forms if not self._titled else ()):
            for place, (one, other) in enumerate(pairwise(form.words)):
                self._where.setdefault(one + other, []).append((index, 0b11 << place))
                pairs[one + other] = sound(one) + sound(other)
        self._pairs = NameWords(pairs, given=False)

    def _add(self, entity: Entity, name: str, is_alias: bool) -> None:
        said = key(name)
        words = content(said, self._kind, spoken=False)
        fit = NameFit(entity, 0.97, "alias", True) if is_alias else NameFit(entity, 1.0, "exact", True)
        for spelled in {said, words}:
            known = self._exact.setdefault(spelled, [])
            if not known or known[-1].entity is not entity:
                known.append(fit)
        index = len(self._forms)
        self._forms.append(Form(entity, words[:LONGEST], is_alias, degrees(said) if self._people else frozenset()))
        for place, word in enumerate(words[:LONGEST]):
            self._where.setdefault(word, []).append((index, 1 << place))

    def exact(self, said: tuple[str, ...]) -> list[NameFit]:
        """Entities of just that name or alias."""
        return self._exact.get(said) or self._exact.get(content(said, self._kind, spoken=True)) or []

    def with_word(self, word: str) -> list[Entity]:
        """Entities whose names hold a word."""
        if word not in self._single:
            return []
        return list(
            {self._forms[index].entity.id: self._forms[index].entity for index, _ in self._where.get(word, ())}.values()
        )

    def fits(self, said: tuple[str, ...]) -> list[NameFit]:
        """Entities with these very words or their other spellings, else those that come close; in no order."""
        words = content(said, self._kind, spoken=True)
        if self._titled:
            return self._described(words)
        titles = degrees(said) if self._people else frozenset()
        return self._named(words, titles, near=False) or (
            self._named(words, titles, near=True) if len(words) <= _SPLIT else []
        )

    def _named(self, words: tuple[str, ...], titles: frozenset[str], *, near: bool) -> list[NameFit]:
        """Entities in whose name every spoken word is."""
        like: dict[str, list[Likeness]] = {}
        best: dict[int, _Partial] = {}
        for parts in _partitions(words):
            for part in parts:
                if part not in like:
                    like[part] = (
                        self.words.same(part) + self._pairs.same(part) + (self._near(part, words) if near else [])
                    )
            for index, partial in self._all_parts(parts, like).items():
                if index not in best or partial.total / partial.letters > best[index].total / best[index].letters:
                    best[index] = partial
        return [
            fit
            for index, partial in best.items()
            if (fit := self._fit(self._forms[index], partial, titles)) is not None
        ]

    def _near(self, part: str, words: tuple[str, ...]) -> list[Likeness]:
        """A part may be one word of a name; alone, also two run together. Pieces put together must be surer."""
        if part not in words:
            return self.words.near(part, least=_JOINED)
        return self.words.near(part) + (self._pairs.near(part) if len(words) == 1 else [])

    def _all_parts(self, parts: Sequence[str], like: Mapping[str, list[Likeness]]) -> dict[int, _Partial]:
        """Forms that have a word of their own for each part."""
        found: dict[int, _Partial] = {}
        for number, part in enumerate(parts):
            grown: dict[int, _Partial] = {}
            for likeness in like[part]:
                for index, bits in self._where[likeness.word]:
                    before = found.get(index) if number else _NOTHING
                    if before is None or before.words & bits or (likeness.is_given and not number and not bits & 1):
                        continue
                    partial = before.with_part(likeness, bits, len(part))
                    if index not in grown or partial.total > grown[index].total:
                        grown[index] = partial
            found = grown
            if not found:
                break
        return found

    def _fit(self, form: Form, partial: _Partial, titles: frozenset[str]) -> NameFit | None:
        if all(
            word in _PARTICLES or len(word) == 1 for place, word in enumerate(form.words) if partial.words >> place & 1
        ):
            return None
        score = partial.total / partial.letters
        if score < _ASK[self._people]:
            return None
        is_whole = partial.words == form.whole
        enough = _SURE[self._people] + (_ALONE if self._people and partial.words.bit_count() == 1 else 0.0)
        homophone = is_whole and len(form.words) > 1 and partial.worst >= _HOMOPHONE
        sure = homophone or (partial.sure and score >= enough and (partial.worst >= _EACH or not self._people))
        how: How = "alias" if partial.how == "exact" and (form.is_alias or not is_whole) else partial.how
        part = 0.0 if is_whole or titles & form.degrees else _PART
        return NameFit(form.entity, score - part, how, sure)

    def _described(self, words: tuple[str, ...]) -> list[NameFit]:
        """Entities in whose title the spoken words are; of equals those that have no others."""
        found: dict[int, list[float]] = {}
        misheard = 0
        for word in dict.fromkeys(words):
            same = [Likeness(word, 1.0, "exact")] if word in self.words else []
            if not same and misheard < _MISHEARD:
                misheard += 1
                same = [one for one in self.words.near(word) if one.score >= _SURE[False]]
            scores: dict[int, float] = {}
            for likeness in same:
                for index, _ in self._where[likeness.word]:
                    scores[index] = max(likeness.score, scores.get(index, 0.0))
            for index, score in scores.items():
                found.setdefault(index, []).append(score)
        spoken = len(set(words))
        needed = spoken if spoken < 4 else _SLACK * spoken
        return [
            self._described_fit(self._forms[index], scores, spoken)
            for index, scores in found.items()
            if len(scores) >= needed
        ]

    def _described_fit(self, form: Form, scores: Sequence[float], spoken: int) -> NameFit:
        is_whole = len(scores) >= len(set(form.words))
        how: How = "alias" if min(scores) == 1.0 and len(scores) == spoken else "close"
        score = sum(scores) / spoken
        return NameFit(form.entity, score - (0.0 if is_whole else _PART), how, score >= _ENOUGH)


def key(name: str) -> tuple[str, ...]:
    """What names are equal by; of signs alone the signs."""
    return fold(name) or (" ".join(name.casefold().split()),)


def _partitions(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Ways to join neighbours, for a recogniser cuts names in pieces ("pre ya"); as they were spoken first.

    Of the most words only pairs are joined: every further way costs look-ups.
    """
    yield words
    if len(words) > _SPLIT:
        return
    for cuts in reversed(range((1 << (len(words) - 1)) - 1)):
        pieces = [[words[0]]]
        for place, word in enumerate(words[1:]):
            if cuts >> place & 1:
                pieces.append([word])
            else:
                pieces[-1].append(word)
        if len(words) < _SPLIT or max(map(len, pieces)) == 2:
            yield tuple("".join(piece) for piece in pieces)
