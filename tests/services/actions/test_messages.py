"""Messages: one for each recipient, read once they were read aloud."""

from __future__ import annotations

from typing import Any

import pytest

from services.actions.people.messages import WHERE
from services.store.base import Channel, Message, Person


@pytest.fixture
def office(desk: Any) -> Any:
    for name in ("Sarah Chen", "Mike Ross", "Anna"):
        desk.say("contact.create", name=name)
    desk.say("channel.create", name="marketing", people=["Sarah", "Mike"])
    return desk


def arrive(desk: Any, sender: str, content: str, channel: str = "") -> None:
    """A message comes from another device."""
    desk.later(minutes=1)
    ids = [each.id for each in desk.store.find(Channel) if each.name == channel]
    with desk.store.transaction("arrived", now=desk.now, undoable=False) as tx:
        tx.add(Message(content=content, sender=sender, channel_id=ids[0] if ids else None))


@pytest.mark.parametrize(
    ("slots", "reply", "kept"),
    [
        ({"recipients": ["Mike"], "content": "hello."}, "Sent to Mike Ross: hello.", 1),
        (
            {"recipients": ["Mike", "Sarah", "mike ross"], "content": "hello"},
            "Sent to Mike Ross and Sarah Chen: hello.",
            2,
        ),
        (
            {"recipients": ["the marketing channel", "Anna"], "content": "hi"},
            "Sent to the marketing channel and Anna: hi.",
            2,
        ),
        ({"recipients": ["Anna"], "content": "hi", "when": "tomorrow at 9 am"}, "For Anna, tomorrow at 9 AM: hi.", 1),
    ],
)
def test_send(office: Any, slots: dict[str, Any], reply: str, kept: int) -> None:
    assert office.say("message.send", **slots) == f"{reply} {WHERE}."
    assert len(office.store.find(Message)) == kept
    assert office.say("control.undo").startswith("Undone: message to ")
    assert office.store.find(Message) == []


def test_where_a_message_goes_is_told_the_first_time(office: Any) -> None:
    arrive(office, "Mike", "hello")
    assert office.say("message.send", recipients=["Mike"], content="hello") == f"Sent to Mike Ross: hello. {WHERE}."
    assert office.say("message.send", recipients=["Anna"], content="hello") == "Sent to Anna: hello."


def test_what_is_kept(office: Any) -> None:
    office.say("message.send", recipients=["marketing", "Anna"], content="Sarah, the code is 4411. Ask Anna!")
    in_channel, to_anna = office.store.find(Message)
    sarah, _, anna = office.store.find(Person)
    assert (in_channel.channel_id, in_channel.person_id) == (office.store.find(Channel)[0].id, None)
    assert in_channel.mentions == (sarah.id,)
    assert (to_anna.channel_id, to_anna.person_id, to_anna.mentions) == (None, anna.id, ())
    assert in_channel.content == "Sarah, the code is 4411. Ask Anna!" and in_channel.read


def test_many_at_once_need_a_yes(office: Any) -> None:
    assert (
        office.say("message.send", recipients=["everyone"], content="party!") == "Send “party” to all three contacts?"
    )
    assert office.codes == ["confirm"] and office.store.find(Message) == []
    assert office.agree() == f"Sent to Sarah Chen, Mike Ross and Anna: party. {WHERE}."
    assert len(office.store.find(Message)) == 3
    for name in ("Bob", "Cy"):
        office.say("contact.create", name=name)
    assert (
        office.say("message.send", recipients=["Sarah", "Mike", "Anna", "Bob", "Cy"], content="hi")
        == "Send “hi” to five people?"
    )


@pytest.mark.parametrize(
    ("slots", "code", "awaits"),
    [
        ({"content": "hi"}, "message.no_recipients", True),
        ({"recipients": ["Mike"]}, "message.no_content", True),
        ({"recipients": ["Zebulon"], "content": "hi"}, "contact.unknown", False),
        ({"recipients": ["me"], "content": "hi"}, "message.to_self", False),
        ({"recipients": ["Mike"], "content": "hi", "when": "yesterday at 9"}, "message.past", True),
        ({"recipients": ["Mike"], "content": "hi", "when": "gobbledygook"}, "message.when", True),
    ],
)
def test_refused(office: Any, slots: dict[str, Any], code: str, awaits: bool) -> None:
    office.say("message.send", **slots)
    assert office.codes == [code] and office.awaits == awaits
    assert office.store.find(Message) == []


def test_an_archived_channel_gets_no_messages(office: Any) -> None:
    office.say("channel.status", name="marketing", status="archived")
    assert (
        office.say("message.send", recipients=["marketing"], content="hi")
        == "The marketing channel is archived. Reopen it first."
    )


def test_new_messages_are_read_once(office: Any) -> None:
    arrive(office, "Sarah Chen", "I'm late")
    arrive(office, "Mike Ross", "Lunch?", "marketing")
    assert office.say("message.query", "any new messages?") == (
        "Two new messages: Sarah Chen, today at 10:01 AM: I'm late; Mike Ross in marketing, today at 10:02 AM: Lunch."
    )
    assert all(message.read for message in office.store.find(Message))
    assert office.say("message.query", "any new messages?") == "You have no new messages."
    assert office.say("control.undo") == "Undone: channel created: marketing."


def test_only_what_is_read_aloud_counts_as_read(office: Any) -> None:
    for number in range(5):
        arrive(office, "Mike Ross", f"number {number}")
    assert office.say("message.query", "any new messages?").startswith("Five new messages. The first three: ")
    assert office.say("message.query", "any new messages?").startswith("Two new messages: ")


@pytest.mark.parametrize(
    ("said", "slots", "reply"),
    [
        (
            "what did Sarah say",
            {"sender": "Sarah"},
            "One new message from Sarah: Sarah Chen, today at 10:01 AM: I'm late.",
        ),
        ("did Anna write", {"sender": "Anna"}, "You have no messages from Anna."),
        (
            "read the marketing channel",
            {"recipients": ["marketing"]},
            "One new message in the marketing channel: Mike Ross, today at 10:02 AM: Lunch at noon.",
        ),
        (
            "read the marketing channel",
            {"sender": "marketing channel"},
            "One new message in the marketing channel: Mike Ross, today at 10:02 AM: Lunch at noon.",
        ),
        (
            "messages about lunch",
            {"content": "lunch"},
            "One new message about lunch: Mike Ross in marketing, today at 10:02 AM: Lunch at noon.",
        ),
        ("what did I tell Anna", {"recipients": ["Anna"]}, "One message to Anna: you, today at 10:02 AM: hello."),
        ("messages yesterday", {"when": "yesterday"}, "You have no messages yesterday."),
        ("what did I write to Zebulon", {"recipients": ["Zebulon"]}, "Zebulon is not in your contacts."),
    ],
)
def test_query(office: Any, said: str, slots: dict[str, Any], reply: str) -> None:
    arrive(office, "Sarah Chen", "I'm late")
    arrive(office, "Mike Ross", "Lunch at noon", "marketing")
    office.say("message.send", recipients=["Anna"], content="hello")
    assert office.say("message.query", said, **slots) == reply


def test_nothing_is_seen_before_its_time(office: Any) -> None:
    office.say("message.send", recipients=["marketing"], content="happy birthday", when="tomorrow at 9 am")
    assert office.say("message.query", recipients=["marketing"]) == "You have no messages in the marketing channel."
    office.later(days=1)
    assert office.say("message.query", recipients=["marketing"]) == (
        "One message in the marketing channel: you, today at 9 AM: happy birthday."
    )


def test_without_messages(desk: Any) -> None:
    assert desk.say("message.query") == "You have no new messages."
    assert desk.say("message.send", recipients=["everyone"], content="hi") == "You have no contacts yet."
