"""How other calendars call what is kept here, and what they say of it that no field of ours holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from services.store.documents.fields import Text
from services.store.kinds import Document, Kind

Label = Annotated[str, StringConstraints(max_length=300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry(Document):
    """A task, an item, a meeting or a reminder as a calendar program knows it (RFC 4791). Only of what such a program
    made, or said more of; its id is made of what it is of.
    """

    about: ClassVar[Kind] = Kind(
        "calendar_entry",
        nouns=("calendar entry",),
        plural="calendar entries",
        title="",
        searched=None,
        shared=True,
        spoken="",
        refers={"of_id": ()},
        light=True,
        counted=False,
    )

    of_kind: str
    of_id: str
    uid: Label
    """Its UID, as the program made it (RFC 5545, 3.8.4.7)."""
    name: Label
    """Of its resource: what stands behind the last slash."""
    kept: Text = ""
    """Lines of iCalendar, unfolded, that mean nothing here: notes, alarms, properties of its own."""
