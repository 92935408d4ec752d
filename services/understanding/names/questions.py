"""Which of several is meant: the question, and what the answer says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.names.base import Ambiguous, Entity, NameFound
from services.understanding.names.fold import fold, plain
from services.understanding.names.names import Names
from services.understanding.words import word_set

_SPOKEN = 3
"""Names that a question tells; more are not kept in mind."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_COUNTED = ("one", "two", "three", "four", "five")
_NUMBERS = {said: place for place in range(5) for said in (_ORDINALS[place], _COUNTED[place], str(place + 1))}
_PLACES = _NUMBERS | {"1st": 0, "2nd": 1, "3rd": 2, "former": 0, "last": -1, "latter": -1}
_AROUND = word_set("""a an the one of please i mean meant it it's its is that's thats that this no yes yeah yep sure go
    with for take use choose pick number option person guy in from at on not um uh er well ok okay thanks thank you to
    say said""")
_YES = word_set("yes yeah yep yup sure right correct exactly ok okay indeed please do")
_NO = word_set("no nope neither none nobody wrong cancel never")
_NUMBER_ONE = re.compile(r"\b(?:number|option) one\b")
_ALL = re.compile(r"^(?:to )?(?:both|all|everyone|everybody)(?: of (?:them|those))?$")


def question(candidates: Sequence[Entity]) -> str:
    """Asks which one: "Sarah Chen or Sarah Okafor?"; of a single one whether it is that; of many the first three."""
    told = _told(candidates[:_SPOKEN])
    if not told:
        return "Who or what do you mean?"
    if len(told) == 1:
        return f"Do you mean {told[0]}?"
    if len(candidates) > _SPOKEN:
        return (
            f"{', '.join(told)}, or somebody else?"
            if candidates[0].kind == "person"
            else f"{', '.join(told)}, or another?"
        )
    return f"{', '.join(told[:-1])} or {told[-1]}?"


def _told(candidates: Sequence[Entity]) -> list[str]:
    """Names as the question says them; of one name by what tells them apart."""
    told = []
    for place, entity in enumerate(candidates):
        namesakes = [other for other in candidates if fold(other.name) == fold(entity.name)]
        name = entity.name
        if len(namesakes) > 1:
            if len({other.kind for other in namesakes}) == len(namesakes):
                name = f"the {entity.kind} {name}"
            elif len({other.role for other in namesakes}) == len(namesakes) and entity.role:
                name = f"{name} the {entity.role}"
            elif len({other.team for other in namesakes}) == len(namesakes) and entity.team:
                name = f"{name} in {entity.team}"
            else:
                name = f"the {_ORDINALS[place]} {name}"
        told.append(name)
    return told


def chosen(words: str, candidates: Sequence[Entity]) -> tuple[Entity, ...]:
    """The candidates an answer speaks of: one, several ("both"), or none where it says neither or can't be understood.

    Read among the candidates alone, so the part of a name that tells one from the others is enough, and so is what
    somebody does.
    """
    spoken = _NUMBER_ONE.sub("first", " ".join(re.findall(r"\w+(?:'\w+)?", plain(words[:300]))))
    said = spoken.split()
    if not said or not candidates:
        return ()
    if _ALL.match(spoken):
        return tuple(candidates)
    told = [word for word in said if word not in _AROUND]
    if len(candidates) == 1 and set(said) & _YES and not set(said) & _NO and not set(told) - _YES:
        return tuple(candidates)
    meant = _by_place(told, candidates) or _by_name(told or said, candidates)
    if "not" in said and len(meant) == 1 and len(candidates) == 2:
        return tuple(candidate for candidate in candidates if candidate not in meant)
    return () if "not" in said else meant


def _by_name(said: Sequence[str], candidates: Sequence[Entity]) -> tuple[Entity, ...]:
    kinds = tuple(dict.fromkeys(entity.kind for entity in candidates))
    match Names(candidates).resolve(" ".join(said), kinds):
        case NameFound(entities=(one,)):
            return (one,)
        case Ambiguous(candidates=(one,)):
            return (one,)
    described = [entity for entity in candidates if set(said) <= _all_words(entity)]
    teams = [entity for entity in candidates if entity.team and set(said) <= set(fold(entity.team))]
    by_kind = [entity for entity in candidates if list(said) == [entity.kind]]
    return next((tuple(found) for found in (teams, by_kind, described) if len(found) == 1), ())


def _all_words(entity: Entity) -> set[str]:
    """Of the name and of what somebody does: "Petersen, the one from sales"."""
    return {word for words in (entity.name, entity.role, entity.team) for word in fold(words)}


def _by_place(told: Sequence[str], candidates: Sequence[Entity]) -> tuple[Entity, ...]:
    places = [_PLACES[word] for word in told if word in _PLACES]
    if len(places) != 1 or len(told) > 2 or places[0] >= len(candidates):
        return ()
    return (candidates[places[0]],)
