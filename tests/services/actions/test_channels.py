"""Channels: who is in them, what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from services.actions.call import Call
from services.actions.people.channels import create
from services.store.base import Channel, Message, Person, Project
from services.understanding.base import Reference, Step
from services.understanding.when import find


@pytest.fixture
def office(desk: Any) -> Any:
    for name in ("Sarah Chen", "Mike Ross", "Anna"):
        desk.say("contact.create", name=name)
    desk.say("channel.create", name="marketing", people=["Sarah", "Mike"])
    desk.say("channel.create", name="design", privacy="private")
    return desk


def members(desk: Any, name: str) -> list[str]:
    (channel,) = [each for each in desk.store.find(Channel) if each.name == name]
    return [desk.store.get(Person, id_).name for id_ in channel.members]


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"name": "sales"}, "Channel created: sales."),
        ({"name": "the sales channel", "privacy": "private"}, "Private channel created: sales."),
        (
            {"name": "sales", "kind": "team", "people": ["Anna", "Mike", "Mike Ross"]},
            "Channel created: sales, with Anna and Mike Ross.",
        ),
        ({"name": "marketing"}, "There is a marketing channel already."),
        ({"name": "Marketing", "people": ["Anna", "Mike"]}, "Added Anna to the marketing channel."),
    ],
)
def test_create(office: Any, slots: dict[str, Any], reply: str) -> None:
    before = office.store.find(Channel)
    assert office.say("channel.create", **slots) == reply
    if office.outcomes[0].changed:
        assert office.say("control.undo").startswith("Undone: channel c")
    assert [each.members for each in office.store.find(Channel)] == [each.members for each in before]


def test_what_is_kept(office: Any) -> None:
    office.say("channel.create", name="news", kind="announcements", privacy="secret")
    channel = office.store.find(Channel)[-1]
    assert (channel.name, channel.purpose, channel.private, channel.status, channel.members) == (
        "news",
        "announcements",
        True,
        "open",
        (),
    )


def test_a_channel_made_with_a_project_belongs_to_it(office: Any) -> None:
    with office.store.transaction("by hand", now=office.now) as tx:
        project = tx.add(Project(name="launch"))
        create(Call("as spoken", {"name": "launch team"}, tx, office.now, office.now.tzinfo, find))
    assert office.store.find(Channel)[-1].project_id == project.id
    office.say("channel.create", name="apart")
    assert office.store.find(Channel)[-1].project_id is None


def test_an_archived_channel_is_reopened_after_a_yes(office: Any) -> None:
    office.say("channel.status", name="design", status="archived")
    assert office.say("channel.create", name="design") == "There is an archived design channel. Reopen it?"
    assert office.agree() == "Channel reopened: design."
    office.say("channel.status", name="design", status="archived")
    assert (
        office.say("channel.assign", name="design", people=["Anna"])
        == "The design channel is archived. Reopen it and add Anna?"
    )
    assert office.agree() == "Added Anna to the design channel."
    assert office.store.find(Channel)[1].status == "open"


@pytest.mark.parametrize(
    ("slots", "reply", "there"),
    [
        ({"people": ["Anna"]}, "Added Anna to the marketing channel.", ["Sarah Chen", "Mike Ross", "Anna"]),
        (
            {"people": ["Anna", "mike"]},
            "Added Anna to the marketing channel. Mike Ross is in it already.",
            ["Sarah Chen", "Mike Ross", "Anna"],
        ),
        ({"people": ["Mike"]}, "Mike Ross is in the marketing channel already.", ["Sarah Chen", "Mike Ross"]),
        ({"people": ["me"]}, "You can see the marketing channel anyway.", ["Sarah Chen", "Mike Ross"]),
        ({"people": ["Mike"], "direction": "remove"}, "Removed Mike Ross from the marketing channel.", ["Sarah Chen"]),
        (
            {"people": ["Mike", "Anna"], "direction": "remove"},
            "Removed Mike Ross from the marketing channel. Anna was not in it.",
            ["Sarah Chen"],
        ),
        (
            {"people": ["Anna"], "direction": "remove"},
            "Anna is not in the marketing channel.",
            ["Sarah Chen", "Mike Ross"],
        ),
    ],
)
def test_assign(office: Any, slots: dict[str, Any], reply: str, there: list[str]) -> None:
    assert office.say("channel.assign", name="marketing channel", **slots) == reply
    assert members(office, "marketing") == there
    if office.outcomes[0].changed:
        office.say("control.undo")
    assert members(office, "marketing") == ["Sarah Chen", "Mike Ross"]


def test_everyone_needs_a_yes(office: Any) -> None:
    assert office.say("channel.assign", name="marketing", people=["everyone"], direction="remove") == (
        "That means Sarah Chen and Mike Ross: go on?"
    )
    assert office.agree() == "Removed Sarah Chen and Mike Ross from the marketing channel."
    assert (
        office.say("channel.assign", name="design", people=["everybody"])
        == "That means Sarah Chen, Mike Ross and Anna: go on?"
    )
    office.agree()
    assert members(office, "design") == ["Sarah Chen", "Mike Ross", "Anna"]


def test_who_was_only_named_in_tasks_becomes_a_contact(office: Any) -> None:
    reference = Reference("people", "Zoe", "person", "Zoe", "", "exact")
    step = Step("channel.assign", {"name": "design", "people": ["Zoe"]}, references=(reference,))
    assert office.command(step) == "Added Zoe to your contacts. Added Zoe to the design channel."
    office.say("control.undo")
    assert len(office.store.find(Person)) == 3


def test_names_made_by_the_same_command_are_found(desk: Any) -> None:
    reply = desk.command(
        Step("contact.create", {"name": "Anna"}),
        Step("channel.create", {"name": "sales"}),
        Step(
            "channel.assign",
            {"name": "it", "people": ["Anna"]},
            after=(0, 1),
            references=(Reference("name", "it", "channel", "sales", None, "command"),),
        ),
    )
    assert reply == "Contact added: Anna. Channel created: sales. Added Anna to the sales channel."


@pytest.mark.parametrize(
    ("said", "slots", "reply"),
    [
        (
            "who is in the marketing channel",
            {"name": "marketing"},
            "Sarah Chen and Mike Ross are in the marketing channel.",
        ),
        ("who is in design", {"name": "design"}, "Nobody is in the private design channel."),
        ("is marketing private?", {"name": "marketing"}, "No, the marketing channel is public."),
        ("is design private?", {"name": "design"}, "Yes, the design channel is private."),
        ("is design archived", {"name": "design"}, "No, the design channel is private."),
        ("which channels are there", {}, "Two channels: marketing; design, private."),
        ("which private channels are there", {}, "One private channel: design."),
        ("which archived channels are there", {}, "You have no archived channels."),
        ("which channels is Mike in", {"people": ["Mike"]}, "Mike Ross is in one channel: marketing."),
        ("which channels is Anna in", {"people": ["Anna"]}, "Anna is in no channel."),
        (
            "is Mike in marketing",
            {"name": "marketing", "people": ["Mike"]},
            "Yes, Mike Ross is in the marketing channel.",
        ),
        (
            "is Anna in marketing",
            {"name": "marketing", "people": ["Anna"]},
            "No, Anna is not in the marketing channel.",
        ),
        (
            "are Mike and Anna in marketing",
            {"name": "marketing", "people": ["Mike", "Anna"]},
            "Mike Ross is in the marketing channel, but Anna is not in the marketing channel.",
        ),
    ],
)
def test_query(office: Any, said: str, slots: dict[str, Any], reply: str) -> None:
    assert office.say("channel.query", said, **slots) == reply
    assert not office.outcomes[0].changed


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        ("archived", "The marketing channel is archived now."),
        ("closed", "The marketing channel is archived now."),
        ("active", "The marketing channel is open already."),
        ("private", "The marketing channel is private now."),
        ("public", "The marketing channel is public already."),
    ],
)
def test_status(office: Any, status: str, reply: str) -> None:
    assert office.say("channel.status", name="marketing", status=status) == reply
    if office.outcomes[0].changed:
        office.say("control.undo")
    channel = office.store.find(Channel)[0]
    assert (channel.status, channel.private) == ("open", False)


def test_the_status_of_several_needs_a_yes(office: Any) -> None:
    assert (
        office.say("channel.status", name="all", status="archived")
        == "Make two channels archived: marketing and design?"
    )
    assert office.agree() == "The marketing and design channels are archived now."


def test_delete_asks_and_takes_the_messages_along(office: Any) -> None:
    office.say("message.send", recipients=["marketing"], content="hello")
    assert office.say("channel.delete", name="marketing") == "Delete the marketing channel with its message?"
    assert office.codes == ["confirm"] and len(office.store.find(Channel)) == 2
    assert office.agree() == "Channel deleted: marketing."
    assert office.store.find(Message) == [] and len(office.store.find(Channel)) == 1
    assert office.say("control.undo") == "Undone: channel deleted: marketing."
    assert len(office.store.find(Message)) == 1 and len(office.store.find(Channel)) == 2
    assert office.say("channel.delete", name="all") == "Delete the marketing and design channels with their message?"
    assert office.agree() == "Channels deleted: marketing and design."


@pytest.mark.parametrize(
    ("action", "slots", "code", "awaits"),
    [
        ("channel.create", {}, "channel.no_name", True),
        ("channel.create", {"name": "marketing", "privacy": "private"}, "channel.exists", False),
        ("channel.create", {"name": "x", "people": ["Zebulon"]}, "contact.unknown", False),
        ("channel.assign", {"people": ["Mike"]}, "channel.no_name", True),
        ("channel.assign", {"name": "marketing"}, "channel.no_people", True),
        ("channel.assign", {"name": "sales", "people": ["Mike"]}, "channel.unknown", False),
        ("channel.assign", {"name": "marketing", "people": ["Zebulon"]}, "contact.unknown", False),
        ("channel.query", {"name": "sales"}, "channel.unknown", False),
        ("channel.status", {"name": "marketing"}, "channel.no_status", True),
        ("channel.status", {"name": "marketing", "status": "muted"}, "channel.status", False),
        ("channel.status", {"status": "archived"}, "channel.no_name", True),
        ("channel.delete", {}, "channel.no_name", True),
        ("channel.delete", {"name": "sales"}, "channel.unknown", False),
    ],
)
def test_refused(office: Any, action: str, slots: dict[str, Any], code: str, awaits: bool) -> None:
    office.say(action, **slots)
    assert office.codes == [code] and office.awaits == awaits


def test_without_channels(desk: Any) -> None:
    assert desk.say("channel.query") == "You have no channels."
    assert desk.say("channel.delete", name="all") == "You have no channels."
    desk.say("channel.create", name="empty")
    assert desk.say("channel.assign", name="empty", people=["everyone"]) == "You have no contacts yet."
