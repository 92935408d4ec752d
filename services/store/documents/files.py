"""Files by their content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from services.store.documents.fields import Instant, Name, Short, Text
from services.store.kinds import Document, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The content of a file at one time; a value, no document of its own."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]
    media_type: Short = "application/octet-stream"
    """RFC 6838."""
    at: Instant
    """Since when it is the current one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile(Document):
    """A file by its content, and what it belongs to."""

    about: ClassVar[Kind] = Kind(
        "file",
        nouns=("file", "document"),
        plural="files",
        title="name",
        searched=("description",),
        shared=True,
        spoken="title",
        asked_as=("file", "document", "doc", "attachment"),
        refers={
            "channel_ids": ("channel",),
            "task_ids": ("task",),
            "person_ids": ("person",),
            "project_id": ("project",),
        },
        within=("channel_ids", "project_id"),
    )

    name: Short
    """With its suffix: brand-guidelines_v2.pdf."""
    description: Text = ""
    versions: tuple[Version, ...] = ()
    """The oldest first; the last one is what the file is now."""
    shared_by: Name = "owner"
    channel_ids: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    """Whom it was sent to."""
    private: bool = False
    """It tells of what is private: only for those it was sent to, and where it is shared."""
    project_id: str | None = None
