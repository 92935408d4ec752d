"""What was changed of the house, so that it can be put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.store.documents.fields import Short, Text
from services.store.kinds import Document, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRestore:
    """A service that puts one thing back; a value, no document of its own."""

    service: Short
    """domain.service"""
    entity: Short
    data: Text = ""
    """As JSON; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeChange(Document):
    """What one step did to the house. It stands for that in the undo record of its command: where the record is undone,
    it goes, and the house is put back.
    """

    about: ClassVar[Kind] = Kind(
        "homechange",
        nouns=("change of the house",),
        plural="changes of the house",
        title="",
        searched=None,
        shared=False,  # it is this device that can put it back
        spoken="",
        asked_by="home.query",
        light=True,
        counted=False,
    )

    restores: tuple[HomeRestore, ...]
