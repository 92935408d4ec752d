"""People, where they talk, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from services.store.documents.fields import Instant, Name, Short, Text
from services.store.kinds import Document, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Document):
    """Somebody who can be named: owns tasks, comes to meetings, gets messages."""

    about: ClassVar[Kind] = Kind(
        "person",
        nouns=("contact", "person", "guy"),
        plural="contacts",
        title="name",
        searched=("nicknames", "role", "team", "phone", "email"),
        shared=True,
        spoken="person",
        indexed=True,
        resolved=True,
        unknown="{} is not in your contacts",
        asked_as=("contact", "people", "person", "address book"),
        asked_by="contact.query",
        section="People",
    )

    name: Name
    nicknames: tuple[Name, ...] = ()
    role: Short = ""
    team: Short = ""
    phone: Short = ""
    email: Short = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Document):
    """Where people talk about one thing."""

    about: ClassVar[Kind] = Kind(
        "channel",
        nouns=("channel", "room"),
        plural="channels",
        title="name",
        searched=("purpose",),
        shared=True,
        spoken="name",
        indexed=True,
        resolved=True,
        unknown="There is no {} channel",
        beside=("channel", "team", "group", "chat"),
        asked_as=("channel",),
        refers={"members": ("person",), "project_id": ("project",)},
        within=("project_id",),
    )

    name: Name
    purpose: Short = ""
    """What sort of channel it is, if it was told: team, project, announcements, support."""
    private: bool = False
    status: Literal["open", "archived"] = "open"
    members: tuple[str, ...] = ()
    """Ids of people."""
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Document):
    """What was said to a person or in a channel."""

    about: ClassVar[Kind] = Kind(
        "message",
        nouns=("message",),
        plural="messages",
        title="",
        searched=("content", "sender"),
        at="send_at",
        shared=True,
        spoken="",
        asked_as=("message", "text", "chat", "email", "mail"),
        refers={
            "channel_id": ("channel",),
            "person_id": ("person",),
            "mentions": ("person",),
            "file_id": ("file",),
        },
        within=("channel_id", "person_id"),
        section="Channels",
    )

    content: Text
    sender: Name = "owner"
    channel_id: str | None = None
    person_id: str | None = None
    """Whom it is for; in a channel, everybody."""
    mentions: tuple[str, ...] = ()
    """Ids of the members of the channel whom it names."""
    file_id: str | None = None
    """The file that it brings."""
    send_at: Instant | None = None
    """Nobody sees it before."""
    read: bool = False
    """By the owner of this device; what the owner wrote is."""
