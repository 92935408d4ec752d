"""People by role ("the designer", "head of sales") and by team ("the marketing team", "everyone in sales")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.understanding.names.base import Ambiguous, Entity, NameFound
from services.understanding.names.fold import fold
from services.understanding.names.nearest import NameWords
from services.understanding.names.sounds import sound
from services.understanding.words import word_set

_BESIDE = word_set("a an the my our your their of in for from on at to and all whole entire person one guy")
_TEAM = word_set("team teams department dept division group crew squad unit")
_STAFF = word_set("people folks staff guys members member colleagues")
_EVERYONE = word_set("everyone everybody all")
_WHOLE = word_set("team group crew squad staff office company everyone everybody")
"""What stands for everybody, where no team is named."""
_NEARLY = 0.84
"""How well a misspelled word of a role or a team must fit."""


class Groups:
    """Roles, teams and the members of channels. Immutable."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        everything = tuple(entities)
        self._people = tuple(entity for entity in everything if entity.kind == "person")
        self._by_id = {entity.id: entity for entity in self._people}
        self._does: dict[str, list[tuple[Entity, frozenset[str], frozenset[str]]]] = {}
        """Main word of a role → (person, words of the role, words of the team)."""
        self._teams: dict[frozenset[str], list[Entity]] = {}
        for person in self._people:
            role, team = _telling(fold(person.role)), _telling(fold(person.team)) - _TEAM
            if role:
                self._does.setdefault(_main(person.role), []).append((person, role, team))
            if team:
                self._teams.setdefault(team, []).append(person)
        self._members: dict[frozenset[str], list[Entity]] = {}
        for entity in everything:
            if entity.members:
                self._members.setdefault(_telling(fold(entity.name)) - _TEAM - {"channel"}, []).append(entity)
        self._roles = _words(role for told in self._does.values() for _, role, _ in told)
        self._places = _words((*self._teams, *self._members))

    def role(self, said: Sequence[str], near: Sequence[str] = ()) -> NameFound | Ambiguous | None:
        """Who does that; several where the word is plural ("the designers")."""
        known, score = self._known([word for word in said if word not in _BESIDE], self._roles, self._places)
        words = frozenset(known)
        singular = {_singular(word): word for word in reversed(known)}  # what somebody is stands last
        mains = [main for main in singular if main in self._does]
        for main in mains:
            spoken = (words - {singular[main]}) | {main}
            able = [(person, role) for person, role, team in self._does[main] if spoken <= role | team]
            if not able:
                continue
            if main != singular[main]:
                return NameFound(tuple(person for person, _ in able), "group", score)
            just = [person for person, role in able if role <= spoken] or [person for person, _ in able]
            recent = [person for entity in near for person in just if person.id == entity]
            if len(just) == 1 or recent:
                return NameFound(((recent or just)[0],), "role", score)
            return Ambiguous(tuple(just[:5]), "role", score)
        return None

    def group(self, said: Sequence[str]) -> NameFound | None:
        """The people of a team or a channel; everybody, where the words say so."""
        words = set(said)
        if not words & (_TEAM | _STAFF | _EVERYONE | _WHOLE):
            return None
        beside = _BESIDE | _TEAM | _STAFF | _EVERYONE | {"us", "channel", "company", "office"}
        named = [word for word in said if word not in beside]
        if not named:
            return NameFound(self._people, "group", 1.0) if self._people and words & (_WHOLE | _EVERYONE) else None
        known, score = self._known(named, self._places)
        spelled = frozenset(known)
        people = self._teams.get(spelled) or [
            self._by_id[member]
            for entity in self._members.get(spelled, ())[:1]
            for member in entity.members
            if member in self._by_id
        ]
        return NameFound(tuple(people), "group", score) if people else None

    def is_told(self, person: Entity, words: frozenset[str]) -> bool:
        """Whether words say what a person does or where."""
        told = _telling(sorted(words)) - _TEAM
        return bool(told) and told <= _telling(fold(person.role)) | _telling(fold(person.team))

    def _known(self, words: Sequence[str], *known: NameWords) -> tuple[list[str], float]:
        """The words, those misheard put right, and the least of their scores."""
        spelled, worst = list[str](), 1.0
        for word in words:
            here = any(word in some or _singular(word) in some for some in known)
            sure = here or len(word) < 4 or len(set(words)) > 4
            near = [] if sure else [one for some in known for one in some.near(word)]
            best = max(near, key=lambda one: one.score, default=None)
            if best is not None and best.score >= _NEARLY:
                spelled.append(best.word)
                worst = min(worst, best.score)
            else:
                spelled.append(word)
        return spelled, worst


def _words(names: Iterable[frozenset[str]]) -> NameWords:
    return NameWords({word: sound(word) for name in names for word in sorted(name)}, given=False)


def _telling(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word for word in words if word not in _BESIDE)


def _main(role: str) -> str:
    """What somebody of a role is: the head of sales is a head, a senior designer is a designer."""
    words = fold(role)
    before = words[: words.index("of")] if "of" in words[1:] else words
    return before[-1]


_IRREGULAR: Mapping[str, str] = {
    "people": "person",
    "salespeople": "salesperson",
    "sales": "sales",
    "operations": "operations",
}


def _singular(word: str) -> str:
    if word in _IRREGULAR or len(word) < 4 or word.endswith("ss"):
        return _IRREGULAR.get(word, word)
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word.removesuffix("s")
