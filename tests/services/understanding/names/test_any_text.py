"""Whatever is said, and whatever things are called."""

from __future__ import annotations

import random
import string
import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.understanding.names.base import Ambiguous, Entity, NameFound, Resolved, Unknown
from services.understanding.names.fold import fold
from services.understanding.names.kinds import key
from services.understanding.names.names import Names
from services.understanding.names.questions import chosen, question
from services.understanding.names.sounds import alike, sound
from services.understanding.vocabulary import EntityKind
from services.understanding.words import word_set

KINDS: tuple[EntityKind, ...] = ("person", "channel", "project", "task", "customer", "file")
FIRST = sorted(word_set("Sarah Michael Priya Rahul Jennifer Conor Amara Wei Zoë Dmitri Fatima Hiroshi"))
LAST = sorted(word_set("Chen Okafor Jones Sharma Lee O'Brien Núñez Popov Tanaka van-Dyk Hussain Mbeki"))
PEOPLE = [Entity("person", f"{first} {last}", f"{first} {last}") for first in FIRST for last in LAST]
OTHERS = [
    Entity(kind, f"{kind} {name}", name)
    for kind in KINDS[1:]
    for name in ("marketing", "product launch", "quarterly report", "Acme Ltd")
]
NAMES = Names([*PEOPLE, *OTHERS])


def entities(resolved: Resolved) -> tuple[Entity, ...]:
    return (
        resolved.entities
        if isinstance(resolved, NameFound)
        else resolved.candidates
        if isinstance(resolved, Ambiguous)
        else ()
    )


@given(st.text(max_size=60))
@example("𝖵")
@example("call 𝕾𝕬𝕽𝕬𝕳 ℂℍ𝔼ℕ")
def test_any_text_is_resolved_without_a_fault(text: str) -> None:
    for entity in entities(NAMES.resolve(text, KINDS)):
        assert entity in PEOPLE + OTHERS
    NAMES.is_name(text)
    for (start, end), _ in NAMES.occurring(text):
        assert 0 <= start < end <= len(text)
    assert set(chosen(text, PEOPLE[:3])) <= set(PEOPLE[:3])


def test_ornamental_letters_are_letters() -> None:
    resolved = NAMES.resolve("𝕊𝕒𝕣𝕒𝕙 𝐂𝐡𝐞𝐧", ("person",))
    assert isinstance(resolved, NameFound) and resolved.entity.name.lower() == "sarah chen"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "Sarah " * 2_000,
        "\x00\x01\x1b[31m",
        "🎉" * 5_000,
        "é" * 9_000,
        "ﬁ ǆ İ ß",
        "a'b'" * 2_500,
        "1" * 10_000,
    ],
)
def test_odd_texts_take_no_time(text: str) -> None:
    assert isinstance(NAMES.resolve(text, KINDS), Unknown)
    NAMES.occurring(text)
    chosen(text, PEOPLE[:2])


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.text(min_size=1, max_size=30)), min_size=1, max_size=8))
@example([("person", "D"), ("person", "A. D")])
def test_everything_is_found_by_its_own_name(things: list[tuple[EntityKind, str]]) -> None:
    made = [Entity(kind, str(number), name) for number, (kind, name) in enumerate(things)]
    names = Names(made)
    for entity in made:
        found = entities(names.resolve(entity.name, (entity.kind,)))
        assert found
        assert all(key(other.name) == key(entity.name) for other in found)


def test_who_is_called_what_was_said_goes_before_who_was_spoken_of() -> None:
    names = Names([Entity("person", "1", "D"), Entity("person", "2", "A. D")])
    assert [entity.id for entity in entities(names.resolve("D", ("person",), near=("2",)))] == ["1"]


@pytest.mark.parametrize("entity", PEOPLE + OTHERS, ids=lambda entity: entity.id)
def test_a_name_finds_its_bearer(entity: Entity) -> None:
    assert entities(NAMES.resolve(entity.name, (entity.kind,))) == (entity,)


@given(st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=5, max_size=14))
@example("chchn")
def test_gibberish_is_nobody(text: str) -> None:
    """Where it sounds like somebody all the same, "chchn" like Chen, it is asked who is meant."""
    resolved = NAMES.resolve(text, ("person",))
    assert not isinstance(resolved, NameFound)
    for entity in entities(resolved):
        assert max(alike(sound(text), sound(word)) for word in fold(entity.name)) > 0.8


def test_random_letters_are_nobody() -> None:
    choice = random.Random(1)
    words = ["".join(choice.choices(string.ascii_lowercase, k=choice.randint(4, 12))) for _ in range(2000)]
    found = [word for word in words if isinstance(NAMES.resolve(word, ("person",)), NameFound)]
    assert found == []


@given(
    st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=16),
    st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=16),
)
def test_likeness_is_a_share_and_whole_for_the_same(one: str, other: str) -> None:
    assert 0.0 <= alike(sound(one), sound(other)) <= 1.0
    assert alike(sound(one), sound(one)) == 1.0


@given(st.lists(st.sampled_from(PEOPLE + OTHERS), max_size=7))
def test_every_question_can_be_said(candidates: list[Entity]) -> None:
    assert question(candidates).endswith("?")


def test_one_index_serves_many_threads() -> None:
    expected = [entities(NAMES.resolve(person.name, ("person",))) for person in PEOPLE]
    seen: list[list[tuple[Entity, ...]]] = []
    threads = [
        threading.Thread(
            target=lambda: seen.append([entities(NAMES.resolve(person.name, ("person",))) for person in PEOPLE])
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 4
