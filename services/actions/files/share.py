"""Sharing files with channels and people, and putting them on tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from services.actions.call import Call, Done
from services.actions.files.chosen import Shelf
from services.actions.files.keep import KeptFile, kept, picked
from services.actions.files.names import said
from services.actions.files.places import Places, announce, linked, places
from services.actions.wording import listed, number, spoken
from services.store.base import Document, SharedFile


class Shared(NamedTuple):
    """What became of one file."""

    file: SharedFile
    changed: tuple[Document, ...]
    name: str
    """As it is told: brand guidelines; version two of brand guidelines."""
    how: str
    """What is told of it, with {names}, {are} and {it}."""


def share(call: Call) -> Done:
    """Slots: file, channels, people, tasks, description. A file of the inbox is kept first; for nobody, only kept."""
    picks = picked(call)
    where = places(call)
    description = spoken(call.text("description"))
    names = list(Shelf.of(call.tx, call.files).picks)
    done = [_shared(call, kept(call, pick), where, description, names) for pick in picks]
    groups: dict[str, list[str]] = {}
    for each in done:
        groups.setdefault(each.how, []).append(each.name)
    words = ". ".join(_told(how, names) for how, names in groups.items())
    changed = tuple(document for each in done for document in each.changed)
    files = tuple(each.file for each in done)
    label = f"shared {listed([said(file.name) for file in files])}" if changed else ""
    return Done(f"{where.told}{words}", label, changed, about=files)


def _told(how: str, names: list[str]) -> str:
    one = len(names) == 1
    return how.format(names=listed(names), are="is" if one else "are", it="it" if one else "them")


def _shared(call: Call, each: KeptFile, where: Places, description: str, names: Sequence[str]) -> Shared:
    file = each.file
    fresh = where if each.how == "version" else where.without(file)
    was = file
    file = linked(file, where.without(file))
    file = replace(file, description=description or file.description)
    changed: list[Document] = []
    if file != was:
        file = call.tx.put(file)
    if file != was or each.how in ("new", "version"):
        changed.append(file)
    changed += announce(call, file, fresh)
    return Shared(file, tuple(changed), _name(each, names), _how(each, where, fresh))


def _name(each: KeptFile, names: Sequence[str]) -> str:
    name = said(each.file.name, names)
    if each.how == "version":
        return f"version {number(len(each.file.versions))} of {name}"
    return f"{name}, which has the same content as {said(each.called)}," if each.how == "same" else name


def _how(each: KeptFile, where: Places, fresh: Places) -> str:
    """The sentence for a file, with {names}."""
    if not where:
        return "Kept {names}" if each.how in ("new", "version") else "{names} {are} kept already"
    if not fresh:
        places = listed([part for part in (_in(where), where.holders and f"on {where.holders}") if part])
        return f"{{names}} {{are}} {places} already"
    parts = [f"shared {{names}} with {fresh.receivers}"] if fresh.receivers else []
    parts += [f"attached {'{it}' if parts else '{names}'} to {fresh.holders}"] if fresh.holders else []
    words = listed(parts)
    words = words[0].upper() + words[1:]
    there = [each for each in where.channels if each not in fresh.channels]
    channels = f"the {listed([one.name for one in there])} channel{'s' if len(there) > 1 else ''}"
    return f"{words}; {channels} had {{it}} already" if there else words


def _in(where: Places) -> str:
    channels = (
        f"in the {listed([each.name for each in where.channels])} channel{'s' if len(where.channels) > 1 else ''}"
    )
    people = f"shared with {listed([each.name for each in where.people])}"
    return listed([*([channels] if where.channels else []), *([people] if where.people else [])])
