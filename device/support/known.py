"""What the second net looks for: secrets, the words in the store, and what tells which machine it is."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from device.configuration.places import there
from device.configuration.roles import load
from device.doctor.sources import Sources
from device.support.settings import free_texts
from device.voiceprints.book import NAME, VoiceprintBook
from firmware.errors import ExpectedError
from services.store.backups.base import BackupError
from services.store.base import StoreError
from services.store.kinds import kinds, row_of
from services.store.sqlite.read_only import texts_of

_MOST_SECRET = 262_144
_PART = re.compile(r"[\s,;:=\"'\[\]{}]+")
_LEAST_PART = 8
_CLOSED = frozenset((
    "id", "created", "updated", "kind", "client", "result", "source", "code", "actions", "action", "rrule",
    "stages", "priority", "role", "digest",
))  # fmt: skip
"""Fields whose words are ours."""
_OURS_IN_JOURNAL = _CLOSED | {"state", "what", "how", "outcome"}
_FIGURES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27,}|[0-9a-f]{64}|\d{4}-\d\d-\d\d(?:T.*)?|[\d.:+-]+|[a-z]+/[a-z0-9.+-]+")
"""Ids, digests, instants, media types."""
_NAMES = frozenset((
    "name", "nicknames", "assignees", "attendees", "people", "sender", "shared_by", "members", "customer",
    "person", "who", "team", "company",
))  # fmt: skip
_CONTACTS = frozenset(("phone", "email", "address"))
_NOBODY = frozenset(("owner", "console", "microphone", "equerry", ""))
_COMMON_HOSTS = frozenset(("localhost", "raspberrypi", "equerry", "debian", "raspberry"))


@dataclass(slots=True)
class Known:
    """For the net."""

    secrets: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    blind: list[str] = field(default_factory=list)
    """What could not be read, so that what it holds is not known."""
    store: bool = True
    """Whether what people said and wrote is known."""


def known(sources: Sources) -> Known:
    """Nothing raises: what can't be read is among `blind`."""
    found = Known()
    given = sources.environ.get("CREDENTIALS_DIRECTORY")
    for folder in (*([Path(given)] if given else []), *sources.secrets):
        _add_secrets(folder, found)
    if key := sources.settings.mqtt.key:
        found.secrets += _parts(Path(key), found)
    for key, text in free_texts(sources.environ):
        (
            found.secrets
            if key.startswith(("mqtt.user", "bucket.", "?"))
            else found.names
            if key.endswith(("host", "name", "url"))
            else found.texts
        ).append(text)
    _add_store(sources.settings.paths.store, found)
    _add_voices(sources, found)
    found.secrets += _numbers(sources)
    host = socket.gethostname()
    if host.partition(".")[0].casefold() not in _COMMON_HOSTS:
        found.secrets.append(host)
    return found


def _add_secrets(folder: Path, found: Known) -> None:
    try:
        paths = [path for path in sorted(folder.iterdir()) if path.is_file()]
    except FileNotFoundError:
        return
    except OSError:
        found.blind.append(f"the secrets in {folder}")
        return
    for path in paths:
        found.secrets += _parts(path, found)


def _parts(path: Path, found: Known) -> Iterator[str]:
    """A secret, and what it consists of."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_SECRET).decode("utf-8", errors="replace").strip("\r\n")
    except OSError:
        found.blind.append(f"the secret {path.name}")
        return
    yield text
    yield from (part for part in _PART.split(text) if len(part) >= _LEAST_PART and part != text)


def _add_store(path: Path, found: Known) -> None:
    if not there(path):
        return
    try:
        for kind, fields in texts_of(path):
            closed = _closed(kind)
            for key, text in _strings(fields, closed):
                _sort(kind, key, text, found)
    except (StoreError, BackupError, ValueError, sqlite3.Error, OSError):
        found.blind.append("what people said and wrote: the store can't be read")
        found.store = False


def _add_voices(sources: Sources, found: Known) -> None:
    """Whoever is enrolled or has a role by voice may be among no contacts."""
    try:
        found.names += [each.name for each in VoiceprintBook(sources.settings.paths.data / NAME).read()]
    except (ExpectedError, OSError):
        found.blind.append("who is enrolled by voice: the voiceprints can't be read")
    try:
        found.names += load(sources.environ)[0].voices
    except (ExpectedError, OSError):
        found.blind.append("whose voices have roles: the roles can't be used")


def _sort(kind: str, key: str, text: str, found: Known) -> None:
    if _FIGURES.fullmatch(text) or text.casefold() in _NOBODY:
        if key in _CONTACTS and text:
            found.secrets += [text, re.sub(r"\D", "", text)]
        return
    if key in _CONTACTS:
        found.secrets += [text, *([digits] if len(digits := re.sub(r"\D", "", text)) >= 6 else [])]
    elif key in _NAMES and (key != "name" or row_of(kind).spoken == "person"):
        found.names.append(text)
    else:
        found.texts.append(text)


def _strings(fields: Any, closed: frozenset[str], key: str = "") -> Iterator[tuple[str, str]]:
    """Every text, with the field it stands in."""
    if isinstance(fields, str):
        yield key, fields
    elif isinstance(fields, Mapping):
        for name, value in fields.items():
            if name not in closed and not name.endswith(("_id", "_ids")):
                yield from _strings(value, closed, name)
    elif isinstance(fields, Sequence):
        for value in fields:
            yield from _strings(value, closed, key)


def _closed(kind: str) -> frozenset[str]:
    """Fields of this kind that hold one of a few words, or figures."""
    if document := kinds().get(kind):
        return _CLOSED | {
            name
            for name, hint in get_type_hints(document).items()
            if get_origin(hint) is Literal and all(isinstance(one, str) for one in get_args(hint))
        }
    return _CLOSED if kind == "undo" else _OURS_IN_JOURNAL


def _numbers(sources: Sources) -> Iterable[str]:
    """Of this machine alone."""
    places = (
        "proc/device-tree/serial-number",
        "etc/machine-id",
        "var/lib/dbus/machine-id",
        "proc/sys/kernel/random/boot_id",
    )
    serial = re.search(r"^Serial\s*:\s*(\w+)", sources.text("proc/cpuinfo"), re.MULTILINE)
    told = [sources.text(place) for place in places] + ([serial[1]] if serial else [])
    return [each for each in told if len(each) >= 6]
