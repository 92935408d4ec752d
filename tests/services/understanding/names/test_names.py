"""Who and what is meant by a name as spoken."""

from __future__ import annotations

import pytest

from services.understanding.names.base import Ambiguous, Entity, NameFound, Unknown
from services.understanding.names.names import Names

OFFICE = (
    Entity("person", "sarah-c", "Sarah Chen", role="designer", team="marketing"),
    Entity("person", "sarah-o", "Sarah Okafor", role="accountant", team="finance"),
    Entity("person", "michael", "Michael Jones", aliases=("MJ",), role="head of sales", team="sales"),
    Entity("person", "priya", "Priya Sharma", role="senior developer", team="development"),
    Entity("person", "jennifer", "Jennifer Lee", role="developer", team="development"),
    Entity("person", "conor", "Conor O'Brien", role="lead", team="marketing"),
    Entity("person", "maryann", "Maryann Lopez"),
    Entity("person", "susan", "Dr. Susan Lee", role="doctor"),
    Entity("person", "rahul", "Rahul Mehta"),
    Entity("person", "jen", "Jen Walker"),
    Entity("person", "zoe", "Zoë Núñez-Łukasz"),
    Entity("channel", "marketing", "marketing", members=("sarah-c", "conor")),
    Entity("channel", "development", "development"),
    Entity("channel", "launch", "product launch", members=("priya", "gone")),
    Entity("project", "apollo", "Project Apollo"),
    Entity("project", "website", "Website Redesign"),
    Entity("task", "send", "Send the quarterly report to Sarah"),
    Entity("task", "materials", "marketing materials"),
    Entity("task", "quarterly", "quarterly report"),
    Entity("task", "12", "Sprint 12 planning"),
    Entity("task", "13", "Sprint 13 planning"),
    Entity("task", "milk-new", "buy milk"),
    Entity("task", "milk-old", "buy milk"),
    Entity("file", "requirements", "Project_Requirements_v2.pdf"),
    Entity("customer", "k-rahul", "Rahul"),
    Entity("customer", "k-traders", "Sharma Traders"),
)
NAMES = Names(OFFICE)


@pytest.mark.parametrize(
    ("words", "found", "how"),
    [
        ("Sarah Chen", "sarah-c", "exact"),
        ("sarah chen's", "sarah-c", "exact"),
        ("Chen", "sarah-c", "alias"),
        ("MJ", "michael", "alias"),
        ("Mike", "michael", "alias"),
        ("Mikey Jones", "michael", "alias"),
        ("Mr Jones", "michael", "alias"),
        ("Jenny", "jennifer", "alias"),
        ("Jen", "jen", "alias"),
        ("Dr Lee", "susan", "alias"),
        ("doctor Susan Lee", "susan", "exact"),
        ("Mary Ann", "maryann", "alias"),
        ("mary ann lopez", "maryann", "exact"),
        ("O'Brien", "conor", "alias"),
        ("Connor", "conor", "sound"),
        ("pre ya", "priya", "sound"),
        ("Pria", "priya", "sound"),
        ("Raul", "rahul", "sound"),
        ("Rahul ji", "rahul", "alias"),
        ("Zoe Nunez Lukasz", "zoe", "exact"),
        ("Pria Sharmah", "priya", "sound"),
        ("Michael Johns", "michael", "close"),
        ("the designer", "sarah-c", "role"),
        ("our accountant", "sarah-o", "role"),
        ("the accountent", "sarah-o", "role"),
        ("head of sales", "michael", "role"),
        ("the sales head", "michael", "role"),
        ("the developer", "jennifer", "role"),
        ("the senior developer", "priya", "role"),
        ("the marketing lead", "conor", "role"),
        ("Sarah the designer", "sarah-c", "alias"),
        ("Sarah from finance", "sarah-o", "alias"),
    ],
)
def test_people_are_found(words: str, found: str, how: str) -> None:
    resolved = NAMES.resolve(words, ("person",))
    assert isinstance(resolved, NameFound), resolved
    assert ([entity.id for entity in resolved.entities], resolved.how) == ([found], how)
    assert 0.8 <= resolved.score <= 1.0


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Sara", "Sarah"),
        ("Sarah", "Sara"),
        ("Shaun", "Sean"),
        ("Shawn", "Sean"),
        ("Kathryn", "Catherine"),
        ("Catherine", "Kathryn"),
        ("Stephen", "Steven"),
        ("Jon", "John"),
        ("Raul", "Rahul"),
        ("Bob", "Robert"),
        ("Robert", "Bob"),
        ("Lindqvist", "Lindquist"),
        ("Popoff", "Popov"),
        ("Layla", "Leila"),
        ("Fisher", "Fischer"),
    ],
)
def test_a_homophone_or_a_nickname_is_found(said: str, name: str) -> None:
    names = Names([Entity("person", "1", f"{name} Tetteh"), Entity("person", "2", "Amara Quist")])
    assert names.resolve(said, ("person",)).entity.id == "1"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "members"),
    [
        ("the marketing team", ["sarah-c", "conor"]),
        ("team marketing", ["sarah-c", "conor"]),
        ("everyone in marketing", ["sarah-c", "conor"]),
        ("the markting team", ["sarah-c", "conor"]),
        ("the people in finance", ["sarah-o"]),
        ("the developers", ["priya", "jennifer"]),
        ("everyone in the product launch channel", ["priya"]),
        ("everybody", [entity.id for entity in OFFICE if entity.kind == "person"]),
        ("the whole team", [entity.id for entity in OFFICE if entity.kind == "person"]),
    ],
)
def test_groups_are_found(words: str, members: list[str]) -> None:
    for kinds in (("person",), ("person", "channel")):
        resolved = NAMES.resolve(words, kinds)  # type: ignore[arg-type]
        assert isinstance(resolved, NameFound), resolved
        assert ([entity.id for entity in resolved.entities], resolved.how) == (members, "group")


@pytest.mark.parametrize(
    ("kind", "words", "found"),
    [
        ("channel", "marketing", "marketing"),
        ("channel", "the marketing channel", "marketing"),
        ("channel", "marketting", "marketing"),
        ("channel", "mark eating", "marketing"),
        ("channel", "product lunch", "launch"),
        ("channel", "the launch channel", "launch"),
        ("project", "apollo", "apollo"),
        ("project", "the apolo project", "apollo"),
        ("project", "the web site redesign", "website"),
        ("task", "the quarterly report", "quarterly"),
        ("task", "send quarterly report", "send"),
        ("task", "marketing material", "materials"),
        ("task", "sprint 12", "12"),
        ("task", "sprint twelve planning", "12"),
        ("task", "sprint 14", None),
        ("task", "buy milk", "milk-new"),
        ("task", "walk the dog", None),
        ("file", "the project requirements document", "requirements"),
        ("file", "requirements version two", "requirements"),
        ("customer", "Raul", "k-rahul"),
        ("customer", "Mr Sharma", "k-traders"),
        ("customer", "Rakesh", None),
        ("channel", "design", None),
        ("list", "groceries", None),
    ],
)
def test_other_kinds_are_found(kind: str, words: str, found: str | None) -> None:
    resolved = NAMES.resolve(words, (kind,))  # type: ignore[arg-type]
    assert (resolved.entity.id if isinstance(resolved, NameFound) else None) == found


@pytest.mark.parametrize(
    "words",
    [
        "Ben",
        "Sarah Lee",
        "Susan Chen",
        "Dan",
        "me",
        "it",
        "tomorrow",
        "the",
        "",
        " ",
        "!!!",
        "🎉",
        "the plumber",
        "ask",
    ],
)
def test_nobody_is_guessed(words: str) -> None:
    assert NAMES.resolve(words, ("person",)) == Unknown(words)


def test_without_kinds_nothing_is_found() -> None:
    assert NAMES.resolve("Sarah Chen", ()) == Unknown("Sarah Chen")
    assert Names().resolve("Sarah Chen", ("person",)) == Unknown("Sarah Chen")


@pytest.mark.parametrize(
    ("said", "name"),
    [("Ben", "Jen"), ("Dan", "Dana"), ("Barry", "Harry"), ("Jane", "Jan"), ("Aaron", "Karen"), ("Mark", "Mary")],
)
def test_one_common_name_never_passes_for_another(said: str, name: str) -> None:
    assert not isinstance(Names([Entity("person", "1", f"{name} Tetteh")]).resolve(said, ("person",)), NameFound)


def test_a_right_family_name_does_not_carry_a_wrong_first_name() -> None:
    names = Names([Entity("person", "1", "Jen Khan"), Entity("person", "2", "Arjun Kumar")])
    assert isinstance(names.resolve("Ben Khan", ("person",)), Unknown)
    assert not isinstance(names.resolve("Arun Kumar", ("person",)), NameFound)


def test_what_is_nearly_a_name_is_asked_about() -> None:
    resolved = Names([Entity("person", "1", "Diana Ross")]).resolve("Diane", ("person",))
    assert isinstance(resolved, Ambiguous)
    assert [entity.id for entity in resolved.candidates] == ["1"]


def test_of_equals_one_asks_unless_one_was_spoken_of() -> None:
    resolved = NAMES.resolve("Sarah", ("person",))
    assert isinstance(resolved, Ambiguous)
    assert [entity.id for entity in resolved.candidates] == ["sarah-c", "sarah-o"]
    assert NAMES.resolve("Sarah", ("person",), near=("jen", "sarah-o", "sarah-c")).entity.id == "sarah-o"  # type: ignore[union-attr]
    assert NAMES.resolve("Jen", ("person",), near=("jennifer",)).entity.id == "jen"  # type: ignore[union-attr]


def test_two_people_of_one_name_are_asked_about_and_two_tasks_are_not() -> None:
    twins = Names(
        [
            Entity("person", "1", "Al Lee"),
            Entity("person", "2", "Al Lee"),
            Entity("customer", "3", "Bo"),
            Entity("customer", "4", "Bo"),
        ]
    )
    assert isinstance(twins.resolve("Al Lee", ("person",)), Ambiguous)
    assert isinstance(twins.resolve("Bo", ("customer",)), Ambiguous)


def test_a_description_with_a_wrong_word_is_asked_about() -> None:
    assert isinstance(NAMES.resolve("send the monthly report to Sarah", ("task",)), Ambiguous)


def test_kinds_are_told_apart_by_their_nouns() -> None:
    names = Names([Entity("channel", "c", "design"), Entity("project", "p", "design")])
    assert isinstance(names.resolve("design", ("channel", "project")), Ambiguous)
    assert names.resolve("the design project", ("channel", "project")).entity.id == "p"  # type: ignore[union-attr]
    assert names.resolve("the design channel", ("channel", "project")).entity.id == "c"  # type: ignore[union-attr]


def test_a_particle_names_nobody() -> None:
    names = Names([Entity("person", "1", "Ludwig van der Berg")])
    assert isinstance(names.resolve("van", ("person",)), Unknown)
    assert names.resolve("van der Berg", ("person",)).entity.id == "1"  # type: ignore[union-attr]


def test_what_is_said_out_of_respect_may_be_a_name() -> None:
    names = Names([Entity("person", "1", "Jane Ko"), Entity("person", "2", "Rahul Mehta")])
    assert names.resolve("Ko", ("person",)).entity.id == "1"  # type: ignore[union-attr]
    assert names.resolve("Rahul ko", ("person",)).entity.id == "2"  # type: ignore[union-attr]


def test_words_that_are_part_of_a_name() -> None:
    known = [
        word
        for word in ("sarah", "okafor", "mike", "o'brien", "sarah's", "report", "marketing", "sarahchen", "")
        if NAMES.is_name(word)
    ]
    assert known == ["sarah", "okafor", "mike", "o'brien", "sarah's"]
    assert not Names([Entity("person", "1", "William Stone")]).is_name("will")
    assert Names([Entity("person", "1", "Will Stone")]).is_name("will")


def test_names_occurring_in_a_sentence() -> None:
    text = "Tell Sarah Chen and Mike that the quarterly report is in O'Brien’s marketing channel"
    found = [(text[start:end], entity.id) for (start, end), entity in NAMES.occurring(text)]
    assert found == [
        ("Sarah Chen", "sarah-c"),
        ("Mike", "michael"),
        ("quarterly report", "quarterly"),
        ("O'Brien’s", "conor"),
        ("marketing", "marketing"),
    ]


# --- one order, whatever order a set has its words in -----------------------------------------------------------------


def test_what_somebody_is_stands_last() -> None:
    """A lead engineer is an engineer, an engineer lead is a lead: whoever is looked for first is not left to chance."""
    words = ("lead", "designer", "engineer", "analyst", "planner", "writer")
    roles = [f"{one} {other}" for one in words for other in words if one != other]
    names = Names([Entity("person", role, f"Somebody {at}", role=role) for at, role in enumerate(roles)])
    for role in roles:
        found = names.resolve(f"the {role}", ["person"])
        assert isinstance(found, NameFound) and [entity.id for entity in found.entities] == [role]


def test_those_of_one_short_name_are_told_in_one_order() -> None:
    full = ("Alan", "Albert", "Alexander", "Alfred", "Allen")
    names = Names([Entity("person", name, f"{name} Smith") for name in full])
    found = names.resolve("Al", ["person"])
    assert isinstance(found, Ambiguous) and [entity.id for entity in found.candidates] == list(full)
