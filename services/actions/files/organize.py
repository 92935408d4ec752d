"""Organizing files: into a channel, onto a task, into a project."""

from __future__ import annotations

import re
from dataclasses import replace

from services.actions.base import Refused, required
from services.actions.call import Call, Done
from services.actions.files.chosen import Pick
from services.actions.files.keep import KeptFile, kept, picked
from services.actions.files.names import is_only_a_noun, said
from services.actions.files.places import Places, announce, linked, places
from services.actions.wording import be, counted, listed, spoken
from services.store.base import Document, SharedFile

_MOVES = re.compile(r"\b(?:move|transfer|shift)\b", re.IGNORECASE)
"""With one of these, a file leaves the channels where it was."""
_MANY = re.compile(r"\b(?:files|documents|docs|all|everything)\b", re.IGNORECASE)


def organize(call: Call) -> Done:
    """Slots: file ("all files" too), channels, tasks, project. "Move" takes it out of those it was in."""
    everything = (
        is_only_a_noun(spoken(call.text("file"))) and bool(_MANY.search(call.text("file"))) and not call.meant("file")
    )
    picks = _all(call) if everything else picked(call)
    where = required(places(call), "file.no_place", "Where to: a channel, a task or a project?")
    if len(picks) > 1:
        call.confirm(f"Put {counted(len(picks), 'file')} into {_into(where)}?")
    changed: list[Document] = []
    files = []
    for pick in picks:
        file, written = _put(call, kept(call, pick), where)
        files.append(file)
        changed += written
    names = listed([said(file.name) for file in files]) if len(files) < 5 else counted(len(files), "file")
    if not changed:
        return Done(f"{names} {be(files)} in {_into(where)} already", about=tuple(files))
    verb = "Moved" if _MOVES.search(call.said) else "Put"
    words = f"{verb} {names} into {_into(where)}"
    return Done(f"{where.told}{words}", words[0].lower() + words[1:], tuple(changed), tuple(files))


def _put(call: Call, each: KeptFile, where: Places) -> tuple[SharedFile, list[Document]]:
    was = each.file
    fresh = where.without(was)
    file = linked(was, fresh)
    if _MOVES.search(call.said):
        file = _moved(file, where)
    if file == was and each.how not in ("new", "version"):
        return was, []
    file = call.tx.put(file)
    return file, [file, *announce(call, file, fresh, "Filed")]


def _moved(file: SharedFile, where: Places) -> SharedFile:
    """Moves a file between channels and projects; its tasks stay."""
    if where.channels:
        file = replace(file, channel_ids=tuple(each.id for each in where.channels))
    return replace(file, project_id=where.project.id if where.project else file.project_id)


def _all(call: Call) -> list[Pick]:
    rows = call.tx.rows(SharedFile)
    if not rows:
        raise Refused("file.none", "There are no files yet")
    return [Pick(row["name"], id=id_) for id_, row in rows.items()]


def _into(where: Places) -> str:
    return listed([part for part in (where.receivers, where.holders) if part])
