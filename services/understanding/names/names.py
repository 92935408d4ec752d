"""Who or what a spoken name means: exact, alias and nickname, sounds alike, close, role, group; never a guess."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from services.store.base import row_of
from services.understanding.names.base import Ambiguous, Entity, NameFound, Resolved, Unknown
from services.understanding.names.diminutives import WORDS
from services.understanding.names.fold import LONGEST, folded, is_definite, of_kind
from services.understanding.names.groups import Groups
from services.understanding.names.kinds import NameFit, NamesOfKind, key
from services.understanding.names.nearby import Nearby
from services.understanding.vocabulary import EntityKind

_EQUAL = 0.02
_NEARLY = 0.05
"""Scores so near each other count as equal: of names that fit, and of such as only come close."""
_CLOSE = 0.9
"""Below this a name only comes close."""
_MOST = 5
"""Candidates at most; nobody listens to more."""
_LONGEST = 1000
"""Letters looked at; a longer text is no name."""
_SEVERAL = 4
"""People that a single word in a sentence may point at; more say nothing about whom it is about."""
_DESCRIBES = ("the", "from", "in", "of", "who")


class Names:
    """An index of all names, built anew when the store has changed. Immutable, hence safe to share among threads."""

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        """`entities`: the most recently used first; of equal titles the first counts."""
        self._entities = tuple(entities)
        by_kind: dict[EntityKind, list[Entity]] = {}
        for entity in self._entities:
            by_kind.setdefault(entity.kind, []).append(entity)
        self._kinds = {kind: NamesOfKind(kind, group) for kind, group in by_kind.items()}
        self._groups = Groups(self._entities)
        self._phrases: dict[str, dict[tuple[str, ...], list[Entity]]] = {}
        """First word → whole names that begin with it."""
        for entity in self._entities:
            for name in (entity.name, *entity.aliases):
                said = key(name)
                called = self._phrases.setdefault(said[0], {}).setdefault(said, [])
                if not called or called[-1] is not entity:
                    called.append(entity)

    def resolve(self, words: str, kinds: Sequence[EntityKind], *, near: Sequence[str] = ()) -> Resolved:
        """What the words stand for among these kinds. Ids spoken of lately (`near`, latest first) win over equals."""
        if len(words) > _LONGEST:
            return Unknown(words)
        said = key(words)
        kinds = [kind for kind in kinds if kind in self._kinds]
        whole = [fit for kind in kinds for fit in self._kinds[kind].exact(said)]
        exact = self._decided([fit for fit in whole if _is_called(fit.entity, said)] or whole, near)
        if exact is not None:
            return exact
        if len(said) > LONGEST:
            return Unknown(words)
        is_person = "person" in kinds
        first = (
            (self._groups.group(said) or (self._groups.role(said, near) if is_definite(said) else None))
            if is_person
            else None
        )
        if first is not None:
            return first
        fits = [fit for kind in of_kind(said, kinds) for fit in self._kinds[kind].fits(said)]
        sure = self._decided([fit for fit in fits if fit.sure], near)
        if sure is not None:
            return sure
        by_what_they_do = (self._groups.role(said, near) or self._described(said)) if is_person else None
        return by_what_they_do or _asked(fits) or Unknown(words)

    def is_name(self, word: str) -> bool:
        """Whether a lower-case word is part of a person's name, or short for one."""
        people = self._kinds.get("person")
        said = key(word) if len(word) <= _LONGEST else ()
        if people is None or len(said) != 1 or len(said[0]) < 2:
            return False
        return bool(people.with_word(said[0])) or (said[0] not in WORDS and bool(people.words.same(said[0])))

    def near(self, heard: Sequence[str], *, known: Collection[str], limit: int) -> tuple[str, ...]:
        """Names that words of a recogniser's hypotheses may be, the nearest first. `known`: words that are said to the
        appliance anyway, and so need not be names.
        """
        return self._nearby.near(heard, known=known, limit=limit)

    def mentioned(self, text: str, *, known: Collection[str]) -> frozenset[str]:
        """Names of several words that what a recogniser wrote has in full, by how they sound; `known` as for `near`."""
        return self._nearby.mentioned(text, known=known)

    @cached_property
    def _nearby(self) -> Nearby:
        return Nearby(name for entity in self._entities for name in (entity.name, *entity.aliases))

    def occurring(self, text: str) -> list[tuple[tuple[int, int], Entity]]:
        """Names in a sentence with their places, the longest at each: whole ones of any kind, and parts of people's."""
        words = folded(text)
        found: list[tuple[tuple[int, int], Entity]] = []
        place = 0
        while place < len(words):
            length, entities = self._at(words, place)
            span = (words[place][1], words[place + max(length, 1) - 1][2])
            found += [(span, entity) for entity in entities]
            place += max(length, 1)
        return found

    def _at(self, words: Sequence[tuple[str, int, int]], place: int) -> tuple[int, Sequence[Entity]]:
        """How many words from here are a name, and whose."""
        phrases = self._phrases.get(words[place][0], {})
        longest = max(map(len, phrases), default=0)
        here = tuple(word for word, _, _ in words[place : place + longest])
        for length in range(len(here), 0, -1):
            if here[:length] in phrases:
                return length, phrases[here[:length]]
        word, people = words[place][0], self._kinds.get("person")
        if people is None or not self.is_name(word) or len(word) < 3:
            return 0, ()
        called = {entity.id: entity for same in people.words.same(word) for entity in people.with_word(same.word)}
        return (1, tuple(called.values())) if len(called) <= _SEVERAL else (0, ())

    def _described(self, said: Sequence[str]) -> NameFound | None:
        """Somebody named and described: "Sarah from finance", "Sarah the designer"."""
        people = self._kinds.get("person")
        at = next((place for place, word in enumerate(said) if place and word in _DESCRIBES), None)
        if people is None or at is None:
            return None
        told = frozenset(said[at:])
        fits = [fit for fit in people.fits(tuple(said[:at])) if fit.sure and self._groups.is_told(fit.entity, told)]
        return NameFound((fits[0].entity,), fits[0].how, fits[0].score) if len(fits) == 1 else None

    def _decided(self, fits: Sequence[NameFit], near: Sequence[str]) -> NameFound | Ambiguous | None:
        """The best of sure fits, or all that are as good."""
        ranked = _ranked(fits)
        if not ranked:
            return None
        best = ranked[0]
        margin = _EQUAL if best.score >= _CLOSE else _NEARLY
        equal = [fit for fit in ranked if fit.score >= best.score - margin]
        recent = [fit for entity in near for fit in equal if fit.entity.id == entity]
        alike = len({(fit.entity.kind, key(fit.entity.name)) for fit in equal}) == 1
        same = alike and row_of(best.entity.kind).spoken != "person"  # two people of one name are not the same
        if len(equal) == 1 or recent or same:
            chosen = (recent or equal)[0]
            return NameFound((chosen.entity,), chosen.how, chosen.score)
        return Ambiguous(tuple(fit.entity for fit in equal[:_MOST]), best.how, best.score)


def _is_called(entity: Entity, said: tuple[str, ...]) -> bool:
    """Whether these very words are a name of it: "D" is D, and not A. D., whose first letter may be an article."""
    return any(key(name) == said for name in (entity.name, *entity.aliases))


def _ranked(fits: Sequence[NameFit]) -> list[NameFit]:
    """The best fit of each entity, best first."""
    best: dict[tuple[str, str], NameFit] = {}
    for fit in fits:
        entity = (fit.entity.kind, fit.entity.id)
        if entity not in best or fit.score > best[entity].score:
            best[entity] = fit
    return sorted(best.values(), key=lambda fit: -fit.score)


def _asked(fits: Sequence[NameFit]) -> Ambiguous | None:
    """What is worth asking about, where nothing is sure."""
    ranked = _ranked(fits)
    close = [fit for fit in ranked if fit.score >= ranked[0].score - _NEARLY][:3]
    return Ambiguous(tuple(fit.entity for fit in close), close[0].how, close[0].score) if close else None
