"""People: what is kept, what is told, and duplicates that are noticed."""

from __future__ import annotations

from typing import Any

import pytest

from services.store.base import Person
from services.understanding.base import Reference, Step


@pytest.fixture
def team(desk: Any) -> Any:
    desk.say("contact.create", name="Sarah Chen", role="designer", team="marketing", phone="555 1234", nickname="Sally")
    desk.say("contact.create", name="Sarah Okafor", role="head of sales", team="sales", email="sarah at okafor dot com")
    desk.say("contact.create", name="Mike Ross", role="designer")
    return desk


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"name": "Anna"}, "Contact added: Anna."),
        ({"name": "anna karenina"}, "Contact added: Anna Karenina."),
        ({"name": "Anna", "role": "designer", "team": "marketing"}, "Contact added: Anna, designer, in marketing."),
        (
            {"name": "Anna", "phone": "five five five one", "nickname": "annie"},
            "Contact added: Anna, phone 5551, called Annie.",
        ),
        ({"name": "Anna", "email": "anna at example dot com"}, "Contact added: Anna, anna@example.com."),
    ],
)
def test_create(desk: Any, slots: dict[str, Any], reply: str) -> None:
    assert desk.say("contact.create", **slots) == reply
    assert desk.say("control.undo").startswith("Undone: contact added: Anna")
    assert desk.store.find(Person) == []


@pytest.mark.parametrize(
    ("action", "slots", "code"),
    [
        ("contact.create", {}, "contact.no_name"),
        ("contact.create", {"name": "Anna", "phone": "the same"}, "contact.phone"),
        ("contact.create", {"name": "Anna", "email": "at home"}, "contact.email"),
        ("contact.update", {"phone": "555"}, "contact.no_name"),
        ("contact.update", {"name": "Sarah", "phone": "555"}, "contact.ambiguous"),
        ("contact.update", {"name": "Mike"}, "contact.no_change"),
        ("contact.query", {"name": "Sarah"}, "contact.ambiguous"),
    ],
)
def test_what_is_missing_is_asked_for(team: Any, action: str, slots: dict[str, Any], code: str) -> None:
    assert team.say(action, **slots).endswith("?")
    assert team.awaits and team.codes == [code]


@pytest.mark.parametrize(
    ("action", "slots", "reply"),
    [
        ("contact.query", {"name": "Zebulon"}, "Zebulon is not in your contacts."),
        ("contact.query", {"role": "astronaut"}, "I know no astronaut."),
        ("contact.query", {"team": "space"}, "I know nobody in space."),
        ("contact.query", {"name": "Mike", "field": "birthday"}, "I don't keep anybody's birthday."),
        ("contact.query", {"name": "Mike", "field": "home address"}, "I don't keep anybody's home address."),
        ("contact.update", {"name": "Zebulon", "phone": "555"}, "Zebulon is not in your contacts."),
        ("contact.update", {"name": "me", "phone": "555"}, "I keep no details of you."),
        (
            "contact.create",
            {"name": "mike ross", "role": "designer"},
            "Mike Ross, designer is in your contacts already.",
        ),
    ],
)
def test_refused(team: Any, action: str, slots: dict[str, Any], reply: str) -> None:
    assert team.say(action, **slots) == reply
    assert not team.awaits and not team.outcomes[0].ok


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"name": "Sarah Chen", "field": "phone number"}, "Sarah Chen's phone number is 555 1234."),
        ({"name": "Sally", "field": "number"}, "Sarah Chen's phone number is 555 1234."),
        ({"name": "Mike", "field": "phone number"}, "I have no phone number of Mike Ross."),
        ({"name": "Sarah Okafor", "field": "email address"}, "Sarah Okafor's email address is sarah@okafor.com."),
        ({"name": "Mike", "field": "role"}, "Mike Ross is the designer."),
        ({"name": "Sarah Chen", "field": "team"}, "Sarah Chen's team is marketing."),
        ({"name": "Sarah Chen", "field": "nickname"}, "Sarah Chen is called Sally."),
        ({"name": "Mike", "field": "nickname"}, "I know no nickname of Mike Ross."),
        ({"name": "Mike", "field": "last name"}, "The name is Mike Ross."),
        (
            {"name": "Sarah Chen", "field": "contact details"},
            "Sarah Chen, designer, in marketing, phone 555 1234, called Sally.",
        ),
        ({"name": "Mike"}, "Mike Ross, designer."),
        ({"role": "head of sales"}, "Sarah Okafor is head of sales."),
        ({"role": "designer"}, "Two people fit designer: Sarah Chen, designer; Mike Ross, designer."),
        ({"role": "head of sales", "field": "phone"}, "I have no phone number of Sarah Okafor."),
        ({"team": "marketing"}, "One person is in marketing: Sarah Chen, designer."),
        ({"said": "who is in charge of sales", "team": "sales"}, "Sarah Okafor is head of sales."),
        ({}, "You have three contacts: Mike Ross, Sarah Chen and Sarah Okafor."),
    ],
)
def test_query(team: Any, slots: dict[str, Any], reply: str) -> None:
    assert team.say("contact.query", **slots) == reply
    assert team.outcomes[0].ok and not team.outcomes[0].changed


def test_without_contacts(desk: Any) -> None:
    assert (
        desk.say("contact.query") == "You have no contacts yet. Say, for example: add a contact Anna, phone 555 1234."
    )


def test_many_contacts_are_not_all_read(desk: Any) -> None:
    for name in ("Ann", "Bob", "Cy", "Di", "Ed", "Flo", "Guy"):
        desk.say("contact.create", name=name)
    assert desk.say("contact.query") == "You have seven contacts: Ann, Bob, Cy, Di, Ed, and 2 more."


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"phone": "555 9876"}, "Mike Ross's phone number is now 555 9876."),
        (
            {"role": "head of design", "team": "design"},
            "Mike Ross's role is now head of design. Mike Ross's team is now design.",
        ),
        ({"nickname": "Mikey"}, "Mike Ross is also Mikey now."),
        ({"new_name": "michael ross"}, "Mike Ross is Michael Ross now."),
        ({"phone": "555 1234"}, "Mike Ross's phone number is now 555 1234. Sarah Chen has the same phone number."),
    ],
)
def test_update(team: Any, slots: dict[str, Any], reply: str) -> None:
    before = team.store.find(Person)
    assert team.say("contact.update", name="Mike", **slots) == reply
    assert team.say("control.undo").startswith("Undone: contact changed: ")
    assert [person.name for person in team.store.find(Person)] == [person.name for person in before]


def test_somebody_of_the_same_name_is_completed_after_a_yes(team: Any) -> None:
    assert team.say("contact.create", name="Mike Ross", phone="555 7777") == (
        "There is a Mike Ross in your contacts already. Shall I add the phone number there?"
    )
    assert team.codes == ["confirm"]
    assert team.agree() == "Contact changed: Mike Ross, designer, phone 555 7777."
    assert len(team.store.find(Person)) == 3


def test_another_one_of_the_same_name_is_added_after_a_yes(team: Any) -> None:
    assert team.say("contact.create", name="Sarah Chen", phone="555 7777").endswith("Shall I add another one?")
    assert team.agree() == "Contact added: Sarah Chen, phone 555 7777."
    assert len(team.store.find(Person)) == 4


def test_renaming_to_a_name_that_is_there_asks(team: Any) -> None:
    assert team.say("contact.update", name="Mike", new_name="Sarah Chen") == (
        "There is a Sarah Chen in your contacts already. Rename Mike Ross all the same?"
    )
    assert team.agree() == "Mike Ross is Sarah Chen now."


def test_who_was_only_named_in_tasks_becomes_a_contact_when_details_are_told(desk: Any) -> None:
    reference = Reference("name", "Anna", "person", "Anna", "", "exact")
    assert (
        desk.command(Step("contact.query", {"name": "Anna"}, references=(reference,)))
        == "I know Anna only by name, from your tasks."
    )
    reply = desk.command(Step("contact.update", {"name": "Anna", "phone": "555 1"}, references=(reference,)))
    assert reply == "Added Anna to your contacts. Anna's phone number is now 555 1."
    desk.say("control.undo")
    assert desk.store.find(Person) == []


def test_a_channel_of_that_name_stands_in_for_a_team(team: Any) -> None:
    team.say("channel.create", name="launch", people=["Mike"])
    assert team.say("contact.query", "who is in launch", team="launch") == "Mike Ross is in the launch channel."


def test_several_people_are_told_of(team: Any) -> None:
    chen, okafor, _ = team.store.find(Person)
    both = tuple(Reference("name", "the Sarahs", "person", each.name, each.id, "group") for each in (chen, okafor))
    step = Step("contact.query", {"name": "the Sarahs"}, references=both)
    assert team.command(step) == "Two people: Sarah Chen, designer; Sarah Okafor, head of sales."
    assert [name for _, _, name in team.outcomes[0].about] == ["Sarah Chen", "Sarah Okafor"]
