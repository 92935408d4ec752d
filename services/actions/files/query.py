"""Questions about files: by name, channel, task, who, when; and what waits in the inbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from services.actions.call import Call, Done
from services.actions.files.chosen import IN_INBOX
from services.actions.files.names import fitting, folded, is_only_a_noun, one_text, said, suffix
from services.actions.files.places import Places, where_it_is
from services.actions.people.known import SELF, known, named
from services.actions.tasks import which
from services.actions.times import span
from services.actions.wording import be, counted, from_, listed, number, paged, spoken
from services.files.base import clean
from services.store.base import Channel, Person, SharedFile

Row = Mapping[str, Any]
Test = Callable[[Row], bool]

_READ_ALOUD = 3
_INBOX = frozenset(("inbox", "the inbox", "my inbox", "inbox folder", "the inbox folder"))
_GENERAL = re.compile(r"^(?:(?:the|my|our|all|any|of|recent|latest|last|new|newest)\s+)*", re.IGNORECASE)
_LATEST = re.compile(r"\b(?:latest|newest|last|most recent) (?:file|document|upload|attachment)\b", re.IGNORECASE)
_OWNER = "owner"
_REPORT = "report"
"""The latest one."""
_OPENS = re.compile(r"\b(?:open|where)\b", re.IGNORECASE)


def query(call: Call) -> Done:
    """Slots: file (name or description), channels, tasks, people (who shared or got it), description, when."""
    if any(words.casefold() in _INBOX for words in (*call.names("channels"), *call.names("file"))):
        return _inbox(call)
    tests, behind = _asked(call)
    meant = [str(ref.id) for ref in call.meant("file") if ref.id and not ref.id.startswith(IN_INBOX)]
    rows = {id_: row for id_, row in call.tx.rows(SharedFile).items() if all(test(row) for test in tests)}
    words = _GENERAL.sub("", spoken(call.text("file")))
    named_one = bool(words) and not is_only_a_noun(words)
    if named_one and not meant:
        ids = _of_words(rows, words, call.said)
    else:
        ids = [id_ for id_ in meant or rows if id_ in rows]
    files = sorted(
        (file for id_ in ids if (file := call.tx.get(SharedFile, id_)) is not None), key=changed_at, reverse=True
    )
    shown = set(one_text([file.name for file in files]))
    files = [file for file in files if file.name in shown]
    if len(files) == 1 or (files and (_LATEST.search(call.said) or words == _REPORT)):
        files = files[:1]
        how = _opened(words or files[0].name) if _OPENS.search(call.said) else ""
        return Done(f"{described(call, files[0])}{how}", about=tuple(files))
    about = f" like {words}" if named_one else ""
    if not files:
        return Done(_none(call, words if named_one else "", f"{about}{behind}"))
    return _several(call, files, f"{about}{behind}")


def _opened(words: str) -> str:
    """How it is opened, since nothing can be shown here."""
    return f". To open it on a computer, type: equerry files open {words}"


def _several(call: Call, files: list[SharedFile], what: str) -> Done:
    told = files[:_READ_ALOUD]
    names = [file.name for file in files]
    in_channel = bool(call.names("channels"))
    shown = [in_list(call, file, names, without_channel=in_channel) for file in told]
    return Done(paged(f"{counted(len(files), 'file')}{what}", shown, len(files), "latest"), about=tuple(told))


def _asked(call: Call) -> tuple[list[Test], str]:
    """Tests for a file, and the words for them. Raises Refused for unknown names."""
    tests: list[Test] = []
    behind = ""
    if call.names("channels"):
        channels = {each.id: each.name for each in known(call, "channels", Channel)}
        tests.append(lambda row: bool(channels.keys() & set(row["channel_ids"])))
        behind += f" in the {listed(list(channels.values()))} channel{'s' if len(channels) > 1 else ''}"
    if call.names("tasks"):
        tasks = {each.id: each.title for each in which.several(call, "tasks", closed=True)}
        tests.append(lambda row: bool(tasks.keys() & set(row["task_ids"])))
        behind += f" on the task {listed(list(tasks.values()))}"
    if call.names("people"):
        ids, names = _people(call)
        tests.append(
            lambda row: bool(ids & set(row.get("person_ids", ()))) or row.get("shared_by", _OWNER).casefold() in names
        )
        behind += f" shared by or with {listed(call.texts('people'))}" if names != {_OWNER} else " shared by you"
    if words := folded(call.text("description")):
        tests.append(lambda row: all(word in folded(row["description"]) for word in words.split()))
        behind += f" about {words}"
    if found := call.found("when"):
        over = span(found)
        tests.append(lambda row: any(map(over.holds, _times(row))))
        behind += f" {from_(call.text('when'))}"
    return tests, behind


def _people(call: Call) -> tuple[set[str], set[str]]:
    """Ids, and names in lower case as files are signed with."""
    told = call.names("people")
    if all(words.casefold() in SELF for words in told):
        return set(), {_OWNER}
    found = [each for words in told for each in named(call, "people", words, Person)]
    return {each.id for each in found}, {each.name.casefold() for each in found} or {words.casefold() for words in told}


def _times(row: Row) -> list[str]:
    return [each["at"] for each in row.get("versions", ())] or [row["created"]]


def _of_words(rows: Mapping[str, Row], words: str, sentence: str) -> list[str]:
    """Files of that name; else those whose description has the words."""
    names = {row["name"]: id_ for id_, row in rows.items()}
    found = [names[name] for name in fitting(words, list(names), sentence)]
    wanted = folded(words).split()
    return found or [
        id_
        for id_, row in rows.items()
        if row["description"] and all(word in folded(row["description"]) for word in wanted)
    ]


def _none(call: Call, words: str, what: str) -> str:
    waiting = [clean(name) for name in call.files.waiting()] if call.files and words else []
    if found := fitting(words, waiting, call.said) if waiting else []:
        told = listed([said(name, waiting) for name in found[:_READ_ALOUD]])
        return f"{told} {be(found)} in the inbox, and not shared yet"
    return f"There are no files{what}"


def _inbox(call: Call) -> Done:
    waiting = [clean(name) for name in call.files.waiting(latest_first=True)] if call.files else []
    if not waiting:
        return Done("The inbox is empty")
    told = [said(name, waiting) for name in waiting[:_READ_ALOUD]]
    return Done(paged(f"{counted(len(waiting), 'file')} in the inbox", told, len(waiting), "latest"))


_UNITS = ("bytes", "kilobytes", "megabytes", "gigabytes", "terabytes")


def size(count: int) -> str:
    """340 bytes; 12 kilobytes; 1.5 megabytes: decimal units, as systems show them."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    shown = f"{value:.1f}".removesuffix(".0") if value < 10 and unit else f"{value:.0f}"
    return f"{shown} {_UNITS[unit] if shown != '1' else _UNITS[unit].removesuffix('s')}"


def changed_at(file: SharedFile) -> datetime:
    """Since when it is as it is now."""
    return file.versions[-1].at if file.versions else datetime.fromisoformat(file.created)


def described(call: Call, file: SharedFile) -> str:
    """By itself: what it is, where it is, since when, of how many versions."""
    there = where_it_is(call, file)
    parts = [said(file.name)]
    if file.versions:
        parts.append(f"{suffix(file.name)[1:].upper()} of {size(file.versions[-1].bytes)}".removeprefix(" of "))
    parts.append(f"{_shared(there)}, {call.say(changed_at(file), whole_day=True)}")
    if there.holders:
        parts.append(f"on {there.holders}")
    if len(file.versions) > 1:
        parts.append(f"version {number(len(file.versions))}")
    if file.versions and call.files and call.files.path(file.versions[-1].sha256) is None:
        parts.append("but its content is not on this device")
    about = f". {spoken(file.description)}" if file.description else ""
    return ", ".join(parts) + about


def in_list(call: Call, file: SharedFile, names: Collection[str], *, without_channel: bool = False) -> str:
    """In a list: its name, and where it is."""
    channels = where_it_is(call, file).channels
    where = f" in {listed([each.name for each in channels])}" if channels and not without_channel else ""
    return f"{said(file.name, names)}{where}"


def _shared(there: Places) -> str:
    return f"shared with {there.receivers}" if there.receivers else "kept"
